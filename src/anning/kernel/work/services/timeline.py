"""Writing an item's timeline."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from anning.kernel.access.scope import Viewer
from anning.kernel.audit.chain import stamp
from anning.kernel.audit.rows import insert
from anning.kernel.audit.services import fingerprint
from anning.kernel.work.models import Change, Item
from anning.kernel.work.services import events


def log(
    viewer: Viewer,
    item: Item,
    verb: str,
    now: datetime,
    *,
    old: str = "",
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> Change:
    """Write the timeline row of the item's present version, inside the caller's transaction."""
    change = Change(
        item=item,
        version=item.version,
        verb=verb,
        old=old,
        new=item.state,
        reason=reason,
        data=dict(data or {}),
        at=now,
        actor_id=viewer.user_id,
        actor=viewer.label,
    )
    return insert(change, keyed=False)


def log_on(
    viewer: Viewer, item: Item, verb: str, now: datetime, *, reason: str = "", data: Mapping[str, Any] | None = None
) -> Change:
    """Write a row that leaves the state alone, count the version up, and tell live pages."""
    item.version += 1
    Item.objects.filter(pk=item.pk).update(version=item.version)
    change = log(viewer, item, verb, now, old=item.state, reason=reason, data=data)
    events.tell(item, verb)
    return change


def trace(change: Change) -> dict[str, Any]:
    """What the audit entry of a change says of its timeline row: which one, and a fingerprint of all it holds.

    The words stay in the timeline, where retention ends them (`services.retention`); altered, they no longer match.
    """
    held = {
        "verb": change.verb,
        "old": change.old,
        "new": change.new,
        "reason": change.reason,
        "data": change.data,
        "at": stamp(change.at),
        "actor": change.actor,
    }
    return {"version": change.version, "row": fingerprint(held)}


def subject(item: Item) -> str:
    """How the audit trail names an item."""
    return f"work.item:{item.pk}"
