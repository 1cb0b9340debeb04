"""What the frame of every page shows, for whom, and what it costs."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.functional import SimpleLazyObject

from anning.kernel.access.middleware import ViewerMiddleware
from anning.kernel.contract.roles import ROLES
from anning.kernel.places import selectors as places
from anning.kernel.places.models import City
from anning.kernel.work.models import Alert
from anning.project.context import shell
from tests import factories, pages

PAGE = "/alerts"


def frame(client: Client, path: str = PAGE) -> dict:
    """The frame's context with what is lazy worked out."""
    context = client.get(path).context
    names = ("menu", "alerts_count", "duty", "new_call_url", "events_url", "map_base")
    return {name: value() if callable(value := context[name]) else value for name in names} | {
        "city": context["city"],
        "alerts_url": context["alerts_url"],
        "search_url": context["search_url"],
    }


def test_the_frame_is_complete(supervisor) -> None:
    found = frame(supervisor)
    assert found["city"].name == "宁波"
    assert (found["alerts_url"], found["search_url"]) == ("/alerts", "/search")
    assert found["new_call_url"] == "/calls/new"
    assert found["alerts_count"] == 0
    assert found["events_url"] == "/events"


def test_nobody_is_told_anything_but_the_city(here) -> None:
    response = Client().get("/accounts/login/")
    text = response.content.decode()
    assert "宁波" in text
    assert 'id="modules"' not in text
    assert "anning-events" not in text
    for name in ("menu", "alerts_count", "duty", "new_call_url"):
        assert response.context[name]() is None


def test_what_nobody_sees_costs_one_question(here) -> None:
    client = Client()
    client.get("/accounts/login/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/accounts/login/")
    ours = [query["sql"] for query in asked if "socialaccount" not in query["sql"]]  # the account package's own
    assert len(ours) <= 1, ours


def test_the_frame_costs_at_most_four_questions_beyond_the_session(supervisor) -> None:
    """Session and user are the sign-in's; the membership, city, alerts and duty are the frame's."""
    supervisor.get("/registers/")
    with CaptureQueriesContext(connection) as asked:
        assert supervisor.get("/registers/").status_code == 200
    assert len(asked) <= 2 + 4, [query["sql"] for query in asked]


def test_a_part_of_a_page_costs_no_frame(supervisor) -> None:
    supervisor.get("/registers/units/", headers={"HX-Request": "true"})
    with CaptureQueriesContext(connection) as asked:
        supervisor.get("/registers/units/", headers={"HX-Request": "true"})
    assert not any("org_duty" in query["sql"] or "work_alert" in query["sql"] for query in asked)


def test_a_request_before_the_viewer_has_the_city(db) -> None:
    request = RequestFactory().get("/")
    assert set(shell(request)) == {"city"}
    assert not shell(request)["city"]


def test_the_viewer_is_asked_for_once(here) -> None:
    request = RequestFactory().get("/")
    request.user = factories.user("supervisor")
    ViewerMiddleware(lambda asked: asked)(request)
    found = shell(request)
    assert found["menu"]() is found["menu"]()
    request.user = SimpleLazyObject(AnonymousUser)
    assert found["menu"]()


# the menu


@pytest.mark.parametrize("role", [role.code for role in ROLES])
def test_every_entry_of_the_menu_opens(here, role: str) -> None:
    client = pages.browser(factories.user(role, in_unit=factories.unit()))
    menu = frame(client)["menu"]
    assert menu
    for entry in menu:
        assert client.get(entry.url).status_code == 200, entry.url


@pytest.mark.parametrize("role", [role.code for role in ROLES])
def test_each_entry_has_a_letter_of_its_own_and_an_icon_there_is(here, role: str) -> None:
    from pathlib import Path

    import anning.project

    sprite = (Path(anning.project.__file__).parent / "static/anning/icons.svg").read_text()
    menu = frame(pages.browser(factories.user(role, in_unit=factories.unit())))["menu"]
    letters = [entry.key for entry in menu]
    assert len(set(letters)) == len(letters)
    assert all(len(letter) == 1 and letter.isalnum() for letter in letters)
    assert all(f'id="{entry.icon}"' in sprite for entry in menu)


@pytest.mark.parametrize(
    ("path", "active"),
    [
        ("/work/well/", "/work/well/"),
        ("/work/well/new", "/work/well/"),
        ("/calls/", "/calls/"),
        ("/calls/units/", "/calls/units/"),
        ("/registers/areas/", "/registers/"),
        ("/map/", "/map/"),
        ("/alerts", None),
    ],
)
def test_the_entry_one_is_in_is_marked(supervisor, path: str, active: str | None) -> None:
    marked = [entry.url for entry in frame(supervisor, path)["menu"] if entry.active]
    assert marked == ([active] if active else [])


def test_a_menu_longer_than_the_alphabet_still_works(here, monkeypatch) -> None:
    from anning.kernel.contract import registry
    from anning.kernel.contract.module import Module
    from anning.kernel.generic.menu import entries

    many = Module(code="many", title="Many", kinds=tuple(pages.WELL for _ in range(60)))
    with monkeypatch.context() as patch:  # undone here: the fixture may outlive the declared kind beneath it
        patch.setattr(registry, "modules", lambda: (many,))
        made = entries(factories.viewer("supervisor"))
    assert len(made) == 61
    assert made[-1].key == ""


# alerts, duty, new call, map


def test_alerts_are_counted(here) -> None:
    who = factories.user("supervisor")
    Alert.objects.create(user=who, item=pages.well(), cause="task:1", at=factories.NOW)
    client = pages.browser(who)
    assert frame(client)["alerts_count"] == 1
    assert 'id="alerts-count">1<' in client.get(PAGE).content.decode()


def test_duty_is_said_with_where(here) -> None:
    who, unit = factories.user("unit", in_unit=factories.unit()), factories.unit()
    client = pages.browser(who)
    assert frame(client)["duty"] == {"label": "不在班", "tone": "void"}
    factories.on_duty(who, in_unit=unit)
    assert frame(client)["duty"] == {"label": f"在班：{unit.code}", "tone": "done"}


def test_duty_at_a_desk_names_the_agency_in_ones_language(here) -> None:
    agency = factories.agency("police")
    type(agency).objects.update(name="公安局", name_en="Police")
    who = factories.user("dispatcher")
    factories.on_duty(who)
    client = pages.browser(who)
    assert frame(client)["duty"]["label"] == "在班：公安局"
    client.post("/language/", {"language": "en", "next": "/"})
    assert frame(client)["duty"]["label"] == "On duty: Police"


@pytest.mark.parametrize(("role", "url"), [("call_taker", "/calls/new"), ("analyst", ""), ("auditor", "")])
def test_the_new_call_button_is_for_those_who_take_calls(here, role: str, url: str) -> None:
    client = pages.browser_of(role)
    assert frame(client)["new_call_url"] == url
    assert ('data-key="n"' in client.get(PAGE).content.decode()) is bool(url)


def test_maps_open_on_the_city(supervisor) -> None:
    base = frame(supervisor)["map_base"]
    assert base["bounds"] == "121.00000,29.00000,122.00000,30.00000"
    assert base["geojson_url"] == "/map/base.geojson?v=1"
    assert base["style_url"] == ""


def test_the_base_maps_credit_is_shown(supervisor) -> None:
    City.objects.update(base_map={"type": "FeatureCollection", "features": [], "attribution": "drawn by hand"})
    places.forget()
    assert frame(supervisor)["map_base"]["attribution"] == "drawn by hand"


def test_maps_open_on_the_work_where_no_area_is_loaded(db) -> None:
    places.forget()
    client = pages.browser_of("supervisor")
    assert frame(client)["map_base"]["bounds"] == ""
    pages.well(lon=-75.3, lat=40.1, area_code="")
    pages.well(lon=-75.2, lat=40.2, area_code="")
    assert frame(client)["map_base"]["bounds"] == "-75.30000,40.10000,-75.20000,40.20000"


def test_the_base_map_itself_is_not_read_for_a_page(supervisor) -> None:
    with CaptureQueriesContext(connection) as asked:
        supervisor.get(PAGE)
    cities = [query["sql"] for query in asked if "places_city" in query["sql"]]
    assert cities
    assert not any("base_map" in sql for sql in cities)
