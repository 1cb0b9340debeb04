"""Counts of calls' work with their change on the year, gathered for one page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from anning.domains.calls.selectors.asked import KINDS, AskedFigures
from anning.kernel.access.scope import Viewer
from anning.kernel.figures.period import Period
from anning.kernel.figures.selectors import Figure, as_of, compare, counts, total


@dataclass(frozen=True)
class Board:
    """Everything the statistics page shows."""

    calls: Figure
    """All calls, of whatever they opened."""
    total: Figure
    """The kind of work asked for."""
    categories: list[Figure]
    areas: list[Figure]
    line: list[tuple[date, int, int]]
    """Day or month, how many, how many a year before."""
    heat: list[list[int]]
    """Seven weekdays from Monday, twenty-four hours each."""
    as_of: datetime | None


def board(viewer: Viewer, asked: AskedFigures) -> Board:
    """The figures asked for, within the viewer's scope."""
    kind, period, category, area = asked.kind, asked.period, asked.category, asked.area
    depth = category.count(".") + 2 if category else 1
    near = _area_depth(area)
    return Board(
        calls=total(viewer, KINDS, period, parts=True, category=category, area=area),
        total=total(viewer, [kind], period, category=category, area=area),
        categories=compare(viewer, kind, period, "category", depth=depth, category=category, area=area),
        areas=compare(viewer, kind, period, "area", depth=near, category=category, area=area),
        line=_line(viewer, asked),
        heat=_heat(counts(viewer, kind, period, "weekday_hour", category=category, area=area)),
        as_of=as_of(),
    )


def _area_depth(area: str) -> int:
    """One level below the area asked for: districts of the city, streets of a district."""
    return 2 if len(area) >= 6 else 1


def _line(viewer: Viewer, asked: AskedFigures) -> list[tuple[date, int, int]]:
    past = asked.period.year_before()
    now, before = (
        counts(viewer, asked.kind, period, asked.by, category=asked.category, area=asked.area)
        for period in (asked.period, past)
    )
    here, there = _marks(asked.period, asked.by), _marks(past, asked.by)
    pairs = zip(here, there, strict=False)
    return [(day, now.get(day.isoformat(), 0), before.get(then.isoformat(), 0)) for day, then in pairs]


def _marks(period: Period, by: str) -> list[date]:
    """Every day, or the first of every month, of a period."""
    if by == "day":
        return [period.start + timedelta(days=k) for k in range(period.days)]
    return [date.fromisoformat(f"{month}-01") for month in period.months()]


def _heat(found: Mapping[str, int]) -> list[list[int]]:
    return [[found.get(str(weekday * 100 + hour), 0) for hour in range(24)] for weekday in range(1, 8)]
