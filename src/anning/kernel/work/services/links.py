"""Proposing, accepting, rejecting and undoing links between items; each step audited, none lost.

A domain may decide on a kind of link itself (`contract.module.LinkKind`): `decide` is the one door for all of them.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from importlib import import_module
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from anning.kernel.access.scope import Viewer
from anning.kernel.audit.services import record
from anning.kernel.audit.transactions import writing
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import LINK
from anning.kernel.work.errors import NotVisibleError, RefusedError
from anning.kernel.work.models import Item, Link
from anning.kernel.work.models.link import LinkState
from anning.kernel.work.selectors.items import find
from anning.kernel.work.services.items import check_version, require
from anning.kernel.work.services.timeline import log_on, subject

_LEGAL: Mapping[str, frozenset[str]] = {
    LinkState.ACCEPTED: frozenset({LinkState.PROPOSED, LinkState.REJECTED, LinkState.UNDONE}),
    LinkState.REJECTED: frozenset({LinkState.PROPOSED}),
    LinkState.UNDONE: frozenset({LinkState.ACCEPTED}),
}


def propose(kind: str, source: Item, target: Item, score: float, reasons: Mapping[str, Any], now: datetime) -> Link:
    """Propose a link, inside the caller's transaction; one proposed before is returned as it stands."""
    link, _made = Link.objects.get_or_create(
        kind=kind,
        source=source,
        target=target,
        defaults={"score": score, "reasons": dict(reasons), "proposed_at": now},
    )
    return link


def decide(
    viewer: Viewer,
    link_id: int,
    state: str,
    *,
    version: int | None = None,
    reason: str = "",
    now: datetime | None = None,
) -> Link:
    """Accept, reject or undo a link: by the service of the domain that declares its kind, else by `settle`.

    `version` is the one of the link's source the person saw; None takes it as it is.

    Raises: as `settle`, and what the domain's service refuses.
    """
    code = Link.objects.filter(pk=link_id).values_list("kind", flat=True).first()
    declared = registry.link_kind(code) if code else None
    carry_out = _service(declared.decide) if declared else settle
    return carry_out(viewer, link_id, state, version=version, reason=reason, now=now)


def settle(
    viewer: Viewer,
    link_id: int,
    state: str,
    *,
    version: int | None = None,
    reason: str = "",
    now: datetime | None = None,
) -> Link:
    """Mark a link accepted, rejected or undone and no more; both items get a timeline row.

    Raises:
        NotVisibleError: the link or either item does not exist for the viewer.
        ConflictError: somebody changed the source since `version`.
        RefusedError: the link is not in a state from which this can be done, or the role may not link.
    """
    now = now or timezone.now()
    with writing():
        link = _locked(viewer, link_id)
        source, target = link.source, link.target
        check_version(source, version)
        for item in (source, target):
            require(viewer, item, registry.kind(item.kind), LINK)
        if link.state not in _LEGAL[state]:
            raise RefusedError(_("This link is %(state)s already.") % {"state": LinkState(link.state).label})
        link.state, link.decided_at, link.decided_by = state, now, viewer.label
        link.save()
        for item, other in ((source, target), (target, source)):
            log_on(viewer, item, f"link-{state}", now, reason=reason, data={"link": link.kind, "with": other.number})
        body = {"link": link.pk, "state": state, "with": subject(target)}
        record(viewer, f"link-{state}", subject(source), body, at=now)
    return link


def _service(path: str) -> Callable[..., Link]:
    package, _dot, name = path.rpartition(".")
    found: Callable[..., Link] = getattr(import_module(package), name)
    return found


def _locked(viewer: Viewer, link_id: int) -> Link:
    link = Link.objects.select_for_update(of=("self",)).select_related("source", "target").filter(pk=link_id).first()
    if link is None:
        raise NotVisibleError(str(link_id))
    link.source, link.target = find(viewer, link.source.number, lock=True), find(viewer, link.target.number, lock=True)
    return link
