"""The city's own incidents as a log to replay: when, where, how urgent, what was needed, how long it took."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

import numpy as np
from django.db.models import QuerySet
from django.utils import timezone
from numpy.typing import NDArray

from anning.domains.calls.module import COUNTERS
from anning.domains.calls.selectors.catalogue import categories
from anning.domains.calls.selectors.durations import HANDLES
from anning.domains.calls.selectors.planning.asked import Demand
from anning.kernel.access.scope import Viewer
from anning.kernel.work.models import Item, Task
from anning.kernel.work.selectors.items import within

Floats = NDArray[np.float64]
MOST_INCIDENTS = 60_000
"""A page answers within seconds: of more incidents than this nothing is replayed."""


@dataclass(frozen=True)
class Log:
    """Incidents in the order of their opening; one entry each.

    Attributes:
        start, end: of the period. at_s: seconds from its start. lon, lat: degrees. priority: 1 to 4.
        needs: codes of the capabilities asked for.
        scene_s: on scene until done, NaN where that was not recorded.
        recorded_s: from the opening until the first unit was there, as it happened; NaN where nobody was recorded.
        without_point: incidents of the period left out because they have no point.
    """

    start: datetime
    end: datetime
    at_s: Floats
    lon: Floats
    lat: Floats
    priority: NDArray[np.int64]
    needs: tuple[tuple[str, ...], ...]
    scene_s: Floats
    recorded_s: Floats
    without_point: int

    def __len__(self) -> int:
        return len(self.at_s)


def period_of(demand: Demand) -> tuple[datetime, datetime]:
    """The first moment of the period and the first after it, in the city's zone."""
    zone, period = timezone.get_default_timezone(), demand.figures.period
    start = datetime.combine(period.start, time.min, zone)
    return start, datetime.combine(period.end + timedelta(days=1), time.min, zone)


def asked_for(viewer: Viewer, demand: Demand) -> QuerySet[Item]:
    """The incidents asked for that the viewer may count; those merged into others are not counted twice."""
    start, end = period_of(demand)
    codes = [code for code, one in categories().items() if one.handled_by in HANDLES[demand.service]]
    found = within(Item.objects.filter(kind="incident"), viewer.scope_of("incident", COUNTERS))
    found = found.filter(opened_at__gte=start, opened_at__lt=end, category__in=codes).exclude(state="merged")
    found = found.filter(priority__lte=demand.least_urgent)
    return found.filter(area_code__startswith=demand.figures.area) if demand.figures.area else found


def how_many(viewer: Viewer, demand: Demand) -> int:
    """How many incidents are asked for, with a point or not; one query."""
    return asked_for(viewer, demand).count()


def read_log(viewer: Viewer, demand: Demand) -> Log:
    """The log; three queries. See `MOST_INCIDENTS` before."""
    items = asked_for(viewer, demand)
    start, end = period_of(demand)
    placed = items.filter(lon__isnull=False, lat__isnull=False).order_by("opened_at", "pk")
    rows = list(placed.values_list("pk", "opened_at", "lon", "lat", "priority", "incident__capabilities"))
    first, scene = _tasks(placed)
    arrived = [first.get(pk) for pk, *_ in rows]
    recorded = [
        (at - opened).total_seconds() if at else np.nan for at, (_, opened, *_) in zip(arrived, rows, strict=True)
    ]
    return Log(
        start=start,
        end=end,
        at_s=np.array([(opened - start).total_seconds() for _, opened, *_ in rows], np.float64),
        lon=np.array([row[2] for row in rows], np.float64),
        lat=np.array([row[3] for row in rows], np.float64),
        priority=np.array([row[4] for row in rows], np.int64),
        needs=tuple(tuple(row[5] or ()) for row in rows),
        scene_s=np.array([scene.get(row[0], np.nan) for row in rows], np.float64),
        recorded_s=np.array(recorded, np.float64),
        without_point=items.count() - len(rows),
    )


def _tasks(items: QuerySet[Item]) -> tuple[dict[int, datetime], dict[int, float]]:
    """By incident: when the first unit was there, and the longest any unit stayed, seconds."""
    first: dict[int, datetime] = {}
    stayed: dict[int, float] = {}
    there = Task.objects.filter(item__in=items.order_by().values("pk"), on_scene_at__isnull=False)
    for item, arrived, ended in there.values_list("item_id", "on_scene_at", "ended_at"):
        if arrived is None:
            continue
        first[item] = min(first.get(item, arrived), arrived)
        if ended is not None:
            stayed[item] = max(stayed.get(item, 0.0), (ended - arrived).total_seconds())
    return first, stayed
