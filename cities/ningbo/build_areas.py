"""Builds the area files of this city: drawn districts cut into streets, communities and grids.

Run: `python cities/ningbo/build_areas.py`; the same drawing always gives the same files. District outlines come from
`drawn/outlines.toml` (lines shared by neighbours, so nothing gapes), streets from the points of their town halls in
`drawn/streets.csv`: a street is what lies nearest to its point. Names and codes of streets are real, their shapes are
not; communities have no real names here, only numbers. Every boundary says so (`approximate`). Surveyed boundaries
replace these by putting GeoJSON of the same properties in the place of a file.
"""

import csv
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Geometry as Shape
from shapely.geometry import MultiPoint, Point, Polygon
from shapely.ops import voronoi_diagram

HERE = Path(__file__).parent
SOURCE = "approximate, drawn by eye beside a published outline, nothing copied; for demonstration, not a survey"
SEED = 330200
DECIMALS = 5
GRIDS_IN = "330203"
GRIDS_EACH = 2
TOWN_SHARE = 0.6
"""Share of a street's communities that crowd round its town hall."""
KINDS = {"街道": "Subdistrict", "镇": "Town", "乡": "Township"}
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Street:
    """A street or township: where its town hall stands, and its share of the district's communities."""

    code: str
    name: str
    name_en: str
    point: Point
    share: float


def streets() -> dict[str, list[Street]]:
    """The streets of each district, by the district's code."""
    found: dict[str, list[Street]] = {}
    with (HERE / "drawn" / "streets.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            point = Point(float(row["lon"]), float(row["lat"]))
            street = Street(row["code"], row["name"], row["name_en"], point, float(row["share"]))
            found.setdefault(street.code[:6], []).append(street)
    return found


def drawing() -> tuple[dict[str, Any], dict[str, Floats]]:
    """The districts as drawn, and the arcs between them, rounded off."""
    drawn = tomllib.loads((HERE / "drawn" / "outlines.toml").read_text("utf-8"))
    arcs = {name: np.array([pair.split() for pair in line.split(",")], float) for name, line in drawn["arcs"].items()}
    return drawn["districts"], {name: smooth(arc) for name, arc in arcs.items()}


def smooth(line: Floats, rounds: int = 2) -> Floats:
    """Cut the corners of a line, keeping its ends (G. Chaikin, 1974)."""
    for _ in range(rounds):
        before, after = line[:-1], line[1:]
        cuts = np.stack([0.75 * before + 0.25 * after, 0.25 * before + 0.75 * after], axis=1).reshape(-1, 2)
        line = np.vstack([line[:1], cuts[1:-1], line[-1:]])
    return line


def outline(ring: list[str], arcs: dict[str, Floats]) -> Polygon:
    """The district whose ring of arcs is named; an arc with a minus is walked backwards."""
    lines = [arcs[name[1:]][::-1] if name.startswith("-") else arcs[name] for name in ring]
    for name, line, following in zip(ring, lines, lines[1:] + lines[:1], strict=True):
        if not np.allclose(line[-1], following[0]):
            raise ValueError(f"drawn/outlines.toml: after the arc {name} the ring {ring} has a gap")
    return Polygon(np.vstack([line[:-1] for line in lines]))


def cut(shape: Shape, points: list[Point]) -> list[Shape]:
    """What of `shape` lies nearest to each point, in the order of the points."""
    if len(points) == 1:
        return [shape]
    cells = list(voronoi_diagram(MultiPoint(points), envelope=shape).geoms)
    tree = shapely.STRtree(cells)
    homes = [cells[int(tree.query(point, "intersects")[0])] for point in points]
    return [polygons(home.intersection(shape)) for home in homes]


def polygons(shape: Shape) -> Shape:
    """The polygons of a geometry, without stray lines and points."""
    parts = [part for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon" and part.area > 1e-9]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def seeds(shape: Shape, count: int, rng: np.random.Generator, town: Point | None = None) -> list[Point]:
    """`count` points in `shape`, crowding round `town`, moved apart twice."""
    west, south, east, north = shape.bounds
    spread = 0.16 * shape.area**0.5
    points: list[Point] = []
    while len(points) < count:
        near = town is not None and rng.random() < TOWN_SHARE
        x, y = rng.normal((town.x, town.y), spread) if near and town else rng.uniform((west, south), (east, north))
        if shape.contains(Point(x, y)):
            points.append(Point(x, y))
    for _ in range(2):
        middles = [cell.centroid for cell in cut(shape, points)]
        points = [middle if shape.contains(middle) else old for middle, old in zip(middles, points, strict=True)]
    return points


def counts(streets_here: list[Street], wanted: int) -> list[int]:
    """How many communities each street gets: by its share, largest remainders first, one at least."""
    shares = np.array([street.share for street in streets_here])
    exact = shares / shares.sum() * (wanted - len(shares))
    whole = np.floor(exact).astype(int)
    for index in np.argsort(whole - exact, kind="stable")[: wanted - len(shares) - whole.sum()]:
        whole[index] += 1
    return [int(number) + 1 for number in whole]


def feature(code: str, level: int, name: str, name_en: str, shape: Shape) -> dict[str, Any]:
    """A GeoJSON feature with this city's properties."""
    rounded = polygons(shapely.set_precision(shape, 10**-DECIMALS))
    parts = [
        [
            [[round(x, DECIMALS), round(y, DECIMALS)] for x, y in ring.coords]
            for ring in (part.exterior, *part.interiors)
        ]
        for part in getattr(rounded, "geoms", [rounded])
    ]
    properties = {"code": code, "level": level, "name": name, "name_en": name_en, "approximate": True, "source": SOURCE}
    one = len(parts) == 1
    geometry = {"type": "Polygon" if one else "MultiPolygon", "coordinates": parts[0] if one else parts}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def write(path: Path, features: list[dict[str, Any]], **more: str) -> None:
    """Write a collection, a feature a line."""
    head = "".join(f"{json.dumps(key)}:{json.dumps(value, ensure_ascii=False)}," for key, value in more.items())
    lines = ",\n".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in features)
    path.write_text(f'{{"type":"FeatureCollection",{head}"features":[\n{lines}\n]}}\n', encoding="utf-8")


def below(street: Street, shape: Shape, count: int, levels: dict[int, list[dict[str, Any]]]) -> None:
    """Add a street's communities, and their grids where there are any."""
    rng = np.random.default_rng([SEED, int(street.code)])
    for place, cell in enumerate(cut(shape, seeds(shape, count, rng, street.point)), 1):
        code, name, name_en = f"{street.code}{place:03d}", f"{street.name}第{place}社区", f"{street.name_en} Community"
        levels[4].append(feature(code, 4, name, f"{name_en} {place}", cell))
        if street.code.startswith(GRIDS_IN):
            for part, grid in enumerate(cut(cell, seeds(cell, GRIDS_EACH, rng)), 1):
                title = f"{street.name_en} {place} Grid {part}"
                levels[5].append(feature(f"{code}{part:02d}", 5, f"{name}{part}网格", title, grid))


def main() -> None:
    """Build every level and write it."""
    drawn, arcs = drawing()
    named = streets()
    levels: dict[int, list[dict[str, Any]]] = {level: [] for level in range(1, 6)}
    shapes = {code: outline(row["ring"], arcs) for code, row in drawn.items()}
    for code, row in drawn.items():
        levels[2].append(feature(code, 2, row["name"], row["name_en"], shapes[code]))
        cells = cut(shapes[code], [street.point for street in named[code]])
        for street, shape, count in zip(named[code], cells, counts(named[code], row["communities"]), strict=True):
            kind = next(english for ending, english in KINDS.items() if street.name.endswith(ending))
            levels[3].append(feature(street.code, 3, street.name, f"{street.name_en} {kind}", shape))
            below(street, shape, count, levels)
    whole = shapely.union_all(list(shapes.values()), grid_size=10**-DECIMALS)
    levels[1].append(feature("3302", 1, "宁波市", "Ningbo City", whole))
    for level, name in enumerate(("city", "districts", "streets", "communities", "grids"), 1):
        write(HERE / "areas" / f"{level}-{name}.geojson", levels[level])


if __name__ == "__main__":
    main()
