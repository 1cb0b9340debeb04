"""Units on an incident: every verb, its refusals, and what it leaves behind."""

from datetime import timedelta

import pytest
from django.utils import timezone

from anning.domains.calls.services import units
from anning.kernel.audit.models import Entry
from anning.kernel.org.models import Unit
from anning.kernel.work.errors import ConflictError, NotVisibleError, RefusedError
from anning.kernel.work.models import Alert, Clock, Event, Item, Share, Task

from .conftest import World


def now_of(item: Item) -> Item:
    return Item.objects.get(pk=item.pk)


def send(world: World, item: Item, *codes: str, who: str = "dispatcher") -> Item:
    return units.assign(world.viewer(who), item.number, codes, version=now_of(item).version)


class TestAssign:
    def test_sends_all_units_in_one_step_with_one_audit_entry(self, world: World) -> None:
        item = world.call()
        before, version = Entry.objects.count(), item.version
        after = send(world, item, "海曙01", "海曙02")
        assert (after.state, after.version) == ("assigned", version + 1)
        assert Entry.objects.count() == before + 1
        assert set(Task.objects.values_list("unit__code", "ended_at")) == {("海曙01", None), ("海曙02", None)}
        assert set(Unit.objects.filter(status="assigned").values_list("code", flat=True)) == {"海曙01", "海曙02"}
        change = item.changes.get(version=after.version)
        assert (change.old, change.new, change.data) == (
            "new",
            "assigned",
            {"action": "send", "units": ["海曙01", "海曙02"]},
        )

    def test_stops_the_clock_to_assign_and_starts_the_one_to_arrive(self, world: World) -> None:
        item = world.call()
        assert set(Clock.objects.filter(item=item, stopped_at=None).values_list("code", flat=True)) == {"assign"}
        send(world, item, "海曙01")
        assert set(Clock.objects.filter(item=item, stopped_at=None).values_list("code", flat=True)) == {"arrive"}

    def test_alerts_the_crew_on_duty_and_shares_with_the_agency(self, world: World) -> None:
        item = world.call()
        send(world, item, "海曙01")
        assert list(Alert.objects.filter(item=item).values_list("user__username", flat=True)) == ["crew"]
        assert Share.objects.filter(item=item, agency=world.agencies["hs"]).exists()

    def test_one_busy_unit_refuses_all(self, world: World) -> None:
        first, second = world.call(), world.call(lon=121.45, lat=29.75)
        send(world, first, "海曙01")
        with pytest.raises(RefusedError, match="海曙01"):
            send(world, second, "海曙02", "海曙01")
        assert not Task.objects.filter(item=second).exists()
        assert now_of(second).state == "new"
        assert world.unit("海曙02").status == "free"

    def test_more_units_later_leave_the_state(self, world: World) -> None:
        item = world.call()
        send(world, item, "海曙01")
        units.report(world.viewer("crew"), item.number, "海曙01", "depart")
        assert send(world, item, "海曙02").state == "en_route"

    def test_a_stale_version_is_a_conflict_and_changes_nothing(self, world: World) -> None:
        item = world.call()
        send(world, item, "海曙01")
        with pytest.raises(ConflictError) as caught:
            units.assign(world.viewer("second"), item.number, ["海曙02"], version=item.version)
        assert (caught.value.seen, caught.value.current) == (item.version, item.version + 1)
        assert Task.objects.filter(item=item).count() == 1

    @pytest.mark.parametrize("who", ["taker", "analyst", "crew"])
    def test_only_command_sends(self, world: World, who: str) -> None:
        item = world.call()
        with pytest.raises((RefusedError, NotVisibleError)):
            send(world, item, "海曙02", who=who)
        assert not Task.objects.exists()

    def test_units_of_another_county_do_not_exist(self, world: World) -> None:
        item = world.call()
        with pytest.raises(NotVisibleError):
            send(world, item, "象山01")
        assert send(world, item, "象山01", who="supervisor").state == "assigned"

    def test_incidents_of_another_county_do_not_exist(self, world: World) -> None:
        item = world.call()
        with pytest.raises(NotVisibleError):
            send(world, item, "象山01", who="elsewhere")

    def test_nobody_named(self, world: World) -> None:
        with pytest.raises(RefusedError):
            send(world, world.call())

    def test_tells_live_boards(self, world: World) -> None:
        item = world.call()
        send(world, item, "海曙01")
        body = Event.objects.filter(topic="unit").latest("pk").body
        assert (body["code"], body["status"], body["number"]) == ("海曙01", "assigned", item.number)


class TestReports:
    def test_the_whole_way(self, world: World) -> None:
        item, crew = world.call(), world.viewer("crew")
        send(world, item, "海曙01")
        crew = world.viewer("crew")
        states = [units.report(crew, item.number, "海曙01", verb).state for verb in ("depart", "arrive", "clear")]
        assert states == ["en_route", "on_scene", "cleared"]
        task = Task.objects.get()
        assert task.en_route_at <= task.on_scene_at <= task.ended_at  # type: ignore[operator]
        assert task.outcome == "cleared"
        assert world.unit("海曙01").status == "free"

    def test_a_double_tap_changes_nothing(self, world: World) -> None:
        item = world.call()
        send(world, item, "海曙01")
        crew = world.viewer("crew")
        for verb in ("depart", "arrive", "clear"):
            first = units.report(crew, item.number, "海曙01", verb)
            again = units.report(crew, item.number, "海曙01", verb)
            assert (again.version, again.state) == (first.version, first.state)

    def test_en_route_after_on_scene_is_already_behind(self, world: World) -> None:
        item = world.call()
        send(world, item, "海曙01")
        arrived = units.report(world.viewer("crew"), item.number, "海曙01", "arrive")
        late = units.report(world.viewer("crew"), item.number, "海曙01", "depart")
        assert (late.version, world.unit("海曙01").status) == (arrived.version, "on_scene")

    def test_the_state_follows_the_furthest_unit_at_work(self, world: World) -> None:
        item, desk = world.call(), world.viewer("dispatcher")
        send(world, item, "海曙01", "海曙02")
        steps = [("海曙01", "arrive"), ("海曙02", "depart"), ("海曙01", "clear"), ("海曙02", "clear")]
        assert [units.report(desk, item.number, *step).state for step in steps] == [
            "on_scene",
            "on_scene",
            "en_route",
            "cleared",
        ]

    def test_on_scene_before_dispatched_is_refused_with_the_reason(self, world: World) -> None:
        item = world.call()
        send(world, item, "海曙01")
        before = timezone.now() - timedelta(minutes=5)
        with pytest.raises(RefusedError, match="海曙01"):
            units.report(world.viewer("crew"), item.number, "海曙01", "arrive", at=before)
        assert Task.objects.get().on_scene_at is None

    def test_a_report_from_the_future_is_refused(self, world: World) -> None:
        item = world.call()
        send(world, item, "海曙01")
        with pytest.raises(RefusedError):
            units.report(
                world.viewer("crew"), item.number, "海曙01", "arrive", at=timezone.now() + timedelta(minutes=1)
            )

    def test_a_report_that_waited_for_the_network_keeps_its_time(self, world: World) -> None:
        item, sent = world.call(), timezone.now() - timedelta(minutes=9)
        units.assign(world.viewer("dispatcher"), item.number, ["海曙01"], version=item.version, now=sent)
        at = sent + timedelta(minutes=4)
        units.report(world.viewer("crew"), item.number, "海曙01", "arrive", at=at)
        assert Task.objects.get().on_scene_at == at
        assert now_of(item).state_at == at

    def test_a_unit_reports_only_for_itself(self, world: World) -> None:
        item = world.call()
        send(world, item, "海曙01", "海曙02")
        with pytest.raises(NotVisibleError):
            units.report(world.viewer("crew"), item.number, "海曙02", "arrive")

    def test_a_unit_not_on_the_incident(self, world: World) -> None:
        item = world.call()
        with pytest.raises(RefusedError, match="海曙02"):
            units.report(world.viewer("dispatcher"), item.number, "海曙02", "arrive")

    @pytest.mark.parametrize("verb", ["send", "take_over", "fly", ""])
    def test_what_no_unit_reports(self, world: World, verb: str) -> None:
        item = world.call()
        send(world, item, "海曙01")
        with pytest.raises(RefusedError):
            units.report(world.viewer("dispatcher"), item.number, "海曙01", verb)


class TestStandDownAndTakeOver:
    def test_stood_down_to_the_last_it_waits_again(self, world: World) -> None:
        item, desk = world.call(), world.viewer("dispatcher")
        send(world, item, "海曙01", "海曙02")
        assert units.report(desk, item.number, "海曙01", "stand_down", reason="误报").state == "assigned"
        assert units.report(desk, item.number, "海曙02", "stand_down", reason="误报").state == "new"
        assert Clock.objects.filter(item=item, code="assign", stopped_at=None).exists()

    def test_needs_a_reason_and_command(self, world: World) -> None:
        item = world.call()
        send(world, item, "海曙01")
        with pytest.raises(RefusedError):
            units.report(world.viewer("dispatcher"), item.number, "海曙01", "stand_down")
        with pytest.raises(RefusedError):
            units.report(world.viewer("crew"), item.number, "海曙01", "stand_down", reason="x")

    def test_all_at_once(self, world: World) -> None:
        item, desk = world.call(), world.viewer("dispatcher")
        send(world, item, "海曙01", "海曙02")
        version = now_of(item).version
        after = units.stand_down_all(desk, item.number, version=version, reason="重复报警")
        assert (after.state, after.version) == ("new", version + 1)
        with pytest.raises(RefusedError):
            units.stand_down_all(desk, item.number, version=after.version, reason="x")

    def test_take_over_swaps_units_in_one_step(self, world: World) -> None:
        item, desk = world.call(), world.viewer("dispatcher")
        send(world, item, "海曙01")
        units.report(desk, item.number, "海曙01", "depart")
        after = units.take_over(desk, item.number, "海曙01", "海曙03", version=now_of(item).version, reason="车辆故障")
        assert after.state == "assigned"
        assert (world.unit("海曙01").status, world.unit("海曙03").status) == ("free", "assigned")
        assert Task.objects.get(unit__code="海曙01").outcome == "taken_over"

    def test_take_over_by_a_busy_unit_changes_nothing(self, world: World) -> None:
        item, desk = world.call(), world.viewer("dispatcher")
        send(world, item, "海曙01", "海曙02")
        with pytest.raises(RefusedError):
            units.take_over(desk, item.number, "海曙01", "海曙02", version=now_of(item).version, reason="x")
        assert Task.objects.filter(ended_at=None).count() == 2

    def test_units_may_be_sent_again_after_clearing(self, world: World) -> None:
        item, desk = world.call(), world.viewer("dispatcher")
        send(world, item, "海曙01")
        units.report(desk, item.number, "海曙01", "clear")
        assert send(world, item, "海曙02").state == "assigned"

    def test_closed_incidents_take_no_units(self, world: World) -> None:
        from anning.kernel.work.services.items import act

        item, desk = world.call(), world.viewer("dispatcher")
        act(desk, item.number, "close", version=item.version, reason="电话处理")
        with pytest.raises(RefusedError, match=item.number):
            send(world, item, "海曙01")
