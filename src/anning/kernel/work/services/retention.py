"""Ending what is kept only for a while."""

from datetime import datetime, timedelta

from django.utils import timezone

from anning.kernel.audit.transactions import writing
from anning.kernel.work.models import Event

EVENT_DAYS = 1
BATCH = 10_000


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
