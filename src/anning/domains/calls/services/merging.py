"""Merging two incidents that are one event, and undoing it: both calls stay, every step is in both timelines.

`decide` is what the module declares for links of the kind `same_event`: whoever accepts one anywhere, merges.
"""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from anning.domains.calls.module import INCIDENT_KIND, SAME_EVENT
from anning.domains.calls.selectors.proposals import link_for
from anning.domains.calls.states import INCIDENT
from anning.kernel.access.scope import Viewer
from anning.kernel.audit.transactions import writing
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.models import Item, Link, Task
from anning.kernel.work.models.link import LinkState
from anning.kernel.work.selectors.items import find
from anning.kernel.work.services import clocks, links
from anning.kernel.work.services.items import apply, check_version
from anning.kernel.work.services.timeline import log_on


def decide(
    viewer: Viewer,
    link_id: int,
    state: str,
    *,
    version: int | None = None,
    reason: str = "",
    now: datetime | None = None,
) -> Link:
    """Accept (merge), undo (unmerge) or reject a same-event link. Raises as `merge`."""
    carry_out = {LinkState.ACCEPTED: merge, LinkState.UNDONE: unmerge, LinkState.REJECTED: reject}[LinkState(state)]
    return carry_out(viewer, link_id, version=version, reason=reason, now=now)


def merge(
    viewer: Viewer, link_id: int, *, version: int | None = None, reason: str = "", now: datetime | None = None
) -> Link:
    """Accept a same-event proposal: the newer incident is merged into the older one, which goes on.

    The older one takes on the more urgent priority of the two. `version` is that of the newer incident.

    Raises:
        NotVisibleError: the link or an incident does not exist for the viewer.
        ConflictError: somebody changed the newer incident since `version`.
        RefusedError: units are out on the newer incident, it is no longer waiting, or the older one is closed.
    """
    now = now or timezone.now()
    with writing():
        newer, older = _ends(viewer, link_id)
        check_version(newer, version)
        _refuse(newer, older)
        link = links.settle(viewer, link_id, LinkState.ACCEPTED, reason=reason, now=now)
        _move(viewer, link.source, "merge", now, {"into": older.number}, reason)
        raise_priority(viewer, link.target, newer.priority, now)
    return link


def unmerge(
    viewer: Viewer, link_id: int, *, version: int | None = None, reason: str = "", now: datetime | None = None
) -> Link:
    """Undo a merge: the newer incident waits again, its clocks start anew.

    Raises: as `merge`.
    """
    now = now or timezone.now()
    with writing():
        newer, older = _ends(viewer, link_id)
        check_version(newer, version)
        if newer.state != "merged":
            raise RefusedError(_("%(number)s is not merged.") % {"number": newer.number})
        link = links.settle(viewer, link_id, LinkState.UNDONE, reason=reason, now=now)
        _move(viewer, link.source, "unmerge", now, {"out_of": older.number}, reason)
    return link


def reject(
    viewer: Viewer, link_id: int, *, version: int | None = None, reason: str = "", now: datetime | None = None
) -> Link:
    """Say that two incidents are not the same event; they are not proposed again. Raises as `merge`."""
    link_for(viewer, link_id)
    return links.settle(viewer, link_id, LinkState.REJECTED, version=version, reason=reason, now=now)


def merge_into(
    viewer: Viewer, number: str, into: str, *, version: int | None, reason: str, now: datetime | None = None
) -> Link:
    """Merge two incidents a person found to be one event, whether proposed or not. Raises as `merge`."""
    now = now or timezone.now()
    with writing():
        first = find(viewer, number, lock=True, kind=INCIDENT_KIND.code)
        check_version(first, version)
        second = find(viewer, into, lock=True, kind=INCIDENT_KIND.code)
        if first.pk == second.pk:
            raise RefusedError(_("An incident cannot be merged into itself."))
        link = links.propose(SAME_EVENT, first, second, 1.0, {"by": viewer.label}, now)
        return merge(viewer, link.pk, reason=reason, now=now)


def raise_priority(viewer: Viewer, item: Item, priority: int, now: datetime) -> None:
    """Give an incident the more urgent priority of a call that joined it, inside the caller's transaction."""
    if priority >= item.priority:
        return
    old, item.priority = item.priority, priority
    clocks.retime(item, INCIDENT_KIND, now)
    item.save(update_fields=["priority", "due_at"])
    log_on(viewer, item, "edit", now, data={"priority": [old, priority]})


def _ends(viewer: Viewer, link_id: int) -> tuple[Item, Item]:
    """The newer and the older incident of a link, locked."""
    link = link_for(viewer, link_id)
    newer = find(viewer, link.source.number, lock=True, kind=INCIDENT_KIND.code)
    return newer, find(viewer, link.target.number, lock=True, kind=INCIDENT_KIND.code)


def _refuse(newer: Item, older: Item) -> None:
    out = list(Task.objects.filter(item=newer, ended_at=None).values_list("unit__code", flat=True))
    if out:
        units = "、".join(sorted(out))
        raise RefusedError(
            _("%(units)s are out on %(number)s: stand them down or clear them before merging it.")
            % {"units": units, "number": newer.number}
        )
    if newer.state != "new":
        raise RefusedError(_("%(number)s is no longer waiting, so it cannot be merged.") % {"number": newer.number})
    if older.closed_at:
        raise RefusedError(_("%(number)s is closed: reopen it before merging into it.") % {"number": older.number})


def _move(viewer: Viewer, item: Item, verb: str, now: datetime, data: dict[str, str], reason: str) -> None:
    move = INCIDENT.find(item.state, verb)
    if move is None:
        raise RefusedError(_("%(number)s cannot be merged or unmerged now.") % {"number": item.number})
    apply(viewer, item, INCIDENT_KIND, move, now=now, reason=reason, data=data)
