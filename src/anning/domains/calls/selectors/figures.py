"""The figures of calls: how many, of what, how soon somebody was there."""

import polars as pl

from anning.domains.calls.states import INCIDENT_CLOCKS
from anning.kernel.access.scope import Viewer
from anning.kernel.figures.measures import Measure, median, share
from anning.kernel.figures.period import Period
from anning.kernel.figures.selectors import Figure, compare, frame, total
from anning.kernel.work.selectors.clocks import limit_of

INCIDENT, MATTER = "incident", "matter"
ARRIVE = next(rule for rule in INCIDENT_CLOCKS if rule.code == "arrive")
PRIORITIES = (1, 2, 3, 4)
_SECOND = 1_000_000


def calls_taken(viewer: Viewer, period: Period, *, category: str = "", area: str = "") -> Figure:
    """Calls taken, whether they opened an incident or a livelihood matter or joined one."""
    return total(viewer, (INCIDENT, MATTER), period, parts=True, category=category, area=area)


def incidents(viewer: Viewer, period: Period, *, category: str = "", area: str = "") -> Figure:
    """Incidents opened."""
    return total(viewer, (INCIDENT,), period, category=category, area=area)


def matters(viewer: Viewer, period: Period, *, category: str = "", area: str = "") -> Figure:
    """Livelihood matters opened."""
    return total(viewer, (MATTER,), period, category=category, area=area)


def top_categories(viewer: Viewer, period: Period, *, area: str = "") -> list[Figure]:
    """Incidents by the highest level of the catalogue, the most frequent first."""
    return compare(viewer, INCIDENT, period, "category", area=area)


def time_to_arrive(viewer: Viewer, period: Period, *, category: str = "", area: str = "") -> Measure:
    """Median seconds from the ring to the first unit on the scene, of incidents somebody came to."""
    now, before = (_arrivals(viewer, one, category, area)["took_s"] for one in (period, period.year_before()))
    return median("time_to_arrive", now, before)


def in_time(viewer: Viewer, period: Period, *, category: str = "", area: str = "") -> Measure:
    """Share of incidents on whose scene the first unit was within the limit of their priority, from being sent."""
    now, before = (_arrivals(viewer, one, category, area)["in_time"] for one in (period, period.year_before()))
    return share("in_time", now, before)


def _arrivals(viewer: Viewer, period: Period, category: str, area: str) -> pl.DataFrame:
    """Of each incident reached: seconds from the ring, and whether its limit was kept (null where none was sent)."""
    limits = {priority: limit_of(INCIDENT, ARRIVE, priority) for priority in PRIORITIES}
    rows = frame(viewer, INCIDENT, period, category=category, area=area).filter(pl.col("arrived").is_not_null())
    limit_s = pl.col("priority").replace_strict(limits, default=max(limits.values()), return_dtype=pl.Int64)
    way_us = (pl.col("arrived") - pl.col("assigned")).dt.total_microseconds()
    return rows.select(
        took_s=(pl.col("arrived") - pl.col("at")).dt.total_microseconds() / _SECOND,
        in_time=way_us <= limit_s * _SECOND,
    ).collect()
