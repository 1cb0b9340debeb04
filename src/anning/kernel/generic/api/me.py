"""The asking user: who they are here, and their alerts."""

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema

from anning.kernel.generic.api.auth import asking
from anning.kernel.generic.api.problems import PROBLEMS
from anning.kernel.generic.api.schemas import Line, RowId
from anning.kernel.org.selectors import duty_places, is_on_duty, user_by_id
from anning.kernel.org.services import DutyError, end_duty, start_duty
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.selectors.alerts import unseen_alerts
from anning.kernel.work.services.alerts import mark_seen

routes = Router(tags=["me"])


class GrantOut(Schema):
    """One part the user plays."""

    role: str
    area_code: str
    kinds: list[str]


class MeOut(Schema):
    """The asking user."""

    username: str
    on_duty: bool
    grants: list[GrantOut]


class AlertOut(Schema):
    """Something the user is told once."""

    id: int
    number: str
    title: str
    cause: str
    at: datetime


@routes.get("", response={200: MeOut, **PROBLEMS}, operation_id="me")
def me(request: HttpRequest) -> MeOut:
    """Who the platform takes you for, and what you may see."""
    seer = asking(request)
    grants = [GrantOut(role=g.role, area_code=g.area_code, kinds=sorted(g.kinds)) for g in seer.grants]
    return MeOut(username=seer.label, on_duty=is_on_duty(seer.user_id or 0, timezone.now()), grants=grants)


class DutyIn(Schema):
    """Where to go on duty: an agency's code, and the callsign of a unit for its crew."""

    agency: Line
    unit: Line = ""


@routes.post("/duty", response={200: MeOut, **PROBLEMS}, operation_id="start_duty")
def go_on_duty(request: HttpRequest, given: DutyIn) -> MeOut:
    """Start your duty in an agency you are a member of."""
    seer, now = asking(request), timezone.now()
    for agency, unit in duty_places(seer.user_id or 0, now):
        if (agency.code, unit.code if unit else "") == (given.agency, given.unit):
            try:
                start_duty(seer, user_by_id(seer.user_id or 0), agency.pk, unit, now)
            except DutyError as error:
                raise RefusedError(str(error)) from error
            return me(request)
    raise RefusedError(_("You are not a member of this agency."))


@routes.delete("/duty", response={200: MeOut, **PROBLEMS}, operation_id="end_duty")
def go_off_duty(request: HttpRequest) -> MeOut:
    """End your duty; ending none is no fault."""
    seer = asking(request)
    end_duty(seer, user_by_id(seer.user_id or 0), timezone.now())
    return me(request)


@routes.get("/alerts", response={200: list[AlertOut], **PROBLEMS}, operation_id="alerts")
def alerts(request: HttpRequest) -> list[AlertOut]:
    """Your alerts not seen yet, newest first."""
    return [
        AlertOut(id=alert.pk, number=alert.item.number, title=alert.item.title, cause=alert.cause, at=alert.at)
        for alert in unseen_alerts(asking(request))
    ]


@routes.post("/alerts/{alert_id}/seen", response={200: int, **PROBLEMS}, operation_id="alert_seen")
def seen(request: HttpRequest, alert_id: RowId) -> int:
    """Mark an alert of yours as seen; answers how many were marked (0 when it is not yours)."""
    return mark_seen(asking(request), [alert_id])
