"""Lines on the plane made into a network: cut where they cross, joined where apart, two-way where they must be."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from anning.engines.synth.street_fabric import Floats, Ints, Lines

ORDER = ("trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street")
"""Classes of road on one level, largest first: where two lie on each other, the larger counts."""
GRID_M = 0.1
_WIDER = float(1 << 26)
"""More steps of the grid than any city is wide."""
SMALLEST_PIECE = 12
"""Pieces with fewer junctions that hang together with nothing are left out; larger ones are joined."""


def cut_at_crossings(lines: Lines) -> Lines:
    """The same streets, each from one crossing to the next; what lies on another is there once."""
    whole = shapely.unary_union(shapely.multilinestrings(list(lines.shape)), grid_size=GRID_M)
    parts = shapely.get_parts(shapely.line_merge(shapely.get_parts(whole)))
    parts = parts[shapely.length(parts) > GRID_M]
    middles = shapely.line_interpolate_point(parts, 0.5, normalized=True)
    rank = np.array([ORDER.index(kind) for kind in lines.kind.tolist()])
    best = np.full(len(parts), len(ORDER) - 1)
    part, line = shapely.STRtree(lines.shape).query(middles, predicate="dwithin", distance=2 * GRID_M)
    np.minimum.at(best, part, rank[line])
    order = np.lexsort(np.round(shapely.get_coordinates(middles), 1).T)
    return Lines(np.asarray(parts[order], object), np.array(ORDER, "U20")[best[order]])


def ends_of(lines: Lines) -> tuple[Floats, Ints, Ints]:
    """Places where lines end, and for each line the row of its first and last."""
    points, owner = shapely.get_coordinates(lines.shape, return_index=True)
    begins = np.flatnonzero(np.diff(owner, prepend=-1))
    at = np.rint(np.concatenate([points[begins], points[np.append(begins[1:], len(points)) - 1]]) / GRID_M)
    _, sample, row = np.unique(at[:, 0] * _WIDER + at[:, 1], return_index=True, return_inverse=True)
    return np.round(at[sample] * GRID_M, 1), row[: len(begins)], row[len(begins) :]


def joined(lines: Lines) -> Lines:
    """One piece: the small ones left out, each larger one joined to the nearest place of the rest by a bridge."""
    places, first, last = ends_of(lines)
    label = _pieces(len(places), first, last)
    sizes = np.bincount(label)
    lines = lines.kept(sizes[label[first]] >= SMALLEST_PIECE)
    bridges: list[shapely.LineString] = []
    places, first, last = ends_of(lines)
    label = _pieces(len(places), first, last)
    while len(places) and label.max() > 0:
        main = label == np.bincount(label).argmax()
        distance, near = cKDTree(places[main]).query(places[~main])
        outer, inner = places[~main][distance.argmin()], places[main][near[distance.argmin()]]
        bridges.append(shapely.linestrings([outer, inner]))
        label[label == label[~main][distance.argmin()]] = label[main][0]
        label = np.unique(label, return_inverse=True)[1].reshape(-1)
    kinds = np.concatenate([lines.kind, np.full(len(bridges), "secondary", "U20")])
    return Lines(np.concatenate([lines.shape, np.array(bridges, object)]), kinds)


def opened(nodes: int, first: Ints, last: Ints, one_way: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which one-way lines can stay so: the others go both ways, so that every place is reached from every other."""
    kept = one_way.copy()
    while True:
        tails = np.concatenate([first, last[~kept]])
        heads = np.concatenate([last, first[~kept]])
        links = coo_matrix((np.ones(len(tails), np.int8), (tails, heads)), (nodes, nodes))
        label = connected_components(links, directed=True, connection="strong")[1]
        wrong = kept & (label[first] != label[last])
        if not wrong.any():
            return kept
        kept &= ~wrong


def _pieces(nodes: int, first: Ints, last: Ints) -> Ints:
    links = coo_matrix((np.ones(len(first), np.int8), (first, last)), (nodes, nodes))
    return np.asarray(connected_components(links, directed=False)[1], np.int64)
