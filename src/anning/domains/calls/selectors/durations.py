"""How long incidents have been keeping units lately, to say when a busy one will be free."""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from anning.domains.calls.selectors.catalogue import categories
from anning.kernel.work.models import Change, Task

SAMPLE = 12_000
"""How many of the newest moves of incidents are looked at: three of each incident."""
FEWEST = 20
"""With fewer incidents that lasted longer than the present one nothing is said."""
FRESH_S = 600.0
"""How long the sample is kept."""
HANDLES: Mapping[str, frozenset[str]] = {
    "police": frozenset({"police", "traffic"}),
    "fire": frozenset({"fire"}),
    "medical": frozenset({"medical"}),
}
"""Whose incidents the units of a kind of agency answer; of other agencies nothing is known."""
Floats = NDArray[np.float64]
_STATES = ("assigned", "on_scene", "cleared")


@dataclass(frozen=True)
class Durations:
    """Cleared incidents of one kind of agency: seconds from assigning and from arriving to clearing, sorted."""

    whole_s: Floats
    scene_s: Floats


def free_in_s(task: Task, agency_kind: str, now: datetime) -> float | None:
    """Seconds until a unit at work will be free: the mean that was left of incidents which lasted this long already.

    None where too few incidents of that kind of agency lasted as long.
    """
    known = _durations(int(time.monotonic() / FRESH_S)).get(agency_kind)
    if known is None:
        return None
    since, lasted = (task.on_scene_at, known.scene_s) if task.on_scene_at else (task.assigned_at, known.whole_s)
    return mean_left_s(lasted, (now - since).total_seconds())


def mean_task_s(agency_kind: str) -> float | None:
    """Seconds an incident of that kind of agency took from assigning to clearing, on the mean; None of too few."""
    known = _durations(int(time.monotonic() / FRESH_S)).get(agency_kind)
    return float(known.whole_s.mean()) if known is not None and len(known.whole_s) >= FEWEST else None


def mean_left_s(lasted_s: Floats, so_far_s: float) -> float | None:
    """The mean of what was left of those durations that exceeded `so_far_s`; None of fewer than `FEWEST`."""
    longer = lasted_s[np.searchsorted(lasted_s, so_far_s, side="right") :]
    return float(longer.mean() - so_far_s) if len(longer) >= FEWEST else None


def forget() -> None:
    """Read the sample anew at the next look."""
    _durations.cache_clear()


@lru_cache(maxsize=1)
def _durations(_age: int) -> Mapping[str, Durations]:
    moves = Change.objects.filter(item__kind="incident", new__in=_STATES).exclude(verb__in=("note", "edit"))
    rows = moves.order_by("-pk").values_list("item_id", "item__category", "new", "at")[:SAMPLE]
    lives: dict[tuple[int, str], dict[str, datetime]] = defaultdict(dict)
    for item, category, state, at in rows:
        lives[item, category][state] = at  # newest first: the first move into each state is kept
    handled = {code: entry.handled_by for code, entry in categories().items()}
    by_handler: dict[str, list[dict[str, datetime]]] = defaultdict(list)
    for (_item, category), life in lives.items():
        if len(life) == len(_STATES):
            by_handler[handled.get(category, "")].append(life)
    return {
        kind: _lasting(life for handler in handlers for life in by_handler[handler])
        for kind, handlers in HANDLES.items()
    }


def _lasting(lives: Iterable[Mapping[str, datetime]]) -> Durations:
    known = [(life["cleared"] - life["assigned"], life["cleared"] - life["on_scene"]) for life in lives]
    whole, scene = ([one[part].total_seconds() for one in known] for part in (0, 1))
    return Durations(np.sort(np.array(whole)), np.sort(np.array(scene)))
