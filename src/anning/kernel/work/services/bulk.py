"""Opening many items at once: history from a log, a generated city. One audit entry for a batch."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from anning.engines.space.cells import point_cells
from anning.kernel.access.scope import Viewer
from anning.kernel.audit.chain import canonical
from anning.kernel.audit.services import record
from anning.kernel.contract.kinds import Kind
from anning.kernel.work.models import Change, Item
from anning.kernel.work.selectors.items import summary
from anning.kernel.work.services.items import CELL_RESOLUTION

Step = tuple[str, str, datetime]
"""A move of the past: verb, state reached, when."""


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
    for item, cell, past in zip(items, point_cells(lon, lat, CELL_RESOLUTION).tolist(), steps, strict=True):
        item.cell, item.version = cell or None, len(past)
    made = Item.objects.bulk_create(items, batch_size=500)
    Change.objects.bulk_create(
        [change for item, past in zip(made, steps, strict=True) for change in _changes(viewer, item, past)],
        batch_size=500,
    )
    digest = hashlib.sha256("\n".join(canonical(summary(item)) for item in made).encode()).hexdigest()
    body = {"kind": kind.code, "first": made[0].pk, "last": made[-1].pk, "count": len(made), "digest": digest}
    record(viewer, "open-many", "work.item", body, at=now)
    return made


def _changes(viewer: Viewer, item: Item, past: Sequence[Step]) -> list[Change]:
    rows, old = [], ""
    for version, (verb, state, at) in enumerate(past, 1):
        rows.append(
            Change(
                item=item,
                version=version,
                verb=verb,
                old=old,
                new=state,
                at=at,
                actor_id=viewer.user_id,
                actor=viewer.label,
            )
        )
        old = state
    return rows
