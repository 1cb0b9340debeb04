"""What exists for whom: every generic address, every role, and another county's item."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from anning.kernel.contract.kinds import CREATE, EDIT, EXPORT, VIEW
from anning.kernel.contract.roles import OVERSIGHT, REGISTRARS, ROLES
from anning.kernel.generic.urls import generic_patterns
from anning.kernel.org.models import Membership
from anning.kernel.work.models import Link
from anning.kernel.work.services import files
from anning.kernel.work.services.links import propose
from anning.kernel.work.services.tasks import send
from tests import factories, pages

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154"
    "08d763f8cfc000000301010018dd8db00000000049454e44ae426082"
)


@pytest.fixture
def away(here):
    """A well of the other district with everything that can hang on one."""
    item = pages.well(area_code=f"{factories.AWAY}001")
    files.attach(factories.viewer("supervisor"), item.number, "井.png", PNG)
    propose("follows", item, pages.well(area_code=f"{factories.AWAY}001"), 0.9, {}, factories.NOW)
    item.refresh_from_db()
    return item


def addresses(item) -> dict[str, tuple[str, str]]:
    """Every address about one item: method and path by the name of its URL."""
    base = f"/work/well/{item.number}"
    return {
        "detail": ("get", base),
        "edit": ("get", f"{base}/edit"),
        "history": ("get", f"{base}/history"),
        "act": ("post", f"{base}/act/cover"),
        "note": ("post", f"{base}/note"),
        "link": ("post", f"{base}/links/{Link.objects.get(source=item).pk}/accepted"),
        "attach": ("post", f"{base}/files"),
        "file": ("get", f"{base}/files/{item.attachments.get().sha256}"),
    }


def ask(client: Client, method: str, path: str, version: int = 1) -> int:
    """The status an address answers with."""
    data = {"version": version, "text": "a remark", "reason": "because"} if method == "post" else {}
    return getattr(client, method)(path, data).status_code


def test_the_table_below_names_every_address_about_an_item() -> None:
    named = {
        pattern.name for pattern in generic_patterns()[0] if "number" in str(pattern.pattern.regex.groupindex.keys())
    }
    assert named == {"detail", "edit", "history", "act", "note", "link", "attach", "file"}


@pytest.mark.parametrize("name", ["detail", "edit", "history", "act", "note", "link", "attach", "file"])
@pytest.mark.parametrize("role", [role.code for role in ROLES])
def test_another_countys_item_does_not_exist(away, name: str, role: str) -> None:
    client = pages.browser_of(role, factories.HOME)
    assert ask(client, *addresses(away)[name]) == 404


@pytest.mark.parametrize("name", ["detail", "edit", "history", "act", "note", "link", "attach", "file"])
def test_ones_own_countys_item_does(away, name: str) -> None:
    client = pages.browser_of("supervisor", factories.AWAY)
    assert ask(client, *addresses(away)[name], version=away.version) in (200, 302)


@pytest.mark.parametrize("name", ["detail", "edit", "history", "act", "note", "link", "attach", "file"])
def test_nobody_is_sent_to_the_sign_in(away, name: str) -> None:
    method, path = addresses(away)[name]
    response = getattr(Client(), method)(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=/work/well/")


def test_no_answer_tells_another_countys_item_from_none(away) -> None:
    client = pages.browser_of("supervisor", factories.HOME)

    def said(number: str) -> str:
        response = client.get(f"/work/well/{number}")
        assert response.status_code == 404
        varying = rf'{number}|anning-now" content="[^"]*|csrfmiddlewaretoken" value="\w+|X-CSRFToken": "\w+'
        return re.sub(varying, "", response.content.decode())

    assert said(away.number) == said("WL9999999")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/search?q=x",
        "/alerts",
        "/duty",
        "/map/",
        "/map/layers/well.geojson",
        "/map/layers/calls/incidents.geojson",
        "/registers/",
        "/registers/units/",
        "/registers/units/export.csv",
        "/registers/units/rows/U1",
        "/work/well/",
        "/work/well/new",
        "/work/well/export.csv",
        "/work/incident/import/",
        "/work/incident/import/1",
        "/work/incident/import/1/rejects.csv",
        "/work/incident/import/1/rows/2",
    ],
)
def test_pages_ask_for_a_sign_in(here, path: str) -> None:
    response = Client().get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_the_base_map_alone_is_open(here) -> None:
    assert Client().get("/map/base.geojson").status_code == 200


@pytest.mark.parametrize("role", [role.code for role in ROLES])
def test_lists_exist_by_declaration(here, role: str) -> None:
    client = pages.browser(factories.user(role, in_unit=factories.unit()))
    may = pages.WELL.may
    assert ask(client, "get", "/work/well/") == (200 if role in may[VIEW] else 404)
    assert ask(client, "get", "/work/well/new") == (200 if role in may[CREATE] else 404)
    assert ask(client, "get", "/work/well/export.csv") == (200 if role in may[EXPORT] else 404)
    assert ask(client, "get", "/map/layers/well.geojson") == (200 if role in may[VIEW] else 404)
    assert ask(client, "get", "/registers/units/") == (200 if role in REGISTRARS else 404)


@pytest.mark.parametrize("role", [role.code for role in ROLES])
def test_an_item_can_be_worked_on_by_declaration(here, role: str) -> None:
    agency = factories.agency("police")
    unit = factories.unit(agency)
    who = factories.user(role, "", agency, unit)
    item = pages.well()
    send(item, unit, factories.NOW)
    client = pages.browser(who)
    may, base = pages.WELL.may, f"/work/well/{item.number}"
    assert ask(client, "get", base) == (200 if role in may[VIEW] else 404)
    assert ask(client, "get", f"{base}/edit") == (200 if role in may[EDIT] else 404)
    assert ask(client, "get", f"{base}/history") == (200 if role in may[VIEW] | OVERSIGHT else 404)
    expected = 302 if role in ("dispatcher", "supervisor") else 422 if role in may[VIEW] else 404
    assert ask(client, "post", f"{base}/act/cover", version=1) == expected


def test_a_unit_sees_what_it_is_sent_to_and_no_more(here) -> None:
    unit = factories.unit()
    client = pages.browser(factories.user("unit", "", unit.agency, unit))
    mine, other = pages.well(area_code=f"{factories.AWAY}001"), pages.well()
    send(mine, unit, factories.NOW)
    assert ask(client, "get", f"/work/well/{mine.number}") == 200
    assert ask(client, "get", f"/work/well/{other.number}") == 404
    rows = client.get("/work/well/").context["rows"]
    assert [row["url"] for row in rows] == [f"/work/well/{mine.number}"]


def test_a_membership_for_one_kind_opens_no_other(here) -> None:
    who = factories.user("supervisor")
    Membership.objects.filter(user=who).update(kinds=["incident"])
    client = pages.browser(who)
    assert ask(client, "get", "/work/well/") == 404
    assert ask(client, "get", "/work/incident/") == 200


def test_a_kind_or_register_nobody_declares_does_not_exist(supervisor) -> None:
    for path in ("/work/nosuch/", "/work/nosuch/WL0000001", "/registers/nosuch/", "/map/layers/nosuch.geojson"):
        assert ask(supervisor, "get", path) == 404


def test_a_number_of_another_kind_does_not_exist_under_this_one(supervisor) -> None:
    item = pages.well()
    for path in (f"/work/incident/{item.number}", f"/work/incident/{item.number}/history"):
        assert ask(supervisor, "get", path) == 404


@pytest.mark.parametrize("number", ["WL", "WL-1", "WL1x", "1", "%00", "WL99999999999999999999", "ＷＬ1"])
def test_what_is_no_number_is_no_item(supervisor, number: str) -> None:
    assert ask(supervisor, "get", f"/work/well/{number}") == 404


def test_a_modules_page_does_not_exist_for_other_roles(here) -> None:
    assert pages.browser_of("dispatcher").get("/calls/").status_code == 200
    assert pages.browser_of("auditor").get("/calls/").status_code == 404
    assert Client().get("/calls/")["Location"] == "/accounts/login/?next=/calls/"
