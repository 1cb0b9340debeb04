"""The Parquet files of the snapshots: where they lie, what a row holds, how days are read from the database."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.db.models import Count, Min, Q
from django.utils.timezone import get_default_timezone, get_default_timezone_name

from anning.kernel.contract import registry
from anning.kernel.work.models import Change, Item, Task

UTC_TIME = pl.Datetime("us", "UTC")
SCHEMA: Mapping[str, Any] = {
    "at": UTC_TIME,
    "category": pl.String,
    "area_code": pl.String,
    "priority": pl.Int8,
    "outside": pl.Boolean,
    "closed": UTC_TIME,
    "assigned": UTC_TIME,
    "arrived": UTC_TIME,
    "parts": pl.Int32,
    "day": pl.Date,
    "hour": pl.Int8,
}
"""One row per work item: when it opened, its class and place, when it closed, when somebody was first sent and first
arrived, of how many records it is made, and the day and hour of the city's own time it opened in."""
LAYOUT = 2
"""Counted up whenever `SCHEMA` changes."""
REACHED = {"assigned": "assigned", "arrived": "on_scene"}
"""The states that count as sent and as arrived, in every kind that has them."""
_ITEM = {"pk": pl.Int64, **dict(list(SCHEMA.items())[:6])}


def folder() -> Path:
    """Where the snapshots lie; another layout or time zone of the city takes another folder, and counts anew."""
    zone = get_default_timezone_name().replace("/", "-")
    return Path(settings.DATA_DIR) / "snapshots" / f"{LAYOUT}-{zone}"


def read_days(kind: str, days: Iterable[date]) -> pl.DataFrame:
    """The items of a kind opened on these days (of the city's zone), from the database."""
    spans = Q(pk__in=[])
    for first, last in _runs(sorted(days)):
        spans |= Q(opened_at__gte=_midnight(first), opened_at__lt=_midnight(last + timedelta(days=1)))
    items = Item.objects.filter(spans, kind=kind)
    fields = ("pk", "opened_at", "category", "area_code", "priority", "outside", "closed_at")
    frame = pl.DataFrame(list(items.order_by("opened_at", "pk").values_list(*fields)), schema=_ITEM, orient="row")
    mine = {"item__in": items.values("pk")}
    sent = Task.objects.filter(**mine).values_list("item_id").annotate(a=Min("assigned_at"), b=Min("on_scene_at"))
    frame = frame.join(_frame(sent, {"pk": pl.Int64, "sent": UTC_TIME, "there": UTC_TIME}), on="pk", how="left")
    for name, state in REACHED.items():
        moved = Change.objects.filter(**mine, new=state).values_list("item_id").annotate(a=Min("at"))
        frame = frame.join(_frame(moved, {"pk": pl.Int64, name: UTC_TIME}), on="pk", how="left")
    parts = registry.kind(kind).parts
    made = items.values_list("pk").annotate(n=Count(parts)) if parts else ()
    frame = frame.join(_frame(made, {"pk": pl.Int64, "parts": pl.Int32}), on="pk", how="left")
    return frame.with_columns(
        assigned=pl.min_horizontal("assigned", "sent"),
        arrived=pl.min_horizontal("arrived", "there"),
        parts=pl.col("parts").fill_null(1),
        day=_local().dt.date(),
        hour=_local().dt.hour(),
    ).select(list(SCHEMA))


def read_month(kind: str, month: str) -> pl.DataFrame:
    """The items of a kind opened in a month (`YYYY-MM`, of the city's zone), from the database."""
    return read_days(kind, days_of(month))


def without(frame: pl.DataFrame, days: Iterable[date]) -> pl.DataFrame:
    """A snapshot's rows less those of these days (of the city's zone)."""
    return frame.filter(~pl.col("day").is_in(list(days)))


def write(frame: pl.DataFrame, file_name: str) -> None:
    """Write a month's file; it appears whole or not at all."""
    path = folder() / file_name
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{secrets.token_hex(4)}.part")
    try:
        frame.sort("at").write_parquet(part, compression="zstd", statistics=True)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def day_of(moment: datetime) -> date:
    """The day a moment falls on, in the city's zone."""
    return moment.astimezone(get_default_timezone()).date()


def days_of(month: str) -> list[date]:
    """The days of a month (`YYYY-MM`)."""
    year, number = map(int, month.split("-"))
    first, after = date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)
    return [first + timedelta(days=place) for place in range((after - first).days)]


def _frame(rows: Iterable[tuple[Any, ...]], schema: Mapping[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def _runs(days: list[date]) -> Iterable[tuple[date, date]]:
    """Consecutive days as (first, last)."""
    start = 0
    for place, day in enumerate(days):
        if place + 1 == len(days) or days[place + 1] != day + timedelta(days=1):
            yield days[start], day
            start = place + 1


def _local() -> pl.Expr:
    return pl.col("at").dt.convert_time_zone(get_default_timezone_name())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), get_default_timezone())
