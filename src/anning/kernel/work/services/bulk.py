"""Opening many items at once: history from a log, a generated city. One audit entry for a batch."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from types import MappingProxyType
from typing import Any, NamedTuple

from anning.engines.space.cells import point_cells
from anning.kernel.access.scope import Viewer
from anning.kernel.audit.chain import canonical
from anning.kernel.audit.many import insert_rows, reserve_ids
from anning.kernel.audit.services import record
from anning.kernel.contract.kinds import Kind
from anning.kernel.org.services import set_unit_status
from anning.kernel.work.models import Change, Clock, Item, Share, Task
from anning.kernel.work.selectors.items import summary
from anning.kernel.work.services import clocks
from anning.kernel.work.services.items import CELL_RESOLUTION


class Step(NamedTuple):
    """A move of the past: verb, state reached, when, what the timeline says beside it, and why it was made."""

    verb: str
    state: str
    at: datetime
    data: Mapping[str, Any] = MappingProxyType({})
    reason: str = ""


class Sent(NamedTuple):
    """A unit sent to an item in the past: whose it is, and when it reached which stage (None: not yet)."""

    item: int
    unit: int
    agency: int
    assigned_at: datetime
    en_route_at: datetime | None = None
    on_scene_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str = ""


_TASK_FIELDS = ("item", "unit", "assigned_at", "en_route_at", "on_scene_at", "ended_at", "outcome")
_ITEM_FIELDS = tuple(field.name for field in Item._meta.concrete_fields)
_CHANGE_FIELDS = ("item", "version", "verb", "old", "new", "reason", "data", "at", "actor_id", "actor")


def insert_many(
    viewer: Viewer, kind: Kind, items: Sequence[Item], steps: Sequence[Sequence[Step]], now: datetime
) -> list[Item]:
    """Insert items with their past timelines, inside the caller's transaction.

    `items` have every column but `cell`, `version` and the ids; `steps[i]` are the moves of `items[i]` in order,
    at least one. No clocks and no live events: nobody is to be woken by last year's calls. The audit entry holds a
    digest over all the rows.

    Raises:
        ValueError: an item has no step, or `steps` is of another length.
    """
    if not items:
        return []
    if not all(steps):
        raise ValueError("every item needs at least the step that opened it")
    lon = [item.lon if item.lon is not None else float("nan") for item in items]
    lat = [item.lat if item.lat is not None else float("nan") for item in items]
    cells = point_cells(lon, lat, CELL_RESOLUTION).tolist()
    ids = reserve_ids(Item, len(items))
    for item, pk, cell, past in zip(items, ids, cells, steps, strict=True):
        item.pk, item.cell, item.version = pk, cell or None, len(past)
    insert_rows(Item, _ITEM_FIELDS, map(attrgetter(*_ITEM_FIELDS), items))
    changes = (change for item, past in zip(items, steps, strict=True) for change in _changes(viewer, item, past))
    insert_rows(Change, _CHANGE_FIELDS, changes)
    digest = hashlib.sha256("\n".join(canonical(summary(item)) for item in items).encode()).hexdigest()
    body = {"kind": kind.code, "first": items[0].pk, "last": items[-1].pk, "count": len(items), "digest": digest}
    record(viewer, "open-many", "work.item", body, at=now)
    return list(items)


def start_clocks(kind: Kind, items: Sequence[Item], steps: Sequence[Sequence[Step]]) -> None:
    """Let the clocks run that items inserted with these steps, and still open, would have; inside the transaction."""
    fresh, due = [], []
    for item, past in zip(items, steps, strict=True):
        if item.closed_at is None:
            fresh += clocks.standing(item, kind, [(step.state, step.at) for step in past])
            due.append(item)
    Clock.objects.bulk_create(fresh, batch_size=500)
    Item.objects.bulk_update(due, ["due_at"], batch_size=200)


def send_many(sent: Sequence[Sent]) -> None:
    """Insert the tasks of units sent in the past, share the items with the units' agencies, inside the transaction.

    A unit that has not ended its task gets the status of the stage it has reached.

    Raises:
        django.db.Error: a unit would be on two tasks at once now.
    """
    rows = ((one.item, one.unit, *one[3:]) for one in sent)
    insert_rows(Task, _TASK_FIELDS, rows)
    share_many([(one.item, one.agency, one.assigned_at) for one in sent])
    for one in sent:
        if one.ended_at is None:
            stage = "on_scene" if one.on_scene_at else "en_route" if one.en_route_at else "assigned"
            set_unit_status(one.unit, stage, one.on_scene_at or one.en_route_at or one.assigned_at)


def share_many(shares: Sequence[tuple[int, int, datetime]]) -> None:
    """Share items (item, agency, since) inserted in this transaction; each pair once."""
    insert_rows(Share, ("item", "agency", "at"), shares)


def _changes(viewer: Viewer, item: Item, past: Sequence[Step]) -> Iterator[tuple[Any, ...]]:
    old = ""
    for version, (verb, state, at, data, reason) in enumerate(past, 1):
        yield item.pk, version, verb, old, state, reason, dict(data), at, viewer.user_id, viewer.label
        old = state
