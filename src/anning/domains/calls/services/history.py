"""Writing calls of the past with their incidents and whole timelines, many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from anning.domains.calls.models import Call, Channel, Incident, Matter
from anning.domains.calls.module import CONTACT_DAYS, INCIDENT_KIND, MATTER_KIND
from anning.kernel.access.scope import Viewer
from anning.kernel.audit.many import insert_rows
from anning.kernel.audit.transactions import writing
from anning.kernel.contract.kinds import IMPORT, Kind
from anning.kernel.people.models import Contact
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.models import Item
from anning.kernel.work.services.bulk import Step, insert_many

CALL_FIELDS = tuple(field.name for field in Call._meta.concrete_fields if field.name != "id")
"""The order in which the rows of calls are written."""


@dataclass(frozen=True)
class PastCall:
    """One call of the past. `opens` when it is the first of its event; later ones join the event `event`."""

    key: str
    event: int
    opens: bool
    livelihood: bool
    category: str
    priority: int
    rang_at: datetime
    answered_at: datetime
    assigned_at: datetime
    arrived_at: datetime
    cleared_at: datetime
    lon: float
    lat: float
    radius_m: float
    area_code: str
    address: str
    narrative: str
    phone: str


def write_past(viewer: Viewer, calls: Sequence[PastCall], now: datetime) -> int:
    """Store calls, and an incident or matter per event, in one transaction; returns how many calls were new.

    Calls known by their key are left out. Events whose end lies after `now` are left open at the stage they have
    reached by then.

    Raises:
        RefusedError: the viewer may not import calls.
    """
    if not viewer.scope(INCIDENT_KIND, IMPORT):
        raise RefusedError("you may not write calls of the past")
    with writing():
        known = set(
            Call.objects.filter(source_key__in=[call.key for call in calls]).values_list("source_key", flat=True)
        )
        fresh = [call for call in calls if call.key not in known]
        opening = {call.event: call for call in reversed(fresh)}
        items: dict[int, Item] = {}
        for kind, livelihood in ((INCIDENT_KIND, False), (MATTER_KIND, True)):
            events = [call for call in opening.values() if call.livelihood is livelihood]
            made = insert_many(viewer, kind, *_rows(kind, events, now), now)
            items |= {call.event: item for call, item in zip(events, made, strict=True)}
        _particulars(list(opening.values()), items)
        _calls(viewer, fresh, items, now)
    return len(fresh)


def _rows(kind: Kind, events: Sequence[PastCall], now: datetime) -> tuple[list[Item], list[list[Step]]]:
    steps = [_steps(kind, call, now) for call in events]
    return [_item(kind, call, past) for call, past in zip(events, steps, strict=True)], steps


def _steps(kind: Kind, call: PastCall, now: datetime) -> list[Step]:
    if kind is MATTER_KIND:
        ways = [
            Step("open", "received", call.rang_at),
            Step("route", "routed", call.answered_at),
            Step("accept", "accepted", call.assigned_at + timedelta(hours=1)),
            Step("finish", "done", call.cleared_at + timedelta(hours=5)),
            Step("close", "closed", call.cleared_at + timedelta(hours=6)),
        ]
    else:
        ways = [
            Step("open", "new", call.rang_at),
            Step("assigned", "assigned", call.assigned_at),
            Step("arrive", "on_scene", call.arrived_at),
            Step("clear", "cleared", call.cleared_at),
            Step("close", "closed", call.cleared_at + timedelta(minutes=2)),
        ]
    return [ways[0], *(step for step in ways[1:] if step[2] <= now)]


def _item(kind: Kind, call: PastCall, past: Sequence[Step]) -> Item:
    state, at = past[-1].state, past[-1].at
    return Item(
        kind=kind.code,
        state=state,
        priority=call.priority,
        title=call.narrative[:200],
        category=call.category,
        area_code=call.area_code,
        lon=call.lon,
        lat=call.lat,
        radius_m=call.radius_m,
        opened_at=call.rang_at,
        state_at=at,
        closed_at=at if kind.table.by_code[state].final else None,
    )


def _particulars(calls: Sequence[PastCall], items: dict[int, Item]) -> None:
    alone = [call for call in calls if call.livelihood]
    insert_rows(Matter, ("item", "address", "outcome"), [(items[one.event].pk, one.address, "") for one in alone])
    rest: list[tuple[Any, ...]] = [
        (items[call.event].pk, call.address, [], []) for call in calls if not call.livelihood
    ]
    insert_rows(Incident, ("item", "address", "capabilities", "flags"), rest)


def _calls(viewer: Viewer, calls: Sequence[PastCall], items: dict[int, Item], now: datetime) -> None:
    recent = [call for call in calls if call.rang_at + timedelta(days=CONTACT_DAYS) > now]
    contacts = Contact.objects.bulk_create([_contact(call) for call in recent], batch_size=500)
    contact_of = {call.key: contact.pk for call, contact in zip(recent, contacts, strict=True)}
    rows = [_row(viewer, call, items[call.event].pk, contact_of.get(call.key)) for call in calls]
    insert_rows(Call, CALL_FIELDS, rows)


def _row(viewer: Viewer, call: PastCall, item: int, contact: int | None) -> tuple[Any, ...]:
    when = (call.rang_at, call.answered_at, call.answered_at)
    what = (call.category, call.priority, call.narrative)
    where = (call.address, call.lon, call.lat, call.radius_m, call.area_code)
    return (item, call.key, Channel.PHONE.value, *when, *what, *where, [], {}, "", contact, viewer.label, None)


def _contact(call: PastCall) -> Contact:
    return Contact(
        phone=call.phone,
        area_code=call.area_code,
        reason="call-back about the call",
        created_at=call.rang_at,
        keep_until=call.rang_at + timedelta(days=CONTACT_DAYS),
    )
