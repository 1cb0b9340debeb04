"""A viewer's own webhooks and what was sent to them."""

from django.db.models import QuerySet

from anning.gateway.interfaces.models import Delivery, Subscription
from anning.kernel.access.scope import Viewer
from anning.kernel.contract.roles import PARTNER, SUPERVISOR, roles
from anning.kernel.work.errors import NotVisibleError

SUBSCRIBERS = roles(SUPERVISOR, PARTNER)
"""Those whose machines may be told of changes."""
MOST = 200


def own(viewer: Viewer) -> QuerySet[Subscription]:
    """The viewer's webhooks. Raises `NotVisibleError` for who may have none."""
    if not viewer.holds(SUBSCRIBERS):
        raise NotVisibleError("webhooks")
    return Subscription.objects.filter(owner_id=viewer.user_id or 0).order_by("pk")


def one(viewer: Viewer, subscription: int) -> Subscription:
    """One of the viewer's webhooks. Raises `NotVisibleError`."""
    found = own(viewer).filter(pk=subscription).first()
    if found is None:
        raise NotVisibleError(str(subscription))
    return found


def deliveries(viewer: Viewer, subscription: int, status: str = "") -> QuerySet[Delivery]:
    """What was sent to one of the viewer's webhooks, newest first. Raises `NotVisibleError`."""
    found = one(viewer, subscription).deliveries.order_by("-pk")
    return (found.filter(status=status) if status else found)[:MOST]
