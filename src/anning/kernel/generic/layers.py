"""What the city map draws of a kind of work: each item as a point while there are few, else counts by H3 cell."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib import import_module
from typing import Any

import numpy as np
from django.db.models import Count, QuerySet
from numpy.typing import NDArray

from anning.engines.space.cells import cell_boundary, cell_centre, parent_cells
from anning.kernel.access.scope import Viewer
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import Kind
from anning.kernel.contract.module import Layer
from anning.kernel.generic.present.items import item_url, state_chip
from anning.kernel.generic.query import ListQuery
from anning.kernel.generic.selectors import filtered
from anning.kernel.places.selectors import path_label
from anning.kernel.work.errors import NotVisibleError
from anning.kernel.work.models import Item
from anning.kernel.work.selectors.naming import category_names

MOST_POINTS = 2000
DEFAULT_PERIOD = timedelta(days=30)
"""What is drawn when no period is asked for: the last days up to the newest item."""
MARGIN_DEG = 0.01
"""A cell of resolution 9 reaches at most this far from its centre (about 200 m at the equator, less elsewhere)."""
Features = list[dict[str, Any]]


@dataclass(frozen=True)
class Box:
    """A part of the earth in degrees; west may be east of east where it crosses the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def read(cls, text: str) -> "Box | None":
        """The box in `west,south,east,north`; None when it is none."""
        try:
            west, south, east, north = (float(part) for part in text.split(","))
        except ValueError:
            return None
        if not all(map(math.isfinite, (west, south, east, north))) or south > north:
            return None
        return cls(max(west, -180.0), max(south, -90.0), min(east, 180.0), min(north, 90.0))


def features(viewer: Viewer, kind: Kind, query: ListQuery, box: Box | None, zoom: int) -> Features:
    """The layer of a kind: points when at most `MOST_POINTS` lie in the box, else cells with counts."""
    items = filtered(viewer, kind, with_period(viewer, kind, query)).filter(cell__isnull=False)
    if query.text or query.fields:
        return _points(kind, list(_boxed(items, box)[:MOST_POINTS]))
    cells, counts = _counted(items)
    near = _within(cells, box)
    if counts[near].sum() <= MOST_POINTS:
        return _points(kind, list(_boxed(items, box)[:MOST_POINTS]))
    return _cells(cells[near], counts[near], resolution_at(zoom))


def declared(viewer: Viewer) -> Iterator[tuple[str, Layer]]:
    """The layers modules declare for the viewer's roles, each with its module's code."""
    for module in registry.modules():
        for layer in module.layers:
            if viewer.holds(layer.roles):
                yield module.code, layer


def declared_features(viewer: Viewer, module: str, layer: str, query: Mapping[str, str]) -> Features:
    """What a declared layer draws within the viewer's scope. Raises `NotVisibleError`."""
    for code, found in declared(viewer):
        if (code, found.code) == (module, layer):
            package, name = found.source.rsplit(".", 1)
            asked = {key: value for key, value in query.items() if "\0" not in value}
            drawn: Features = getattr(import_module(package), name)(viewer, asked)
            return drawn
    raise NotVisibleError(layer)


def with_period(viewer: Viewer, kind: Kind, query: ListQuery) -> ListQuery:
    """The query with a period: as asked, else the thirty days up to the newest item it finds."""
    if query.since or query.open_only:
        return query
    end = query.until or filtered(viewer, kind, replace(query, cursor="")).values_list("opened_at", flat=True).first()
    return replace(query, since=end - DEFAULT_PERIOD) if end else query


def resolution_at(zoom: int) -> int:
    """The H3 resolution whose cells are a fingertip wide at a map zoom: 5 for a region to 9 for a street corner."""
    return min(max(round(zoom * 0.72 - 1.2), 5), 9)


def _counted(items: QuerySet[Item]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    rows = list(items.order_by().values_list("cell").annotate(n=Count("pk")))
    table = np.array(rows, np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _within(cells: NDArray[np.int64], box: Box | None) -> NDArray[np.bool_]:
    if box is None or not len(cells):
        return np.ones(len(cells), bool)
    lon, lat = np.array([cell_centre(int(cell)) for cell in cells]).T
    near: NDArray[np.bool_] = (
        (lon >= box.west - MARGIN_DEG)
        & (lon <= box.east + MARGIN_DEG)
        & (lat >= box.south - MARGIN_DEG)
        & (lat <= box.north + MARGIN_DEG)
    )
    return near


def _boxed(items: QuerySet[Item], box: Box | None) -> QuerySet[Item]:
    if box is None:
        return items
    return items.filter(lon__gte=box.west, lon__lte=box.east, lat__gte=box.south, lat__lte=box.north)


def _points(kind: Kind, items: list[Item]) -> Features:
    names = category_names(kind)
    return [point_feature(kind, item, names) for item in items]


def point_feature(kind: Kind, item: Item, names: Mapping[str, str]) -> dict[str, Any]:
    """An item as a GeoJSON feature (WGS-84), nothing personal in it; `names` are those of the kind's categories."""
    return {
        "type": "Feature",
        "id": item.pk,
        "geometry": {"type": "Point", "coordinates": [item.lon, item.lat]},
        "properties": {
            "number": item.number,
            "title": names.get(item.category) or str(state_chip(kind, item.state)["label"]),
            "text": path_label(item.area_code) if item.area_code else "",
            "priority": item.priority,
            "state": item.state,
            "at": item.opened_at.isoformat(),
            "url": item_url(item),
        },
    }


def _cells(cells: NDArray[np.int64], counts: NDArray[np.int64], resolution: int) -> Features:
    parents, place = np.unique(parent_cells(cells, resolution), return_inverse=True)
    totals = np.zeros(len(parents), np.int64)
    np.add.at(totals, place, counts)
    return [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [cell_boundary(int(cell))]},
            "properties": {"value": int(total), "title": f"{int(total):,}", "text": ""},
        }
        for cell, total in zip(parents, totals, strict=True)
    ]
