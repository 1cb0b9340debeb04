"""Counts of work and their change on the year, within the viewer's scope, from the snapshots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import polars as pl
from django.utils.timezone import get_default_timezone_name

from anning.engines.rates.change import Change, change_from_daily, change_on_year
from anning.kernel.access.scope import Scope, Viewer
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import VIEW
from anning.kernel.figures import store
from anning.kernel.figures.models import Progress, Snapshot
from anning.kernel.figures.period import Period

BREAKDOWNS = ("category", "area", "hour", "weekday", "weekday_hour", "month", "day", "priority")


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
    """The rows of a kind in a period that exist for the viewer, with `local` time; lazily.

    Columns: `store.SCHEMA` and `local` (the opening in the city's zone).
    """
    names = Snapshot.objects.filter(kind=kind, month__in=period.months()).order_by("month")
    paths = [store.folder() / snapshot.file_name for snapshot in names]
    scope = viewer.scope(registry.kind(kind), VIEW)
    rows = pl.scan_parquet(paths) if paths else pl.LazyFrame(schema=store.SCHEMA)
    start, end = (moment.astimezone(UTC) for moment in period.moments())
    rows = rows.filter(pl.col("at") >= start, pl.col("at") < end, _in_scope(scope))
    if category:
        rows = rows.filter((pl.col("category") == category) | pl.col("category").str.starts_with(f"{category}."))
    if area:
        rows = rows.filter(pl.col("area_code").str.starts_with(area))
    return rows.with_columns(local=pl.col("at").dt.convert_time_zone(get_default_timezone_name()))


def counts(
    viewer: Viewer, kind: str, period: Period, by: str, *, category: str = "", area: str = "", depth: int = 1
) -> dict[str, int]:
    """How many per group: keys are codes, numbers, ISO dates (a month by its first day) or weekday × 100 + hour.

    `depth`: levels of the category below `category`, or of areas (1 district … 4 grid). Weekdays count from Monday, 1.

    Raises:
        ValueError: `by` is not one of `BREAKDOWNS`.
    """
    rows = frame(viewer, kind, period, category=category, area=area)
    if by in ("category", "area"):
        grouped = _grouped_texts(rows, "category" if by == "category" else "area_code", _key(by, depth))
    else:
        grouped = rows.group_by(_key(by, depth).alias("key")).len().sort("key").collect()
    return {str(key): int(n) for key, n in grouped.iter_rows() if key is not None}


def total(viewer: Viewer, kind: str, period: Period, *, category: str = "", area: str = "") -> Figure:
    """The count of a period beside the same period last year, its interval widened by how days scatter."""
    options = {"category": category, "area": area}
    now = _daily(viewer, kind, period, options)
    before = _daily(viewer, kind, period.year_before(), options)
    change = change_from_daily(now, before)
    return _figure("total", int(np.nansum(now)), int(np.nansum(before)), change, 0)


def compare(
    viewer: Viewer, kind: str, period: Period, by: str, *, category: str = "", area: str = "", depth: int = 1
) -> list[Figure]:
    """Each group's count beside the same period last year, the largest first."""
    options = {"category": category, "area": area, "depth": depth}
    now = counts(viewer, kind, period, by, **options)  # type: ignore[arg-type]  # a mixed mapping of keywords
    before = counts(viewer, kind, period.year_before(), by, **options)  # type: ignore[arg-type]  # as above
    keys = sorted(set(now) | set(before), key=lambda key: (-now.get(key, 0), key))
    if not keys:
        return []
    here, there = [now.get(key, 0) for key in keys], [before.get(key, 0) for key in keys]
    change = change_on_year(here, there, period.days, period.year_before().days)
    return [_figure(key, here[k], there[k], change, k) for k, key in enumerate(keys)]


def as_of() -> datetime | None:
    """When the snapshots were last brought up to date."""
    return Progress.objects.order_by("pk").values_list("at", flat=True).first()


def _daily(viewer: Viewer, kind: str, period: Period, options: Mapping[str, str]) -> np.ndarray:
    found = counts(viewer, kind, period, "day", **options)  # type: ignore[arg-type]  # category and area only
    days = pl.date_range(period.start, period.end, eager=True)
    return np.array([found.get(str(day), 0) for day in days], dtype=float)


def _key(by: str, depth: int) -> pl.Expr:
    local, category, area = pl.col("local"), pl.col("category"), pl.col("area_code")
    keys: Mapping[str, pl.Expr] = {
        "category": category.str.split(".").list.head(depth).list.join("."),
        "area": area.str.slice(0, {1: 6, 2: 9, 3: 12}.get(depth, 14)),
        "hour": local.dt.hour(),
        "weekday": local.dt.weekday(),
        "weekday_hour": local.dt.weekday().cast(pl.Int16) * 100 + local.dt.hour(),
        "month": local.dt.truncate("1mo").dt.date(),
        "day": local.dt.date(),
        "priority": pl.col("priority"),
    }
    if by not in keys:
        raise ValueError(f"no breakdown {by!r}: use one of {', '.join(BREAKDOWNS)}")
    return keys[by]


def _grouped_texts(rows: pl.LazyFrame, column: str, key: pl.Expr) -> pl.DataFrame:
    """Group by whole texts first and cut them after: there are thousands of texts but millions of rows."""
    whole = rows.group_by(column).len().collect()
    return whole.group_by(key.alias("key")).agg(pl.col("len").sum()).sort("key")


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
