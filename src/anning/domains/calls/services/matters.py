"""Handing livelihood matters to who answers for them, and finishing them with an outcome."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from anning.domains.calls.models import Matter
from anning.domains.calls.module import MATTER_KIND
from anning.domains.calls.selectors.routing import responsible
from anning.domains.calls.services.telling import tell_agency
from anning.domains.calls.states import MATTER
from anning.kernel.access.scope import Viewer
from anning.kernel.audit.services import record
from anning.kernel.audit.transactions import writing
from anning.kernel.contract.states import Transition
from anning.kernel.org.models import Agency
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.models import Item
from anning.kernel.work.selectors.items import find, involved
from anning.kernel.work.services.items import apply, check_version
from anning.kernel.work.services.tasks import share
from anning.kernel.work.services.timeline import subject, trace


def route(
    viewer: Viewer,
    number: str,
    agency_code: str = "",
    *,
    version: int | None,
    reason: str = "",
    now: datetime | None = None,
) -> Item:
    """Hand a matter over to an agency: the one named, else the one the city's routes name. Its clock starts.

    Raises:
        NotVisibleError, ConflictError: as `work.services.items.act`.
        RefusedError: no route fits and none is named, the agency is unknown, or the matter is past handing over.
    """
    now = now or timezone.now()
    with writing():
        item = find(viewer, number, lock=True, kind=MATTER_KIND.code)
        move = _legal(viewer, item, "route", version, reason)
        agency = _agency(item, agency_code)
        old, item.agency_id = item.agency_id, agency.pk
        share(item, agency, now)
        data = {"agency": agency.code, "from": old}
        change = apply(viewer, item, MATTER_KIND, move, now=now, reason=reason, data=data)
        tell_agency(item, agency, f"route:{item.version}", now)
        record(viewer, "route", subject(item), {**data, **trace(change)}, at=now)
    return item


def finish(viewer: Viewer, number: str, outcome: str, *, version: int | None, now: datetime | None = None) -> Item:
    """Say that a matter is dealt with and how. Raises as `work.services.items.act`; the outcome may not be empty."""
    now = now or timezone.now()
    with writing():
        item = find(viewer, number, lock=True, kind=MATTER_KIND.code)
        move = _legal(viewer, item, "finish", version, outcome)
        change = apply(viewer, item, MATTER_KIND, move, now=now, reason=outcome.strip())
        Matter.objects.filter(pk=item.pk).update(outcome=outcome.strip())
        record(viewer, "finish", subject(item), trace(change), at=now)
    return item


def _legal(viewer: Viewer, item: Item, verb: str, version: int | None, reason: str) -> Transition:
    check_version(item, version)
    move = MATTER.find(item.state, verb)
    state = MATTER.by_code[item.state].title
    if move is None:
        raise RefusedError(_("“%(verb)s” is not possible in the state “%(state)s”.") % {"verb": verb, "state": state})
    agencies, units = involved(item)
    if not viewer.scope_of(MATTER_KIND.code, move.who).admits(item.area_code, agencies, units):
        raise RefusedError(_("Your role may not do “%(verb)s”.") % {"verb": move.title})
    if move.needs_reason and not reason.strip():
        raise RefusedError(_("“%(verb)s” needs a reason.") % {"verb": move.title})
    return move


def _agency(item: Item, code: str) -> Agency:
    if not code:
        found = responsible(item.area_code, item.category)
        if found is None:
            raise RefusedError(_("No route names an agency for this area and category: choose one."))
        return found
    agency = Agency.objects.filter(code=code).first()
    if agency is None:
        raise RefusedError(_("There is no agency “%(code)s”.") % {"code": code})
    return agency
