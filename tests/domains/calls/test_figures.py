"""The figures of calls: calls beside incidents, how soon somebody was there, and the declared indicators."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from anning.domains.calls.module import INCIDENT_KIND, MODULE
from anning.domains.calls.selectors import figures
from anning.domains.calls.selectors.crews import crews_between
from anning.domains.calls.services.history import write_past
from anning.domains.calls.services.past import PastCall
from anning.kernel.access.scope import NOBODY, SYSTEM
from anning.kernel.figures.indicators import evaluate
from anning.kernel.figures.period import Period
from anning.kernel.figures.services import roll
from anning.kernel.org.models import Unit
from anning.kernel.work.models import Item, Task
from tests import factories
from tests.factories import AWAY, HOME, viewer

pytestmark = pytest.mark.django_db
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LATER = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    factories.city()
    Unit.objects.filter(pk=factories.unit().pk).update(lon=121.2, lat=29.5)


def call(number: int, *, event: int, arrive_s: float = 400, at: datetime = START, **other: object) -> PastCall:
    """A call of the past, its stages a fixed time after one another."""
    rang = at + timedelta(hours=number)
    given = {
        "key": f"t:{at:%Y}:{number}",
        "event": event,
        "livelihood": False,
        "category": "order.fight",
        "priority": 2,
        "rang_at": rang,
        "answered_at": rang + timedelta(seconds=5),
        "assigned_at": rang + timedelta(seconds=60),
        "departed_at": rang + timedelta(seconds=60),
        "arrived_at": rang + timedelta(seconds=arrive_s),
        "cleared_at": rang + timedelta(hours=1),
        "lon": 121.2,
        "lat": 29.5,
        "radius_m": 30.0,
        "area_code": f"{HOME}001",
        "address": "月湖",
        "narrative": "有人打架",
        "phone": "13800000000",
        "unit_kind": "car",
        "outcome": "处置完毕",
        "advice": "电话中已答复",
    }
    return PastCall(**{**given, **other})


def write(*calls: PastCall) -> None:
    write_past(SYSTEM, calls, crews_between(calls[0].rang_at, LATER, LATER), LATER)
    roll(LATER)


def test_calls_are_counted_beside_the_incidents_they_made() -> None:
    write(call(1, event=1), call(2, event=1), call(3, event=2), call(4, event=3, livelihood=True))
    analyst = viewer("analyst")
    assert figures.calls_taken(analyst, MARCH).now == 4
    assert figures.incidents(analyst, MARCH).now == 2
    assert figures.matters(analyst, MARCH).now == 1


def test_figures_narrow_to_category_area_and_scope() -> None:
    write(call(1, event=1), call(2, event=2, area_code=f"{AWAY}001", category="crime.theft"))
    assert figures.incidents(viewer("analyst"), MARCH, category="crime").now == 1
    assert figures.incidents(viewer("analyst"), MARCH, area=HOME).now == 1
    assert figures.calls_taken(viewer("analyst", AWAY), MARCH).now == 1
    assert figures.calls_taken(NOBODY, MARCH).now == 0
    assert [one.key for one in figures.top_categories(viewer("analyst"), MARCH)] == ["crime", "order"]


def test_the_time_to_arrive_is_from_the_ring_and_of_those_reached() -> None:
    write(*(call(number, event=number, arrive_s=300 + number) for number in range(1, 32)))
    found = figures.time_to_arrive(viewer("analyst"), MARCH)
    assert (found.now, found.n) == (316, 31)
    assert found.low < 316 < found.high
    assert found.before is None


def test_a_faster_year_is_told_only_where_the_intervals_part() -> None:
    last = START - timedelta(days=365)
    write(*(call(number, event=number, arrive_s=300 + number) for number in range(40)))
    write(*(call(number, event=100 + number, arrive_s=600 + number, at=last) for number in range(40)))
    found = figures.time_to_arrive(viewer("analyst"), MARCH)
    assert (found.verdict, round(found.before)) == (-1, 620)


def test_in_time_goes_by_the_limit_of_the_priority_from_being_sent() -> None:
    limit = figures.limit_of("incident", figures.ARRIVE, 2)
    write(
        call(1, event=1, arrive_s=60 + limit),
        call(2, event=2, arrive_s=61 + limit),
        call(3, event=3, arrive_s=61 + limit, priority=4),
    )
    found = figures.in_time(viewer("analyst"), MARCH)
    assert (found.now, found.n) == (pytest.approx(2 / 3), 3)
    assert found.low < 2 / 3 < found.high


def test_a_unit_on_the_scene_counts_as_an_arrival() -> None:
    write(call(1, event=1, arrive_s=900))
    unit: Unit = factories.unit()
    at = Item.objects.get().opened_at
    Task.objects.create(
        item=Item.objects.get(),
        unit=unit,
        assigned_at=at + timedelta(seconds=30),
        on_scene_at=at + timedelta(seconds=200),
        ended_at=at + timedelta(hours=1),
    )
    Item.objects.get().changes.create(version=9, verb="unit", new="closed", at=LATER - timedelta(days=1), actor="x")
    roll(LATER)
    assert figures.time_to_arrive(viewer("analyst"), MARCH).now == 200


def test_every_declared_indicator_is_read_for_the_viewer() -> None:
    write(call(1, event=1), call(2, event=2))
    found = evaluate(viewer("analyst"), MARCH, "calls")
    assert [one.indicator.code for one in found] == [one.code for one in MODULE.indicators]
    assert {one.indicator.code: one.reading.now for one in found}["calls_taken"] == 2
    assert all(one.module.code == "calls" for one in found)
    assert evaluate(viewer("analyst"), MARCH, "nothing") == []
    assert INCIDENT_KIND.parts == "calls"


def test_good_news_is_a_fall_where_a_fall_is_good() -> None:
    last = START - timedelta(days=365)
    write(*(call(number, event=number) for number in range(30)))
    write(*(call(number, event=100 + number, at=last) for number in range(300)))
    news = {one.indicator.code: one.news for one in evaluate(viewer("analyst"), MARCH, "calls")}
    assert news["incidents"] == 1
    assert news["matters"] == 0
