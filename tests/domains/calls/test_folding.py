"""The incident's state is the fold of its units' tasks, whatever they do and in whatever order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anning.domains.calls.folding import STAGES, fold, stage
from anning.domains.calls.selectors.tasks import tasks_since_opening
from anning.domains.calls.services import units
from anning.domains.calls.states import INCIDENT
from anning.kernel.audit.models import Entry
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.models import Item, Task
from anning.kernel.work.services.items import act

from .conftest import FIRST, World


@dataclass
class Work:
    """A task as the fold reads it."""

    en_route_at: datetime | None = None
    on_scene_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str = ""


TASKS = st.builds(
    Work,
    en_route_at=st.sampled_from([None, FIRST]),
    on_scene_at=st.sampled_from([None, FIRST]),
    ended_at=st.none(),
) | st.builds(
    Work,
    en_route_at=st.sampled_from([None, FIRST]),
    on_scene_at=st.sampled_from([None, FIRST]),
    ended_at=st.just(FIRST),
    outcome=st.sampled_from(["cleared", "stood_down", "taken_over"]),
)


class TestFold:
    def test_without_tasks_it_waits(self) -> None:
        assert fold([]) == "new"

    @pytest.mark.parametrize(
        ("work", "reached"),
        [
            (Work(), "assigned"),
            (Work(en_route_at=FIRST), "en_route"),
            (Work(on_scene_at=FIRST), "on_scene"),
            (Work(en_route_at=FIRST, on_scene_at=FIRST), "on_scene"),
        ],
    )
    def test_stage_of_one_unit(self, work: Work, reached: str) -> None:
        assert stage(work) == reached
        assert fold([work]) == reached

    @given(st.lists(TASKS, max_size=6))
    def test_the_furthest_unit_at_work_decides(self, tasks: list[Work]) -> None:
        state = fold(tasks)
        working = [task for task in tasks if task.ended_at is None]
        if working:
            assert state in STAGES
            assert all(STAGES.index(stage(task)) <= STAGES.index(state) for task in working)
            assert any(stage(task) == state for task in working)
        else:
            assert state == ("cleared" if any(task.outcome == "cleared" for task in tasks) else "new")

    @given(st.lists(TASKS, max_size=5), st.randoms())
    def test_order_does_not_matter(self, tasks: list[Work], random: object) -> None:
        mixed = list(tasks)
        random.shuffle(mixed)  # type: ignore[attr-defined]
        assert fold(mixed) == fold(tasks)

    def test_every_fold_can_be_reached_by_a_move_of_the_table(self) -> None:
        """From any open state an internal move leads to each state a fold can give, or the state stays."""
        for state in ("assigned", "en_route", "on_scene"):
            targets = {move.target for move in INCIDENT.from_state(state) if move.internal}
            backward = set(STAGES[: STAGES.index(state)])
            assert backward | {"cleared", "new", "="} <= targets


CODES = ("海曙01", "海曙02", "海曙03")
STEP = st.tuples(
    st.sampled_from(["send", "depart", "arrive", "clear", "stand_down", "take_over", "all_down", "close", "reopen"]),
    st.sampled_from(CODES),
    st.sampled_from(CODES),
)


class Stop(Exception):
    """Rolls one example back."""


def step(world: World, item: Item, verb: str, one: str, other: str, now: datetime) -> None:
    """Do one thing to the incident as a dispatcher would; what is refused changes nothing."""
    desk, version = world.viewer("dispatcher"), Item.objects.get(pk=item.pk).version
    number = item.number
    if verb == "send":
        units.assign(desk, number, [one], version=version, now=now)
    elif verb == "take_over":
        units.take_over(desk, number, one, other, version=version, reason="r", now=now)
    elif verb == "all_down":
        units.stand_down_all(desk, number, version=version, reason="r", now=now)
    elif verb in ("close", "reopen"):
        act(desk, number, verb, version=version, reason="r", now=now)
    else:
        units.report(desk, number, one, verb, version=version, reason="r", now=now)


def check(item: Item, entries: int) -> None:
    """What must hold after every step."""
    now = Item.objects.get(pk=item.pk)
    working = list(Task.objects.filter(ended_at=None).values_list("unit__code", flat=True))
    assert len(working) == len(set(working)), "no unit is on two tasks"
    for task in Task.objects.filter(ended_at=None).select_related("unit"):
        assert task.unit.status == stage(task), "a unit's board says what its task says"
    if now.closed_at is None:
        assert now.state == fold(tasks_since_opening(now)), "the state is the fold of the tasks"
    else:
        assert not Task.objects.filter(item=now, ended_at=None).exists(), "nobody works on what is closed"
    versions = list(now.changes.order_by("version").values_list("version", flat=True))
    assert versions == list(range(1, now.version + 1)), "every version has its row"
    assert Entry.objects.count() - entries <= now.version, "at most one audit entry a change"


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=1, max_size=14))
def test_whatever_units_do_the_state_is_the_fold_of_their_tasks(
    world: World, steps: list[tuple[str, str, str]]
) -> None:
    try:
        with transaction.atomic():
            item = world.call()
            entries = Entry.objects.count() - 1
            for k, (verb, one, other) in enumerate(steps):
                try:
                    with transaction.atomic():
                        step(world, item, verb, one, other, FIRST + timedelta(minutes=10 + k))
                except RefusedError:
                    pass
                check(item, entries)
            raise Stop
    except Stop:
        pass
