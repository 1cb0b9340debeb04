"""Counts of work and their change on the year, within the viewer's scope, from the snapshots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from anning.engines.rates.change import Change, change_from_daily, change_on_year
from anning.kernel.access.scope import Scope, Viewer
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import VIEW
from anning.kernel.figures import store
from anning.kernel.figures.models import Progress, Snapshot
from anning.kernel.figures.period import Period

_RAW: Mapping[str, list[str]] = {
    "category": ["category"],
    "area": ["area_code"],
    "hour": ["hour"],
    "weekday": ["day"],
    "weekday_hour": ["day", "hour"],
    "month": ["day"],
    "day": ["day"],
    "priority": ["priority"],
}
"""The columns counted by first, whole: of them there are thousands of values where there are millions of rows."""
BREAKDOWNS = tuple(_RAW)


@dataclass(frozen=True)
class Figure:
    """A count and what it was the year before.

    `change` is the ratio less one with its interval `low`…`high`; `verdict` −1 fell, +1 rose, 0 chance alone could
    do that; `small` marks counts too small to say much.
    """

    key: str
    now: int
    before: int
    change: float
    low: float
    high: float
    verdict: int
    small: bool


def frame(viewer: Viewer, kind: str, period: Period, *, category: str = "", area: str = "") -> pl.LazyFrame:
    """The rows of a kind in a period that exist for the viewer, lazily; columns: `store.SCHEMA`."""
    scope = viewer.scope(registry.kind(kind), VIEW)
    rows = _months(kind, period)
    rows = rows.filter(pl.col("day").is_between(period.start, period.end), _in_scope(scope))
    if category:
        rows = rows.filter((pl.col("category") == category) | pl.col("category").str.starts_with(f"{category}."))
    if area:
        rows = rows.filter(pl.col("area_code").str.starts_with(area))
    return rows


def counts(
    viewer: Viewer,
    kind: str,
    period: Period,
    by: str,
    *,
    category: str = "",
    area: str = "",
    depth: int = 1,
    parts: bool = False,
) -> dict[str, int]:
    """How many per group: keys are codes, numbers, ISO dates (a month by its first day) or weekday × 100 + hour.

    With `parts` the records the items are made of are counted (calls, not incidents).
    `depth`: levels of the category below `category`, or of areas (1 district … 4 grid). Weekdays count from Monday, 1.

    Raises:
        ValueError: `by` is not one of `BREAKDOWNS`.
    """
    if by not in _RAW:
        raise ValueError(f"no breakdown {by!r}: use one of {', '.join(BREAKDOWNS)}")
    rows = frame(viewer, kind, period, category=category, area=area)
    size = pl.col("parts").sum() if parts else pl.len()
    whole = rows.group_by(_RAW[by]).agg(size.cast(pl.Int64).alias("n")).collect()
    grouped = whole.group_by(_key(by, depth).alias("key")).agg(pl.col("n").sum()).sort("key")
    return {str(key): int(n) for key, n in grouped.iter_rows() if key is not None}


def total(viewer: Viewer, kinds: Sequence[str], period: Period, *, parts: bool = False, **only: str) -> Figure:
    """The count of a period beside the same period last year, its interval widened by how days scatter.

    Of several kinds together; with `parts` of the records they are made of; `only` may name a `category` and an `area`.
    """
    now = sum(_daily(viewer, kind, period, parts, only) for kind in kinds)
    before = sum(_daily(viewer, kind, period.year_before(), parts, only) for kind in kinds)
    change = change_from_daily(now, before)
    return _figure("total", int(np.sum(now)), int(np.sum(before)), change, 0)


def compare(
    viewer: Viewer, kind: str, period: Period, by: str, *, category: str = "", area: str = "", depth: int = 1
) -> list[Figure]:
    """Each group's count beside the same period last year, the largest first."""
    then = period.year_before()
    now = counts(viewer, kind, period, by, category=category, area=area, depth=depth)
    before = counts(viewer, kind, then, by, category=category, area=area, depth=depth)
    keys = sorted(set(now) | set(before), key=lambda key: (-now.get(key, 0), key))
    if not keys:
        return []
    here, there = [now.get(key, 0) for key in keys], [before.get(key, 0) for key in keys]
    change = change_on_year(here, there, period.days, then.days)
    return [_figure(key, here[k], there[k], change, k) for k, key in enumerate(keys)]


def as_of() -> datetime | None:
    """When the snapshots were last brought up to date."""
    return Progress.objects.order_by("pk").values_list("at", flat=True).first()


def _months(kind: str, period: Period) -> pl.LazyFrame:
    """The snapshots of the months of a period; one whose file has gone is read from the database."""
    found = Snapshot.objects.filter(kind=kind, month__in=period.months()).order_by("month")
    paths = {snapshot.month: store.folder() / snapshot.file_name for snapshot in found}
    kept = [path for path in paths.values() if path.is_file()]
    frames = [pl.scan_parquet(kept)] if kept else [pl.LazyFrame(schema=store.SCHEMA)]
    gone = [month for month, path in paths.items() if path not in kept]
    return pl.concat([*frames, *(store.read_month(kind, month).lazy() for month in gone)])


def _daily(viewer: Viewer, kind: str, period: Period, parts: bool, only: Mapping[str, str]) -> np.ndarray:
    found = counts(
        viewer, kind, period, "day", parts=parts, category=only.get("category", ""), area=only.get("area", "")
    )
    days = pl.date_range(period.start, period.end, eager=True)
    return np.array([found.get(str(day), 0) for day in days], dtype=float)


def _key(by: str, depth: int) -> pl.Expr:
    day, hour, category, area = pl.col("day"), pl.col("hour"), pl.col("category"), pl.col("area_code")
    keys: Mapping[str, pl.Expr] = {
        "category": category.str.split(".").list.head(depth).list.join("."),
        "area": area.str.slice(0, {1: 6, 2: 9, 3: 12}.get(depth, 14)),
        "hour": hour,
        "weekday": day.dt.weekday(),
        "weekday_hour": day.dt.weekday().cast(pl.Int16) * 100 + hour,
        "month": day.dt.truncate("1mo"),
        "day": day,
        "priority": pl.col("priority"),
    }
    return keys[by]


def _in_scope(scope: Scope) -> pl.Expr:
    if scope.everywhere:
        return pl.lit(True)
    return _any([pl.col("area_code").str.starts_with(code) for code in sorted(scope.areas)])


def _any(tests: Sequence[pl.Expr]) -> pl.Expr:
    return pl.any_horizontal(*tests) if tests else pl.lit(False)


def _figure(key: str, now: int, before: int, change: Change, place: int) -> Figure:
    def at(values: np.ndarray) -> float:
        return float(np.ravel(values)[place])

    return Figure(
        key,
        now,
        before,
        at(change.change),
        at(change.low),
        at(change.high),
        int(at(change.verdict)),
        bool(at(change.small)),
    )
