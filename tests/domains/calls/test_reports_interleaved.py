"""However the desk moves and however late, doubled and mixed up words arrive: legal, once each, nothing lost."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anning.domains.calls.folding import fold
from anning.domains.calls.models import UnitReport
from anning.domains.calls.selectors.tasks import tasks_since_opening
from anning.domains.calls.services import units
from anning.domains.calls.services.reports import VERB, Word, settle_report, tell
from anning.domains.calls.states import INCIDENT
from anning.kernel.audit.selectors import verify
from anning.kernel.org.models import Unit
from anning.kernel.work.errors import ConflictError, RefusedError
from anning.kernel.work.models import Item, Task
from anning.kernel.work.services.items import act, note

from .conftest import World

SPOKEN = ("accept", "depart", "arrive", "clear", "decline", "trouble", "note")
words = st.tuples(st.just("word"), st.sampled_from(SPOKEN), st.integers(-120, 3000))
"""A word said to have happened so many seconds after the unit was sent."""
again = st.tuples(st.just("again"), st.integers(0, 9))
"""A word that arrived is sent once more."""
choices = st.tuples(st.just("choose"), st.sampled_from(("yield", "insist")))
moves = st.tuples(
    st.just("desk"),
    st.sampled_from(("send", "depart", "arrive", "clear", "stand_down", "swap", "close", "reopen", "note")),
)
STEPS = st.lists(st.one_of(words, words, moves, again, choices), max_size=14)


class Story:
    """One incident, one crew whose phone is behind, one desk; half a minute passes with each step."""

    def __init__(self, world: World) -> None:
        self.world, self.item = world, world.call()
        self.now = self.start = timezone.now()
        self.desk = world.viewer("dispatcher")
        self.crew = world.viewer("crew")
        self.sent: dict[UUID, Word] = {}
        self.answers: dict[UUID, str] = {}
        self._desk("send")
        self.shown = (Task.objects.get(unit__code="海曙01").pk, self.fresh().version)

    def fresh(self) -> Item:
        return Item.objects.get(pk=self.item.pk)

    def step(self, kind: str, *what: object) -> None:
        self.now += timedelta(seconds=30)
        try:
            with transaction.atomic():
                getattr(self, f"_{kind}")(*what)
        except (RefusedError, ConflictError):
            pass

    def _word(self, action: str, seconds: int) -> None:
        at, text = self.start + timedelta(seconds=seconds), "车坏了" if action in ("decline", "note") else ""
        task, version = self.shown
        word = Word(uuid4(), self.item.number, action, at, task, version, text)
        self.answers[word.key] = tell(self.crew, word, self.now).standing
        self.sent[word.key] = word

    def _again(self, which: int) -> None:
        if self.sent:
            word = list(self.sent.values())[which % len(self.sent)]
            before = self.fresh().version
            assert tell(self.crew, word, self.now).standing == self.answers[word.key]
            assert self.fresh().version == before

    def _choose(self, choice: str) -> None:
        open_ones = [key for key, standing in self.answers.items() if standing == "conflict"]
        if open_ones:
            self.answers[open_ones[0]] = settle_report(self.crew, open_ones[0], choice, self.now).standing

    def _desk(self, verb: str) -> None:
        number, now = self.item.number, self.now
        if verb == "send":
            units.assign(self.desk, number, ["海曙01"], version=None, now=now)
            self.shown = (Task.objects.filter(unit__code="海曙01").latest("pk").pk, self.fresh().version)
        elif verb == "swap":
            units.take_over(self.desk, number, "海曙01", "海曙02", version=None, reason="换", now=now)
        elif verb in ("close", "reopen"):
            act(self.desk, number, verb, version=None, reason="因", now=now)
        elif verb == "note":
            note(self.desk, number, "报警人来电", now=now)
        else:
            units.report(self.desk, number, "海曙01", verb, reason="因", now=now)


def check(story: Story) -> None:
    """Legal, in order, once each, and every word somewhere to be read."""
    item = story.fresh()
    assert item.state in INCIDENT.by_code
    if item.closed_at is None:
        assert item.state == fold(tasks_since_opening(item))
    for task in Task.objects.filter(item=item):
        line = [at for at in (task.assigned_at, task.en_route_at, task.on_scene_at, task.ended_at) if at]
        assert line == sorted(line)
        assert bool(task.ended_at) == bool(task.outcome)
    running = dict(Task.objects.filter(ended_at=None).values_list("unit__code", "pk"))
    for unit in Unit.objects.filter(code__in=["海曙01", "海曙02"]):
        assert (unit.status in ("assigned", "en_route", "on_scene")) == (unit.code in running)
    assert set(UnitReport.objects.values_list("key", flat=True)) == set(story.sent)
    _nothing_lost(story, item)


def _nothing_lost(story: Story, item: Item) -> None:
    changes = list(item.changes.order_by("version"))
    assert [change.version for change in changes] == list(range(1, item.version + 1))
    told = [change.data["report"] for change in changes if "report" in change.data and change.verb != VERB]
    kept = [change for change in changes if change.verb == VERB]
    for key, standing in story.answers.items():
        rows = [change for change in kept if change.data["report"] == str(key)]
        if standing == "known":
            assert str(key) not in told and not rows
        elif standing == "entered":
            assert told.count(str(key)) + len(rows) == 1
        else:
            assert [row.data["standing"] for row in rows] == ["conflict", standing][: 1 + (standing != "conflict")]


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_interleaving(world: World, steps: list[tuple[object, ...]]) -> None:
    with transaction.atomic():
        story = Story(world)
        for step in steps:
            story.step(*step)  # type: ignore[arg-type]
            check(story)
        assert list(verify()) == []
        transaction.set_rollback(True)


def test_the_walk_reaches_every_standing(world: World) -> None:
    """What the property says is said about something: one story passes through all of them."""
    story = Story(world)
    for step in (
        ("word", "arrive", 20),
        ("word", "arrive", 25),
        ("desk", "stand_down"),
        ("word", "clear", 50),
        ("word", "arrive", 40),
        ("word", "depart", 10),
        ("choose", "yield"),
        ("choose", "insist"),
        ("again", 2),
    ):
        story.step(*step)
        check(story)
    assert set(story.answers.values()) == {"entered", "known", "conflict", "yielded", "insisted"}
