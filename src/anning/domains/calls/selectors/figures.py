"""The figures of calls: how many, of what, how soon somebody was there."""

from collections.abc import Iterator

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
    took_s = (pl.col("arrived") - pl.col("at")).dt.total_microseconds() / _SECOND
    return median("time_to_arrive", *_of_reached(viewer, period, took_s, category, area))


def in_time(viewer: Viewer, period: Period, *, category: str = "", area: str = "") -> Measure:
    """Share of incidents on whose scene the first unit was within the limit of their priority, from being sent."""
    way_us = (pl.col("arrived") - pl.col("assigned")).dt.total_microseconds()
    kept = pl.lit(None, pl.Boolean)
    for priority in PRIORITIES:
        limit_us = limit_of(INCIDENT, ARRIVE, priority) * _SECOND
        kept = pl.when(pl.col("priority") == priority).then(way_us <= limit_us).otherwise(kept)
    return share("in_time", *_of_reached(viewer, period, kept, category, area))


def _of_reached(viewer: Viewer, period: Period, value: pl.Expr, category: str, area: str) -> Iterator[pl.Series]:
    """A value of each incident somebody came to, in the period and in that of the year before."""
    for one in (period, period.year_before()):
        rows = frame(viewer, INCIDENT, one, category=category, area=area).filter(pl.col("arrived").is_not_null())
        yield rows.select(value.alias("value")).collect()["value"]
