"""Registering webhooks, telling them of changes, and ending what is past its time."""

import http.client
import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from anning.gateway.interfaces.models import Delivery, Sending, Subscription
from anning.gateway.interfaces.webhooks import selectors
from anning.gateway.interfaces.webhooks.sending import AddressError, judged, post
from anning.kernel.access.scope import Viewer
from anning.kernel.access.selectors import viewer_of
from anning.kernel.audit.services import record
from anning.kernel.audit.transactions import writing
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import VIEW
from anning.kernel.people.crypto import unseal
from anning.kernel.people.services import prove_deletion
from anning.kernel.work.errors import NotVisibleError, RefusedError
from anning.kernel.work.models import Alert, Event
from anning.kernel.work.selectors.items import find
from anning.kernel.work.selectors.live import LiveEvent, admits, events_with, live_scopes, newest_event
from anning.wire.webhooks import signed, write_secret

KEPT = timedelta(days=366)
"""How long a webhook holds before its owner must make it anew, with another secret."""
DELIVERY_DAYS = 30
PAUSES_S = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""The wait after each try that failed (the schedule of Standard Webhooks); then the last one again."""
LEASE = timedelta(seconds=60)
"""How long a worker has a delivery for itself: longer than a try lasts."""
OVERLAP = timedelta(seconds=60)
"""Events this young are looked at again: on PostgreSQL a lower number may be committed after a higher one."""
BATCH = 200
LOOKED_AT = 2000
TOLD = (
    *("number", "kind", "state", "version", "priority", "category", "area_code", "lon", "lat"),
    *("opened_at", "state_at", "due_at", "closed_at", "verb"),
)
"""What is told of an item: no title, no words people wrote."""


def subscribe(viewer: Viewer, url: str, kinds: list[str], area_code: str, now: datetime) -> tuple[Subscription, str]:
    """Register an address; returns it and its secret, shown once.

    Raises:
        NotVisibleError: the viewer may have no webhooks.
        RefusedError: the address may not be posted to, or a kind is unknown or not theirs to see.
    """
    selectors.own(viewer)
    try:
        judged(url, private=settings.WEBHOOK_PRIVATE)
    except AddressError as error:
        raise RefusedError(str(error)) from error
    seen = {kind.code for kind in registry.kinds() if viewer.scope(kind, VIEW)}
    for kind in kinds:
        if kind not in seen:
            raise RefusedError(_("There is no kind of work “%(kind)s” for you.") % {"kind": kind})
    secret = write_secret(secrets.token_bytes(32))
    with writing():
        made = Subscription.objects.create(
            owner_id=viewer.user_id or 0,
            url=url,
            secret=secret,
            kinds=kinds,
            area_code=area_code,
            cursor=newest_event(),
            made_at=now,
            keep_until=now + KEPT,
        )
        body = {"url": url, "kinds": kinds, "area": area_code}
        record(viewer, "webhook", f"interfaces.subscription:{made.pk}", body, at=now)
    return made, secret


def unsubscribe(viewer: Viewer, subscription: int, now: datetime) -> None:
    """Take an address off, with what waits for it. Raises `NotVisibleError`."""
    with writing():
        found = selectors.one(viewer, subscription)
        record(viewer, "webhook-end", f"interfaces.subscription:{found.pk}", {"url": found.url}, at=now)
        found.delete()


def replay(viewer: Viewer, subscription: int, delivery: int, now: datetime) -> Delivery:
    """Send a delivery again, whatever became of it; its days begin anew. Raises `NotVisibleError`."""
    with writing():
        found = Delivery.objects.filter(pk=delivery, subscription=selectors.one(viewer, subscription)).first()
        if found is None:
            raise NotVisibleError(str(delivery))
        found.status, found.attempts, found.made_at, found.next_at, found.ended_at = Sending.WAITING, 0, now, now, None
        found.save()
        record(viewer, "webhook-replay", f"interfaces.delivery:{found.pk}", {"event": found.event_id}, at=now)
    return found


def deliver(now: datetime) -> int:
    """Lay down what is to be told and send what is due; returns how many were taken by their receivers."""
    for subscription in Subscription.objects.filter(keep_until__gt=now).select_related("owner"):
        _gather(subscription, now)
    due = Delivery.objects.filter(status=Sending.WAITING, next_at__lte=now).order_by("next_at")
    return sum(_send(delivery, now) for delivery in due.select_related("subscription__owner")[:BATCH])


def purge_subscriptions(now: datetime) -> int:
    """End webhooks past their time, with proof; returns how many went."""
    with writing():
        gone = list(Subscription.objects.filter(keep_until__lte=now).order_by("pk").values_list("pk", flat=True))
        if gone:
            Subscription.objects.filter(pk__in=gone).delete()
            prove_deletion("interfaces.subscription", gone, "its time was over", now, None)
    return len(gone)


def purge_deliveries(now: datetime) -> int:
    """Delete what was sent or given up long ago, with proof; returns how many went."""
    old = Delivery.objects.exclude(status=Sending.WAITING).filter(made_at__lt=now - timedelta(days=DELIVERY_DAYS))
    with writing():
        gone = list(old.order_by("pk").values_list("pk", flat=True))
        if gone:
            Delivery.objects.filter(pk__in=gone).delete()
            prove_deletion("interfaces.delivery", gone, "retention ended", now, None)
    return len(gone)


def _gather(subscription: Subscription, now: datetime) -> None:
    """Lay down a delivery for each new event the owner may see and asked for."""
    events = events_with(_unseen(subscription, now))
    if not events:
        return
    scopes = live_scopes(viewer_of(subscription.owner, now))
    made = [
        Delivery(subscription=subscription, event_id=event.pk, body=_told(event), made_at=now, next_at=now)
        for event in events
        if event.topic.startswith("work.") and _wanted(subscription, event) and admits(scopes, event)
    ]
    newest = max(subscription.cursor, events[-1].pk)
    if made or newest > subscription.cursor:
        with writing():
            Delivery.objects.bulk_create(made, ignore_conflicts=True)
            Subscription.objects.filter(pk=subscription.pk).update(cursor=newest)


def _unseen(subscription: Subscription, now: datetime) -> list[int]:
    """The ids of events after the cursor and, on PostgreSQL, of young ones before it that have no delivery."""
    fresh = Event.objects.filter(pk__gt=subscription.cursor).order_by("pk").values_list("pk", flat=True)
    found = list(fresh[:LOOKED_AT])
    if connection.vendor == "postgresql":
        late = Event.objects.filter(pk__lte=subscription.cursor, at__gte=max(now - OVERLAP, subscription.made_at))
        young = list(late.order_by("-pk").values_list("pk", flat=True)[:LOOKED_AT])
        known = Delivery.objects.filter(subscription=subscription, event_id__in=young)
        found += sorted(set(young) - set(known.values_list("event_id", flat=True)))
    return found


def _wanted(subscription: Subscription, event: LiveEvent) -> bool:
    asked = not subscription.kinds or event.kind in subscription.kinds
    return asked and event.area_code.startswith(subscription.area_code)


def _told(event: LiveEvent) -> dict[str, Any]:
    data = {name: event.body[name] for name in TOLD if name in event.body}
    return {"type": f"{event.topic}.{event.body.get('verb', '')}", "data": data}


def _send(delivery: Delivery, now: datetime) -> bool:
    """Try once. A worker that is killed in between leaves the delivery to the next, which may send it twice."""
    ours = Delivery.objects.filter(pk=delivery.pk, status=Sending.WAITING, next_at=delivery.next_at)
    if not ours.update(next_at=now + LEASE):
        return False
    subscription = delivery.subscription
    if not _still_seen(delivery, now):
        return _ended(delivery, Sending.WITHDRAWN, now)
    body = json.dumps({**delivery.body, "timestamp": now.isoformat()}, ensure_ascii=False).encode()
    message_id = f"msg_{delivery.event_id}_{subscription.pk}"
    delivery.attempts += 1
    try:
        headers = signed(unseal(subscription.secret.token), message_id, int(now.timestamp()), body)
        headers |= {"Content-Type": "application/json", "User-Agent": "Anning-Webhooks/1"}
        delivery.answer = post(subscription.url, body, headers, private=settings.WEBHOOK_PRIVATE)
        delivery.fault = "" if 200 <= delivery.answer < 300 else f"answered {delivery.answer}"
    except (ValueError, OSError, http.client.HTTPException) as error:
        delivery.answer, delivery.fault = None, str(error)[:200]
    if not delivery.fault:
        Subscription.objects.filter(pk=subscription.pk).exclude(failed_at=None).update(failed_at=None)
        return _ended(delivery, Sending.SENT, now)
    if delivery.answer == http.HTTPStatus.GONE or now - delivery.made_at > timedelta(days=settings.WEBHOOK_DAYS):
        return _ended(delivery, Sending.DEAD, now)
    delivery.next_at = now + timedelta(seconds=PAUSES_S[min(delivery.attempts, len(PAUSES_S)) - 1])
    delivery.save()
    return False


def _still_seen(delivery: Delivery, now: datetime) -> bool:
    """Whether the item still exists for the owner, whose access may have ended since."""
    try:
        find(viewer_of(delivery.subscription.owner, now), str(delivery.body["data"]["number"]))
    except (NotVisibleError, KeyError):
        return False
    return True


def _ended(delivery: Delivery, status: Sending, now: datetime) -> bool:
    """Lay down how a delivery ended; the first that ends dead in a row alerts the owner."""
    delivery.status, delivery.ended_at, delivery.next_at = status, now, None
    with writing():
        delivery.save()
        subscription = delivery.subscription
        first = Subscription.objects.filter(pk=subscription.pk, failed_at=None)
        if status == Sending.DEAD and first.update(failed_at=now):
            item = find(viewer_of(subscription.owner, now), str(delivery.body["data"]["number"]))
            told = Alert(user=subscription.owner, item=item, cause=f"webhook:{subscription.pk}:{delivery.pk}", at=now)
            Alert.objects.bulk_create([told], ignore_conflicts=True)
    return status == Sending.SENT
