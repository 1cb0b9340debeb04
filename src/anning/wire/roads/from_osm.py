"""Streets from elements of OpenStreetMap."""

from __future__ import annotations

from collections import Counter

import numpy as np

from anning.engines.network import travellers
from anning.engines.network.road_classes import free_flow_seconds
from anning.engines.network.streets import Floats, Streets
from anning.engines.space.distance import equirectangular_m
from anning.wire.roads.cutting import Piece, cut_ways
from anning.wire.roads.osm import Extract
from anning.wire.roads.reading import Roads
from anning.wire.roads.tags import limits_kmh, open_ways
from anning.wire.roads.turns import Turns


def roads_of(extract: Extract) -> Roads:
    """The road network of an extract of OpenStreetMap; junctions carry the ids of its nodes."""
    counts: Counter[str] = Counter()
    pieces = cut_ways(extract, counts)
    used = list(dict.fromkeys(node for piece in pieces for node in (piece.nodes[0], piece.nodes[-1])))
    row_of = {node: row for row, node in enumerate(used)}
    bends = [piece.nodes[1:-1] for piece in pieces]
    kind = np.array([piece.kind for piece in pieces], np.uint8)
    length_m = _lengths(extract, pieces)
    lon, lat = _places(extract, used)
    bend_lon, bend_lat = _places(extract, [node for some in bends for node in some])
    streets = Streets(
        ref=np.array(used, np.int64),
        lon=lon,
        lat=lat,
        first=np.array([row_of[piece.nodes[0]] for piece in pieces], np.int64),
        last=np.array([row_of[piece.nodes[-1]] for piece in pieces], np.int64),
        length_m=length_m,
        kind=kind,
        seconds=_seconds(pieces, length_m, kind),
        bend_start=np.cumsum([0, *map(len, bends)]),
        bend_lon=bend_lon,
        bend_lat=bend_lat,
        bans=Turns(pieces).bans(extract, counts),
    )
    return Roads(streets, {"junctions": len(used), "streets": len(pieces), "banned_turns": len(streets.bans), **counts})


def _places(extract: Extract, nodes: list[int]) -> tuple[Floats, Floats]:
    points = np.array([extract.places[node] for node in nodes], np.float64).reshape(-1, 2)
    return points[:, 0].copy(), points[:, 1].copy()


def _lengths(extract: Extract, pieces: list[Piece]) -> Floats:
    """Metres of each piece, along its nodes."""
    lon, lat = _places(extract, [node for piece in pieces for node in piece.nodes])
    steps = np.append(equirectangular_m(lon[:-1], lat[:-1], lon[1:], lat[1:]), 0.0) if len(lon) else lon
    starts = np.cumsum([0, *(len(piece.nodes) for piece in pieces)])
    steps[starts[1:] - 1] = 0.0
    along = np.concatenate([[0.0], np.cumsum(steps)])
    return np.asarray(along[starts[1:]] - along[starts[:-1]])


def _seconds(pieces: list[Piece], length_m: Floats, kind: np.ndarray) -> Floats:
    limits = np.array([limits_kmh(piece.way.tags) for piece in pieces], np.float64).reshape(-1, 2)
    may = np.array([open_ways(piece.way.tags, piece.kind) for piece in pieces], np.bool_)
    may = may.reshape(-1, travellers.COUNT, 2).transpose(1, 2, 0)
    ways = [free_flow_seconds(length_m, kind, limits[:, way]) for way in (0, 1)]
    return np.where(may, np.stack(ways, axis=1), np.inf)
