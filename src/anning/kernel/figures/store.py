"""The Parquet files of the snapshots: where they lie, what a row holds, how a month is read from the database."""

from datetime import date, datetime, time
from pathlib import Path

import polars as pl
from django.conf import settings
from django.db.models import Min, Q
from django.utils.timezone import get_default_timezone

from anning.kernel.work.models import Item

SCHEMA = {
    "at": pl.Datetime("us", "UTC"),
    "category": pl.String,
    "area_code": pl.String,
    "priority": pl.Int8,
    "outside": pl.Boolean,
    "assigned": pl.Datetime("us", "UTC"),
    "arrived": pl.Datetime("us", "UTC"),
    "closed": pl.Datetime("us", "UTC"),
}
"""One row per work item: when it opened, its class and place, and when the first unit was sent and arrived."""


def folder() -> Path:
    """Where the snapshots lie."""
    return Path(settings.DATA_DIR) / "snapshots"


def read_month(kind: str, month: str) -> pl.DataFrame:
    """The items of a kind opened in a month (`YYYY-MM`, of the city's zone), from the database."""
    start, end = month_bounds(month)
    items = (
        Item.objects.filter(kind=kind, opened_at__gte=start, opened_at__lt=end)
        .annotate(
            sent=Min("tasks__assigned_at"), there=Min("tasks__on_scene_at", filter=Q(tasks__on_scene_at__isnull=False))
        )
        .order_by("opened_at", "pk")
        .values_list("opened_at", "category", "area_code", "priority", "outside", "sent", "there", "closed_at")
    )
    return pl.DataFrame(list(items), schema=SCHEMA, orient="row")


def write(frame: pl.DataFrame, file_name: str) -> None:
    """Write a month's file; it appears whole or not at all."""
    path = folder() / file_name
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    frame.write_parquet(part, compression="zstd", statistics=True)
    part.replace(path)


def month_of(moment: datetime) -> str:
    """The month a moment falls in, in the city's zone."""
    return moment.astimezone(get_default_timezone()).strftime("%Y-%m")


def month_bounds(month: str) -> tuple[datetime, datetime]:
    """A month's first moment and the first of the next, in the city's zone."""
    year, number = map(int, month.split("-"))
    return _midnight(date(year, number, 1)), _midnight(date(year + number // 12, number % 12 + 1, 1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), get_default_timezone())
