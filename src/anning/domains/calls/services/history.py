"""Writing calls of the past with their incidents and whole timelines, many at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from anning.domains.calls.models import Call, Channel, Incident, Matter
from anning.domains.calls.module import CONTACT_DAYS, INCIDENT_KIND, MATTER_KIND
from anning.domains.calls.selectors.catalogue import title_of
from anning.domains.calls.selectors.crews import Crews
from anning.domains.calls.selectors.routing import responsible_for
from anning.domains.calls.services.past import PastCall, Walk, incident_walk, matter_walk
from anning.kernel.access.scope import Viewer
from anning.kernel.audit.many import insert_rows
from anning.kernel.audit.transactions import writing
from anning.kernel.contract.kinds import IMPORT, Kind
from anning.kernel.people.models import Contact
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.models import Item
from anning.kernel.work.services.bulk import Step, insert_many, send_many, share_many, start_clocks

CALL_FIELDS = tuple(field.name for field in Call._meta.concrete_fields if field.name != "id")
"""The order in which the rows of calls are written."""
Works = Mapping[str, Sequence[PastCall]]
"""The calls of each incident or matter, in the order they rang."""


def write_past(viewer: Viewer, calls: Sequence[PastCall], crews: Crews, now: datetime) -> int:
    """Store calls, and an incident or matter per event, in one transaction; returns how many calls were new.

    Calls known by their key are left out; all calls of an event must come together. Units of `crews` go to the
    incidents, the agency the city's routes name answers for a matter. Events whose end lies after `now` are left
    open at the stage they have reached by then, with the clocks that run on them.

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
        items = {**_incidents(viewer, fresh, crews, now), **_matters(viewer, fresh, now)}
        _calls(viewer, fresh, items, now)
    return len(fresh)


def _incidents(viewer: Viewer, calls: Iterable[PastCall], crews: Crews, now: datetime) -> dict[str, Item]:
    works: dict[str, list[PastCall]] = {}
    for call in calls:
        if not call.livelihood:
            works.setdefault(call.work, []).append(call)
    walks = [incident_walk(told, crews, now) for told in works.values()]
    items = _insert(viewer, INCIDENT_KIND, works, walks, now)
    facts: list[tuple[Any, ...]] = [
        (item.pk, told[0].address, [], []) for item, told in zip(items.values(), works.values(), strict=True)
    ]
    insert_rows(Incident, ("item", "address", "capabilities", "flags"), facts)
    pairs = zip(items.values(), walks, strict=True)
    send_many([walk.sent._replace(item=item.pk) for item, walk in pairs if walk.sent])
    return items


def _matters(viewer: Viewer, calls: Iterable[PastCall], now: datetime) -> dict[str, Item]:
    works = {call.work: [call] for call in calls if call.livelihood}
    routes = responsible_for((call.area_code, call.category) for (call,) in works.values())
    walks = [matter_walk(call, agency, now) for (call,), agency in zip(works.values(), routes, strict=True)]
    agencies = {
        work: agency.pk
        for work, agency, walk in zip(works, routes, walks, strict=True)
        if agency and _at(walk, "route")
    }
    items = _insert(viewer, MATTER_KIND, works, walks, now, agencies)
    facts = [
        (items[work].pk, call.address, call.outcome if _at(walk, "finish") else "")
        for (work, (call,)), walk in zip(works.items(), walks, strict=True)
    ]
    insert_rows(Matter, ("item", "address", "outcome"), facts)
    share_many([(items[work].pk, agency, works[work][0].answered_at) for work, agency in agencies.items()])
    return items


def _insert(
    viewer: Viewer,
    kind: Kind,
    works: Works,
    walks: Sequence[Walk],
    now: datetime,
    agencies: Mapping[str, int] | None = None,
) -> dict[str, Item]:
    steps = [walk.steps for walk in walks]
    rows = [
        _item(kind, told[0], past, (agencies or {}).get(work))
        for (work, told), past in zip(works.items(), steps, strict=True)
    ]
    made = insert_many(viewer, kind, rows, steps, now)
    start_clocks(kind, made, steps)
    return dict(zip(works, made, strict=True))


def _at(walk: Walk, verb: str) -> datetime | None:
    """When a step was made; None when it was not."""
    return next((step.at for step in walk.steps if step.verb == verb), None)


def _item(kind: Kind, call: PastCall, past: Sequence[Step], agency: int | None) -> Item:
    state = past[-1].state
    at = next(step.at for step in past if step.state == state)
    return Item(
        kind=kind.code,
        state=state,
        priority=call.priority,
        title=title_of(call.category, call.address, call.narrative),
        category=call.category,
        area_code=call.area_code,
        lon=call.lon,
        lat=call.lat,
        radius_m=call.radius_m,
        opened_at=call.rang_at,
        state_at=at,
        closed_at=at if kind.table.by_code[state].final else None,
        agency_id=agency,
    )


def _calls(viewer: Viewer, calls: Sequence[PastCall], items: Mapping[str, Item], now: datetime) -> None:
    recent = [call for call in calls if call.rang_at + timedelta(days=CONTACT_DAYS) > now]
    contacts = Contact.objects.bulk_create([_contact(call) for call in recent], batch_size=500)
    contact_of = {call.key: contact.pk for call, contact in zip(recent, contacts, strict=True)}
    rows = [_row(viewer, call, items[call.work].pk, contact_of.get(call.key)) for call in calls]
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
