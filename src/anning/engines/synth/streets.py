"""The street network of a synthetic city, made from what is drawn of it: the same seed makes the same streets.

Built-up places get superblocks with streets inside, villages a few streets and roads to their neighbours; drawn roads
and motorways lie where they are drawn; rivers are crossed by the larger roads only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from anning.engines.network.road_classes import ROW_OF_CLASS, allowed, free_flow_seconds
from anning.engines.network.streets import Floats, Streets
from anning.engines.network.travellers import Traveller
from anning.engines.space.distance import EARTH_RADIUS_M
from anning.engines.synth.country_roads import country_roads, village_streets
from anning.engines.synth.motorways import motorways
from anning.engines.synth.noding import ORDER, cut_at_crossings, ends_of, joined, opened
from anning.engines.synth.street_fabric import Lines, fabric

RIVER_M = 35.0
"""Half the width of a drawn river."""
BESIDE_M = 70.0
"""A street that keeps so near to a drawn road is that road, and left out."""
VILLAGE_GAP_M = 450.0
"""A community farther than this from the built-up places is a village."""
ONE_WAY = 0.07
"""Share of the small streets that are one-way."""
ONE_WAY_KINDS = ("residential", "living_street", "tertiary")
CROSS_WATER = ("primary", "secondary", "trunk")
PASS_MOTORWAYS = (*CROSS_WATER, "tertiary")


@dataclass(frozen=True, eq=False)
class Drawing:
    """What is drawn of a city, lon and lat in degrees.

    Attributes:
        land: polygons of the city's land.
        lakes: polygons; rivers: lines.
        roads: pairs of a class ("motorway" or another) and a line.
        lon, lat: float64[communities], a place in each community.
        area_km2: float64[communities]; where communities are small, the city is built up.
    """

    land: shapely.Geometry
    lakes: Sequence[shapely.Geometry]
    rivers: Sequence[shapely.Geometry]
    roads: Sequence[tuple[str, shapely.LineString]]
    lon: Floats
    lat: Floats
    area_km2: Floats


def make_streets(drawing: Drawing, seed: int) -> Streets:
    """The streets of a synthetic city.

    Every place can be reached from every other by every class of vehicle. Junctions are numbered from 1.

    Raises:
        ValueError: the drawing has fewer than four communities, or no land.
    """
    if len(drawing.lon) < 4 or shapely.is_empty(drawing.land):
        raise ValueError(f"streets need land and four communities at least, got {len(drawing.lon)} communities")
    rng = np.random.default_rng(seed)
    centre = np.array([drawing.lon.mean(), drawing.lat.mean()])
    scale = np.radians(1.0) * EARTH_RADIUS_M * np.array([np.cos(np.radians(centre[1])), 1.0])

    def flat(shape: shapely.Geometry) -> shapely.Geometry:
        return shapely.transform(shape, lambda points: np.round((points - centre) * scale, 1))

    surface, middles = _surface(drawing, flat, (np.column_stack([drawing.lon, drawing.lat]) - centre) * scale, rng)
    above = motorways(middles, _junctions(surface))
    lines = Lines(np.concatenate([surface.shape, above.shape]), np.concatenate([surface.kind, above.kind]))
    small = np.isin(lines.kind, ONE_WAY_KINDS) & (rng.random(len(lines.kind)) < ONE_WAY)
    return _streets(lines, small | np.char.startswith(lines.kind, "motorway"), centre, scale)


def _surface(
    drawing: Drawing, flat: Callable[[shapely.Geometry], shapely.Geometry], centres: Floats, rng: np.random.Generator
) -> tuple[Lines, list[shapely.LineString]]:
    """Streets on the ground, in one piece and cut at crossings, and the middle lines of motorways."""
    land = shapely.difference(flat(drawing.land), shapely.union_all([flat(one) for one in drawing.lakes]))
    wet = shapely.union_all([shapely.buffer(flat(one), RIVER_M) for one in drawing.rivers])
    middles = [flat(line) for kind, line in drawing.roads if kind == "motorway"]
    drawn = [(kind if kind in ORDER else "primary", flat(line)) for kind, line in drawing.roads if kind != "motorway"]
    main = Lines(np.array([line for _, line in drawn], object), np.array([kind for kind, _ in drawn], "U20"))
    streets, corners = fabric(centres, drawing.area_km2, rng)
    streets = _on_ground(streets, land, wet, middles, list(main.shape))
    built = shapely.multipoints(corners)
    villages = np.round(centres[shapely.distance(shapely.points(centres), built) > VILLAGE_GAP_M], 1)
    dry = shapely.contains(land, shapely.points(villages)) & ~shapely.intersects(wet, shapely.points(villages))
    villages = villages[dry]
    corners = corners[shapely.contains(land, shapely.points(corners))]
    posts = [shapely.get_coordinates(shapely.segmentize(line, 900.0)) for line in main.shape]
    country = country_roads(villages, np.round(np.concatenate([corners, *posts]), 1), rng)
    country = country.kept(shapely.covered_by(country.shape, shapely.buffer(land, 300.0)))
    hamlets = _on_ground(village_streets(villages, rng), land, wet, middles, [])
    every = [main, streets, country, hamlets]
    lines = Lines(np.concatenate([one.shape for one in every]), np.concatenate([one.kind for one in every]))
    return joined(cut_at_crossings(lines)), middles


def _on_ground(
    lines: Lines,
    land: shapely.Geometry,
    wet: shapely.Geometry,
    middles: list[shapely.LineString],
    drawn: list[shapely.LineString],
) -> Lines:
    """Streets that lie on land; only larger ones cross water and motorways; none doubles a drawn road."""
    for shape in (land, wet):
        shapely.prepare(shape)
    shapes = lines.shape
    kept = shapely.covered_by(shapes, land)
    kept &= ~shapely.intersects(wet, shapes) | np.isin(lines.kind, CROSS_WATER)
    if middles:
        barrier = shapely.buffer(shapely.multilinestrings(middles), 30.0)
        kept &= ~shapely.intersects(barrier, shapes) | np.isin(lines.kind, PASS_MOTORWAYS)
    if drawn:
        main = shapely.multilinestrings(drawn)
        beside = shapely.covered_by(shapes, shapely.buffer(main, BESIDE_M))
        kept &= ~beside | shapely.intersects(shapes, main)
    return lines.kept(kept)


def _junctions(lines: Lines) -> Floats:
    """Places where larger streets meet others."""
    places, first, last = ends_of(lines)
    degree = np.bincount(np.concatenate([first, last]), minlength=len(places))
    large = np.isin(lines.kind, ("trunk", "primary", "secondary"))
    found = np.zeros(len(places), bool)
    found[first[large]] = found[last[large]] = True
    return places[found & (degree >= 3)]


def _streets(lines: Lines, one_way: np.ndarray, centre: Floats, scale: Floats) -> Streets:
    places, first, last = ends_of(lines)
    one_way = np.asarray(opened(len(places), first, last, one_way))
    counts = shapely.get_num_coordinates(lines.shape)
    points, owner = shapely.get_coordinates(lines.shape, return_index=True)
    steps = np.hypot(*np.diff(points, axis=0).T) * (owner[1:] == owner[:-1])
    length_m: Floats = np.bincount(owner[1:], steps, len(counts)).astype(np.float64)
    inner = np.ones(len(points), bool)
    inner[np.cumsum(counts) - 1] = inner[np.cumsum(counts) - counts] = False
    kind = np.array([ROW_OF_CLASS[name] for name in lines.kind.tolist()], np.uint8)
    taken = np.where(allowed(kind), free_flow_seconds(length_m, kind), np.inf)
    seconds = np.repeat(taken[:, None], 2, axis=1)
    for who in (Traveller.SIREN, Traveller.NORMAL):
        seconds[who, 1, one_way] = np.inf
    lon, lat = (places / scale + centre).T
    bend_lon, bend_lat = (points[inner] / scale + centre).T
    return Streets(
        ref=np.arange(1, len(places) + 1),
        lon=np.round(lon, 7),
        lat=np.round(lat, 7),
        first=first,
        last=last,
        length_m=np.round(length_m, 2),
        kind=kind,
        seconds=seconds,
        bend_start=np.concatenate([[0], np.cumsum(counts - 2)]),
        bend_lon=np.round(bend_lon, 7),
        bend_lat=np.round(bend_lat, 7),
    )
