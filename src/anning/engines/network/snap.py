"""Positions put onto the nearest street, with how far that can be trusted.

Background: ``docs/background/travel-times.md``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anning.engines.network.graph import Floats, Graph, Ints
from anning.engines.network.snap_index import CELL_M, SnapIndex, segments_near
from anning.engines.network.snapped import NO_STREET, Confidence, Snapped
from anning.engines.space.distance import EARTH_RADIUS_M, local_m

NEAR_M = 60.0
"""Farther from every street, a position is said to be far."""
DOUBT_M = 8.0
"""Another street that is no more than this farther than the nearest one is as good as it: about half the error of
satellite positions among buildings, and less than half the width of a road with two carriageways."""
REACH_M = 2_000.0
"""Farther than this from every street a position has no place."""

_CHUNK_CELLS = 1 << 18


class _Feet(NamedTuple):
    """Candidates: index of the position, street, and the nearest point on a segment: share of the street's length,
    distance, and metres east and north of the position."""

    which: Ints
    street: Ints
    along: Floats
    distance_m: Floats
    east_m: Floats
    north_m: Floats


def snap(
    graph: Graph,
    index: SnapIndex,
    lon: ArrayLike,
    lat: ArrayLike,
    *,
    streets: NDArray[np.bool_] | None = None,
    near_m: float = NEAR_M,
    doubt_m: float = DOUBT_M,
    reach_m: float = REACH_M,
) -> Snapped:
    """The nearest point on any street to each position.

    Parameters:
        index: made from this graph by `snap_index.build_index`.
        lon, lat: degrees WGS-84, k of each.
        streets: bool[streets], those to choose among (`Graph.open_streets`, say); all when not given.
        near_m, doubt_m, reach_m: metres: beyond which a place is called far; how much farther another street may be
            to make it ambiguous; beyond which there is no place.

    Returns:
        k places. A position that is no number or beyond reach is nowhere. Another street makes a place ambiguous if
        it neither continues nor crosses the road of the nearest at its ends, or if both are one-way and lie apart
        (the carriageways of one road). Equal distances go to the lower row of streets.

    Example:
        `docs/background/travel-times.md` snaps a position and routes from it.
    """
    x, y = np.broadcast_arrays(np.atleast_1d(np.asarray(lon, np.float64)), np.atleast_1d(np.asarray(lat, np.float64)))
    count = len(x)
    found = Snapped(
        np.full(count, NO_STREET, np.int64),
        np.zeros(count),
        np.full(count, np.inf),
        np.full(count, Confidence.NOWHERE, np.uint8),
    )
    waiting = np.flatnonzero((np.abs(x) <= 180) & (np.abs(y) <= 90))
    rings, most = 1, int(np.ceil((reach_m + doubt_m) / CELL_M)) + 1
    while len(waiting) and len(index.cell):
        done = np.zeros(len(waiting), np.bool_)
        for rows in _chunks(len(waiting), (2 * rings + 1) ** 2):
            part = waiting[rows]
            feet = _feet(graph, index, x[part], y[part], rings, streets)
            done[rows] = _settle(index, found, part, feet, _sure_m(index, y[part], rings), (doubt_m, reach_m))
        waiting = waiting[~done]
        if rings >= most:
            break
        rings = min(2 * rings, most)
    far = (found.confidence <= Confidence.AMBIGUOUS) & (found.distance_m > near_m)
    found.confidence[far] = Confidence.FAR
    return found


def _chunks(count: int, cells: int) -> list[slice]:
    step = max(1, _CHUNK_CELLS // cells)
    return [slice(start, start + step) for start in range(0, count, step)]


def _sure_m(index: SnapIndex, lat: Floats, rings: int) -> Floats:
    """Metres round each position within which that many rings of cells hold every street."""
    width = np.radians(index.frame[2]) * EARTH_RADIUS_M * np.cos(np.radians(lat))
    return np.asarray(rings * np.minimum(width, CELL_M))


def _feet(
    graph: Graph, index: SnapIndex, lon: Floats, lat: Floats, rings: int, streets: NDArray[np.bool_] | None
) -> _Feet:
    """The nearest point of every segment round each position."""
    which, segment = segments_near(index, lon, lat, rings)
    if streets is not None:
        kept = streets[index.street[segment]]
        which, segment = which[kept], segment[kept]
    ends = []
    for point in (segment, segment + 1):
        ends.append(local_m(lon[which], lat[which], graph.shape_lon[point], graph.shape_lat[point]))
    (x, y), (x_end, y_end) = ends
    dx, dy = x_end - x, y_end - y
    square = dx * dx + dy * dy
    part = np.clip(-(x * dx + y * dy) / np.where(square > 0, square, 1.0), 0.0, 1.0)
    along = index.share[segment] * (1 - part) + index.share[segment + 1] * part
    east, north = x + part * dx, y + part * dy
    return _Feet(which, index.street[segment].astype(np.int64), along, np.hypot(east, north), east, north)


def _settle(
    index: SnapIndex, found: Snapped, rows: Ints, feet: _Feet, sure_m: Floats, within: tuple[float, float]
) -> NDArray[np.bool_]:
    """Write down the nearest street of the positions for which no street farther out can matter; which those are."""
    doubt_m, reach_m = within
    order = np.lexsort((feet.street, feet.distance_m, feet.which))
    which = feet.which[order]
    first = np.flatnonzero(np.diff(which, prepend=-1))
    best = np.full(len(rows), -1)
    best[which[first]] = order[first]
    nearest_m = np.where(best >= 0, feet.distance_m[best], np.inf) if len(order) else np.full(len(rows), np.inf)
    done = nearest_m + doubt_m <= sure_m
    near = np.flatnonzero(nearest_m <= reach_m)
    chosen, place = best[near], rows[near]
    found.street[place] = feet.street[chosen]
    found.along[place] = feet.along[chosen]
    found.distance_m[place] = feet.distance_m[chosen]
    found.confidence[place] = np.where(
        _rivalled(index, feet, best, doubt_m)[near], Confidence.AMBIGUOUS, Confidence.NEAR
    )
    return done


def _rivalled(index: SnapIndex, feet: _Feet, best: Ints, doubt_m: float) -> NDArray[np.bool_]:
    """Whether another street that does not simply go on from the nearest is about as near; bool[positions]."""
    nearest = best[feet.which]
    close = np.flatnonzero(feet.distance_m <= feet.distance_m[nearest] + doubt_m)
    nearest = nearest[close]
    one, other = feet.street[nearest], feet.street[close]
    gap_m = np.hypot(feet.east_m[close] - feet.east_m[nearest], feet.north_m[close] - feet.north_m[nearest])
    carriageways = index.one_way[one] & index.one_way[other] & (gap_m > doubt_m)
    found = np.zeros(len(best), np.bool_)
    found[feet.which[close[(one != other) & (~_meet(index, one, other) | carriageways)]]] = True
    return found


def _meet(index: SnapIndex, one: Ints, other: Ints) -> NDArray[np.bool_]:
    """Whether the roads two streets are part of are one, or share an end."""
    ends, ends_of_other = index.road_ends[:, None, one], index.road_ends[None, :, other]
    met = ((ends == ends_of_other) & (ends >= 0)).any((0, 1))
    return np.asarray(met | (index.road[one] == index.road[other]))
