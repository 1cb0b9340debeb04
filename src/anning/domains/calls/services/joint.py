"""Joint incidents: asking other agencies to take part, each with its own task, state and clock."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from anning.domains.calls.models import JointTask
from anning.domains.calls.module import INCIDENT_KIND, JOINT_KIND
from anning.domains.calls.services.rows import tell_row
from anning.domains.calls.services.telling import tell_agency
from anning.kernel.access.scope import Viewer
from anning.kernel.audit.services import record
from anning.kernel.audit.transactions import writing
from anning.kernel.contract.roles import COMMAND
from anning.kernel.org.models import Agency
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.models import Item
from anning.kernel.work.selectors.items import find
from anning.kernel.work.services.items import OPEN, Draft, check_version, insert
from anning.kernel.work.services.tasks import share
from anning.kernel.work.services.timeline import log_on, subject, trace


def ask(
    viewer: Viewer,
    number: str,
    agencies: Sequence[str],
    what: str,
    *,
    version: int | None,
    now: datetime | None = None,
) -> list[Item]:
    """Ask agencies (codes) to take part in an incident; each gets a task and sees the incident.

    Raises:
        NotVisibleError, ConflictError: as `work.services.items.act`.
        RefusedError: the role may not command here, the incident is closed, an agency is unknown or asked already,
            or it is not said what they are asked to do.
    """
    now = now or timezone.now()
    with writing():
        incident = find(viewer, number, lock=True, kind=INCIDENT_KIND.code)
        _check(viewer, incident, version, what)
        asked = [_task(viewer, incident, agency, what.strip(), now) for agency in _agencies(incident, agencies)]
        data = {"agencies": list(agencies), "tasks": [item.number for item in asked]}
        change = log_on(viewer, incident, "ask-joint", now, reason=what.strip(), data=data)
        record(viewer, "ask-joint", subject(incident), {**data, **trace(change)}, at=now)
    return asked


def _check(viewer: Viewer, incident: Item, version: int | None, what: str) -> None:
    check_version(incident, version)
    if not viewer.scope_of(incident.kind, COMMAND).admits(incident.area_code):
        raise RefusedError(_("Your role may not do that here."))
    if incident.closed_at:
        raise RefusedError(_("%(number)s is closed: reopen it before sending units.") % {"number": incident.number})
    if not what.strip():
        raise RefusedError(_("Say what the agencies are asked to do."))


def _agencies(incident: Item, codes: Sequence[str]) -> list[Agency]:
    found = {agency.code: agency for agency in Agency.objects.filter(code__in=list(codes))}
    if not codes:
        raise RefusedError(_("Name at least one agency."))
    for code in codes:
        if code not in found:
            raise RefusedError(_("There is no agency “%(code)s”.") % {"code": code})
    busy = JointTask.objects.filter(incident=incident, agency__code__in=list(codes), item__closed_at=None)
    taken = busy.select_related("agency").first()
    if taken:
        raise RefusedError(_("%(agency)s has been asked already.") % {"agency": taken.agency.name})
    return [found[code] for code in dict.fromkeys(codes)]


def _task(viewer: Viewer, incident: Item, agency: Agency, what: str, now: datetime) -> Item:
    draft = Draft(
        title=what,
        category=incident.category,
        priority=incident.priority,
        area_code=incident.area_code,
        lon=incident.lon,
        lat=incident.lat,
        outside=incident.outside,
        agency_id=agency.pk,
    )
    item, _change = insert(viewer, JOINT_KIND, draft, now)
    JointTask.objects.create(item=item, incident=incident, agency=agency)
    share(incident, agency, now)
    share(item, agency, now)
    tell_row(item, OPEN, flags=[], calls=0, agencies=[agency.pk])
    tell_agency(item, agency, "joint", now)
    return item
