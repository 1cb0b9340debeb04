"""Clocks: started, paused, stopped by states; calendars; each breach told once, to people on duty only."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.kernel.contract import registry
from anning.kernel.contract.clocks import ALWAYS, WORKDAYS
from anning.kernel.work import calendars
from anning.kernel.work.models import Alert, Change, Clock, Item
from anning.kernel.work.selectors.clocks import forget_limits
from anning.kernel.work.services.breaches import tick
from anning.kernel.work.services.clocks import enter
from anning.kernel.work.services.items import Draft, edit, open_item
from anning.kernel.work.services.limits import set_limits
from tests.factories import HOME, NOW, incident, on_duty, user, viewer

MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC))


@given(MOMENTS, st.integers(0, 400_000))
def test_between_undoes_add_on_both_calendars(start: datetime, seconds: int) -> None:
    for calendar in (ALWAYS, WORKDAYS):
        end = calendars.add(calendar, start, seconds)
        assert end >= start
        assert abs(calendars.between(calendar, start, end) - seconds) <= 1


@given(MOMENTS, st.integers(0, 10**6), st.integers(0, 10**6))
def test_counted_time_adds_up(start: datetime, first: int, second: int) -> None:
    middle, end = start + timedelta(seconds=first), start + timedelta(seconds=first + second)
    parts = calendars.between(WORKDAYS, start, middle) + calendars.between(WORKDAYS, middle, end)
    assert abs(parts - calendars.between(WORKDAYS, start, end)) <= 1


def test_chinese_holidays_and_make_up_days_are_known() -> None:
    assert not calendars.is_workday(date(2024, 10, 1))
    assert calendars.is_workday(date(2024, 9, 29)), "a Sunday worked for the National Day week"
    assert not calendars.is_workday(date(2024, 10, 5))
    assert calendars.is_workday(date(2090, 1, 2)) is (date(2090, 1, 2).weekday() < 5)


def test_an_hour_over_lunch_and_a_night_over_a_weekend() -> None:
    friday = datetime(2024, 3, 8, 3, 30, tzinfo=UTC)  # 11:30 in Ningbo
    assert calendars.add(WORKDAYS, friday, 3600) == datetime(2024, 3, 8, 6, 0, tzinfo=UTC)
    late = datetime(2024, 3, 8, 9, 0, tzinfo=UTC)  # 17:00
    assert calendars.add(WORKDAYS, late, 3600) == datetime(2024, 3, 11, 1, 0, tzinfo=UTC)


@pytest.mark.django_db
class TestLife:
    """Clocks on items in the database."""

    def test_a_new_incident_has_its_clock_and_its_next_limit(self) -> None:
        item = incident(priority=1)
        clock = Clock.objects.get(item=item)
        item.refresh_from_db()
        assert (clock.code, clock.limit_s, item.due_at) == ("assign", 60, NOW + timedelta(seconds=60))

    def test_the_citys_own_limit_goes_before_the_kinds(self) -> None:
        set_limits(None, [("incident", "assign", 1, 45)])
        try:
            assert Clock.objects.get(item=incident(priority=1)).limit_s == 45
        finally:
            forget_limits()

    def test_a_changed_priority_gives_what_is_left_of_the_new_limit(self) -> None:
        item = incident(priority=2)
        edit(viewer(), item.number, {"priority": 1}, version=1, now=NOW + timedelta(seconds=30))
        clock = Clock.objects.get(item=item)
        assert (clock.limit_s, clock.due_at) == (60, NOW + timedelta(seconds=60))

    def test_a_pause_stands_still_and_goes_on_with_what_is_left(self) -> None:
        kind = registry.kind("matter")
        draft = Draft(title="噪音", area_code=HOME, opened_at=NOW)
        item = open_item(viewer("dispatcher"), kind, draft, now=NOW)
        enter(item, kind, "accepted", "waiting", NOW + timedelta(hours=1))
        clock = Clock.objects.get(item=item, code="settle")
        assert (clock.due_at, clock.next_at, clock.spent_s) == (None, None, 3600)
        enter(item, kind, "waiting", "accepted", NOW + timedelta(days=7))
        clock.refresh_from_db()
        expected = calendars.add(WORKDAYS, NOW + timedelta(days=7), clock.limit_s - 3600)
        assert clock.due_at == expected
        enter(item, kind, "accepted", "done", NOW + timedelta(days=8))
        clock.refresh_from_db()
        assert clock.stopped_at is not None
        assert clock.next_at is None

    def test_a_breach_is_told_once_per_rung_and_climbs(self) -> None:
        dispatcher, supervisor = user("dispatcher", HOME), user("supervisor", HOME)
        for who in (dispatcher, supervisor):
            on_duty(who)
        item = incident(priority=1)
        assert tick(NOW + timedelta(seconds=59)) == 0
        assert tick(NOW + timedelta(seconds=61)) == 1
        assert tick(NOW + timedelta(seconds=62)) == 0
        assert [alert.user for alert in Alert.objects.all()] == [dispatcher]
        assert tick(NOW + timedelta(seconds=181)) == 1
        assert tick(NOW + timedelta(days=1)) == 0
        assert {alert.user for alert in Alert.objects.all()} == {dispatcher, supervisor}
        assert Change.objects.filter(item=item, verb="breach").count() == 2

    def test_nobody_off_duty_and_nobody_of_another_county_is_told(self) -> None:
        user("dispatcher", HOME)
        on_duty(user("dispatcher", "330225"))
        incident(priority=1)
        assert tick(NOW + timedelta(minutes=5)) >= 1
        assert not Alert.objects.exists()

    def test_many_breaches_in_one_go(self) -> None:
        on_duty(user("dispatcher", HOME))
        for _ in range(5):
            incident(priority=1)
        assert tick(NOW + timedelta(seconds=90)) == 5
        assert Alert.objects.count() == 5
        assert Item.objects.filter(changes__verb="breach").distinct().count() == 5
