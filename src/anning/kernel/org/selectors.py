"""Who is there, and who is on duty."""

import hashlib
import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Q, QuerySet

from anning.kernel.audit.rows import naive_utc, run
from anning.kernel.org.models import Agency, Duty, Membership, Unit, User


def on_duty(at: datetime) -> QuerySet[Duty]:
    """The duties that run at `at`."""
    return Duty.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at)


def is_on_duty(user_id: int, at: datetime) -> bool:
    """Whether the user is on duty anywhere at `at`."""
    return on_duty(at).filter(user_id=user_id).exists()


def holders_on_duty(
    role: str, area_code: str | None, at: datetime, agencies: Collection[int] = (), kind: str = ""
) -> QuerySet[User]:
    """The active users on duty at `at` who hold `role` over an area containing `area_code` (None: any area).

    A duty counts for the agency it is served in: somebody in two agencies is reached only as a member of the one
    they are working for now. `agencies` limits the answer to those agencies when given; with `kind`, a membership
    for other kinds of work alone does not count.
    """
    members = current_memberships(at).filter(role=role)
    if area_code is not None:
        members = members.filter(area_code__in=[area_code[:length] for length in range(len(area_code) + 1)])
    if agencies:
        members = members.filter(agency_id__in=agencies)
    found = list(members.values_list("user_id", "agency_id", "kinds"))
    if not found:
        return User.objects.none()
    serving = set(on_duty(at).filter(user_id__in={user for user, _, _ in found}).values_list("user_id", "agency_id"))
    reached = {
        user for user, agency, kinds in found if (user, agency) in serving and (not kind or not kinds or kind in kinds)
    }
    return User.objects.filter(pk__in=reached, is_active=True)


def duties_to_brief(at: datetime) -> QuerySet[Duty]:
    """The duties begun by `at` whose people have not been told yet what happened before them."""
    return Duty.objects.filter(briefed_at=None, starts_at__lte=at)


def crew(unit_id: int, at: datetime) -> QuerySet[User]:
    """The users on duty in the unit at `at`."""
    return User.objects.filter(duties__in=on_duty(at).filter(unit_id=unit_id), is_active=True).distinct()


def current_memberships(at: datetime) -> QuerySet[Membership]:
    """The memberships in force at `at`."""
    return Membership.objects.filter(
        Q(starts_at=None) | Q(starts_at__lte=at), Q(ends_at=None) | Q(ends_at__gt=at), user__is_active=True
    )


def user_by_id(user_id: int) -> User:
    """The user with this id. Raises `User.DoesNotExist`."""
    return User.objects.get(pk=user_id)


def duty_places(user_id: int, at: datetime) -> list[tuple[Agency, Unit | None]]:
    """Where the user may serve at `at`: for each agency they are a member of, at a desk or, as crew, in a unit."""
    found: dict[tuple[int, int | None], tuple[Agency, Unit | None]] = {}
    for part in current_memberships(at).filter(user_id=user_id).select_related("agency", "unit").order_by("pk"):
        units: Iterable[Unit | None] = [None]
        if part.role == "unit":
            home = Unit.objects.filter(agency=part.agency, area_code__startswith=part.area_code).order_by("code")
            units = [part.unit] if part.unit else home[:200]
        for unit in units:
            found[part.agency_id, unit.pk if unit else None] = (part.agency, unit)
    return list(found.values())


class Part(NamedTuple):
    """What of a membership decides who may see and do what."""

    role: str
    agency_id: int
    area_code: str
    kinds: list[str]
    unit_id: int | None


_SPEAKER = """
SELECT org_user.id, username, is_active FROM org_user JOIN org_apitoken ON org_apitoken.user_id = org_user.id
WHERE org_apitoken.digest = %s AND org_user.is_active AND (org_apitoken.ends_at IS NULL OR org_apitoken.ends_at > %s)
"""
_PARTS = """
SELECT role, agency_id, area_code, kinds, unit_id FROM org_membership WHERE user_id = %s
AND (starts_at IS NULL OR starts_at <= %s) AND (ends_at IS NULL OR ends_at > %s) ORDER BY id
"""


def user_of_token(token: str, at: datetime) -> User | None:
    """The active user an API token speaks for at `at`, or None; other columns than the name are read when asked for.

    Written as SQL: every API request asks this.
    """
    digest = hashlib.sha256(token.encode()).hexdigest()
    found = run(_SPEAKER, (digest, _moment(at))).fetchone()
    return User.from_db(DEFAULT_DB_ALIAS, ("id", "username", "is_active"), found) if found else None


def parts_of(user_id: int, at: datetime) -> list[Part]:
    """The memberships of one user in force at `at`. Written as SQL: every request asks this."""
    rows = run(_PARTS, (user_id, _moment(at), _moment(at))).fetchall()
    return [Part(role, agency, area, json.loads(kinds), unit) for role, agency, area, kinds, unit in rows]


def _moment(at: datetime) -> Any:
    """A moment as a parameter of plain SQL."""
    return naive_utc(at) if connection.vendor == "sqlite" else at
