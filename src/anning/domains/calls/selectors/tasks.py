"""Units on incidents, and which unit somebody serves in."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from anning.domains.calls.models import JointTask
from anning.kernel.access.scope import Viewer
from anning.kernel.contract.roles import COMMAND, READERS
from anning.kernel.org.models import Unit, User
from anning.kernel.org.selectors import on_duty
from anning.kernel.work.errors import NotVisibleError, RefusedError
from anning.kernel.work.models import Item, Task

UNIT_KIND = "incident"
"""Units are seen by those who see incidents: the scope of that kind counts for them."""
_OPENINGS = ("open", "reopen", "unmerge")


def visible_units(viewer: Viewer) -> QuerySet[Unit]:
    """The units that exist for the viewer: of their area, of their agency, their own."""
    scope = viewer.scope_of(UNIT_KIND, READERS)
    if not scope:
        return Unit.objects.none()
    units = Unit.objects.select_related("agency")
    if scope.everywhere:
        return units
    return units.filter(scope.in_areas() | Q(agency_id__in=scope.agencies) | Q(pk__in=scope.units))


def sendable_units(viewer: Viewer, item: Item) -> QuerySet[Unit]:
    """The units that may be sent to an incident: the viewer's and, for those who command in its area, the units of
    agencies that took a joint task in hand and those at work on it.

    An agency shares its units with the incident by accepting the task, and takes the idle ones back by ending it.
    """
    scope = viewer.scope_of(UNIT_KIND, READERS)
    if scope.everywhere or not viewer.scope_of(UNIT_KIND, COMMAND).admits(item.area_code):
        return visible_units(viewer)
    accepted = JointTask.objects.filter(incident=item, item__state="accepted").values("agency_id")
    on_it = Task.objects.filter(item=item, ended_at=None).values("unit_id")
    own = scope.in_areas() | Q(agency_id__in=scope.agencies) | Q(pk__in=scope.units)
    return Unit.objects.select_related("agency").filter(own | Q(agency_id__in=accepted) | Q(pk__in=on_it))


def unit_for(viewer: Viewer, code: str, item: Item | None = None) -> Unit:
    """The unit called `code`, also one shared with `item`. Raises `NotVisibleError` when the viewer has none such."""
    units = sendable_units(viewer, item) if item else visible_units(viewer)
    unit = units.filter(code=code).first()
    if unit is None:
        raise NotVisibleError(code)
    return unit


def working_task(item: Item, unit: Unit) -> Task:
    """The running task of a unit on an incident. Raises `RefusedError` when it has none."""
    task = Task.objects.select_related("unit").filter(item=item, unit=unit, ended_at=None).first()
    if task is None:
        raise RefusedError(_("%(unit)s is not on %(number)s.") % {"unit": unit.code, "number": item.number})
    return task


def tasks_since_opening(item: Item) -> list[Task]:
    """The tasks that count for the state: those sent since the incident was last opened."""
    opened = item.changes.filter(verb__in=_OPENINGS).order_by("-version").values_list("at", flat=True).first()
    return list(Task.objects.filter(Q(ended_at=None) | Q(ended_at__gte=opened or item.opened_at), item=item))


def tasks_of(item: Item) -> QuerySet[Task]:
    """Every task of an incident with its unit and agency, oldest first."""
    return Task.objects.filter(item=item).select_related("unit__agency").order_by("assigned_at", "pk")


def user_of(viewer: Viewer) -> User:
    """The person looking. Raises `RefusedError` for the platform itself."""
    user = User.objects.filter(pk=viewer.user_id or 0).first()
    if user is None:
        raise RefusedError(_("Only a person can do that."))
    return user


def my_unit(viewer: Viewer, at: datetime) -> Unit | None:
    """The unit the viewer serves in at `at`, or None."""
    duties = on_duty(at).filter(user_id=viewer.user_id or 0).exclude(unit=None)
    duty = duties.select_related("unit__agency").order_by("-starts_at").first()
    return duty.unit if duty else None


def units_to_serve_in(viewer: Viewer) -> QuerySet[Unit]:
    """The units the viewer may go on duty in: those of agencies they are a unit member of."""
    agencies = {grant.agency_id for grant in viewer.grants if grant.role == "unit"}
    own = {grant.unit_id for grant in viewer.grants if grant.role == "unit" and grant.unit_id}
    units = Unit.objects.filter(agency_id__in=agencies).select_related("agency").order_by("code")
    return units.filter(pk__in=own) if own else units


def current_task(unit: Unit) -> Task | None:
    """What the unit is on now, or None."""
    return Task.objects.filter(unit=unit, ended_at=None).select_related("item", "unit").first()
