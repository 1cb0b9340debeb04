"""From streets to a graph ready for searching: banned turns, order in memory, connected pieces.

Background: ``docs/background/travel-times.md``.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from anning.engines.network.graph import Graph, rows_of
from anning.engines.network.streets import Floats, Ints, Streets
from anning.engines.network.travellers import COUNT

_MORTON_BITS = 20


class _Arcs(NamedTuple):
    """Arcs before they are sorted: ends, street, way and seconds of each."""

    tail: Ints
    head: Ints
    street: Ints
    way: Ints
    seconds: Floats

    def rows(self, kept: Ints) -> _Arcs:
        """The arcs of these rows."""
        ends = self.tail[kept], self.head[kept]
        return _Arcs(*ends, self.street[kept], self.way[kept], self.seconds[:, kept])


def build_graph(streets: Streets) -> Graph:
    """The graph of a street network.

    A banned turn gives the arriving arc a node of its own at the junction; the arcs that leave it are those of the
    junction, the banned ones closed to the classes of traveller the ban holds for. Nothing else is expanded. Arcs
    open to nobody are left out; parallel ones stay, and a search takes the faster. Nodes are put in an order in
    which near places lie near each other in memory.

    Returns:
        the graph; its nodes are not in the order of the junctions given: `Graph.ref` tells which is which.
    """
    arcs = _open_arcs(streets)
    base, arcs = _with_bans(streets, arcs)
    order = np.argsort(_morton(streets.lon[base], streets.lat[base]), kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    arcs = arcs._replace(tail=rank[arcs.tail], head=rank[arcs.head])
    return _laid_out(streets, base[order], rank[base[order]], arcs)


def _open_arcs(streets: Streets) -> _Arcs:
    """One arc for each street and way that some class of traveller may go."""
    count = len(streets.first)
    street = np.repeat(np.arange(count), 2)
    way = np.tile([0, 1], count)
    ends = np.stack([streets.first, streets.last])
    seconds = streets.seconds.transpose(0, 2, 1).reshape(COUNT, 2 * count)
    kept = np.flatnonzero(np.isfinite(seconds).any(0))
    arcs = _Arcs(ends[way, street], ends[1 - way, street], street, way, seconds)
    return arcs.rows(kept)


def _with_bans(streets: Streets, arcs: _Arcs) -> tuple[Ints, _Arcs]:
    """The junction each node stands for, and the arcs, with a further node for each arc whose turns are limited."""
    base = np.arange(len(streets.lon))
    banned = _bans_by_arrival(streets, arcs)
    if not banned:
        return base, arcs
    arrivals = np.array(list(banned), np.int64)
    junctions = arcs.head[arrivals]
    nodes = len(base) + np.arange(len(arrivals))
    leaving = np.argsort(arcs.tail, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(arcs.tail, minlength=len(base)))])
    which, row = rows_of(starts, junctions)
    copied = leaving[row]
    seconds = arcs.seconds[:, copied].copy()
    for column, (arrival, departure) in enumerate(zip(arrivals[which].tolist(), copied.tolist(), strict=True)):
        bits = banned[arrival].get(departure, 0)
        seconds[[bool(bits >> who & 1) for who in range(COUNT)], column] = np.inf
    arcs.head[arrivals] = nodes
    copies = _Arcs(nodes[which], arcs.head[copied], arcs.street[copied], arcs.way[copied], seconds)
    copies = copies.rows(np.flatnonzero(np.isfinite(seconds).any(0)))
    tail, head, street, way = (np.concatenate(both) for both in zip(arcs[:4], copies[:4], strict=True))
    return np.concatenate([base, junctions]), _Arcs(tail, head, street, way, np.hstack([arcs.seconds, copies.seconds]))


def _bans_by_arrival(streets: Streets, arcs: _Arcs) -> dict[int, dict[int, int]]:
    """Row of the arriving arc → row of the departing arc → bits of the classes; turns of no arc are left out."""
    row_of = {key: row for row, key in enumerate((2 * arcs.street + arcs.way).tolist())}
    found: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for from_street, from_way, to_street, to_way, bits in streets.bans.tolist():
        arrival, departure = row_of.get(2 * from_street + from_way), row_of.get(2 * to_street + to_way)
        if arrival is not None and departure is not None and bits:
            found[arrival][departure] |= bits
    return found


def _laid_out(streets: Streets, base: Ints, junction: Ints, arcs: _Arcs) -> Graph:
    nodes, count = len(base), len(streets.first)
    into = np.lexsort((arcs.tail, arcs.head))
    tail, head, street, way, seconds = arcs.rows(into)
    shape_start, shape_lon, shape_lat = _shapes(streets)
    return Graph(
        ref=streets.ref[base],
        lon=streets.lon[base],
        lat=streets.lat[base],
        junction=junction.astype(np.int32),
        piece=_pieces(nodes, np.concatenate([tail, junction]), np.concatenate([head, np.arange(nodes)])),
        in_start=_starts(head, nodes),
        tail=tail.astype(np.int32),
        head=head.astype(np.int32),
        street=street.astype(np.int32),
        way=way.astype(np.int8),
        seconds=np.ascontiguousarray(seconds),
        out_start=_starts(tail, nodes),
        out_arc=np.lexsort((head, tail)).astype(np.int32),
        street_start=_starts(street, count),
        street_arc=np.lexsort((way, street)).astype(np.int32),
        length_m=streets.length_m.astype(np.float64),
        kind=streets.kind,
        shape_start=shape_start,
        shape_lon=shape_lon,
        shape_lat=shape_lat,
    )


def _starts(keys: Ints, groups: int) -> NDArray[np.int32]:
    counts = np.bincount(keys, minlength=groups)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)


def _shapes(streets: Streets) -> tuple[Ints, Floats, Floats]:
    """Points of each street with both ends put round its bends."""
    count = len(streets.first)
    start = streets.bend_start + 2 * np.arange(count + 1)
    bends = np.arange(len(streets.bend_lon)) + 2 * np.repeat(np.arange(count), np.diff(streets.bend_start)) + 1
    drawn = []
    for junctions, bent in ((streets.lon, streets.bend_lon), (streets.lat, streets.bend_lat)):
        points = np.empty(start[-1])
        points[bends] = bent
        points[start[:-1]], points[start[1:] - 1] = junctions[streets.first], junctions[streets.last]
        drawn.append(points)
    return start, drawn[0], drawn[1]


def _pieces(nodes: int, one: Ints, other: Ints) -> NDArray[np.int32]:
    """Number of the connected piece of each node, the largest piece 0, equal ones by their lowest node."""
    if not nodes:
        return np.empty(0, np.int32)
    links = coo_matrix((np.ones(len(one), np.int8), (one, other)), (nodes, nodes))
    label = connected_components(links, directed=False)[1]
    _, lowest, sizes = np.unique(label, return_index=True, return_counts=True)
    number = np.empty(len(sizes), np.int32)
    number[np.lexsort((lowest, -sizes))] = np.arange(len(sizes))
    return np.asarray(number[label])


def _morton(lon: Floats, lat: Floats) -> Ints:
    """Place along a Z-shaped curve through the bounds; points near on it are near on the ground."""
    code = np.zeros(len(lon), np.int64)
    for values, shift in ((lon, 0), (lat, 1)):
        low, span = (values.min(), np.ptp(values)) if len(values) else (0.0, 0.0)
        cell = ((values - low) / (span or 1.0) * ((1 << _MORTON_BITS) - 1)).astype(np.int64)
        for bit in range(_MORTON_BITS):
            code |= (cell >> bit & 1) << (2 * bit + shift)
    return code
