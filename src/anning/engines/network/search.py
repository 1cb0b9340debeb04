"""Travel seconds over the graph: to an incident from everywhere, from a post to everywhere, many to many.

One search backwards from the incident answers for every unit at once. What cannot be reached (within the limit) is
infinite. Background: ``docs/background/travel-times.md``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from anning.engines.network import kernel
from anning.engines.network.graph import Floats, Graph, Ints, Rows, rows_of
from anning.engines.network.snapped import Snapped

BUCKET_S = 1.0
"""Width of the search's buckets of time, seconds; it changes the speed of a search, never its answer."""

_LARGEST_RING = 1 << 16


class Ends(NamedTuple):
    """Nodes a search begins or ends at, the seconds between each and the place meant, and the arc of that part."""

    node: Rows
    seconds: Floats
    arc: Ints


class Found(NamedTuple):
    """What a search found of every node: least seconds (infinite where none) and the row of the arc they come by."""

    seconds: Floats
    through: Rows


NO_ENDS = Ends(np.empty(0, np.int32), np.empty(0), np.empty(0, np.int64))


def prepare() -> None:
    """Load the compiled search, compiling it if need be, so that the first incident does not wait for it."""
    kernel.search()


def times_to(graph: Graph, weights: Floats, where: Snapped, *, limit_s: float = np.inf) -> Floats:
    """Seconds from every node to a place (the nearest of several), along the fastest way.

    Parameters:
        weights: float64[arcs], seconds now, as `weights.free_flow` and its like give them.
        where: the place, or several; the part of its street counts.
        limit_s: nodes farther than this are infinite, and the search stops there.

    Returns:
        float64[nodes], infinite where there is no way, or none within the limit.
    """
    return search_back(graph, weights, ends_to(graph, weights, where), limit_s=limit_s).seconds


def times_from(graph: Graph, weights: Floats, where: Snapped, *, limit_s: float = np.inf) -> Floats:
    """Seconds to every node from a place (the nearest of several); otherwise as `times_to`."""
    check_weights(graph, weights)
    ends = ends_from(graph, weights, where)
    heads, seconds = graph.head[graph.out_arc], weights[graph.out_arc]
    return _searched(graph.out_start, heads, seconds, ends, limit_s, NO_ENDS).seconds


def times_to_nodes(graph: Graph, weights: Floats, nodes: ArrayLike, *, limit_s: float = np.inf) -> Floats:
    """Seconds from every node to a junction (the nearest of several), given by any of its nodes; as `times_to`."""
    rows = graph.junction[np.atleast_1d(np.asarray(nodes, np.int64))]
    every = np.flatnonzero(np.isin(graph.junction, rows)).astype(np.int32)
    return search_back(
        graph, weights, Ends(every, np.zeros(len(every)), np.full(len(every), kernel.NO_ARC)), limit_s=limit_s
    ).seconds


def travel_seconds(graph: Graph, weights: Floats, units: Snapped, where: Snapped, *, limit_s: float = np.inf) -> Floats:
    """Seconds from each of the units to a place (the nearest of several), by one search backwards.

    Returns:
        float64[units], infinite where there is no way within the limit.
    """
    return seconds_of(graph, weights, times_to(graph, weights, where, limit_s=limit_s), units, where, limit_s=limit_s)


def matrix(graph: Graph, weights: Floats, units: Snapped, places: Snapped, *, limit_s: float = np.inf) -> Floats:
    """Seconds from each unit to each place, one search backwards for each place.

    Returns:
        float64[units, places], infinite where there is no way within the limit.
    """
    times = np.empty((len(units), len(places)))
    for column in range(len(places)):
        times[:, column] = travel_seconds(graph, weights, units, places[column], limit_s=limit_s)
    return times


def seconds_of(
    graph: Graph, weights: Floats, reached: Floats, units: Snapped, where: Snapped, *, limit_s: float = np.inf
) -> Floats:
    """Seconds from each unit to the place `reached` was searched from, the parts of both streets counted.

    Parameters:
        reached: float64[nodes], as `times_to` gives for `where`.

    Returns:
        float64[units], infinite where there is no way within the limit.
    """
    unit, ends = _leaving(graph, weights, units)
    found = np.full(len(units), np.inf)
    np.minimum.at(found, unit, ends.seconds + reached[ends.node])
    _along_one_street(graph, weights, units, where, found)
    found[found > limit_s] = np.inf
    return found


def ends_to(graph: Graph, weights: Floats, where: Snapped) -> Ends:
    """Nodes from which the places are reached along their own street, with the seconds of that part."""
    place, arc = _arcs_along(graph, weights, where)
    share = np.where(graph.way[arc] == 0, where.along[place], 1 - where.along[place])
    return Ends(graph.tail[arc], share * weights[arc], arc)


def ends_from(graph: Graph, weights: Floats, where: Snapped) -> Ends:
    """Nodes first reached from the places along their own street, with the seconds of that part."""
    return _leaving(graph, weights, where)[1]


def search_back(graph: Graph, weights: Floats, ends: Ends, *, limit_s: float = np.inf, goals: Ends = NO_ENDS) -> Found:
    """Search backwards from nodes; with goals, nothing is looked at that lies beyond the nearest of them."""
    check_weights(graph, weights)
    return _searched(graph.in_start, graph.tail, weights, ends, limit_s, goals)


def check_weights(graph: Graph, weights: Floats) -> None:
    """See that weights belong to the graph.

    Raises:
        ValueError: they are not one number for each arc.
    """
    if weights.shape != (graph.arcs,) or weights.dtype != np.float64:
        raise ValueError(
            f"weights are {weights.dtype}{list(weights.shape)} but the graph has {graph.arcs} arcs: "
            "make them from this graph, as weights.free_flow does"
        )


def _searched(start: Rows, other: Rows, seconds: Floats, ends: Ends, limit_s: float, goals: Ends) -> Found:
    if np.isnan(limit_s) or limit_s < 0:
        raise ValueError(f"the limit of a search is {limit_s} s: zero or more is expected")
    count = len(start) - 1
    found = Found(np.full(count, np.inf), np.full(count, kernel.NO_ARC, np.int32))
    if not len(ends.node):
        return found
    span = limit_s
    if limit_s > BUCKET_S * _LARGEST_RING:
        span = max(np.max(part, initial=0.0, where=np.isfinite(part)) for part in (seconds, ends.seconds))
    width = max(BUCKET_S, span / _LARGEST_RING)
    ring = int(span / width) + 2
    arrays = (np.ascontiguousarray(part) for part in (start, other, seconds, ends.node, ends.seconds))
    aims = (np.ascontiguousarray(part) for part in (goals.node, goals.seconds))
    kernel.search()(*arrays, float(limit_s), *aims, width, ring, *found)
    return found


def _arcs_along(graph: Graph, weights: Floats, where: Snapped) -> tuple[Ints, Ints]:
    """Index of the place and row of the arc, for every open arc along the places' streets."""
    check_weights(graph, weights)
    known = np.flatnonzero(where.street >= 0)
    which, row = rows_of(graph.street_start, where.street[known])
    arc = graph.street_arc[row].astype(np.int64)
    is_open = np.isfinite(weights[arc])
    return known[which[is_open]], arc[is_open]


def _leaving(graph: Graph, weights: Floats, where: Snapped) -> tuple[Ints, Ends]:
    """Index of the place and the end reached first, for every way on from the places."""
    place, arc = _arcs_along(graph, weights, where)
    share = np.where(graph.way[arc] == 0, 1 - where.along[place], where.along[place])
    return place, Ends(graph.head[arc], share * weights[arc], arc)


def _along_one_street(graph: Graph, weights: Floats, units: Snapped, where: Snapped, found: Floats) -> None:
    """Where a unit stands on the street of a place, and before it, the way is the stretch between."""
    place, arc = _arcs_along(graph, weights, where)
    for at, row in zip(place.tolist(), arc.tolist(), strict=True):
        gap = where.along[at] - units.along
        ahead = gap if graph.way[row] == 0 else -gap
        near = np.flatnonzero((units.street == where.street[at]) & (ahead >= 0))
        found[near] = np.minimum(found[near], abs(ahead[near]) * weights[row])
