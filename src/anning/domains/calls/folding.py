"""The state of an incident, folded from what its units do."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

STAGES = ("assigned", "en_route", "on_scene")
CLEARED = "cleared"
STOOD_DOWN = "stood_down"
TAKEN_OVER = "taken_over"
DECLINED = "declined"


class Work(Protocol):
    """What the fold reads of one unit's task."""

    en_route_at: datetime | None
    on_scene_at: datetime | None
    ended_at: datetime | None
    outcome: str


def stage(task: Work) -> str:
    """How far a unit got: `assigned`, `en_route` or `on_scene`."""
    if task.on_scene_at:
        return "on_scene"
    return "en_route" if task.en_route_at else "assigned"


def fold(tasks: Iterable[Work]) -> str:
    """The state of an open incident with these tasks (those since it was last opened).

    The furthest stage of any unit now at work; with none at work `cleared` if any unit cleared, else `new`.
    """
    tasks = list(tasks)
    working = [STAGES.index(stage(task)) for task in tasks if task.ended_at is None]
    if working:
        return STAGES[max(working)]
    return CLEARED if any(task.outcome == CLEARED for task in tasks) else "new"
