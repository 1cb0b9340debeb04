"""Counts within the viewer's scope, their change on the year, and what small numbers may say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from anning.kernel.access.scope import NOBODY
from anning.kernel.figures import selectors
from anning.kernel.figures.models import Snapshot
from anning.kernel.figures.period import Period
from anning.kernel.figures.services import roll
from anning.kernel.figures.store import folder
from tests.factories import AWAY, HOME, viewer

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
YEAR_BEFORE = datetime(2025, 3, 4, 2, 0, tzinfo=UTC)
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
LATER = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def month(past):
    """Thirty fights at home, ten thefts away; the year before sixty fights at home."""
    past(*(DAY + timedelta(hours=number) for number in range(30)), category="order.fight.street", area=f"{HOME}001")
    past(*(DAY + timedelta(days=number) for number in range(10)), category="crime.theft", area=f"{AWAY}001", priority=4)
    past(*(YEAR_BEFORE + timedelta(minutes=7 * number) for number in range(60)), category="order.fight")
    roll(LATER)


@pytest.mark.parametrize(
    ("by", "depth", "expected"),
    [
        ("category", 1, {"order": 30, "crime": 10}),
        ("category", 2, {"order.fight": 30, "crime.theft": 10}),
        ("area", 1, {HOME: 30, AWAY: 10}),
        ("area", 2, {f"{HOME}001": 30, f"{AWAY}001": 10}),
        ("priority", 1, {"2": 30, "4": 10}),
        ("month", 1, {"2026-03-01": 40}),
    ],
)
def test_counts_by_each_breakdown(month, by: str, depth: int, expected: dict[str, int]) -> None:
    assert selectors.counts(viewer("analyst"), "incident", MARCH, by, depth=depth) == expected


def test_hours_weekdays_and_days_are_the_citys(month) -> None:
    thefts = {"category": "crime"}
    assert selectors.counts(viewer("analyst"), "incident", MARCH, "hour", **thefts) == {"10": 10}
    weekdays = selectors.counts(viewer("analyst"), "incident", MARCH, "weekday", **thefts)
    assert weekdays == {"1": 1, "2": 1, "3": 2, "4": 2, "5": 2, "6": 1, "7": 1}
    both = selectors.counts(viewer("analyst"), "incident", MARCH, "weekday_hour", **thefts)
    assert both["310"] == 2
    days = selectors.counts(viewer("analyst"), "incident", MARCH, "day", **thefts)
    assert list(days) == [str(date(2026, 3, 4) + timedelta(days=number)) for number in range(10)]


def test_a_category_counts_what_is_below_it_and_no_namesake(past) -> None:
    past(DAY, category="order")
    past(DAY, category="order.fight")
    past(DAY, category="orderly.queue")
    roll(LATER)
    assert selectors.counts(viewer("analyst"), "incident", MARCH, "category", category="order") == {"order": 2}


def test_what_is_out_of_scope_is_not_counted(month) -> None:
    assert selectors.counts(viewer("analyst", HOME), "incident", MARCH, "area") == {HOME: 30}
    assert selectors.counts(viewer("analyst", AWAY), "incident", MARCH, "area", area=HOME) == {}
    assert selectors.counts(NOBODY, "incident", MARCH, "area") == {}
    assert selectors.counts(viewer("partner"), "incident", MARCH, "area") == {}
    assert selectors.counts(viewer("auditor"), "incident", MARCH, "area") == {}


def test_an_unknown_breakdown_is_refused_with_those_there_are(month) -> None:
    with pytest.raises(ValueError, match="no breakdown 'moon': use one of category, area"):
        selectors.counts(viewer("analyst"), "incident", MARCH, "moon")


def test_a_fall_beyond_chance_and_one_within_it(month) -> None:
    figures = {one.key: one for one in selectors.compare(viewer("analyst"), "incident", MARCH, "category")}
    assert (figures["order"].now, figures["order"].before, figures["order"].verdict) == (30, 60, -1)
    assert figures["order"].change == pytest.approx(-0.5)
    assert figures["order"].low < -0.5 < figures["order"].high < 0
    assert not figures["order"].small
    assert (figures["crime"].before, figures["crime"].small) == (0, True)


def test_groups_come_largest_first(month) -> None:
    keys = [one.key for one in selectors.compare(viewer("analyst"), "incident", MARCH, "category")]
    assert keys == ["order", "crime"]
    assert selectors.compare(NOBODY, "incident", MARCH, "category") == []


def test_a_total_is_widened_by_days_that_come_in_bursts(past) -> None:
    steady = [DAY.replace(day=day) + timedelta(minutes=number) for day in range(1, 31) for number in range(4)]
    burst = [YEAR_BEFORE.replace(day=7) + timedelta(minutes=number) for number in range(160)]
    past(*steady)
    past(*burst)
    roll(LATER)
    found = selectors.total(viewer("analyst"), ["incident"], MARCH)
    assert (found.now, found.before) == (120, 160)
    by_month = selectors.compare(viewer("analyst"), "incident", MARCH, "category")[0]
    assert by_month.verdict == -1
    assert found.verdict == 0
    assert found.high - found.low > by_month.high - by_month.low


def test_an_empty_period_is_told_without_a_fall(past) -> None:
    found = selectors.total(viewer("analyst"), ["incident", "matter"], MARCH)
    assert (found.now, found.before, found.verdict, found.small) == (0, 0, 0, True)


def test_a_lost_snapshot_is_read_from_the_database(month) -> None:
    before = selectors.counts(viewer("analyst"), "incident", MARCH, "category")
    for snapshot in Snapshot.objects.all():
        (folder() / snapshot.file_name).unlink()
    assert selectors.counts(viewer("analyst"), "incident", MARCH, "category") == before


def test_the_time_of_the_last_roll_is_told(month) -> None:
    assert selectors.as_of() == LATER


def test_a_period_knows_its_days_and_the_year_before() -> None:
    leap = Period(date(2024, 2, 28), date(2024, 2, 29))
    assert leap.days == 2
    assert leap.year_before() == Period(date(2023, 2, 28), date(2023, 2, 28))
    assert Period(date(2025, 11, 30), date(2026, 1, 1)).months() == ["2025-11", "2025-12", "2026-01"]
    start, end = MARCH.moments()
    assert (start.isoformat(), (end - start).days) == ("2026-03-01T00:00:00+08:00", 31)
    with pytest.raises(ValueError, match="cannot end"):
        Period(date(2026, 1, 2), date(2026, 1, 1))
