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
from anning.kernel.work.models import Change, Item
from anning.kernel.work.selectors.items import summary
from anning.kernel.work.services.items import CELL_RESOLUTION


class Step(NamedTuple):
    """A move of the past: verb, state reached, when, and what the timeline says beside it."""

    verb: str
    state: str
    at: datetime
    data: Mapping[str, Any] = MappingProxyType({})


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


def _changes(viewer: Viewer, item: Item, past: Sequence[Step]) -> Iterator[tuple[Any, ...]]:
    old = ""
    for version, (verb, state, at, data) in enumerate(past, 1):
        yield item.pk, version, verb, old, state, "", dict(data), at, viewer.user_id, viewer.label
        old = state
