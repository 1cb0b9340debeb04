"""Ending what signing in leaves behind: tries with their network address, and sessions that are over."""

from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from anning.kernel.audit.services import Actor
from anning.kernel.audit.transactions import writing
from anning.kernel.people.services import prove_deletion

BATCH = 1000
TRIES = (AccessAttempt, AccessFailureLog, AccessLog)
"""The tables in which the lock-out keeps number typed, network address and browser."""


def drop_tries(now: datetime | None = None, actor: Actor | None = None) -> int:
    """Delete tries to sign in older than `settings.SIGN_IN_DAYS`, with deletion records; returns how many went."""
    now, gone = now or timezone.now(), 0
    over = now - timedelta(days=settings.SIGN_IN_DAYS)
    for model in TRIES:
        due = model.objects.filter(attempt_time__lte=over).order_by("pk").values_list("pk", flat=True)
        while ids := list(due[:BATCH]):
            with writing():
                model.objects.filter(pk__in=ids).delete()
                prove_deletion(model._meta.label_lower, ids, "retention ended", now, actor)
            gone += len(ids)
    return gone


def drop_sessions(now: datetime | None = None) -> int:
    """Delete sessions that are over; returns how many went. What they let in ended with them: nothing is proved."""
    with writing():
        return Session.objects.filter(expire_date__lte=now or timezone.now()).delete()[0]
