"""The operations of webhooks: each for the owner's own."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from anning.gateway.interfaces.models import Delivery, Sending, Subscription
from anning.gateway.interfaces.webhooks import selectors, services
from anning.kernel.generic.api.auth import asking
from anning.kernel.generic.api.schemas import Code, RowId

router = Router(tags=["interfaces"])


class SubscribeIn(Schema):
    """An https address, the kinds of work it is told of (none: all in scope) and the area (empty: all in scope)."""

    url: str = Field(min_length=8, max_length=300)
    kinds: list[Code] = Field([], max_length=30)
    area_code: Code = ""


class SubscriptionOut(Schema):
    """A webhook."""

    id: int
    url: str
    kinds: list[str]
    area_code: str
    made_at: datetime
    keep_until: datetime
    failed_at: datetime | None


class SubscribedOut(SubscriptionOut):
    """A webhook just made, with its secret, which is shown this once."""

    secret: str


class DeliveryOut(Schema):
    """One telling: what, how often tried, how it ended."""

    id: int
    event_id: int
    status: Sending
    attempts: int
    made_at: datetime
    next_at: datetime | None
    ended_at: datetime | None
    answer: int | None
    fault: str
    body: dict[str, Any]


@router.get("webhooks", response=list[SubscriptionOut], summary="Your webhooks")
def subscriptions(request: HttpRequest) -> QuerySet[Subscription]:
    """Without their secrets."""
    return selectors.own(asking(request))


@router.post("webhooks", response=SubscribedOut, summary="Make a webhook")
def subscribe(request: HttpRequest, body: SubscribeIn) -> dict[str, Any]:
    """The secret signs what is sent; it is not shown again."""
    made, secret = services.subscribe(asking(request), body.url, body.kinds, body.area_code, timezone.now())
    return {**SubscriptionOut.from_orm(made).dict(), "secret": secret}


@router.delete("webhooks/{subscription}", response=dict[str, bool], summary="End a webhook")
def unsubscribe(request: HttpRequest, subscription: RowId) -> dict[str, bool]:
    """What waits for it is not sent."""
    services.unsubscribe(asking(request), subscription, timezone.now())
    return {"ended": True}


@router.get("webhooks/{subscription}/deliveries", response=list[DeliveryOut], summary="What was sent to a webhook")
def deliveries(request: HttpRequest, subscription: RowId, status: Sending | None = None) -> QuerySet[Delivery]:
    """Newest first, at most two hundred."""
    return selectors.deliveries(asking(request), subscription, status or "")


@router.post("webhooks/{subscription}/deliveries/{delivery}/replay", response=DeliveryOut, summary="Send it again")
def replay(request: HttpRequest, subscription: RowId, delivery: RowId) -> Delivery:
    """Whatever became of it."""
    return services.replay(asking(request), subscription, delivery, timezone.now())
