"""Ending what callers said when its time is over; the event, its place and its times stay for statistics."""

from datetime import datetime, timedelta

from django.utils import timezone

from anning.domains.calls.models import Call, Matter
from anning.domains.calls.module import NARRATIVE_DAYS
from anning.domains.calls.selectors.catalogue import categories, title_from
from anning.kernel.audit.services import Actor
from anning.kernel.audit.transactions import writing
from anning.kernel.people.services import prove_deletion
from anning.kernel.search.services import put
from anning.kernel.work.models import Item

BATCH = 1000
SUBJECT = "calls.call.narrative"


def purge_narratives(now: datetime | None = None, actor: Actor | None = None) -> int:
    """Delete narrative, protocol answers and outcome of calls past their retention; returns how many calls.

    A title that was the narrative's first line becomes the category's name, and search no longer finds the item by what
    was said. Each batch leaves a deletion record.
    """
    now, gone = now or timezone.now(), 0
    due = Call.objects.filter(purged_at=None, saved_at__lte=now - timedelta(days=NARRATIVE_DAYS)).order_by("pk")
    while batch := list(due[:BATCH]):
        ids = [call.pk for call in batch]
        with writing():
            _retitle(batch)
            Call.objects.filter(pk__in=ids).update(narrative="", answers={}, purged_at=now)
            Matter.objects.filter(item_id__in=[call.item_id for call in batch]).exclude(outcome="").update(outcome="")
            put({call.item_id for call in batch})
            prove_deletion(SUBJECT, ids, "retention ended", now, actor)
        gone += len(ids)
    return gone


def _retitle(batch: list[Call]) -> None:
    known = categories()
    for call in batch:
        if call.narrative and not call.address:
            plain = known[call.category].name if call.category in known else call.category
            Item.objects.filter(pk=call.item_id, title=title_from(call.narrative)).update(title=plain)
