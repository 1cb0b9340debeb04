"""How long units have been taking lately, to say when a busy one will be free."""

import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from anning.domains.calls.folding import CLEARED
from anning.kernel.work.models import Task

SAMPLE = 4000
"""How many of the newest finished tasks are looked at."""
FEWEST = 20
"""With fewer finished tasks longer than the present one nothing is said."""
FRESH_S = 600.0
"""How long the sample is kept."""
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Durations:
    """Finished tasks of one kind of agency: seconds from being sent and from arriving to being free, sorted."""

    whole_s: Floats
    scene_s: Floats


def free_in_s(task: Task, agency_kind: str, now: datetime) -> float | None:
    """Seconds until a unit at work will be free: the mean that was left of tasks which lasted this long already.

    None where too few tasks of that kind of agency lasted as long.
    """
    known = _durations(int(time.monotonic() / FRESH_S)).get(agency_kind)
    if known is None:
        return None
    since, lasted = (task.on_scene_at, known.scene_s) if task.on_scene_at else (task.assigned_at, known.whole_s)
    return mean_left_s(lasted, (now - since).total_seconds())


def mean_task_s(agency_kind: str) -> float | None:
    """Seconds a finished task of that kind of agency took from sending to clearing, on the mean; None of too few."""
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
    fields = ("unit__agency__kind", "assigned_at", "on_scene_at", "ended_at")
    ended = Task.objects.filter(outcome=CLEARED, on_scene_at__isnull=False).order_by("-pk")
    whole, scene = defaultdict(list), defaultdict(list)
    for kind, assigned, arrived, left in ended.values_list(*fields)[:SAMPLE]:
        whole[kind].append((left - assigned).total_seconds())
        scene[kind].append((left - arrived).total_seconds())
    return {kind: Durations(np.sort(np.array(whole[kind])), np.sort(np.array(scene[kind]))) for kind in whole}
