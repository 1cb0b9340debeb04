"""Keeping the snapshots in step with the timeline; run by the worker and after imports."""

from collections import defaultdict
from datetime import date, datetime, timedelta

import polars as pl
from django.utils import timezone

from anning.kernel.audit.transactions import writing
from anning.kernel.figures import store
from anning.kernel.figures.models import Progress, Snapshot
from anning.kernel.work.models import Change

BATCH = 20_000
SETTLE = timedelta(seconds=10)
Dirty = dict[tuple[str, str], set[date]]


def roll(now: datetime | None = None) -> int:
    """Count anew every day an item of which was touched since the last run; returns how many months were written.

    Young timeline rows are looked at again, since one with a lower id may still commit. Running it again changes
    nothing. A month whose file has gone is counted anew whole.
    """
    now = now or timezone.now()
    progress = Progress.objects.order_by("pk").first() or Progress()
    dirty, last = _touched(progress.last_change, now)
    for kind, month in _gone():
        dirty[kind, month] = set(store.days_of(month))
    for (kind, month), days in sorted(dirty.items()):
        _write(kind, month, days, now)
    if dirty:
        with writing():
            progress.last_change, progress.at = last, now
            progress.save()
    return len(dirty)


def _touched(last: int, now: datetime) -> tuple[Dirty, int]:
    """The days touched by timeline rows after `last`, by kind and month, and the last row that has settled."""
    dirty: Dirty = defaultdict(set)
    while True:
        rows = Change.objects.filter(pk__gt=last).order_by("pk")
        batch = list(rows.values_list("pk", "at", "item__kind", "item__opened_at")[:BATCH])
        for _pk, _at, kind, opened in batch:
            day = store.day_of(opened)
            dirty[kind, f"{day:%Y-%m}"].add(day)
        settled = [pk for pk, at, _kind, _opened in batch if at < now - SETTLE]
        last = max(settled, default=last)
        if len(batch) < BATCH or not settled:
            return dirty, last


def _gone() -> list[tuple[str, str]]:
    return [(one.kind, one.month) for one in Snapshot.objects.all() if not (store.folder() / one.file_name).is_file()]


def _write(kind: str, month: str, days: set[date], now: datetime) -> None:
    old = Snapshot.objects.filter(kind=kind, month=month).first()
    fresh = old or Snapshot(kind=kind, month=month, revision=0)
    before = fresh.file_name if old else ""
    path = store.folder() / before
    frame = store.read_days(kind, days)
    if before and path.is_file():
        frame = pl.concat([store.without(pl.read_parquet(path), days), frame])
    fresh.revision, fresh.rows, fresh.made_at = fresh.revision + 1, len(frame), now
    store.write(frame, fresh.file_name)
    with writing():
        fresh.save()
    if before:
        _retire(before)


def _retire(file_name: str) -> None:
    """Remove the revision before last; the last one may still be open in a reader that has just looked it up."""
    stem, revision, _suffix = file_name.rsplit(".", 2)
    (store.folder() / f"{stem}.{int(revision) - 1}.parquet").unlink(missing_ok=True)
