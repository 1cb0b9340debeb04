"""Keeping the snapshots in step with the timeline; run by the worker and after imports."""

from datetime import datetime, timedelta

from django.utils import timezone

from anning.kernel.audit.transactions import writing
from anning.kernel.figures import store
from anning.kernel.figures.models import Progress, Snapshot
from anning.kernel.work.models import Change

BATCH = 20_000
SETTLE = timedelta(seconds=10)


def roll(now: datetime | None = None) -> int:
    """Write anew every month an item of which was touched since the last run; returns how many months.

    Young timeline rows are looked at again, since one with a lower id may still commit. Running it again changes
    nothing.
    """
    now, months = now or timezone.now(), set()
    progress = Progress.objects.order_by("pk").first() or Progress()
    last = progress.last_change
    while True:
        rows = Change.objects.filter(pk__gt=last).order_by("pk")
        batch = list(rows.values_list("pk", "at", "item__kind", "item__opened_at")[:BATCH])
        months |= {(kind, store.month_of(opened)) for _pk, _at, kind, opened in batch}
        settled = [pk for pk, at, _kind, _opened in batch if at < now - SETTLE]
        last = max(settled, default=last)
        if len(batch) < BATCH or not settled:
            break
    for kind, month in sorted(months):
        _write(kind, month, now)
    if months:
        with writing():
            progress.last_change, progress.at = last, now
            progress.save()
    return len(months)


def _write(kind: str, month: str, now: datetime) -> None:
    frame = store.read_month(kind, month)
    old = Snapshot.objects.filter(kind=kind, month=month).first()
    fresh = old or Snapshot(kind=kind, month=month, revision=0)
    before = fresh.file_name if old else ""
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
