"""From a signed-in user to what exists for them."""

from datetime import datetime

from django.utils import timezone

from anning.kernel.access.scope import NOBODY, Grant, Viewer
from anning.kernel.org.models import User
from anning.kernel.org.selectors import current_memberships, on_duty


def viewer_of(user: User | None, at: datetime | None = None) -> Viewer:
    """The viewer `user` is at `at` (now by default): one query for memberships, one for the unit served in."""
    if user is None or not user.is_authenticated or not user.is_active:
        return NOBODY
    at = at or timezone.now()
    rows = list(
        current_memberships(at).filter(user=user).values_list("role", "agency_id", "area_code", "kinds", "unit_id")
    )
    serving = _serving(user, at) if any(role == "unit" for role, *_ in rows) else {}
    grants = tuple(
        Grant(role, agency, area, frozenset(kinds), serving.get(agency) or unit)
        for role, agency, area, kinds, unit in rows
    )
    return Viewer(user.pk, user.username, grants)


def _serving(user: User, at: datetime) -> dict[int, int | None]:
    return dict(on_duty(at).filter(user=user).values_list("agency_id", "unit_id"))
