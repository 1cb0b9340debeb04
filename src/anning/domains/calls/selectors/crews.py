"""Which unit could have gone to an incident of the past: the nearest fitting one that was on nothing else."""

import math
from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from anning.engines.space.distance import haversine_m
from anning.kernel.org.models import Unit
from anning.kernel.work.models import Task

BOAT = "boat"
RETRY = timedelta(minutes=3)
LATEST = timedelta(minutes=30)
"""How long an incident waits for a unit, and how often the desk looks again meanwhile."""
_FOR_EVER = math.inf


class Crew(NamedTuple):
    """A unit as history knows it."""

    unit: int
    code: str
    agency: int


@dataclass
class Crews:
    """The units of the city, and when each is at work: stretches (from, to) in seconds since 1970, in order."""

    crews: Sequence[Crew]
    kinds: Sequence[str]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    busy: list[list[tuple[float, float]]]
    _fitting: dict[str, NDArray[np.intp]] = field(default_factory=dict)

    def send(self, kind: str, lon: float, lat: float, at: datetime, lasts: timedelta) -> tuple[Crew, datetime] | None:
        """The nearest unit of `kind` free from `at` for as long as it `lasts`, and when it is sent; it is busy then.

        A city without units of the kind sends any but its boats. Where none is free the desk waits and looks again,
        up to `LATEST`; None when there is still none.
        """
        order = self._nearest(kind, lon, lat)
        for turn in range(LATEST // RETRY + 1):
            begins = (at + turn * RETRY).timestamp()
            ends = begins + lasts.total_seconds()
            for row in order:
                if self._is_free(row, begins, ends):
                    insort(self.busy[row], (begins, ends))
                    return self.crews[row], at + turn * RETRY
        return None

    def _nearest(self, kind: str, lon: float, lat: float) -> list[int]:
        if kind not in self._fitting:
            rows = [row for row, one in enumerate(self.kinds) if one == kind]
            self._fitting[kind] = np.array(
                rows or [row for row, one in enumerate(self.kinds) if one != BOAT], dtype=np.intp
            )
        fitting = self._fitting[kind]
        away = haversine_m(lon, lat, self.lon[fitting], self.lat[fitting])
        nearest: list[int] = fitting[np.argsort(away, kind="stable")].tolist()
        return nearest

    def _is_free(self, row: int, begins: float, ends: float) -> bool:
        stretches = self.busy[row]
        place = bisect_right(stretches, (begins, _FOR_EVER))
        before = place == 0 or stretches[place - 1][1] <= begins
        return before and (place == len(stretches) or ends <= stretches[place][0])


def crews_between(since: datetime, until: datetime, now: datetime) -> Crews:
    """The units with a place, and what they are known to be on between two moments.

    What a unit with people of its own does from `now` on is theirs to report, so it is left out of what goes on then.
    """
    units = list(Unit.objects.exclude(lon=None).order_by("code"))
    row_of = {unit.pk: row for row, unit in enumerate(units)}
    busy: list[list[tuple[float, float]]] = [[] for _ in units]
    served = Q(membership__isnull=False) | Q(duties__isnull=False, duties__ends_at=None)
    for pk in set(Unit.objects.filter(served, pk__in=row_of).values_list("pk", flat=True)):
        busy[row_of[pk]].append((now.timestamp(), _FOR_EVER))
    known = Task.objects.filter(Q(ended_at=None) | Q(ended_at__gte=since), assigned_at__lte=until, unit__in=row_of)
    for pk, begun, ended in known.values_list("unit", "assigned_at", "ended_at"):
        busy[row_of[pk]].append((begun.timestamp(), ended.timestamp() if ended else _FOR_EVER))
    return Crews(
        [Crew(unit.pk, unit.code, unit.agency_id) for unit in units],
        [unit.kind for unit in units],
        np.array([unit.lon for unit in units], np.float64),
        np.array([unit.lat for unit in units], np.float64),
        [sorted(stretches) for stretches in busy],
    )
