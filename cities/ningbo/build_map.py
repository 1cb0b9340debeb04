"""Builds the base map of this city from its drawing: land, waters, rivers, roads and railways.

Run: `python cities/ningbo/build_map.py`; the same drawing always gives the same file. The land comes from
`drawn/outlines.toml`, the lines and lakes from `drawn/lines.toml`; names are real, positions approximate.
"""

import tomllib
from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely
from build_areas import DECIMALS, HERE, Floats, drawing, outline, polygons, smooth, write

DEGREE_M = 111_320.0
ATTRIBUTION = "示意底图 Sketch map, not a survey"
LAYERS = {"river": 0, "rail": 1, "road": 2, "motorway": 3}
"""Kinds of lines the base map draws, lowest first; metro lines serve the gazetteer only."""


def straight(text: str, arcs: dict[str, Floats]) -> Floats:
    """The points of a drawn line, an arc of the outlines put in where it is named."""
    parts = []
    for piece in (piece.strip() for piece in text.split(",")):
        if piece.startswith("@"):
            name = piece[1:]
            parts.append(arcs[name[1:]][::-1] if name.startswith("-") else arcs[name])
        else:
            parts.append(np.array([piece.split()], float))
    return np.vstack(parts)


def measured(line: Floats) -> tuple[Floats, Floats]:
    """Metres from the start of a line at each of its points."""
    east = np.diff(line[:, 0]) * np.cos(np.radians(line[:-1, 1])) * DEGREE_M
    north = np.diff(line[:, 1]) * DEGREE_M
    return line, np.concatenate([[0.0], np.cumsum(np.hypot(east, north))])


def along(line: Floats, at_m: Iterable[float]) -> list[tuple[float, float]]:
    """The points that many metres along a line."""
    points, metres = measured(line)
    return [(float(np.interp(at, metres, points[:, 0])), float(np.interp(at, metres, points[:, 1]))) for at in at_m]


def rounded(values: Floats) -> list[list[float]]:
    """Coordinates as GeoJSON wants them."""
    return [[round(float(x), DECIMALS), round(float(y), DECIMALS)] for x, y in values]


def drawn_feature(kind: str, raw: dict[str, Any], geometry: dict[str, Any], **more: str) -> dict[str, Any]:
    """A feature of the base map."""
    named = {"kind": kind, **more, "name": raw["name"], "name_en": raw["name_en"], "approximate": True}
    return {"type": "Feature", "properties": named, "geometry": geometry}


def base_map(lines: dict[str, Any], arcs: dict[str, Floats], districts: dict[str, Any]) -> list[dict[str, Any]]:
    """Land, waters, rivers, roads and railways, in the order they are drawn."""
    made = []
    for row in districts.values():
        shape = polygons(shapely.set_precision(outline(row["ring"], arcs), 10**-DECIMALS))
        ring = {"type": "Polygon", "coordinates": [rounded(np.array(shape.exterior.coords))]}
        made.append(drawn_feature("area", row, ring, level="district"))
    for raw in lines["water"]:
        shore = straight(raw["at"], arcs)
        shore = smooth(np.vstack([shore, shore[:1]]))
        made.append(drawn_feature("water", raw, {"type": "Polygon", "coordinates": [rounded(shore)]}))
    shown = [one for one in lines["line"] if one["kind"] in LAYERS]
    for raw in sorted(shown, key=lambda one: LAYERS[one["kind"]]):
        line = smooth(straight(raw["at"], arcs), 1)
        made.append(drawn_feature(raw["kind"], raw, {"type": "LineString", "coordinates": rounded(line)}))
    return made


def lines_drawn() -> dict[str, Any]:
    """The lines and waters as drawn."""
    return tomllib.loads((HERE / "drawn" / "lines.toml").read_text("utf-8"))


def main() -> None:
    """Build the base map and write it."""
    districts, arcs = drawing()
    write(HERE / "basemap.geojson", base_map(lines_drawn(), arcs, districts), attribution=ATTRIBUTION)


if __name__ == "__main__":
    main()
