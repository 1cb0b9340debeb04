"""The collections that exist for a viewer, and their features: no words people wrote, nothing personal."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from anning.kernel.access.scope import Viewer
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import VIEW, Kind
from anning.kernel.contract.text import heading
from anning.kernel.generic.layers import declared, declared_features
from anning.kernel.generic.query import cursor_of, read_cursor
from anning.kernel.places.selectors import extent, path_label
from anning.kernel.work.errors import NotVisibleError
from anning.kernel.work.models import Item
from anning.kernel.work.selectors.items import find, visible
from anning.kernel.work.selectors.naming import category_names
from anning.wire.ogc.values import Box, Collection, OgcError, Property, Query

COUNTED = 10_000
"""Up to here features are counted: a page of a large city does not wait for the whole count."""
Feature = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """A page of features, where the next one goes on, and how many there are in all, where that is known."""

    features: list[Feature] = field(default_factory=list)
    cursor: str = ""
    matched: int | None = None


def collections(viewer: Viewer) -> list[Collection]:
    """Each kind of work in scope, then each map layer for the viewer's roles."""
    box = extent()
    work = [_work_collection(kind, box) for kind in registry.kinds() if viewer.scope(kind, VIEW)]
    return [*work, *(Collection(code, title, box=box) for code, title, *_layer in _layers(viewer))]


def collection(viewer: Viewer, code: str) -> Collection:
    """The collection called `code`. Raises `NotVisibleError`."""
    for one in collections(viewer):
        if one.id == code:
            return one
    raise NotVisibleError(code)


def features(viewer: Viewer, code: str, query: Query) -> Found:
    """A page of a collection's features, newest work first. Raises `NotVisibleError`, `OgcError`."""
    for kind in registry.kinds():
        if kind.code == code and viewer.scope(kind, VIEW):
            return _work(viewer, kind, query)
    kept = [one for one in _drawn(viewer, code) if _lies(one, query.box)]
    start = _position(query.cursor)
    rest = start + query.limit
    return Found(kept[start:rest], str(rest) if rest < len(kept) else "", len(kept))


def feature(viewer: Viewer, code: str, feature_id: str) -> Feature:
    """One feature of a collection. Raises `NotVisibleError`."""
    for kind in registry.kinds():
        if kind.code == code:
            item = find(viewer, feature_id, kind=code)
            if item.lon is None or item.lat is None:
                raise NotVisibleError(feature_id)
            return _feature(item, category_names(kind))
    for one in _drawn(viewer, code):
        if str(one["id"]) == feature_id:
            return one
    raise NotVisibleError(feature_id)


def _work_collection(kind: Kind, box: Box | None) -> Collection:
    properties = (
        Property("number", _("number"), filters=True),
        Property("state", _("state"), filters=True),
        Property("priority", _("priority"), "integer", filters=True),
        Property("category", _("category"), filters=True),
        Property("category_name", _("name of the category")),
        Property("area_code", _("area"), filters=True),
        Property("area_name", _("name of the area")),
        *(Property(name, title, format="date-time") for name, title in _times()),
    )
    return Collection(kind.code, heading(kind.plural), properties=properties, box=box)


def _times() -> list[tuple[str, str]]:
    return [("opened_at", _("opened")), ("state_at", _("in this state since")), ("closed_at", _("closed"))]


def _work(viewer: Viewer, kind: Kind, query: Query) -> Found:
    items = _narrowed(visible(viewer, kind).filter(lon__isnull=False, lat__isnull=False), query)
    matched = items.order_by()[: COUNTED + 1].count()
    if query.cursor:
        place = read_cursor(query.cursor)
        if place is None:
            raise OgcError("cursor: is none of ours; follow the link to the next page as it stands")
        items = items.filter(Q(opened_at__lt=place[0]) | Q(opened_at=place[0], pk__lt=place[1]))
    found = list(items.order_by("-opened_at", "-pk")[: query.limit + 1])
    page, names = found[: query.limit], category_names(kind)
    more = cursor_of(page[-1].opened_at, page[-1].pk) if len(found) > query.limit else ""
    return Found([_feature(item, names) for item in page], more, matched if matched <= COUNTED else None)


def _narrowed(items: QuerySet[Item], query: Query) -> QuerySet[Item]:
    if query.box:
        west, south, east, north = query.box
        items = items.filter(lat__gte=south, lat__lte=north)
        across = Q(lon__gte=west) | Q(lon__lte=east)
        items = items.filter(across if west > east else Q(lon__gte=west, lon__lte=east))
    if query.start:
        items = items.filter(opened_at__gte=query.start)
    if query.end:
        items = items.filter(opened_at__lte=query.end)
    asked = dict(query.filters)
    if "number" in asked:
        items = items.filter(pk=_id(asked.pop("number"), items))
    if "area_code" in asked:
        items = items.filter(area_code__inside=asked.pop("area_code"))
    if "priority" in asked and asked["priority"] not in ("1", "2", "3", "4"):
        raise OgcError("priority: is a number from 1 to 4")
    return items.filter(**asked)


def _id(number: str, items: QuerySet[Item]) -> int:
    """The id in a number of these items' kind; 0, which is nobody's, for any other."""
    digits = number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    pk = int(digits) if digits.isdecimal() and digits.isascii() and len(digits) <= 15 else 0
    item = items.filter(pk=pk).first()
    return pk if item and item.number == number else 0


def _feature(item: Item, names: dict[str, str]) -> Feature:
    return {
        "type": "Feature",
        "id": item.number,
        "geometry": {"type": "Point", "coordinates": [item.lon, item.lat]},
        "properties": {
            "number": item.number,
            "state": item.state,
            "priority": item.priority,
            "category": item.category,
            "category_name": names.get(item.category, item.category),
            "area_code": item.area_code,
            "area_name": path_label(item.area_code) if item.area_code else "",
            "opened_at": item.opened_at.isoformat(),
            "state_at": item.state_at.isoformat(),
            "closed_at": item.closed_at.isoformat() if item.closed_at else None,
        },
    }


def _layers(viewer: Viewer) -> Iterator[tuple[str, str, str, str]]:
    """Each declared layer: the collection's id, its title, module and layer."""
    word = _("map layer")
    for module, layer in declared(viewer):
        yield f"{module}-{layer.code}", f"{heading(layer.title)} ({word})", module, layer.code


def _drawn(viewer: Viewer, code: str) -> list[Feature]:
    for found, _title, module, layer in _layers(viewer):
        if found == code:
            return [_bare(one, place) for place, one in enumerate(declared_features(viewer, module, layer, {}))]
    raise NotVisibleError(code)


def _bare(one: Feature, place: int) -> Feature:
    """A layer's feature with an id, without the address of its page."""
    properties = {name: value for name, value in one["properties"].items() if name != "url"}
    own = properties.get("number") or properties.get("title") or str(place)
    return {"type": "Feature", "id": own, "geometry": one["geometry"], "properties": properties}


def _lies(one: Feature, box: Box | None) -> bool:
    """Whether the first point of a feature lies in the box."""
    if box is None or not one["geometry"]:
        return box is None
    point = one["geometry"]["coordinates"]
    while isinstance(point[0], list | tuple):
        point = point[0]
    west, south, east, north = box
    lon, lat = point[:2]
    beside = lon >= west or lon <= east if west > east else west <= lon <= east
    return bool(beside and south <= lat <= north and math.isfinite(lon))


def _position(cursor: str) -> int:
    if cursor and not (cursor.isdecimal() and cursor.isascii() and len(cursor) < 9):
        raise OgcError("cursor: is none of ours; follow the link to the next page as it stands")
    return int(cursor or 0)
