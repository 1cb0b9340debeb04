"""Finding items within a viewer's scope."""

import re
from collections.abc import Iterable
from typing import Any

from django.db.models import Max, Min, Q, QuerySet

from anning.kernel.access.scope import Scope, Viewer
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import VIEW, Kind
from anning.kernel.places.models import Level
from anning.kernel.places.selectors import labels, revision
from anning.kernel.work.errors import NotVisibleError
from anning.kernel.work.models import Change, Item, Share, Task

_NUMBER = re.compile(r"([A-Za-z]+)0*(\d{1,15})\Z")


def visible(viewer: Viewer, kind: Kind, permission: str = VIEW) -> QuerySet[Item]:
    """The items of `kind` that exist for `viewer`."""
    return within(Item.objects.filter(kind=kind.code), viewer.scope(kind, permission))


def in_sight(viewer: Viewer, items: Iterable[tuple[int, str]]) -> set[int]:
    """The ids of those items (id, kind) that exist for the viewer: one query for each kind among them.

    Work of a domain that is no longer installed exists for nobody.
    """
    by_kind: dict[str, list[int]] = {}
    for pk, kind in items:
        by_kind.setdefault(kind, []).append(pk)
    seen: set[int] = set()
    for declared in registry.kinds():
        if declared.code in by_kind:
            seen.update(visible(viewer, declared).filter(pk__in=by_kind[declared.code]).values_list("pk", flat=True))
    return seen


def within(items: QuerySet[Item], scope: Scope) -> QuerySet[Item]:
    """`items` narrowed to a scope: in its areas, shared with its agencies, or worked on by its units."""
    if not scope:
        return items.none()
    if scope.everywhere:
        return items
    reach = scope.in_areas(wide=_wide(scope))
    if scope.agencies:
        shared = Share.objects.filter(agency_id__in=scope.agencies).values("item_id")
        sent = Task.objects.filter(unit__agency_id__in=scope.agencies).values("item_id")
        reach |= Q(agency_id__in=scope.agencies) | Q(pk__in=shared) | Q(pk__in=sent)
    if scope.units:
        reach |= Q(pk__in=Task.objects.filter(unit_id__in=scope.units).values("item_id"))
    return items.filter(reach)


def _wide(scope: Scope) -> set[str]:
    """The areas of a scope that are a city, district or street, or of no known level: much work lies in each."""
    known = labels(revision())
    return {code for code in scope.areas if code not in known or known[code].level < Level.COMMUNITY}


def find(viewer: Viewer, number: str, *, lock: bool = False, kind: str = "") -> Item:
    """The item called `number`.

    Raises:
        NotVisibleError: there is none, it is of another kind, or it is outside the viewer's scope; one message
            for all, so that nothing is learnt from it.
    """
    prefix, pk = parse_number(number)
    try:
        declared = registry.kind_by_prefix(prefix)
    except registry.UnknownKindError:
        raise NotVisibleError(number) from None
    if kind and declared.code != kind:
        raise NotVisibleError(number)
    items = visible(viewer, declared).filter(pk=pk)
    item = (items.select_for_update(of=("self",)) if lock else items).first()
    if item is None:
        raise NotVisibleError(number)
    return item


def parse_number(number: str) -> tuple[str, int]:
    """A number's prefix and id. Raises `NotVisibleError` when it is none."""
    match = _NUMBER.match(number)
    if not match:
        raise NotVisibleError(number)
    return match[1].upper(), int(match[2])


def involved(item: Item) -> tuple[list[int], list[int]]:
    """The agencies and the units that take part in an item."""
    tasks = list(Task.objects.filter(item=item).values_list("unit_id", "unit__agency_id"))
    agencies = set(Share.objects.filter(item=item).values_list("agency_id", flat=True))
    agencies |= {agency for _, agency in tasks} | ({item.agency_id} if item.agency_id else set())
    return sorted(agencies), sorted({unit for unit, _ in tasks})


def timeline(item: Item) -> QuerySet[Change]:
    """The item's changes, oldest first."""
    return item.changes.order_by("version")


def since(item: Item, version: int) -> list[Change]:
    """What happened to the item after `version`."""
    return list(item.changes.filter(version__gt=version).order_by("version"))


def verbs_for(viewer: Viewer, item: Item) -> list[Any]:
    """The moves this viewer may make now, in the order of the table."""
    kind = registry.kind(item.kind)
    agencies, units = involved(item)
    return [
        move
        for move in kind.table.from_state(item.state)
        if not move.internal and viewer.scope_of(kind.code, move.who).admits(item.area_code, agencies, units)
    ]


def extent_of_work(newest: int = 1000) -> tuple[float, float, float, float] | None:
    """The box (west, south, east, north) of the newest items with a point: where maps open before areas are loaded."""
    recent = Item.objects.filter(lon__isnull=False, lat__isnull=False).order_by("-pk").values("lon", "lat")[:newest]
    found = recent.aggregate(Min("lon"), Min("lat"), Max("lon"), Max("lat"))
    west, south, east, north = found["lon__min"], found["lat__min"], found["lon__max"], found["lat__max"]
    return None if west is None else (west, south, east, north)


def summary(item: Item) -> dict[str, Any]:
    """What a row, a marker or a live message shows of an item; nothing personal."""
    return {
        "number": item.number,
        "kind": item.kind,
        "state": item.state,
        "version": item.version,
        "priority": item.priority,
        "title": item.title,
        "category": item.category,
        "area_code": item.area_code,
        "lon": item.lon,
        "lat": item.lat,
        "opened_at": item.opened_at.isoformat(),
        "state_at": item.state_at.isoformat(),
        "due_at": item.due_at.isoformat() if item.due_at else None,
        "closed_at": item.closed_at.isoformat() if item.closed_at else None,
    }
