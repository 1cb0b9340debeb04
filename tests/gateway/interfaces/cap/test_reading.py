"""Warnings of other systems: an incident of each, once; what follows joins it; what warns of nothing is left out."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from anning.domains.calls.models import Call, Category
from anning.gateway import cli
from anning.gateway.interfaces.cap.services import reading
from anning.gateway.interfaces.cap.services.reading import Taken, take_in
from anning.kernel.access.scope import SYSTEM
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.models import Item
from anning.kernel.work.services.items import act
from anning.wire.cap.codec import encode
from anning.wire.cap.values import Alert, Area, Circle, Info, Named
from tests.contracts.walking import forget
from tests.factories import HOME, NOW, city

pytestmark = pytest.mark.django_db
INFO = Info(
    ("Met",),
    "台风",
    "Expected",
    "Severe",
    "Likely",
    language="zh-CN",
    headline="台风橙色预警",
    description="今夜到明晨有十级大风。",
    expires=NOW + timedelta(hours=12),
    areas=(Area("海曙区", circles=(Circle(121.2, 29.5, 5000.0),)),),
)
ALERT = Alert("w-1", "met.example", NOW, "Actual", "Alert", "Public", infos=(replace(INFO, language="en"), INFO))


@pytest.fixture(autouse=True)
def _city(db) -> None:
    city()
    for code, handled_by in (("order", "police"), ("fire", "fire")):
        Category.objects.create(code=code, name=code, name_en=code, level=1, handled_by=handled_by)
    forget()


def taken(alert: Alert, category: str = "", now: datetime = NOW) -> Taken:
    return take_in(SYSTEM, alert, category, now)


def test_a_warning_opens_an_incident_that_says_where_it_is_from() -> None:
    done = taken(ALERT)
    item, call = done.item, Call.objects.get()
    assert (done.fresh, item.category, item.priority, item.area_code) == (True, "order", 2, f"{HOME}001")
    assert (item.lon, item.lat, item.radius_m) == (121.2, 29.5, 5000.0)
    assert call.narrative.splitlines()[:2] == ["台风橙色预警", "今夜到明晨有十级大风。"]
    assert "met.example, w-1" in call.narrative
    assert (call.address, call.language, call.channel) == ("海曙区", "zh-CN", "partner")


def test_the_same_warning_again_changes_nothing() -> None:
    first, again = taken(ALERT), taken(replace(ALERT, note="sent again"))
    assert (again.fresh, again.item.pk) == (False, first.item.pk)
    assert (Item.objects.count(), Call.objects.count()) == (1, 1)
    assert taken(replace(ALERT, sender="other.example")).fresh


def test_the_same_moment_written_in_another_zone_is_the_same_warning() -> None:
    taken(ALERT)
    assert not taken(replace(ALERT, sent=NOW.astimezone(UTC))).fresh


def test_an_update_and_a_cancellation_join_the_incident() -> None:
    first = taken(ALERT).item
    later = replace(ALERT, identifier="w-2", message="Update", references=(ALERT.reference,))
    over = replace(later, identifier="w-3", message="Cancel", references=(ALERT.reference, later.reference))
    for message in (later, over, over):
        assert taken(message, now=NOW + timedelta(minutes=5)).item.pk == first.pk
    assert Call.objects.filter(item=first).count() == 3
    act(SYSTEM, first.number, "close", version=None, reason="over")
    after = replace(over, identifier="w-4", message="Update")
    assert taken(after).item.pk != first.pk


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": "Exercise"}, "its status is Exercise, not Actual"),
        ({"message": "Ack"}, "Ack answers a message"),
        ({"infos": ()}, "it has no info"),
        ({"infos": (replace(INFO, expires=NOW - timedelta(hours=1)),)}, "it held until 2026-03-04 01:00"),
    ],
)
def test_what_warns_of_nothing_now_is_left_out_and_says_why(change, words) -> None:
    done = taken(replace(ALERT, **change))
    assert words in done.ignored
    assert not Item.objects.exists()


def test_the_kind_of_danger_names_the_category_and_the_severity_the_priority() -> None:
    fire = replace(INFO, categories=("Fire",), severity="Extreme")
    assert (taken(replace(ALERT, infos=(fire,))).item.category, Item.objects.get().priority) == ("fire", 1)
    minor = replace(ALERT, identifier="w-9", infos=(replace(INFO, severity="Minor"),))
    assert (taken(minor, "fire").item.category, taken(minor).item.priority) == ("fire", 4)
    Category.objects.all().delete()
    forget()
    with pytest.raises(RefusedError, match="name one with --category"):
        taken(replace(ALERT, identifier="w-8"))


def test_a_polygon_and_a_code_of_ours_say_where() -> None:
    ring = ((121.1, 29.4), (121.3, 29.4), (121.3, 29.6), (121.1, 29.6), (121.1, 29.4))
    item = taken(replace(ALERT, infos=(replace(INFO, areas=(Area("a", (ring,)),)),))).item
    assert (item.lon, item.lat) == (pytest.approx(121.2), pytest.approx(29.5))
    assert 14_000 < item.radius_m < 15_000
    crossed = (ring[0], ring[2], ring[1], ring[3], ring[0])
    crossing = replace(ALERT, identifier="w-5", infos=(replace(INFO, areas=(Area("a", (crossed,)),)),))
    assert taken(crossing).item.area_code == f"{HOME}001"
    coded = replace(INFO, areas=(Area("a", geocodes=(Named("x", "1"), Named("GB", HOME))),))
    item = taken(replace(ALERT, identifier="w-6", infos=(coded,))).item
    assert (item.area_code, item.lon) == (HOME, None)


def test_the_command_counts(tmp_path) -> None:
    file = tmp_path / "warning.xml"
    now = datetime.now(UTC).replace(microsecond=0)
    fresh = replace(ALERT, sent=now, infos=(replace(INFO, expires=now + timedelta(hours=1)),))
    file.write_bytes(encode(fresh))
    for expected in ({"added": 1, "known": 0}, {"added": 0, "known": 1}):
        done = CliRunner().invoke(cli.build(), ["cap", "read", str(file), "--json"])
        assert done.exit_code == 0, done.exception
        assert expected.items() <= json.loads(done.stdout.splitlines()[-1]).items()
    file.write_bytes(encode(replace(fresh, status="Test")))
    done = CliRunner().invoke(cli.build(), ["cap", "read", str(file), "--json"])
    assert "left out: its status is Test" in done.stdout
    file.write_bytes(b"<alert/>")
    assert "is no CAP 1.2 alert" in str(CliRunner().invoke(cli.build(), ["cap", "read", str(file)]).exception)


def test_a_key_names_sender_identifier_and_time() -> None:
    keys = {
        reading.key_of(replace(ALERT.reference, **change))
        for change in ({}, {"sender": "a"}, {"identifier": "b"}, {"sent": NOW + timedelta(seconds=1)})
    }
    assert len(keys) == 4
    assert all(len(key) <= 80 for key in keys)
