"""Changing who is where: duty, unit status and position."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from anning.kernel.audit.services import Actor, record
from anning.kernel.audit.transactions import writing
from anning.kernel.org.models import Duty, Unit, UnitStatus, User
from anning.kernel.org.selectors import current_memberships, on_duty


class DutyError(ValueError):
    """A duty cannot start or end as asked."""


def start_duty(actor: Actor | None, user: User, agency_id: int, unit: Unit | None, now: datetime | None = None) -> Duty:
    """Put `user` on duty for an agency, in `unit` if given; the unit becomes free when it was off duty.

    Raises:
        DutyError: the user is on duty already, is no member of the agency now, or the unit is of another agency.
    """
    now = now or timezone.now()
    with writing():
        User.objects.select_for_update().get(pk=user.pk)
        if Duty.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), user=user).exists():
            raise DutyError(_("You are on duty already. End that duty first."))
        if not current_memberships(now).filter(user=user, agency_id=agency_id).exists():
            raise DutyError(_("You are not a member of this agency."))
        if unit and unit.agency_id != agency_id:
            raise DutyError(_("%(unit)s belongs to another agency.") % {"unit": unit.code})
        duty = Duty.objects.create(user=user, agency_id=agency_id, unit=unit, starts_at=now)
        if unit:
            Unit.objects.filter(pk=unit.pk, status=UnitStatus.OFF_DUTY).update(status=UnitStatus.FREE, status_at=now)
        record(actor, "duty-start", f"org.user:{user.pk}", {"agency": agency_id, "unit": unit and unit.code}, at=now)
    return duty


def end_duty(actor: Actor | None, user: User, now: datetime | None = None) -> int:
    """End every running duty of `user`; a unit left without crew goes off duty unless it is at work.

    Returns how many duties ended.
    """
    now = now or timezone.now()
    with writing():
        duties = list(on_duty(now).filter(user=user))
        Duty.objects.filter(pk__in=[duty.pk for duty in duties]).update(ends_at=now)
        for unit_id in {duty.unit_id for duty in duties if duty.unit_id}:
            if not on_duty(now).filter(unit_id=unit_id).exists():
                idle = Unit.objects.filter(pk=unit_id, status=UnitStatus.FREE)
                idle.update(status=UnitStatus.OFF_DUTY, status_at=now)
        record(actor, "duty-end", f"org.user:{user.pk}", {"duties": len(duties)}, at=now)
    return len(duties)


def mark_briefed(duty_ids: Sequence[int], now: datetime) -> None:
    """Note that the people on these duties were told what nobody heard before they came."""
    with writing():
        Duty.objects.filter(pk__in=list(duty_ids), briefed_at=None).update(briefed_at=now)


def set_unit_status(unit_id: int, status: str, now: datetime) -> None:
    """Write a unit's status inside the caller's transaction; the verb that caused it is audited there."""
    Unit.objects.filter(pk=unit_id).update(status=status, status_at=now)


def report_position(unit_id: int, lon: float, lat: float, at: datetime) -> bool:
    """Store a unit's position unless a newer one is known; returns whether it was stored.

    Raises:
        ValueError: the position is not on the earth.
    """
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(f"position lon={lon}, lat={lat} is not on the earth: send WGS-84 degrees, lon first")
    with writing():
        older = Unit.objects.filter(pk=unit_id).exclude(position_at__gt=at)
        return bool(older.update(lon=lon, lat=lat, position_at=at))
