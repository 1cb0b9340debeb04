"""From a signed-in user to what exists for them."""

from datetime import datetime

from django.utils import timezone

from anning.kernel.access.scope import NOBODY, Grant, Viewer
from anning.kernel.org.models import User
from anning.kernel.org.selectors import on_duty, parts_of


def viewer_of(user: User | None, at: datetime | None = None) -> Viewer:
    """The viewer `user` is at `at` (now by default): one query for memberships, one for the unit served in."""
    if user is None or not user.is_authenticated or not user.is_active:
        return NOBODY
    at = at or timezone.now()
    parts = parts_of(user.pk, at)
    serving = _serving(user, at) if any(part.role == "unit" for part in parts) else {}
    grants = tuple(
        Grant(
            part.role,
            part.agency_id,
            part.area_code,
            frozenset(part.kinds),
            serving.get(part.agency_id) or part.unit_id,
        )
        for part in parts
    )
    return Viewer(user.pk, user.username, grants)


def _serving(user: User, at: datetime) -> dict[int, int | None]:
    return dict(on_duty(at).filter(user=user).values_list("agency_id", "unit_id"))
