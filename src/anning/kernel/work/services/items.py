"""Opening a work item and moving it: the only place that assigns a state."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from anning.engines.space.cells import point_cell
from anning.kernel.access.scope import Viewer
from anning.kernel.audit import rows
from anning.kernel.audit.services import record
from anning.kernel.audit.transactions import writing
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import CREATE, EDIT, Kind
from anning.kernel.contract.states import STAY, Transition
from anning.kernel.work.errors import ConflictError, RefusedError
from anning.kernel.work.models import Change, Clock, Item
from anning.kernel.work.selectors.items import find, involved
from anning.kernel.work.services import clocks, events
from anning.kernel.work.services.timeline import log, log_on, subject, trace

OPEN = "open"
CELL_RESOLUTION = 9


@dataclass(frozen=True)
class Draft:
    """What a new item is opened with. Times are aware; `lon`, `lat` in WGS-84 degrees."""

    title: str
    category: str = ""
    priority: int = 3
    area_code: str = ""
    lon: float | None = None
    lat: float | None = None
    radius_m: float | None = None
    outside: bool = False
    opened_at: datetime | None = None
    agency_id: int | None = None
    source_key: str | None = None
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def open_item(viewer: Viewer, kind: Kind, draft: Draft, *, now: datetime | None = None, live: bool = True) -> Item:
    """A new item of `kind` in its first state, with its timeline, clocks, audit entry and event.

    `live=False` (bulk import) leaves out clocks and the event: nobody is to be woken by last year's calls.

    Raises:
        RefusedError: the viewer may not open work of this kind in that area.
    """
    if not viewer.scope(kind, CREATE):
        raise RefusedError(_("You may not open work of this kind."))
    with writing():
        item, change = insert(viewer, kind, draft, now or timezone.now(), clocked=live)
        if live:
            events.tell(item, OPEN)
        record(viewer, OPEN, subject(item), {"state": item.state, **trace(change)}, at=change.at)
    return item


def insert(viewer: Viewer, kind: Kind, draft: Draft, now: datetime, *, clocked: bool = True) -> tuple[Item, Change]:
    """The rows of a new item and its clocks, inside the caller's transaction and without event or audit."""
    made = fresh(kind, draft, now, clocked=clocked)
    return made.item, store(viewer, made, now, reason=draft.reason, data=draft.data)


@dataclass(frozen=True)
class Fresh:
    """A new item and its clocks, made but not stored yet."""

    item: Item
    clocks: list[Clock]


def fresh(kind: Kind, draft: Draft, now: datetime, *, clocked: bool = True) -> Fresh:
    """What `store` is to store: made beforehand, so that no transaction waits for it."""
    opened = draft.opened_at or now
    item = Item(
        kind=kind.code,
        state=kind.table.first.code,
        priority=draft.priority,
        title=draft.title[:200],
        category=draft.category,
        area_code=draft.area_code,
        lon=draft.lon,
        lat=draft.lat,
        radius_m=draft.radius_m,
        cell=cell_of(draft.lon, draft.lat),
        outside=draft.outside,
        opened_at=opened,
        state_at=opened,
        agency_id=draft.agency_id,
        source_key=draft.source_key,
    )
    return Fresh(item, clocks.first(item, kind, now) if clocked else [])


def store(
    viewer: Viewer, made: Fresh, now: datetime, *, reason: str = "", data: Mapping[str, Any] | None = None
) -> Change:
    """Insert a fresh item, its clocks and the first row of its timeline, inside the caller's transaction."""
    rows.insert(made.item)
    for clock in made.clocks:
        clock.item = made.item
        rows.insert(clock, keyed=False)
    return log(viewer, made.item, OPEN, now, reason=reason, data=data)


def act(
    viewer: Viewer,
    number: str,
    verb: str,
    *,
    version: int | None,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> Item:
    """Make one legal move: access, guard, lock, timeline, clocks, audit and event in one transaction.

    `version` is the one the person saw; None takes the item as it is (machines, bulk).

    Raises:
        NotVisibleError: the item does not exist for the viewer.
        ConflictError: somebody moved it since `version`.
        RefusedError: the table, a guard or the person's role forbids it.
    """
    now, data = now or timezone.now(), data or {}
    with writing():
        item = find(viewer, number, lock=True)
        kind = registry.kind(item.kind)
        check_version(item, version)
        move = legal_move(viewer, item, kind, verb, reason, data)
        old = item.state
        change = apply(viewer, item, kind, move, reason=reason, data=data, now=now)
        record(viewer, verb, subject(item), {"from": old, "to": item.state, **trace(change)}, at=now)
    return item


def apply(
    viewer: Viewer,
    item: Item,
    kind: Kind,
    move: Transition,
    *,
    now: datetime,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> Change:
    """Carry out a move already judged legal, inside the caller's transaction and without audit."""
    old, state = item.state, kind.table.target_of(item.state, move)
    item.state, item.version = state.code, item.version + 1
    if move.target != STAY:
        item.state_at = now
        item.closed_at = now if state.final else None
    change = log(viewer, item, move.verb, now, old=old, reason=reason, data=data)
    clocks.enter(item, kind, old, item.state, now)
    item.save()
    events.tell(item, move.verb)
    return change


def edit(
    viewer: Viewer,
    number: str,
    fields: Mapping[str, Any],
    *,
    version: int | None,
    reason: str = "",
    now: datetime | None = None,
) -> Item:
    """Change an item's own columns (title, priority, category, place), old and new kept in the timeline.

    Raises: as `act`.
    """
    now = now or timezone.now()
    with writing():
        item = find(viewer, number, lock=True)
        kind = registry.kind(item.kind)
        check_version(item, version)
        require(viewer, item, kind, EDIT)
        old = {name: getattr(item, name) for name in fields}
        for name, value in fields.items():
            setattr(item, name, value)
        item.cell = cell_of(item.lon, item.lat)
        item.version += 1
        data = {name: [old[name], value] for name, value in fields.items()}
        change = log(viewer, item, "edit", now, old=item.state, reason=reason, data=data)
        if "priority" in fields:
            clocks.retime(item, kind, now)
        item.save()
        events.tell(item, "edit")
        record(viewer, "edit", subject(item), {"changed": sorted(fields), **trace(change)}, at=now)
    return item


def note(
    viewer: Viewer, number: str, text: str, *, data: Mapping[str, Any] | None = None, now: datetime | None = None
) -> Item:
    """Add a remark to the timeline; needs no lock on a version, since nothing is overwritten.

    Raises:
        NotVisibleError: the item does not exist for the viewer.
        RefusedError: the remark is empty.
    """
    if not text.strip():
        raise RefusedError(_("The remark is empty."))
    now = now or timezone.now()
    with writing():
        item = find(viewer, number, lock=True)
        change = log_on(viewer, item, "note", now, reason=text.strip(), data=data)
        record(viewer, "note", subject(item), trace(change), at=now)
    return item


def cell_of(lon: float | None, lat: float | None) -> int | None:
    """The H3 cell of resolution 9 a point lies in, None without a point."""
    return None if lon is None or lat is None else point_cell(lon, lat, CELL_RESOLUTION)


def legal_move(viewer: Viewer, item: Item, kind: Kind, verb: str, reason: str, data: Mapping[str, Any]) -> Transition:
    """The transition `verb` means for this item and viewer. Raises `RefusedError` with the reason in words."""
    move = kind.table.find(item.state, verb)
    state = kind.table.by_code[item.state].title
    if move is None or move.internal:
        raise RefusedError(_("“%(verb)s” is not possible in the state “%(state)s”.") % {"verb": verb, "state": state})
    agencies, units = involved(item)
    if not viewer.scope_of(kind.code, move.who).admits(item.area_code, agencies, units):
        raise RefusedError(_("Your role may not do “%(verb)s”.") % {"verb": move.title})
    if move.needs_reason and not reason.strip():
        raise RefusedError(_("“%(verb)s” needs a reason.") % {"verb": move.title})
    refusal = move.guard(item, data) if move.guard else None
    if refusal:
        raise RefusedError(str(refusal))
    return move


def require(viewer: Viewer, item: Item, kind: Kind, permission: str) -> None:
    """Raise `RefusedError` unless the viewer has `permission` on this very item."""
    agencies, units = involved(item)
    if not viewer.scope(kind, permission).admits(item.area_code, agencies, units):
        raise RefusedError(_("Your role may not do that here."))


def check_version(item: Item, seen: int | None) -> None:
    """Raise `ConflictError` when the item is no longer at the version the person saw."""
    if seen is not None and item.version != seen:
        message = _("%(number)s was changed by somebody else while you looked at it.") % {"number": item.number}
        raise ConflictError(message, item.number, seen, item.version)
