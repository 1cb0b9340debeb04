"""Proposing that incidents are one event: new ones a moment after they are taken, a whole log at once."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from anning.domains.calls.models import ProposalProgress
from anning.domains.calls.module import SAME_EVENT
from anning.domains.calls.selectors.pairs import Pair, pairs_among
from anning.domains.calls.selectors.proposals import WINDOW_S
from anning.kernel.audit.services import record
from anning.kernel.audit.transactions import writing
from anning.kernel.work.models import Change, Item, Link
from anning.kernel.work.services.events import tell
from anning.kernel.work.services.items import OPEN

SETTLE = timedelta(seconds=10)
"""How long new incidents are looked at again: one saved earlier may commit later."""
NEWEST = 2000
SLICE = timedelta(days=31)


def propose_new(now: datetime | None = None) -> int:
    """Compare incidents taken since the last run with the open ones before them; returns how many links were made.

    The pages of both are told, so that whoever works on them sees the proposal. Running it again changes nothing.
    """
    now = now or timezone.now()
    progress = ProposalProgress.objects.order_by("pk").first() or ProposalProgress(at=now - SETTLE)
    taken = Change.objects.filter(verb=OPEN, at__gte=progress.at - SETTLE, item__kind="incident")
    fresh = set(taken.values_list("item_id", flat=True))
    made: list[Pair] = []
    if fresh:
        since = now - timedelta(seconds=2 * WINDOW_S)
        near = _incidents().filter(closed_at=None, opened_at__gte=since).order_by("-opened_at")[:NEWEST]
        made = _store([pair for pair in pairs_among(list(near)) if pair.newer.pk in fresh], now, live=True)
    progress.at = now
    progress.save()
    return len(made)


def propose_log(first: datetime, last: datetime, now: datetime | None = None) -> int:
    """Compare all incidents opened between two moments, closed ones too; returns how many links were made."""
    now, made, start = now or timezone.now(), 0, first
    while start < last:
        end = min(start + SLICE, last)
        overlap = timedelta(seconds=WINDOW_S)
        items = list(_incidents().filter(opened_at__gte=start - overlap, opened_at__lt=end))
        made += len(_store(pairs_among(items), now, live=False))
        start = end
    return made


def _incidents() -> QuerySet[Item]:
    return Item.objects.filter(kind="incident", lon__isnull=False).select_related("incident")


def _store(found: list[Pair], now: datetime, *, live: bool) -> list[Pair]:
    """Store the pairs no link joins yet; one audit entry for all."""
    if not found:
        return []
    with writing():
        ends = {pair.newer.pk for pair in found}
        known = set(Link.objects.filter(kind=SAME_EVENT, source_id__in=ends).values_list("source_id", "target_id"))
        new = [pair for pair in found if (pair.newer.pk, pair.older.pk) not in known]
        links = [
            Link(
                kind=SAME_EVENT,
                source=pair.newer,
                target=pair.older,
                score=pair.score,
                reasons=pair.reasons,
                proposed_at=now,
            )
            for pair in new
        ]
        Link.objects.bulk_create(links, batch_size=500)
        if live:
            for item in {item.pk: item for pair in new for item in (pair.newer, pair.older)}.values():
                tell(item, "proposed")
        if new:
            pairs = [[pair.newer.pk, pair.older.pk] for pair in new]
            record(None, "propose", "work.link", {"kind": SAME_EVENT, "pairs": pairs}, at=now)
    return new
