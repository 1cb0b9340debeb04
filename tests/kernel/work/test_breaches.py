"""Who hears of a breach, and what becomes of one that nobody was there to hear."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anning.kernel.access.selectors import viewer_of
from anning.kernel.audit.models import Entry
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import VIEW
from anning.kernel.org.models import Duty, Membership
from anning.kernel.org.selectors import is_on_duty
from anning.kernel.work.models import Alert, Change, Clock, Item, Share
from anning.kernel.work.selectors.hearers import hearers
from anning.kernel.work.selectors.items import involved
from anning.kernel.work.services import tasks
from anning.kernel.work.services.breaches import tick
from anning.kernel.work.services.items import act
from tests.factories import AWAY, HOME, NOW, agency, incident, on_duty, unit, user, viewer, work

pytestmark = pytest.mark.django_db
LATE = NOW + timedelta(seconds=90)


class TestNobodyThere:
    """A step nobody heard waits for the first who should."""

    def test_the_first_who_comes_on_duty_is_told_and_the_next_is_not(self) -> None:
        first, second = user("dispatcher", HOME), user("dispatcher", HOME)
        item = incident(priority=1)
        assert tick(LATE) == 1
        assert Clock.objects.get().unheard == "1"
        assert not Alert.objects.exists()
        on_duty(first, since=LATE + timedelta(seconds=10))
        assert tick(LATE + timedelta(seconds=11)) == 1
        on_duty(second, since=LATE + timedelta(seconds=12))
        assert tick(LATE + timedelta(seconds=13)) == 0
        assert [(alert.user, alert.item) for alert in Alert.objects.all()] == [(first, item)]
        rows = Change.objects.filter(verb="breach").order_by("version")
        assert [row.data["told"] for row in rows] == [[], [first.username]]
        assert Entry.objects.filter(action="breach").count() == 2

    def test_somebody_of_another_county_or_role_coming_does_not_end_the_waiting(self) -> None:
        incident(priority=1)
        tick(LATE)
        for role, area in (("dispatcher", AWAY), ("call_taker", HOME), ("partner", HOME)):
            on_duty(user(role, area), since=LATE)
        assert tick(LATE + timedelta(seconds=1)) == 0
        assert Clock.objects.get().unheard == "1"
        assert not Duty.objects.filter(briefed_at=None).exists()

    def test_every_step_that_waits_is_told_to_whom_it_was_for(self) -> None:
        incident(priority=1)
        tick(LATE)
        tick(LATE + timedelta(seconds=120))
        assert Clock.objects.get().unheard == "1,2"
        chief = user("supervisor", HOME)
        on_duty(chief, since=LATE + timedelta(seconds=121))
        assert tick(LATE + timedelta(seconds=122)) == 1
        assert Clock.objects.get().unheard == "1"

    def test_what_was_dealt_with_meanwhile_wakes_nobody(self) -> None:
        item = incident(priority=1)
        tick(LATE)
        act(viewer("dispatcher"), item.number, "close", version=None, reason="已处置", now=LATE)
        on_duty(user("dispatcher", HOME), since=LATE)
        assert tick(LATE + timedelta(seconds=1)) == 0
        assert not Alert.objects.exists()

    def test_a_duty_still_to_come_is_briefed_when_it_comes(self) -> None:
        incident(priority=1)
        tick(LATE)
        on_duty(user("dispatcher", HOME), since=LATE + timedelta(hours=1))
        assert tick(LATE + timedelta(minutes=1)) == 0
        assert tick(LATE + timedelta(hours=2)) >= 1
        assert Alert.objects.exists()


class TestWhoHears:
    """As far as the role's sight reaches, no farther."""

    def test_a_partner_hears_of_what_its_agency_takes_part_in(self) -> None:
        ours, others = user("partner", of=agency("rescue")), user("partner", of=agency("gas"))
        on_duty(ours, agency("rescue"))
        on_duty(others, agency("gas"))
        item = incident()
        assert hearers(item, "partner", NOW) == []
        Share.objects.create(item=item, agency=agency("rescue"), at=NOW)
        assert hearers(item, "partner", NOW) == [ours]

    def test_a_crew_hears_of_what_its_unit_is_sent_to(self) -> None:
        car, other = unit(), unit()
        mine, theirs = user("unit", in_unit=car), user("unit", in_unit=other)
        on_duty(mine, in_unit=car)
        on_duty(theirs, in_unit=other)
        item = incident()
        tasks.send(item, car, NOW)
        assert hearers(item, "unit", NOW) == [mine]

    def test_a_membership_for_other_kinds_does_not_hear(self) -> None:
        who = user("dispatcher", HOME)
        on_duty(who)
        Membership.objects.update(kinds=["matter"])
        assert hearers(incident(), "dispatcher", NOW) == []

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["dispatcher", "supervisor", "partner", "call_taker"]),
                st.sampled_from(["", HOME, AWAY]),
                st.sampled_from(["police", "rescue"]),
                st.sampled_from([[], ["incident"], ["matter"]]),
                st.sampled_from(["off", "on", "ended", "later"]),
            ),
            max_size=5,
        ),
        st.sampled_from(["incident", "matter", "joint"]),
        st.sampled_from([f"{HOME}001", AWAY, ""]),
    )
    def test_whoever_is_alerted_is_on_duty_and_may_see_the_item(self, people: list, kind: str, area: str) -> None:
        for model in (Alert, Duty, Membership):
            model.objects.all().delete()
        Clock.objects.update(next_at=None, unheard="")
        for role, over, code, kinds, duty in people:
            who = user(role, over, agency(code))
            Membership.objects.filter(user=who).update(kinds=kinds)
            if duty != "off":
                start = NOW + timedelta(days=30) if duty == "later" else NOW - timedelta(hours=8)
                end = NOW - timedelta(hours=1) if duty == "ended" else None
                Duty.objects.create(user=who, agency=agency(code), starts_at=start, ends_at=end)
        item = work(kind, area, 1, agency("rescue").pk)
        late = NOW + timedelta(days=7)
        while tick(late):
            pass
        assert Clock.objects.filter(item=item, rung__gt=0).exists() or kind == "matter"
        for alert in Alert.objects.select_related("user", "item"):
            assert is_on_duty(alert.user_id, late)
            scope = viewer_of(alert.user, late).scope(registry.kind(alert.item.kind), VIEW)
            assert scope.admits(alert.item.area_code, *involved(alert.item))


def test_a_clock_no_longer_declared_is_put_aside_and_holds_up_nobody() -> None:
    on_duty(user("dispatcher", HOME))
    old, gone, fine = incident(priority=1), incident(priority=1), incident(priority=1)
    Clock.objects.filter(item=old).update(code="forgotten")
    Item.objects.filter(pk=gone.pk).update(kind="uninstalled")
    assert tick(LATE) == 1
    assert list(Alert.objects.values_list("item", flat=True)) == [fine.pk]
    assert not Clock.objects.filter(next_at__lte=LATE).exists()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 9 * 10**6), st.integers(1, 9 * 10**6)), min_size=1, max_size=20))
def test_pauses_add_up_to_the_microsecond(stretches: list[tuple[int, int]]) -> None:
    """What runs between pauses is what is spent, however often and at whatever fraction of a second."""
    from anning.kernel.contract.clocks import ClockRule
    from anning.kernel.work.services import clocks

    rule = ClockRule("c", "c", frozenset({"a"}), frozenset({"b"}), {1: 3600}, frozenset({"p"}))
    item = incident(priority=1)
    now, ran = NOW, timedelta(0)
    clock = Clock(item=item, code="c", started_at=now, limit_s=3600, due_at=now + timedelta(hours=1))
    for running_us, paused_us in stretches:
        now += timedelta(microseconds=running_us)
        ran += timedelta(microseconds=running_us)
        clocks._pause(clock, rule, now)
        now += timedelta(microseconds=paused_us)
        clocks._resume(clock, rule, now)
    assert clock.due_at is not None
    assert abs((clock.due_at - now) - (timedelta(hours=1) - ran)) <= timedelta(microseconds=2 * len(stretches))
