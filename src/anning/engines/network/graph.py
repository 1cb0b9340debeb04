"""The road graph: arrays alone, so that it can lie in a file and be searched where it lies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anning.engines.network.travellers import Traveller

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Rows = NDArray[np.int32]


@dataclass(frozen=True, eq=False, slots=True)
class Graph:
    """A road network ready for searching; made by `build.build_graph`, never changed.

    Nodes stand for junctions; where a turn is banned, a junction has a further node for each arc whose turns are
    limited. Arcs are sorted by the node they lead to, so that a search backwards from an incident reads them in
    order. Each arc goes along a street one way; several arcs may go along one street the same way (they begin at
    different nodes of its first junction and all end at one node).

    Attributes:
        ref, lon, lat: of each node: what the source calls its junction, degrees WGS-84.
        junction: int32[nodes], the lowest node of the same junction (itself, mostly).
        piece: int32[nodes], number of the connected piece, 0 for the one with most nodes.
        in_start: int32[nodes + 1]; the arcs to node v are in_start[v] up to in_start[v + 1].
        tail, head: int32[arcs], nodes an arc begins and ends at.
        street: int32[arcs]; way: int8[arcs], 0 as the street is drawn, 1 against it.
        seconds: float64[classes of traveller, arcs], free flow; infinite where not open to the class.
        out_start: int32[nodes + 1], out_arc: int32[arcs]: the arcs from node v, as in_start.
        street_start: int32[streets + 1], street_arc: int32[arcs]: the arcs along each street, drawn way first.
        length_m: float64[streets]; kind: uint8[streets], row in `road_classes.ROAD_CLASSES`.
        shape_start: int64[streets + 1], shape_lon, shape_lat: the points of each street, both ends included.
    """

    ref: Ints
    lon: Floats
    lat: Floats
    junction: Rows
    piece: Rows
    in_start: Rows
    tail: Rows
    head: Rows
    street: Rows
    way: NDArray[np.int8]
    seconds: Floats
    out_start: Rows
    out_arc: Rows
    street_start: Rows
    street_arc: Rows
    length_m: Floats
    kind: NDArray[np.uint8]
    shape_start: Ints
    shape_lon: Floats
    shape_lat: Floats

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.lon)

    @property
    def arcs(self) -> int:
        """Number of directed arcs."""
        return len(self.tail)

    @property
    def streets(self) -> int:
        """Number of streets."""
        return len(self.length_m)

    @property
    def pieces(self) -> int:
        """Number of connected pieces."""
        return int(self.piece.max()) + 1 if self.nodes else 0

    def arcs_of(self, street: int) -> Rows:
        """Rows of the arcs along a street, those as it is drawn first."""
        return self.street_arc[self.street_start[street] : self.street_start[street + 1]]

    def shape(self, street: int) -> tuple[Floats, Floats]:
        """lon, lat of a street's points, both ends included, in the order drawn."""
        part = slice(self.shape_start[street], self.shape_start[street + 1])
        return self.shape_lon[part], self.shape_lat[part]

    def open_streets(self, who: Traveller) -> NDArray[np.bool_]:
        """Which streets a class of traveller may use in one way at least; bool[streets]."""
        return self.open_with(self.seconds[who])

    def open_with(self, weights: Floats) -> NDArray[np.bool_]:
        """Which streets can be gone along in one way at least with these seconds of the arcs; bool[streets]."""
        found = np.zeros(self.streets, np.bool_)
        found[self.street[np.isfinite(weights)]] = True
        return found


def rows_of(starts: Rows, keys: NDArray[np.integer]) -> tuple[Ints, Ints]:
    """Every row of groups laid out one after another, for the groups asked for, one after another.

    Parameters:
        starts: where each group begins; one more than there are groups.
        keys: int[k], groups.

    Returns:
        (which, row): index into `keys` and row, for each row of each group asked for.

    Example:
        >>> which, row = rows_of(np.array([0, 2, 2, 5], np.int32), np.array([2, 0]))
        >>> which.tolist(), row.tolist()
        ([0, 0, 0, 1, 1], [2, 3, 4, 0, 1])
    """
    count = (starts[keys + 1] - starts[keys]).astype(np.int64)
    which = np.repeat(np.arange(len(keys)), count)
    offset = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    return which, starts[keys].astype(np.int64)[which] + offset
