"""Correcting what and where; looking at contacts; ending what callers said; duty and positions."""

from datetime import timedelta

import pytest
from django.utils import timezone

from anning.domains.calls.models import Call, Incident
from anning.domains.calls.module import NARRATIVE_DAYS
from anning.domains.calls.services import board, changing, contacts, retention, units
from anning.kernel.audit.models import Entry
from anning.kernel.org.models import Duty
from anning.kernel.people.models import Deletion
from anning.kernel.work.errors import ConflictError, NotVisibleError, RefusedError
from anning.kernel.work.models import Clock, Event, Item

from .conftest import FIRST, World


def again(item: Item) -> Item:
    return Item.objects.get(pk=item.pk)


class TestReclassify:
    def test_old_and_new_are_kept(self, world: World) -> None:
        item = world.call()
        changing.reclassify(
            world.viewer("taker"), item.number, version=item.version, category="public.noise", priority=1, reason="核实"
        )
        change = item.changes.latest("version")
        assert change.data == {"category": ["public.fight", "public.noise"], "priority": [2, 1]}
        assert (again(item).category, again(item).priority, change.reason) == ("public.noise", 1, "核实")

    def test_clocks_follow_the_priority(self, world: World) -> None:
        item = world.call()
        changing.reclassify(world.viewer("taker"), item.number, version=item.version, priority=1)
        assert Clock.objects.get(item=item).limit_s == 60

    @pytest.mark.parametrize("fields", [{}, {"category": "nothing"}, {"priority": 7}])
    def test_what_cannot_be(self, world: World, fields: dict[str, object]) -> None:
        item = world.call()
        with pytest.raises(RefusedError):
            changing.reclassify(world.viewer("taker"), item.number, version=item.version, **fields)  # type: ignore[arg-type]
        assert again(item).version == item.version

    def test_stale(self, world: World) -> None:
        item = world.call()
        changing.reclassify(world.viewer("taker"), item.number, version=item.version, priority=1)
        with pytest.raises(ConflictError):
            changing.reclassify(world.viewer("dispatcher"), item.number, version=item.version, priority=4)


class TestRelocate:
    def test_area_cell_and_address_follow(self, world: World) -> None:
        item = world.call()
        changing.relocate(
            world.viewer("taker"), item.number, 121.45, 29.75, version=item.version, address="高桥镇", radius_m=50
        )
        now = again(item)
        assert (now.area_code, now.lon, now.lat, now.radius_m, now.title) == ("330203", 121.45, 29.75, 50, "高桥镇")
        assert now.cell != item.cell
        assert Incident.objects.get(item=item).address == "高桥镇"

    def test_without_an_address_the_title_stays(self, world: World) -> None:
        item = world.call()
        changing.relocate(world.viewer("taker"), item.number, 121.45, 29.75, version=item.version)
        assert again(item).title == item.title

    def test_gcj02_is_converted(self, world: World) -> None:
        item = world.call()
        changing.relocate(
            world.viewer("taker"), item.number, 121.554158, 29.867417, version=item.version, system="gcj02"
        )
        assert again(item).lon == pytest.approx(121.55, abs=2e-6)

    def test_not_off_the_earth(self, world: World) -> None:
        item = world.call()
        with pytest.raises(RefusedError):
            changing.relocate(world.viewer("taker"), item.number, 300, 29.75, version=item.version)


class TestContacts:
    def test_a_purpose_opens_them_and_leaves_a_trace(self, world: World) -> None:
        item = world.call(caller_phone="13800000000", caller_name="王")
        call = item.calls.get()
        opened = contacts.reveal_contact(world.viewer("taker"), item.number, call.pk, "回拨确认位置")
        assert (opened.phone, opened.name) == ("13800000000", "王")
        entry = Entry.objects.get(action="read")
        assert (entry.actor, entry.purpose, entry.subject) == (
            "taker",
            "回拨确认位置",
            f"people.contact:{call.contact_id}",
        )
        assert item.number in entry.body

    @pytest.mark.parametrize("purpose", ["", "   ", "abc"])
    def test_no_purpose_no_details_and_no_trace(self, world: World, purpose: str) -> None:
        item = world.call(caller_phone="1")
        with pytest.raises(RefusedError):
            contacts.reveal_contact(world.viewer("taker"), item.number, item.calls.get().pk, purpose)
        assert not Entry.objects.filter(action="read").exists()

    @pytest.mark.parametrize("who", ["analyst", "partner", "crew", "elsewhere", "auditor"])
    def test_only_the_desk(self, world: World, who: str) -> None:
        item = world.call(caller_phone="1")
        units.assign(world.viewer("dispatcher"), item.number, ["海曙01"], version=again(item).version)
        with pytest.raises((RefusedError, NotVisibleError)):
            contacts.reveal_contact(world.viewer(who), item.number, item.calls.get().pk, "看看是谁")
        assert not Entry.objects.filter(action="read").exists()

    def test_not_by_way_of_another_incident(self, world: World) -> None:
        item, other = world.call(caller_phone="1"), world.call()
        with pytest.raises(NotVisibleError):
            contacts.reveal_contact(world.viewer("taker"), other.number, item.calls.get().pk, "回拨确认")
        with pytest.raises(NotVisibleError):
            contacts.reveal_contact(world.viewer("taker"), other.number, other.calls.get().pk, "回拨确认")


class TestRetention:
    def test_what_was_said_goes_and_the_event_stays(self, world: World) -> None:
        item = world.call(address="", narrative="有人\n打架", answers={"q": "a"})
        kept = world.call(narrative="留着")
        old = timezone.now() - timedelta(days=NARRATIVE_DAYS, seconds=1)
        Call.objects.filter(item=item).update(saved_at=old)
        assert retention.purge_narratives() == 1
        call = item.calls.get()
        assert (call.narrative, call.answers, call.category) == ("", {}, "public.fight")
        assert again(item).title == "打架斗殴"
        assert kept.calls.get().narrative == "留着"
        assert Deletion.objects.get().count == 1

    def test_titles_that_are_addresses_stay(self, world: World) -> None:
        item = world.call(address="月湖")
        Call.objects.update(saved_at=timezone.now() - timedelta(days=NARRATIVE_DAYS + 1))
        retention.purge_narratives()
        assert again(item).title == "月湖"

    def test_a_second_run_finds_nothing(self, world: World) -> None:
        world.call()
        Call.objects.update(saved_at=timezone.now() - timedelta(days=NARRATIVE_DAYS + 1))
        assert (retention.purge_narratives(), retention.purge_narratives()) == (1, 0)

    def test_the_timeline_holds_no_narrative(self, world: World) -> None:
        item = world.call(narrative="不该留下的话")
        world.call(join=item.number, narrative="不该留下的话")
        rows = item.changes.values_list("reason", "data")
        assert "不该留下的话" not in str(list(rows))


class TestDuty:
    def test_on_and_off(self, world: World) -> None:
        Duty.objects.all().delete()
        world.units["海曙01"].status = "off_duty"
        world.units["海曙01"].save()
        board.start_duty(world.viewer("crew"), "海曙01")
        assert world.unit("海曙01").status == "free"
        assert Event.objects.filter(topic="unit").latest("pk").body["status"] == "free"
        assert board.end_duty(world.viewer("crew")) == 1
        assert world.unit("海曙01").status == "off_duty"

    def test_not_in_a_unit_of_another_agency(self, world: World) -> None:
        Duty.objects.all().delete()
        with pytest.raises(RefusedError):
            board.start_duty(world.viewer("crew"), "象山01")

    def test_not_twice(self, world: World) -> None:
        with pytest.raises(RefusedError):
            board.start_duty(world.viewer("crew"), "海曙01")


class TestPosition:
    def test_kept_while_on_duty_and_told(self, world: World) -> None:
        assert board.report_position(world.viewer("crew"), 121.5, 29.8)
        unit = world.unit("海曙01")
        assert (unit.lon, unit.lat) == (121.5, 29.8)
        assert Event.objects.filter(topic="unit").latest("pk").body["lon"] == 121.5

    def test_not_off_duty(self, world: World) -> None:
        Duty.objects.all().delete()
        with pytest.raises(RefusedError):
            board.report_position(world.viewer("crew"), 121.5, 29.8)

    def test_an_older_one_changes_nothing(self, world: World) -> None:
        board.report_position(world.viewer("crew"), 121.5, 29.8)
        assert not board.report_position(world.viewer("crew"), 120.0, 28.0, FIRST)
        assert world.unit("海曙01").lon == 121.5

    def test_one_from_the_future_counts_as_now(self, world: World) -> None:
        board.report_position(world.viewer("crew"), 121.5, 29.8, timezone.now() + timedelta(days=1))
        assert world.unit("海曙01").position_at <= timezone.now()  # type: ignore[operator]

    def test_not_off_the_earth(self, world: World) -> None:
        with pytest.raises(RefusedError):
            board.report_position(world.viewer("crew"), 200, 29.8)

    def test_the_incident_is_named_only_to_who_sees_it(self, world: World) -> None:
        item = world.call()
        units.assign(world.viewer("supervisor"), item.number, ["象山01"], version=item.version)
        body = Event.objects.filter(topic="unit").latest("pk").body
        assert (body["code"], body["status"], body["number"], body["title"]) == ("象山01", "assigned", "", "")
