"""What road networks are made from: maps, tables, and the drawing of a city folder."""

import zipfile
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import shape

from anning.engines.space.distance import EARTH_RADIUS_M
from anning.engines.synth.streets import Drawing, make_streets
from anning.wire.city import City, read_folder
from anning.wire.roads import Roads, RoadsError, read_overpass, read_pbf, read_tables

TABLES = ("nodes.csv", "arcs.csv")
CITY = "city.toml"
OSM_FORMS = {".pbf": "pbf", ".osm": "osm", ".bz2": "osm.bz2", ".gz": "osm.gz"}
"""Names OpenStreetMap's files end with, and what osmium calls their form."""
COMMUNITY = 4
"""Level of communities among areas."""

Parts = dict[str, bytes]


def read_parts(source: Path) -> Parts:
    """The bytes of a source by the names of its parts.

    Raises:
        RoadsError: an archive lacks a table.
        OSError: the source or a part of it is not there.
    """
    if (source / CITY).is_file():
        files = (path for path in sorted(source.rglob("*")) if path.suffix in {".toml", ".csv", ".geojson"})
        named = {path.relative_to(source): path for path in files}
        return {str(name): path.read_bytes() for name, path in named.items() if name.parts[0] != "drawn"}
    if source.is_dir():
        return {name: (source / name).read_bytes() for name in TABLES}
    if not zipfile.is_zipfile(source):
        return {source.name: source.read_bytes()}
    with zipfile.ZipFile(source) as archive:
        missing = [name for name in TABLES if name not in archive.namelist()]
        if missing:
            raise RoadsError(f"{source}: the archive holds no {missing[0]}; {' and '.join(TABLES)} are expected")
        return {name: archive.read(name) for name in TABLES}


def is_made(parts: Parts) -> bool:
    """Whether streets are made up from these parts, by chance with a seed."""
    return CITY in parts


def read_roads(source: Path, parts: Parts, seed: int) -> Roads:
    """The road network of a source.

    Raises:
        RoadsError: it cannot be read; the message begins with its path.
    """
    try:
        if is_made(parts):
            made = make_streets(drawing_of(read_folder(parts)), seed)
            return Roads(made, {"junctions": len(made.ref), "streets": len(made.first)})
        if set(parts) == set(TABLES):
            return read_tables(*(parts[name] for name in TABLES))
        return _read_map(source.suffix.lower(), next(iter(parts.values())))
    except ValueError as error:
        raise RoadsError(f"{source}: {error}") from None


def _read_map(ending: str, data: bytes) -> Roads:
    if ending == ".json":
        return read_overpass(data)
    if ending in OSM_FORMS:
        return read_pbf(data, OSM_FORMS[ending])
    known = ", ".join(sorted([*OSM_FORMS, ".json", ".zip"]))
    raise RoadsError(f"its name does not tell what it is: it should end with one of {known}, or be a folder")


def drawing_of(city: City) -> Drawing:
    """What a city folder draws of its land, waters and roads, and where its communities are.

    Raises:
        RoadsError: it has no areas of the level of communities.
    """
    places = np.array([area.shape.geometry for area in city.areas if area.level == COMMUNITY], object)
    if not len(places):
        raise RoadsError("the city has no communities (areas of level 4): streets are made from them")
    middles = shapely.get_coordinates(shapely.point_on_surface(places))
    scale = np.radians(1.0) * EARTH_RADIUS_M / 1000
    area_km2 = shapely.area(places) * scale**2 * np.cos(np.radians(middles[:, 1]))
    land = shapely.union_all([area.shape.geometry for area in city.areas if area.level == 1])
    drawn = [(one["properties"]["kind"], shape(one["geometry"])) for one in city.base_map.get("features", [])]
    roads = [({"road": "primary"}.get(kind, kind), line) for kind, line in drawn if kind in {"road", "motorway"}]
    lakes, rivers = ([line for kind, line in drawn if kind == wanted] for wanted in ("water", "river"))
    return Drawing(land, lakes, rivers, roads, middles[:, 0], middles[:, 1], area_km2)
