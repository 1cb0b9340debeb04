"""Ending what is kept only for a while: the live feed, and the words and files of work closed long ago."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.utils import timezone

from anning.kernel.audit.services import Actor
from anning.kernel.audit.transactions import writing
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import Kind
from anning.kernel.people.services import prove_deletion
from anning.kernel.work.models import Attachment, Change, Event, Item
from anning.kernel.work.selectors.files import stored_name
from anning.kernel.work.selectors.naming import category_names

EVENT_DAYS = 1
BATCH = 10_000
ITEMS = 1000
MOST = 20_000
WORDS = ("note", "edit", "attach")
"""Verbs whose timeline data is what people wrote; that of other verbs is codes, kept for statistics."""
SUBJECT = "work.item.words"
Forget = Callable[[list[int]], object]
"""What else has to forget the words of items, as the search index."""


def drop_old_events(now: datetime | None = None) -> int:
    """Delete live events older than a day: they are a feed, the timeline is the record. Returns how many went."""
    until, gone = (now or timezone.now()) - timedelta(days=EVENT_DAYS), 0
    newest = Event.objects.filter(at__lt=until).order_by("-pk").values_list("pk", flat=True).first()
    while newest:
        first = Event.objects.filter(pk__lte=newest).order_by("pk").values_list("pk", flat=True).first()
        if first is None:
            break
        with writing():
            done, _ = Event.objects.filter(pk__range=(first, min(first + BATCH, newest))).delete()
        gone += done
    return gone


def purge_words(
    now: datetime | None = None, actor: Actor | None = None, most: int | None = MOST, forget: Forget = len
) -> int:
    """Delete what people wrote of work closed for its kind's `retention_days`: in its timeline, its title, its files.

    That it happened, where, when and how it moved stays for statistics; a title becomes the category's name. Each
    batch leaves a deletion record, and `forget` is called with its ids in the same transaction. Returns how many
    items; at most `most` of them, so that a worker with other chores is not held up (None: all).
    """
    now, gone = now or timezone.now(), 0
    for kind in registry.kinds():
        while (most is None or gone < most) and (done := _purge_batch(kind, now, actor, forget)):
            gone += done
    return gone


def _purge_batch(kind: Kind, now: datetime, actor: Actor | None, forget: Forget) -> int:
    over = now - timedelta(days=kind.retention_days)
    due = Item.objects.filter(kind=kind.code, purged_at=None, closed_at__isnull=False, closed_at__lte=over)
    with writing():
        ids = list(due.order_by("closed_at").values_list("pk", flat=True)[:ITEMS])
        if not ids:
            return 0
        files = set(Attachment.objects.filter(item_id__in=ids).values_list("sha256", flat=True))
        Attachment.objects.filter(item_id__in=ids).delete()
        timeline = Change.objects.filter(item_id__in=ids)
        timeline.filter(verb__in=WORDS).update(data={})
        timeline.exclude(reason="").update(reason="")
        _untitle(kind, ids)
        Item.objects.filter(pk__in=ids).update(purged_at=now)
        forget(ids)
        prove_deletion(SUBJECT, sorted(ids), "retention ended", now, actor)
    _delete_files(files)
    return len(ids)


def _untitle(kind: Kind, ids: list[int]) -> None:
    """Name items by their category, as if nobody had written a title."""
    names, batch = category_names(kind), Item.objects.filter(pk__in=ids)
    for code in set(batch.values_list("category", flat=True)):
        batch.filter(category=code).update(title=names.get(code) or code or str(kind.title))


def _delete_files(hashes: set[str]) -> None:
    """Delete stored files that no item holds any more; after the commit, so that no row is left without its file."""
    held = set(Attachment.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))
    for sha256 in hashes - held:
        default_storage.delete(stored_name(sha256))
