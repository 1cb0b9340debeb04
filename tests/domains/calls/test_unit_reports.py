"""A crew's words from its own device: taken once, late ones in their place, conflicts kept and settled."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from anning.domains.calls.models import UnitReport
from anning.domains.calls.selectors.reports import meanwhile, unsettled
from anning.domains.calls.services import units
from anning.domains.calls.services.reports import Word, settle_report, tell
from anning.kernel.audit.models import Entry
from anning.kernel.org.models import Duty
from anning.kernel.work.errors import NotVisibleError, RefusedError
from anning.kernel.work.models import Alert, Change, Clock, Event, Item, Task

from .conftest import World

MINUTE = timedelta(minutes=1)


class Sent:
    """An incident a unit was sent to half an hour ago, and its crew's words about it."""

    def __init__(self, world: World, *codes: str) -> None:
        self.world = world
        self.start = timezone.now() - 30 * MINUTE
        self.item = world.call()
        rang = self.start - MINUTE
        Item.objects.filter(pk=self.item.pk).update(opened_at=rang, state_at=rang)
        Change.objects.filter(item=self.item).update(at=rang)
        Clock.objects.filter(item=self.item).update(started_at=rang)
        units.assign(world.viewer("dispatcher"), self.item.number, codes or ["海曙01"], version=1, now=self.start)
        self.task = Task.objects.get(unit__code="海曙01")
        self.seen = self.now().version

    def now(self) -> Item:
        return Item.objects.get(pk=self.item.pk)

    def at(self, minutes: float) -> datetime:
        return self.start + minutes * MINUTE

    def word(self, action: str, minutes: float, **more: object) -> Word:
        plain = {"key": uuid4(), "number": self.item.number, "task": self.task.pk, "version": self.seen}
        return Word(action=action, at=self.at(minutes), **{**plain, **more})  # type: ignore[arg-type]

    def tell(self, action: str, minutes: float, *, who: str = "crew", **more: object) -> UnitReport:
        return tell(self.world.viewer(who), self.word(action, minutes, **more))

    def desk(self, action: str, minutes: float, **more: object) -> None:
        units.report(self.world.viewer("dispatcher"), self.item.number, "海曙01", action, at=self.at(minutes), **more)  # type: ignore[arg-type]

    def stands(self) -> Task:
        return Task.objects.get(pk=self.task.pk)

    def last(self) -> Change:
        return self.item.changes.latest("version")


@pytest.fixture
def sent(world: World) -> Sent:
    return Sent(world)


class TestOnce:
    def test_a_retry_is_answered_as_the_first_and_changes_nothing(self, sent: Sent) -> None:
        word, crew = sent.word("arrive", 5), sent.world.viewer("crew")
        first = tell(crew, word)
        counts = (Change.objects.count(), Entry.objects.count(), UnitReport.objects.count())
        again = tell(crew, word, now=timezone.now() + MINUTE)
        assert again == first
        assert (again.happened_at, again.version) == (sent.at(5), sent.now().version)
        assert (Change.objects.count(), Entry.objects.count(), UnitReport.objects.count()) == counts

    def test_a_retry_of_a_conflict_is_one_again_and_of_a_settled_one_settled(self, sent: Sent) -> None:
        crew, word = sent.world.viewer("crew"), sent.word("arrive", 5)
        sent.desk("stand_down", 10, reason="误报")
        assert [tell(crew, word).standing for _ in range(2)] == ["conflict", "conflict"]
        settle_report(crew, word.key, "yield")
        assert tell(crew, word).standing == "yielded"

    @pytest.mark.parametrize("other", [{"action": "clear"}, {"text": "别的话"}])
    def test_another_word_under_the_same_id_is_refused(self, sent: Sent, other: dict[str, str]) -> None:
        key = uuid4()
        sent.tell("note", 5, key=key, text="两人受伤")
        with pytest.raises(RefusedError):
            sent.tell(**{"action": "note", "minutes": 5, "key": key, "text": "两人受伤", **other})  # type: ignore[arg-type]

    def test_somebody_elses_id_is_refused(self, world: World) -> None:
        sent = Sent(world, "海曙01", "海曙02")
        key = sent.tell("depart", 1).key
        mine = Task.objects.get(unit__code="海曙02")
        with pytest.raises(RefusedError):
            sent.tell("depart", 1, who="mate", key=key, task=mine.pk)

    def test_a_double_tap_with_two_ids_is_known(self, sent: Sent) -> None:
        sent.tell("depart", 1)
        version = sent.now().version
        again = sent.tell("depart", 1.1)
        assert (again.standing, again.version, sent.now().version) == ("known", None, version)
        assert again.happened_at == sent.at(1)
        assert Entry.objects.latest("pk").action == "report-known"


class TestTime:
    def test_late_words_are_entered_when_they_happened_and_say_so(self, sent: Sent) -> None:
        report = sent.tell("arrive", 5)
        assert (sent.stands().on_scene_at, sent.world.unit("海曙01").status) == (sent.at(5), "on_scene")
        data = sent.last().data
        assert (data["late"], data["happened"]) == (True, sent.at(5).isoformat())
        assert data["received"] == report.received_at.isoformat()
        assert (sent.now().state, sent.now().state_at) == ("on_scene", sent.at(5))

    def test_a_word_at_once_is_not_marked(self, sent: Sent) -> None:
        tell(sent.world.viewer("crew"), Word(uuid4(), sent.item.number, "depart"))
        assert sent.last().data.keys() == {"action", "units", "report"}

    def test_words_that_overtook_each_other_end_in_the_same_record(self, sent: Sent) -> None:
        for action, minutes in (("clear", 20), ("arrive", 5), ("depart", 1)):
            assert sent.tell(action, minutes).standing == "entered"
        task = sent.stands()
        assert (task.en_route_at, task.on_scene_at, task.ended_at) == (sent.at(1), sent.at(5), sent.at(20))
        assert (sent.now().state, sent.world.unit("海曙01").status) == ("cleared", "free")

    def test_before_the_task_and_in_the_future_are_held_in_bounds_and_kept_as_said(self, sent: Sent) -> None:
        early, late = sent.tell("depart", -20), sent.tell("arrive", 400)
        assert (early.happened_at, late.happened_at) == (sent.at(0), late.received_at)
        assert [c.data.get("said") for c in sent.item.changes.order_by("-version")[:2]] == [
            sent.at(400).isoformat(),
            sent.at(-20).isoformat(),
        ]

    def test_the_incident_never_moves_to_before_where_it_stands(self, world: World) -> None:
        sent = Sent(world, "海曙01", "海曙02")
        sent.tell("arrive", 2)
        other = Task.objects.get(unit__code="海曙02")
        desk = world.viewer("dispatcher")
        units.report(desk, sent.item.number, "海曙02", "depart", at=sent.at(20))
        before = sent.now().state_at
        sent.tell("clear", 10)
        assert sent.stands().ended_at == sent.at(10)
        assert (sent.now().state, sent.now().state_at >= before) == ("en_route", True)
        assert other.ended_at is None
        assert not [c for c in Clock.objects.filter(item=sent.item) if c.stopped_at and c.stopped_at < c.started_at]

    def test_the_skew_of_the_device_is_kept(self, sent: Sent) -> None:
        assert sent.tell("depart", 1, skew_s=83.5).skew_s == 83.5
        assert sent.tell("note", 1, text="a", skew_s=-1e9).skew_s == -86_400


class TestAnswersToTheDesk:
    def test_taking_a_task_is_seen_and_moves_nothing(self, sent: Sent) -> None:
        sent.tell("accept", 1)
        assert (sent.now().state, sent.last().data["action"]) == ("assigned", "accept")
        assert Event.objects.filter(topic="unit").latest("pk").body["contact_at"] is not None

    def test_who_cannot_take_it_says_why_and_the_incident_waits_again(self, sent: Sent) -> None:
        with pytest.raises(RefusedError):
            sent.tell("decline", 2)
        sent.tell("decline", 2, text="车辆故障")
        assert (sent.stands().outcome, sent.now().state, sent.last().reason) == ("declined", "new", "车辆故障")
        assert sent.world.unit("海曙01").status == "free"
        assert Clock.objects.filter(item=sent.item, code="assign", stopped_at=None).exists()
        told = Alert.objects.filter(item=sent.item, cause__startswith="report:")
        assert list(told.values_list("user__username", flat=True)) == ["dispatcher"]

    def test_a_call_for_help_alerts_the_desk_and_moves_nothing(self, sent: Sent) -> None:
        sent.tell("trouble", 3)
        assert sent.now().state == "assigned"
        assert Alert.objects.filter(user__username="dispatcher", cause__startswith="report:").count() == 1

    def test_without_a_dispatcher_the_supervisor_is_told(self, sent: Sent) -> None:
        Duty.objects.filter(user__username="dispatcher").update(ends_at=timezone.now())
        sent.tell("trouble", 3, text="对方持刀")
        assert Alert.objects.filter(user__username="supervisor", cause__startswith="report:").exists()

    def test_a_remark_from_a_dead_zone(self, sent: Sent) -> None:
        sent.tell("note", 4, text="两人受伤")
        row = sent.last()
        assert (row.verb, row.reason, row.data["late"]) == ("note", "两人受伤", True)
        with pytest.raises(RefusedError):
            sent.tell("note", 4, text="  ")


class TestConflict:
    def test_stood_down_meanwhile(self, sent: Sent) -> None:
        sent.desk("stand_down", 10, reason="报警人撤回")
        report = sent.tell("arrive", 12)
        assert report.standing == "conflict"
        row = sent.last()
        assert (row.verb, row.data["standing"], row.data["happened"]) == (
            "unit-report",
            "conflict",
            sent.at(12).isoformat(),
        )
        assert (sent.stands().on_scene_at, sent.now().state) == (None, "new")
        assert [(c.actor, c.reason) for c in meanwhile(sent.world.viewer("crew"), report)] == [
            ("dispatcher", "报警人撤回")
        ]
        assert list(unsettled(sent.world.viewer("crew"))) == [report]

    def test_another_unit_took_over_and_ours_is_on_another_task(self, sent: Sent) -> None:
        desk = sent.world.viewer("dispatcher")
        units.take_over(desk, sent.item.number, "海曙01", "海曙03", version=sent.seen, reason="就近")
        other = sent.world.call(lon=121.45, lat=29.75)
        units.assign(desk, other.number, ["海曙01"], version=other.version)
        assert sent.tell("arrive", 5).standing == "conflict"
        assert sent.world.unit("海曙01").status == "assigned"

    def test_sent_again_to_the_same_incident_the_old_word_does_not_count_for_the_new_task(self, sent: Sent) -> None:
        sent.desk("stand_down", 10, reason="误派")
        desk = sent.world.viewer("dispatcher")
        units.assign(desk, sent.item.number, ["海曙01"], version=sent.now().version)
        assert sent.tell("arrive", 5).standing == "conflict"
        assert Task.objects.get(unit__code="海曙01", ended_at=None).on_scene_at is None
        fresh = tell(sent.world.viewer("crew"), Word(uuid4(), sent.item.number, "arrive"))
        assert (fresh.standing, fresh.task_id == sent.task.pk) == ("entered", False)

    def test_the_desk_reported_by_radio(self, sent: Sent) -> None:
        sent.desk("arrive", 9)
        report = sent.tell("arrive", 5)
        assert (report.standing, sent.stands().on_scene_at) == ("conflict", sent.at(9))
        assert [c.actor for c in meanwhile(sent.world.viewer("crew"), report)] == ["dispatcher"]
        assert sent.tell("arrive", 9.5).standing == "known"

    def test_the_desks_own_notes_are_no_conflict(self, sent: Sent) -> None:
        from anning.kernel.work.services.items import note

        note(sent.world.viewer("dispatcher"), sent.item.number, "报警人在门口等候")
        assert sent.tell("arrive", 5).standing == "entered"


class TestSettling:
    @pytest.fixture
    def word(self, sent: Sent) -> UUID:
        sent.desk("stand_down", 10, reason="误报")
        return sent.tell("arrive", 5).key

    def test_going_by_the_record(self, sent: Sent, word: UUID) -> None:
        crew, version = sent.world.viewer("crew"), sent.now().version
        assert settle_report(crew, word, "yield").standing == "yielded"
        assert (sent.now().version, sent.stands().on_scene_at) == (version + 1, None)
        assert not Alert.objects.filter(cause__startswith="report:").exists()
        assert not unsettled(crew).exists()

    def test_standing_by_it_tells_the_desk_and_fills_what_nobody_reported(self, sent: Sent, word: UUID) -> None:
        settle_report(sent.world.viewer("crew"), word, "insist")
        assert sent.stands().on_scene_at == sent.at(5)
        assert (sent.stands().outcome, sent.now().state) == ("stood_down", "new")
        assert (sent.last().data["standing"], sent.last().data["filled"]) == ("insisted", True)
        assert Alert.objects.filter(user__username="dispatcher", cause=f"report:{word}").exists()

    def test_standing_by_it_overwrites_nothing(self, sent: Sent) -> None:
        sent.desk("arrive", 9)
        key = sent.tell("arrive", 5).key
        settle_report(sent.world.viewer("crew"), key, "insist")
        assert sent.stands().on_scene_at == sent.at(9)
        assert "filled" not in sent.last().data

    def test_a_choice_is_made_once(self, sent: Sent, word: UUID) -> None:
        crew = sent.world.viewer("crew")
        first = settle_report(crew, word, "insist")
        version = sent.now().version
        assert settle_report(crew, word, "insist") == first
        assert sent.now().version == version
        with pytest.raises(RefusedError):
            settle_report(crew, word, "yield")

    @pytest.mark.parametrize("choice", ["", "maybe"])
    def test_no_such_choice(self, sent: Sent, word: UUID, choice: str) -> None:
        with pytest.raises(RefusedError):
            settle_report(sent.world.viewer("crew"), word, choice)

    def test_a_word_not_heard_yet_and_one_that_was_entered(self, sent: Sent) -> None:
        crew = sent.world.viewer("crew")
        with pytest.raises(NotVisibleError):
            settle_report(crew, uuid4(), "yield")
        with pytest.raises(RefusedError):
            settle_report(crew, sent.tell("depart", 1).key, "yield")


class TestWho:
    def test_only_the_crew_of_the_unit_now_or_then(self, sent: Sent) -> None:
        with pytest.raises((NotVisibleError, RefusedError)):
            sent.tell("depart", 1, who="mate")
        with pytest.raises(RefusedError):
            sent.tell("depart", 1, who="dispatcher")

    def test_another_incidents_task_does_not_exist_here(self, sent: Sent) -> None:
        other = sent.world.call(lon=121.45, lat=29.75)
        units.assign(sent.world.viewer("dispatcher"), other.number, ["海曙02"], version=other.version)
        with pytest.raises(NotVisibleError):
            sent.tell("depart", 1, task=Task.objects.get(unit__code="海曙02").pk)

    @pytest.mark.parametrize("action", ["send", "take_over", "stand_down", "fly", ""])
    def test_what_no_crew_tells(self, sent: Sent, action: str) -> None:
        with pytest.raises(RefusedError):
            sent.tell(action, 1)

    def test_a_version_that_never_was(self, sent: Sent) -> None:
        with pytest.raises(RefusedError):
            sent.tell("depart", 1, version=99)

    def test_one_audit_entry_each(self, sent: Sent) -> None:
        before = Entry.objects.count()
        sent.tell("depart", 1)
        sent.tell("note", 2, text="堵车")
        sent.desk("stand_down", 10, reason="误报")
        key = sent.tell("arrive", 5).key
        settle_report(sent.world.viewer("crew"), key, "insist")
        assert Entry.objects.count() == before + 5


def test_two_devices_at_once_take_a_word_once(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second try finds the first only when it stores its own: it answers as the first did."""
    from anning.domains.calls.services import reports

    crew, word = sent.world.viewer("crew"), sent.word("depart", 1)
    first = tell(crew, word)
    look: Callable[..., UnitReport | None] = reports.report_kept
    blind = iter([None, None])
    monkeypatch.setattr(reports, "report_kept", lambda *given: next(blind, look(*given)))
    Task.objects.filter(pk=sent.task.pk).update(en_route_at=None)
    assert tell(crew, word) == first
    assert UnitReport.objects.count() == 1
