"""Telling the unit board what changed, and a unit's own duty and position."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from anning.domains.calls.module import INCIDENT_KIND
from anning.domains.calls.selectors.board import unit_summary, with_contact
from anning.domains.calls.selectors.tasks import current_task, my_unit, user_of
from anning.kernel.access.scope import Viewer
from anning.kernel.audit.transactions import writing
from anning.kernel.org import services as org
from anning.kernel.org.models import Duty, Unit, UnitStatus
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.models import Item
from anning.kernel.work.services.events import publish

TOPIC = "unit"


def tell_units(codes: Iterable[str], item: Item | None = None) -> None:
    """Tell live pages how these units are now, inside the caller's transaction.

    The incident is named only where whoever sees the unit sees the incident too.
    """
    for unit in with_contact(Unit.objects.filter(code__in=list(codes)).select_related("agency").order_by("code")):
        at_work = unit.status in (UnitStatus.ASSIGNED, UnitStatus.EN_ROUTE, UnitStatus.ON_SCENE)
        named = item if item and at_work and item.area_code.startswith(unit.area_code) else None
        body = unit_summary(unit, named)
        publish(TOPIC, INCIDENT_KIND.code, unit.area_code, body, [unit.agency_id], [unit.pk])


def start_duty(viewer: Viewer, code: str, now: datetime | None = None) -> Duty:
    """Put the viewer on duty in a unit of an agency they are a unit member of.

    Raises:
        RefusedError: the unit is not of their agency, or they are on duty already.
    """
    user, unit = user_of(viewer), Unit.objects.filter(code=code).first()
    held = {grant.agency_id for grant in viewer.grants if grant.role == "unit"}
    if unit is None or unit.agency_id not in held:
        raise RefusedError(_("You are not a member of that unit's agency."))
    try:
        with writing():
            duty = org.start_duty(viewer, user, unit.agency_id, unit, now)
            tell_units([code])
    except org.DutyError as error:
        raise RefusedError(str(error)) from error
    return duty


def end_duty(viewer: Viewer, now: datetime | None = None) -> int:
    """End the viewer's duty; refused while their unit is at work and nobody else of its crew stays."""
    user, now = user_of(viewer), now or timezone.now()
    unit = my_unit(viewer, now)
    with writing():
        ended = org.end_duty(viewer, user, now)
        if unit is not None:
            tell_units([unit.code])
    return ended


def tell_position(unit: Unit, lon: float, lat: float, at: datetime, item: Item | None = None) -> bool:
    """Keep where a unit is and tell live boards, unless a newer position is known; answers whether it was kept.

    Raises:
        ValueError: the position is not on the earth.
    """
    with writing():
        kept = org.report_position(unit.pk, lon, lat, at)
        if kept:
            tell_units([unit.code], item)
    return kept


def report_position(viewer: Viewer, lon: float, lat: float, at: datetime | None = None) -> bool:
    """Keep the position of the viewer's unit, told by its own device; only while on duty.

    Raises:
        RefusedError: the viewer is not on duty in a unit, or the position is not on the earth.
    """
    now = timezone.now()
    unit = my_unit(viewer, now)
    if unit is None:
        raise RefusedError(_("Positions are taken only while you are on duty in a unit."))
    try:
        task = current_task(unit)
        return tell_position(unit, lon, lat, min(at or now, now), task.item if task else None)
    except ValueError as error:
        raise RefusedError(str(error)) from error
