"""Warning the public: who may, of what, and what everybody can then read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.utils import timezone

from anning.gateway.interfaces.cap.selectors import as_cap, issued
from anning.gateway.interfaces.cap.services import warning
from anning.gateway.interfaces.cap.services.warning import Warned
from anning.gateway.interfaces.models import PublicAlert
from anning.kernel.audit.models import Entry
from anning.kernel.places.models import City
from anning.kernel.work.errors import NotVisibleError, RefusedError
from anning.kernel.work.models import Change, Item
from anning.kernel.work.services.items import act
from anning.wire.cap.codec import decode, encode
from anning.wire.cap.values import Circle
from tests.factories import AWAY, HOME, viewer
from tests.wire.cap.schema import needs_schema, schema

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def urgent(home) -> Item:
    """An incident of priority 1; the warnings the counties come with are taken away."""
    PublicAlert.objects.all().delete()
    Item.objects.filter(pk=home.items["waiting"].pk).update(priority=1)
    return home.fresh("waiting")


@pytest.fixture
def chief(home):
    """Our county's supervisor."""
    return viewer("supervisor", HOME)


def warned(**changed: Any) -> Warned:
    made = Warned(
        event="化工厂火灾",
        event_en="Fire at a chemical plant",
        text="请关闭门窗，不要前往海曙区望春街道。",
        text_en="Close doors and windows. Keep away from Wangchun.",
        expires_at=timezone.now() + timedelta(hours=3),
        category="Fire",
    )
    return replace(made, **changed)


def feed() -> list[str]:
    """The links of the feed, as anybody reads it."""
    answer = Client().get("/feeds/cap/")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/atom+xml")
    entries = ET.fromstring(answer.content).iter(f"{ATOM}entry")
    return [entry.find(f"{ATOM}link").get("href") for entry in entries]


def test_a_warning_is_published_in_both_languages_with_its_area(chief, urgent, home) -> None:
    made = warning.issue(chief, urgent.number, warned())
    (link,) = feed()
    alert = decode(Client().get(link).content)
    assert (alert.identifier, alert.message, alert.scope, alert.status) == (
        made.identifier,
        "Alert",
        "Public",
        "Actual",
    )
    chinese, english = alert.infos
    assert (chinese.language, chinese.event, english.language) == ("zh-CN", "化工厂火灾", "en-US")
    assert english.description == "Close doors and windows. Keep away from Wangchun."
    (area,) = english.areas
    assert area.description.startswith(f"Area {HOME}")
    assert area.geocodes[0].value == f"{HOME}001"
    assert {(121.0, 29.0), (121.5, 30.0)} <= set(area.polygons[0])
    assert abs((chinese.expires - made.expires_at).total_seconds()) < 1


def test_nothing_of_the_incident_behind_it_is_told(chief, urgent, home) -> None:
    warning.issue(chief, urgent.number, warned())
    told = Client().get(feed()[0]).content.decode() + Client().get("/feeds/cap/").content.decode()
    for secret in (urgent.number, home.mark, "王某", "10012345678", chief.label + "9"):
        assert secret not in told


def test_a_circle_around_the_incident_may_be_warned(chief, urgent) -> None:
    made = warning.issue(chief, urgent.number, warned(radius_m=1500.0))
    (area,) = decode(Client().get(f"/feeds/cap/{made.identifier}.xml").content).infos[0].areas
    assert area.circles == (Circle(urgent.lon, urgent.lat, 1500.0),)
    assert area.polygons == ()


def test_an_update_and_a_cancellation_name_what_they_are_about(chief, urgent) -> None:
    first = warning.issue(chief, urgent.number, warned())
    second = warning.update(chief, first.identifier, warned(text_en="The wind has turned."))
    last = warning.cancel(chief, second.identifier, "警报解除。", "All clear.")
    alert = as_cap(last)
    assert alert.message == "Cancel"
    assert [one.identifier for one in alert.references] == [first.identifier, second.identifier]
    assert (alert.infos[1].description, alert.infos[1].urgency) == ("All clear.", "Past")
    for gone in (first, second, last):
        with pytest.raises(RefusedError, match="replaced or called off"):
            warning.update(chief, gone.identifier, warned())
    warning.issue(chief, urgent.number, warned())
    assert len(feed()) == 4


@needs_schema
@pytest.mark.data
def test_each_is_valid_by_the_oasis_schema(chief, urgent) -> None:
    first = warning.issue(chief, urgent.number, warned(text="a\x0bb"))
    second = warning.update(chief, first.identifier, warned(radius_m=900.0))
    warning.cancel(chief, second.identifier, "警报解除。", "All clear.")
    official = schema()
    for link in feed():
        official.validate(Client().get(link).content.decode())


def test_what_was_told_stands_in_the_timeline_and_its_fingerprint_in_the_trail(chief, urgent) -> None:
    made = warning.issue(chief, urgent.number, warned())
    change = Change.objects.get(item=urgent, verb="public-alert")
    assert (change.reason, change.data["name"]) == ("化工厂火灾", made.identifier)
    entry = Entry.objects.filter(action="public-alert").latest("pk")
    assert made.identifier in entry.body
    assert "化工厂" not in entry.body


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"text_en": " "}, "“text_en” is empty"),
        ({"category": "Weather"}, "“category” must be one of Geo, Met"),
        ({"expires_at": timezone.now() - timedelta(hours=1)}, "within the next seven days"),
        ({"expires_at": timezone.now() + timedelta(days=8)}, "within the next seven days"),
        ({"area_code": "999"}, "The area “999” does not exist"),
        ({"radius_m": 0.0}, "A radius is from 0"),
    ],
)
def test_what_cannot_be_told_says_why(chief, urgent, changed, words) -> None:
    with pytest.raises(RefusedError, match=words):
        warning.issue(chief, urgent.number, warned(**changed))
    assert not PublicAlert.objects.exists()


def test_only_urgent_open_incidents_and_one_warning_at_a_time(chief, urgent, home) -> None:
    with pytest.raises(RefusedError, match="only of open incidents of priority 1"):
        warning.issue(chief, home.items["busy"].number, warned())
    warning.issue(chief, urgent.number, warned())
    with pytest.raises(RefusedError, match="holds already: update it"):
        warning.issue(chief, urgent.number, warned())
    act(chief, urgent.number, "close", version=None, reason="over")
    with pytest.raises(RefusedError, match="only of open"):
        warning.issue(chief, urgent.number, warned())


def test_only_a_supervisor_of_the_place_warns_and_only_there(chief, urgent, away) -> None:
    with pytest.raises(RefusedError, match="Only a supervisor"):
        warning.issue(viewer("dispatcher", HOME), urgent.number, warned())
    with pytest.raises(NotVisibleError):
        warning.issue(viewer("supervisor", AWAY), urgent.number, warned())
    with pytest.raises(NotVisibleError):
        warning.issue(chief, urgent.number, warned(area_code=AWAY))
    made = warning.issue(chief, urgent.number, warned())
    with pytest.raises(NotVisibleError):
        warning.cancel(viewer("supervisor", AWAY), made.identifier, "否", "no")
    assert list(issued(chief, urgent.number)) == [made]


def test_in_a_city_of_demonstration_data_every_warning_is_an_exercise(chief, urgent) -> None:
    City.objects.update(is_demo=True)
    assert as_cap(warning.issue(chief, urgent.number, warned())).status == "Exercise"


def test_the_feed_holds_a_week(chief, urgent) -> None:
    made = warning.issue(chief, urgent.number, warned())
    PublicAlert.objects.update(sent_at=timezone.now() - timedelta(days=8))
    assert feed() == []
    assert Client().get(f"/feeds/cap/{made.identifier}.xml").status_code == 200
    assert Client().get("/feeds/cap/none.xml").status_code == 404
    assert Client().post("/feeds/cap/").status_code == 405


def test_the_sender_is_set_by_the_installation(chief, urgent, settings) -> None:
    assert warning.issue(chief, urgent.number, warned()).sender == "anning.3302"
    settings.CAP_SENDER = "warnings.ningbo.example"
    again = viewer("supervisor", HOME)
    PublicAlert.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    made = warning.issue(again, urgent.number, warned())
    assert made.identifier.startswith("warnings.ningbo.example.")
    assert encode(as_cap(made))


def test_by_machine(machine, urgent, home, away) -> None:
    client, at = machine("supervisor"), "/api/v1/interfaces"
    told = {name: value for name, value in vars(warned()).items() if not isinstance(value, datetime)}
    body = {**told, "expires_at": (timezone.now() + timedelta(hours=2)).isoformat()}

    def send(path: str, given: dict[str, Any]) -> Any:
        return client.post(f"{at}/{path}", json.dumps(given), content_type="application/json")

    made = send(f"items/{urgent.number}/warnings", body)
    assert made.status_code == 200, made.content
    updated = send(f"warnings/{made.json()['identifier']}/update", body).json()
    over = send(f"warnings/{updated['identifier']}/cancel", {"text": "解除", "text_en": "All clear"}).json()
    assert over["message"] == "Cancel"
    assert [one["message"] for one in client.get(f"{at}/warnings").json()] == ["Cancel", "Update", "Alert"]
    theirs = Client(headers={"Authorization": f"Bearer {away.tokens['supervisor']}"})
    assert theirs.get(f"{at}/warnings").json() == []
    assert send("items/JQ9999999/warnings", body).status_code == 404
