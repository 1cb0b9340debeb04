"""Duty: who works where and when, one stretch at a time, and who is reached by what."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anning.kernel.audit.models import Entry
from anning.kernel.org.models import Duty, Membership, UnitStatus, User
from anning.kernel.org.selectors import crew, duty_places, holders_on_duty, is_on_duty, on_duty
from anning.kernel.org.services import DutyError, end_duty, report_position, start_duty
from tests import factories
from tests.factories import AWAY, HOME, NOW, agency, unit, user
from tests.together import at_once

HOUR = timedelta(hours=1)


@pytest.mark.django_db
class TestStartingAndEnding:
    """A duty begins and ends, its unit with it, and the trail says so."""

    def test_a_unit_is_free_while_somebody_serves_in_it(self) -> None:
        car = unit(status=UnitStatus.OFF_DUTY)
        first, second = (user("unit", in_unit=car) for _ in range(2))
        start_duty(None, first, car.agency_id, car, NOW)
        start_duty(None, second, car.agency_id, car, NOW)
        assert {who.pk for who in crew(car.pk, NOW)} == {first.pk, second.pk}
        end_duty(None, first, NOW + HOUR)
        car.refresh_from_db()
        assert car.status == UnitStatus.FREE
        end_duty(None, second, NOW + HOUR)
        car.refresh_from_db()
        assert car.status == UnitStatus.OFF_DUTY
        assert (
            list(Entry.objects.order_by("pk").values_list("action", flat=True)) == ["duty-start"] * 2 + ["duty-end"] * 2
        )

    def test_a_unit_at_work_stays_at_work_when_its_crew_goes(self) -> None:
        car = unit(status=UnitStatus.ON_SCENE)
        who = user("unit", in_unit=car)
        start_duty(None, who, car.agency_id, car, NOW)
        end_duty(None, who, NOW + HOUR)
        car.refresh_from_db()
        assert car.status == UnitStatus.ON_SCENE

    def test_one_duty_at_a_time(self) -> None:
        who = user("dispatcher")
        Membership.objects.create(user=who, agency=agency("rescue"), role="partner")
        start_duty(None, who, agency("police").pk, None, NOW)
        with pytest.raises(DutyError):
            start_duty(None, who, agency("rescue").pk, None, NOW + HOUR)
        end_duty(None, who, NOW + HOUR)
        assert start_duty(None, who, agency("rescue").pk, None, NOW + HOUR).agency == agency("rescue")

    def test_the_database_holds_one_running_duty_a_person(self) -> None:
        who = user()
        factories.on_duty(who)
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.on_duty(who, agency("rescue"))

    @pytest.mark.parametrize("days", [-1, 31])
    def test_a_membership_not_in_force_is_none(self, days: int) -> None:
        who = user()
        Membership.objects.update(starts_at=NOW, ends_at=NOW + timedelta(days=30))
        with pytest.raises(DutyError):
            start_duty(None, who, agency("police").pk, None, NOW + timedelta(days=days))

    def test_a_unit_of_another_agency_is_refused(self) -> None:
        who, other = user("unit"), unit(agency("rescue"))
        with pytest.raises(DutyError, match=other.code):
            start_duty(None, who, agency("police").pk, other, NOW)

    def test_where_somebody_may_serve(self) -> None:
        ours, theirs = unit(area_code=f"{HOME}001"), unit(area_code=f"{AWAY}001")
        who = user("unit", HOME)
        Membership.objects.create(user=who, agency=agency("rescue"), role="partner")
        places = {(a.code, u.code if u else None) for a, u in duty_places(who.pk, NOW)}
        assert places == {("police", ours.code), ("rescue", None)}
        assert theirs.code not in {code for _, code in places}

    def test_an_older_position_does_not_replace_a_newer(self) -> None:
        car = unit()
        assert report_position(car.pk, 121.5, 29.8, NOW)
        assert not report_position(car.pk, 121.6, 29.9, NOW - HOUR)
        with pytest.raises(ValueError, match="not on the earth"):
            report_position(car.pk, 29.8, 121.5, NOW)


def test_two_tries_at_once_start_one_duty(committed: None) -> None:
    who, police = user(), agency("police")
    results = at_once(*(partial(start_duty, None, who, police.pk, None) for _ in range(4)))
    assert sum(isinstance(result, Duty) for result in results) == 1
    assert sum(isinstance(result, DutyError) for result in results) == 3
    assert Duty.objects.count() == 1


SPANS = st.tuples(st.integers(-8, 8), st.one_of(st.none(), st.integers(1, 8)))


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["dispatcher", "supervisor", "partner"]),
            st.sampled_from(["police", "rescue"]),
            st.sampled_from(["", "3302", HOME, AWAY, f"{HOME}001"]),
            st.sampled_from([[], ["incident"], ["matter"]]),
            SPANS,
            SPANS,
            st.booleans(),
        ),
        min_size=1,
        max_size=4,
    ),
    st.integers(-4, 4),
)
def test_whoever_is_reached_is_on_duty_for_that_agency_in_that_role_over_that_area(people: list, hour: int) -> None:
    at, expected = NOW + hour * HOUR, set()
    with transaction.atomic():
        for role, code, area, kinds, member, duty, active in people:
            who = made(role, code, area, kinds, member, active)
            starts, ends = span(duty)
            if starts <= at or ends:
                Duty.objects.create(user=who, agency=agency(code), starts_at=starts, ends_at=ends)
            serves = starts <= at and (ends is None or ends > at)
            begins, expires = span(member)
            belongs = begins <= at and (expires is None or expires > at)
            covers = f"{HOME}001".startswith(area) and (not kinds or "incident" in kinds)
            if serves and belongs and covers and active and role == "dispatcher":
                expected.add(who.pk)
            assert is_on_duty(who.pk, at) == (serves and (starts <= at or bool(ends)))
        reached = set(holders_on_duty("dispatcher", f"{HOME}001", at, kind="incident").values_list("pk", flat=True))
        transaction.set_rollback(True)
    assert reached == expected


def span(of: tuple[int, int | None]) -> tuple[datetime, datetime | None]:
    """A stretch of whole hours about now, open-ended without a length."""
    start, length = of
    return NOW + start * HOUR, NOW + (start + length) * HOUR if length else None


def made(role: str, code: str, area: str, kinds: list[str], member: tuple[int, int | None], active: bool) -> User:
    """A user with one dated membership."""
    who = user(role, area, agency(code))
    starts, ends = span(member)
    Membership.objects.filter(user=who).update(kinds=kinds, starts_at=starts, ends_at=ends)
    User.objects.filter(pk=who.pk).update(is_active=active)
    return who


@pytest.mark.django_db
def test_somebody_in_two_agencies_is_reached_only_for_the_one_worked_for_now() -> None:
    who = user("dispatcher", HOME, agency("police"))
    Membership.objects.create(user=who, agency=agency("rescue"), role="supervisor", area_code=HOME)
    factories.on_duty(who, agency("rescue"))
    assert not holders_on_duty("dispatcher", HOME, NOW)
    assert holders_on_duty("supervisor", HOME, NOW).get() == who
    assert not holders_on_duty("supervisor", HOME, NOW, [agency("police").pk])
    assert on_duty(NOW).get().user == who
