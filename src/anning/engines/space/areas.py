"""Boundaries of areas: GeoJSON in, checked, with errors that say which feature is wrong and how to mend it.

Geometries follow RFC 7946: Polygon or MultiPolygon, lon, lat in degrees (WGS-84), rings closed, holes inside
their shell. Altitudes are dropped. Ring direction is not asked for, as most published files ignore it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry import mapping

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

Position = tuple[float, float]
"""Lon, lat in degrees."""


class AreaError(ValueError):
    """A boundary that cannot be used; the message names the feature, the fault and the mend."""


@dataclass(frozen=True, slots=True)
class Area:
    """One area read from a file: its code, boundary and the file's other properties."""

    code: str
    geometry: Polygon | MultiPolygon
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AreaFault:
    """A feature that was not taken: its place in the file (from 0), its code if it has one, and why."""

    index: int
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class ParsedAreas:
    """What `parse_features` made of a file: every feature is in exactly one of the two, in file order."""

    areas: tuple[Area, ...]
    faults: tuple[AreaFault, ...]


def parse_features(
    collection: Mapping[str, Any], code_property: str = "code", expected: Bounds | None = None
) -> ParsedAreas:
    """Read the areas of a GeoJSON FeatureCollection; bad features become faults and do not stop the rest.

    Parameters:
        collection: the parsed JSON object.
        code_property: the feature property that holds the area's code.
        expected: bounds the areas should touch; used to suspect swapped lat, lon where both are in range.

    Raises:
        AreaError: the object is no FeatureCollection.
    """
    features = collection.get("features") if isinstance(collection, Mapping) else None
    if not isinstance(features, Sequence) or isinstance(features, str):
        raise AreaError("the file is no GeoJSON FeatureCollection: a JSON object with a list 'features' is expected")
    areas: dict[str, Area] = {}
    faults: list[AreaFault] = []
    for index, feature in enumerate(features):
        code = _code(feature, code_property)
        where = f"feature {index} (code {code!r})"
        try:
            if not code:
                raise AreaError(f"{where}: property {code_property!r} is missing or empty; give the area its code")
            if code in areas:
                raise AreaError(f"{where}: the code occurs twice; merge the parts into one MultiPolygon")
            geometry = parse_geometry(feature.get("geometry"), where, expected)
        except AreaError as error:
            faults.append(AreaFault(index, code, str(error)))
        else:
            areas[code] = Area(code, geometry, dict(feature["properties"]))
    return ParsedAreas(tuple(areas.values()), tuple(faults))


def parse_geometry(geometry: object, where: str = "geometry", expected: Bounds | None = None) -> Polygon | MultiPolygon:
    """A checked shapely boundary from a GeoJSON Polygon or MultiPolygon object.

    Parameters:
        geometry: the parsed JSON object.
        where: how error messages name it.
        expected: as for `parse_features`.

    Raises:
        AreaError: wrong type, empty, too short or unclosed ring, value that is no number, beyond ±180°, ±90°,
            lat and lon that look swapped, or rings that cross themselves or one another.

    Example:
        >>> ring = [[121, 29], [122, 29], [122, 30], [121, 29]]
        >>> parse_geometry({"type": "Polygon", "coordinates": [ring]}).area
        0.5
    """
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    if not isinstance(geometry, Mapping) or kind not in ("Polygon", "MultiPolygon"):
        raise AreaError(f"{where}: geometry must be a Polygon or MultiPolygon, got {kind or geometry!r}")
    coordinates = geometry.get("coordinates")
    parts = [coordinates] if kind == "Polygon" else coordinates
    rings = [
        [_ring(ring, f"{where}, {name}") for ring, name in _named_rings(part, number, where)]
        for number, part in enumerate(_listed(parts, where))
    ]
    _check_range(rings, where, expected)
    polygons = [Polygon(shell, holes) for shell, *holes in rings]
    shape = polygons[0] if kind == "Polygon" else MultiPolygon(polygons)
    return _checked(shape, where)


def bounds_deg(geometry: Polygon | MultiPolygon) -> Bounds:
    """West, south, east, north of a boundary, degrees."""
    west, south, east, north = geometry.bounds
    return west, south, east, north


def label_point(geometry: Polygon | MultiPolygon) -> Position:
    """A point inside the area where its name may stand: the centroid if inside, else a point well within.

    Returns:
        lon, lat in degrees; of a multi-polygon whose centroid is outside, in its largest part.
    """
    point = geometry.centroid
    if not geometry.contains(point):
        largest = max(shapely.get_parts(geometry), key=lambda part: part.area)
        point = shapely.point_on_surface(largest)
    return float(point.x), float(point.y)


def to_wkb(geometry: Polygon | MultiPolygon) -> bytes:
    """The boundary as little-endian two-dimensional WKB, the form kept in databases."""
    return bytes(shapely.to_wkb(geometry, output_dimension=2, byte_order=1))


def from_wkb(data: bytes, where: str = "boundary") -> Polygon | MultiPolygon:
    """A checked boundary from WKB bytes.

    Raises:
        AreaError: the bytes are no WKB, or not of a valid, non-empty (multi-)polygon.
    """
    try:
        geometry = shapely.from_wkb(bytes(data))
    except shapely.errors.ShapelyError as error:
        raise AreaError(f"{where}: not readable as WKB ({error})") from error
    if not isinstance(geometry, Polygon | MultiPolygon):
        raise AreaError(f"{where}: WKB holds a {geometry.geom_type}, a Polygon or MultiPolygon is expected")
    return _checked(shapely.force_2d(geometry), where)


def to_geojson(geometry: Polygon | MultiPolygon) -> dict[str, Any]:
    """The boundary as a GeoJSON geometry, shells counter-clockwise as RFC 7946 asks."""
    return dict(mapping(shapely.orient_polygons(geometry)))


def _code(feature: object, code_property: str) -> str:
    properties = feature.get("properties") if isinstance(feature, Mapping) else None
    value = properties.get(code_property) if isinstance(properties, Mapping) else None
    return "" if value is None else str(value).strip()


def _listed(value: object, where: str) -> Sequence[Any]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise AreaError(f"{where}: coordinates must be nested lists, got {value!r:.60}")
    if not value:
        raise AreaError(f"{where}: the geometry is empty; leave the feature out or give it a boundary")
    return value


def _named_rings(part: object, number: int, where: str) -> Iterator[tuple[object, str]]:
    for index, ring in enumerate(_listed(part, where)):
        yield ring, f"polygon {number} " + ("shell" if index == 0 else f"hole {index}")


def _ring(ring: object, where: str) -> list[Position]:
    positions = [_position(value, where) for value in _listed(ring, where)]
    if positions[0] != positions[-1]:
        raise AreaError(
            f"{where}: the ring is not closed (first {positions[0]}, last {positions[-1]}); "
            "repeat the first position at the end"
        )
    if len(positions) < 4:
        raise AreaError(f"{where}: the ring has {len(positions)} positions; a closed ring needs at least 4")
    return positions


def _position(value: object, where: str) -> Position:
    numbers = value[:2] if isinstance(value, Sequence) and not isinstance(value, str) else ()
    if len(numbers) < 2 or not all(_finite(number) for number in numbers):
        raise AreaError(f"{where}: position {value!r:.60} is not two finite numbers lon, lat")
    return float(numbers[0]), float(numbers[1])


def _finite(number: object) -> bool:
    return isinstance(number, int | float) and not isinstance(number, bool) and math.isfinite(number)


def _check_range(rings: list[list[list[Position]]], where: str, expected: Bounds | None) -> None:
    positions = [position for part in rings for ring in part for position in ring]
    if all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in positions):
        if expected and not _any_within(positions, expected):
            swapped = [(lat, lon) for lon, lat in positions]
            if _any_within(swapped, expected):
                raise AreaError(f"{where}: {_SWAPPED} (first position {positions[0]}, expected near {expected})")
        return
    wrong = next((lon, lat) for lon, lat in positions if abs(lon) > 180 or abs(lat) > 90)
    if all(abs(lon) <= 90 and abs(lat) <= 180 for lon, lat in positions):
        raise AreaError(f"{where}: {_SWAPPED} (position {wrong})")
    raise AreaError(f"{where}: position {wrong} is beyond ±180°, ±90°; are these degrees of WGS-84?")


_SWAPPED = "lat and lon look swapped; GeoJSON puts lon first"


def _any_within(positions: list[Position], bounds: Bounds) -> bool:
    west, south, east, north = bounds
    return any(west <= lon <= east and south <= lat <= north for lon, lat in positions)


def _checked(shape: Polygon | MultiPolygon, where: str) -> Polygon | MultiPolygon:
    if shape.is_empty:
        raise AreaError(f"{where}: the geometry is empty; leave the feature out or give it a boundary")
    if not shape.is_valid:
        reason, _, place = shapely.is_valid_reason(shape).partition("[")
        at = f" at lon, lat {place.rstrip(']').replace(' ', ', ')}" if place else ""
        raise AreaError(f"{where}: {_FAULTS.get(reason, reason)}{at}; mend the boundary there")
    return shape


_FAULTS = {
    "Self-intersection": "the boundary crosses itself",
    "Ring Self-intersection": "a ring crosses or touches itself",
    "Hole lies outside shell": "a hole lies outside its shell",
    "Holes are nested": "a hole lies inside another hole",
    "Nested shells": "one part lies inside another part",
    "Interior is disconnected": "holes cut the area in two",
    "Duplicate Rings": "two rings are the same",
    "Too few points in geometry component": "a ring has too few different positions",
}
