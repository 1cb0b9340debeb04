"""One way from one place to another, arc by arc, to be drawn and told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from anning.engines.network.graph import Floats, Graph, Rows
from anning.engines.network.search import Ends, ends_from, ends_to, search_back
from anning.engines.network.shapes import cut
from anning.engines.network.snapped import Snapped


@dataclass(frozen=True, eq=False, slots=True)
class Route:
    """The fastest way between two places.

    Attributes:
        seconds: of the whole way; infinite where there is none, and then all else is empty.
        length_m: metres of the whole way.
        arcs: int32[k], rows of the arcs gone along, the first and last perhaps in part.
        arc_seconds: float64[k], seconds spent on each; they add up to `seconds`.
        nodes: int32[k − 1], nodes passed between the arcs.
        lon, lat: float64[points], the line to draw, from place to place.
    """

    seconds: float
    length_m: float
    arcs: Rows
    arc_seconds: Floats
    nodes: Rows
    lon: Floats
    lat: Floats

    @property
    def found(self) -> bool:
        """Whether there is a way."""
        return bool(np.isfinite(self.seconds))


def route(graph: Graph, weights: Floats, start: Snapped, end: Snapped, *, limit_s: float = np.inf) -> Route:
    """The fastest way from one place to another.

    Parameters:
        weights: float64[arcs], seconds now.
        start, end: one place each.
        limit_s: a way that takes longer counts as none.

    Returns:
        the route; where there is no way, its seconds are infinite.

    Raises:
        ValueError: `start` or `end` is not one place, or the weights are of another graph.
    """
    if len(start) != 1 or len(end) != 1:
        raise ValueError(f"a route joins one place to one other, got {len(start)} and {len(end)}")
    leaving, arriving = ends_from(graph, weights, start), ends_to(graph, weights, end)
    found = search_back(graph, weights, arriving, limit_s=limit_s, goals=leaving)
    through = _best_start(leaving, found.seconds)
    direct = _direct(graph, weights, start, end)
    seconds = min(through[0], direct[0])
    if not seconds <= limit_s or not np.isfinite(seconds):
        nothing = np.empty(0)
        return Route(np.inf, 0.0, np.empty(0, np.int32), nothing, np.empty(0, np.int32), nothing, nothing)
    if direct[0] <= through[0]:
        return _drawn(graph, weights, [direct[1]], float(start.along[0]), float(end.along[0]))
    arcs = _walk(graph, int(leaving.arc[through[1]]), found.through, arriving)
    return _drawn(graph, weights, arcs, float(start.along[0]), float(end.along[0]))


def _best_start(leaving: Ends, reached: Floats) -> tuple[float, int]:
    totals = leaving.seconds + reached[leaving.node]
    if not len(totals):
        return np.inf, -1
    best = int(np.argmin(totals))
    return float(totals[best]), best


def _direct(graph: Graph, weights: Floats, start: Snapped, end: Snapped) -> tuple[float, int]:
    """Seconds and arc of the stretch between two places on one street, infinite where they are not."""
    best = (np.inf, -1)
    if start.street[0] != end.street[0] or start.street[0] < 0:
        return best
    for arc in graph.arcs_of(int(start.street[0])).tolist():
        gap = float(end.along[0] - start.along[0])
        ahead = gap if graph.way[arc] == 0 else -gap
        if ahead >= 0 and np.isfinite(weights[arc]):
            best = min(best, (abs(ahead) * float(weights[arc]), arc))
    return best


def _walk(graph: Graph, first: int, through: Rows, arriving: Ends) -> list[int]:
    """Rows of the arcs from the first one to the place the search began at."""
    arcs = [first]
    while through[graph.head[arcs[-1]]] >= 0:
        arcs.append(int(through[graph.head[arcs[-1]]]))
    last = np.flatnonzero(arriving.node == graph.head[arcs[-1]])
    return [*arcs, int(arriving.arc[last[np.argmin(arriving.seconds[last])]])]


def _drawn(graph: Graph, weights: Floats, arcs: list[int], start: float, end: float) -> Route:
    rows = np.array(arcs, np.int32)
    way = graph.way[rows]
    begins, ends = np.zeros(len(rows)), np.ones(len(rows))
    begins[0] = start if way[0] == 0 else 1 - start
    ends[-1] = end if way[-1] == 0 else 1 - end
    seconds = (ends - begins) * weights[rows]
    metres = (ends - begins) * graph.length_m[graph.street[rows]]
    lines = [
        _stretch(graph, int(arc), low, high)
        for arc, low, high in zip(arcs, begins.tolist(), ends.tolist(), strict=True)
    ]
    line = np.concatenate(lines)
    kept = np.concatenate([[True], (np.diff(line, axis=0) != 0).any(1)])
    lon, lat = line[kept].T
    return Route(float(seconds.sum()), float(metres.sum()), rows, seconds, graph.head[rows[:-1]], lon, lat)


def _stretch(graph: Graph, arc: int, begins: float, ends: float) -> Floats:
    """Points of an arc from one share of it to another, in the way it goes; float64[points, 2]."""
    points = np.column_stack(graph.shape(int(graph.street[arc])))
    if graph.way[arc]:
        points = points[::-1]
    if begins == 0 and ends == 1:
        return points
    return cut(points, begins, ends)
