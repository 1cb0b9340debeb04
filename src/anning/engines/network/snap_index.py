"""An index of a graph's streets by cells of the ground, arrays alone, so that it can lie in a file beside the graph."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from anning.engines.network.graph import Floats, Graph, Ints, Rows, rows_of
from anning.engines.network.travellers import Traveller
from anning.engines.space.distance import EARTH_RADIUS_M, equirectangular_m

CELL_M = 120.0
"""Least width and height of a cell, metres."""


@dataclass(frozen=True, eq=False, slots=True)
class SnapIndex:
    """Which segments of streets pass through which cell; made by `build_index`, never changed.

    A segment runs from a point of a street's shape to the next, and is named by the first.

    Attributes:
        frame: float64[5]: west and south edge, width and height of a cell, degrees, and the number of columns.
        cell: int64[cells], number (row · columns + column) of each cell that is not empty, rising.
        cell_start: int32[cells + 1], segment: int32[…]: the segments through each of those cells.
        street: int32[points], the street of each point of a shape.
        share: float64[points], share of its street's length at each point.
        one_way: bool[streets], whether vehicles may go one way only.
        road: int32[streets], equal for streets that follow one another without a crossing between.
        road_ends: int32[2, streets], numbers of the crossings or dead ends where that road ends; −1 where it is a ring.
    """

    frame: Floats
    cell: Ints
    cell_start: Rows
    segment: Rows
    street: Rows
    share: Floats
    one_way: NDArray[np.bool_]
    road: Rows
    road_ends: Rows


def build_index(graph: Graph) -> SnapIndex:
    """The index of a graph's streets."""
    counts = np.diff(graph.shape_start)
    street = np.repeat(np.arange(graph.streets), counts)
    segments = np.delete(np.arange(len(street)), graph.shape_start[1:] - 1)
    lon, lat = graph.shape_lon, graph.shape_lat
    step_m = np.zeros(len(street))
    step_m[segments + 1] = equirectangular_m(lon[segments], lat[segments], lon[segments + 1], lat[segments + 1])
    frame = _frame(lon, lat)
    piece, cells = _cells_of_pieces(frame, lon, lat, segments, step_m[segments + 1])
    pairs = np.unique(np.column_stack([cells, segments[piece]]), axis=0) if len(cells) else np.empty((0, 2), np.int64)
    cell, starts = np.unique(pairs[:, 0], return_index=True)
    road, road_ends = _roads(graph)
    return SnapIndex(
        frame=frame,
        cell=cell,
        cell_start=np.append(starts, len(pairs)).astype(np.int32),
        segment=pairs[:, 1].astype(np.int32),
        street=street.astype(np.int32),
        share=_shares(graph.shape_start, step_m),
        one_way=_one_way(graph),
        road=road,
        road_ends=road_ends,
    )


def segments_near(index: SnapIndex, lon: Floats, lat: Floats, rings: int) -> tuple[Ints, Rows]:
    """Every segment through the cell of each point or the `rings` rings of cells round it.

    Returns:
        (which, segment): index of the point and segment, in the order of the points; a segment may occur again.
    """
    column, row = _cell_at(index.frame, lon, lat)
    reach = np.arange(-rings, rings + 1)
    columns = column[:, None, None] + reach[None, None, :]
    number = (row[:, None, None] + reach[None, :, None]) * int(index.frame[4]) + columns
    inside = (columns >= 0) & (columns < int(index.frame[4]))
    number = np.where(inside, number, -1).reshape(len(lon), -1)
    place = np.minimum(np.searchsorted(index.cell, number), len(index.cell) - 1)
    point, offset = np.nonzero(index.cell[place] == number)
    which, at = rows_of(index.cell_start, place[point, offset])
    return point[which], index.segment[at]


def _frame(lon: Floats, lat: Floats) -> Floats:
    if not len(lon):
        return np.array([0.0, 0.0, 1.0, 1.0, 1.0])
    height = np.degrees(CELL_M / EARTH_RADIUS_M)
    width = height / max(np.cos(np.radians(np.abs(lat).max())), 0.01)
    return np.array([lon.min(), lat.min(), width, height, np.floor(np.ptp(lon) / width) + 1])


def _cell_at(frame: Floats, lon: Floats, lat: Floats) -> tuple[Ints, Ints]:
    column = np.floor((lon - frame[0]) / frame[2])
    return column.astype(np.int64), np.floor((lat - frame[1]) / frame[3]).astype(np.int64)


def _cells_of_pieces(frame: Floats, lon: Floats, lat: Floats, segments: Ints, length_m: Floats) -> tuple[Ints, Ints]:
    """Index of a segment and number of a cell it may pass through; long ones are cut, so that few cells are listed."""
    pieces = np.maximum(np.ceil(length_m / CELL_M), 1).astype(np.int64)
    owner = np.repeat(np.arange(len(segments)), pieces)
    ordinal = np.arange(len(owner)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    first, after = segments[owner], segments[owner] + 1
    corners = []
    for end in (ordinal, ordinal + 1):
        share = end / pieces[owner]
        x, y = (values[first] * (1 - share) + values[after] * share for values in (lon, lat))
        corners.append(_cell_at(frame, x, y))
    (column_a, row_a), (column_b, row_b) = corners
    every = [row * int(frame[4]) + column for row in (row_a, row_b) for column in (column_a, column_b)]
    return np.tile(owner, 4), np.clip(np.concatenate(every), 0, None)


def _shares(starts: Ints, step_m: Floats) -> Floats:
    """Share of its street's length at each point; evenly spread where a street has no length."""
    along = np.cumsum(step_m)
    counts = np.diff(starts)
    begins, total = np.repeat(along[starts[:-1]], counts), np.repeat(along[starts[1:] - 1] - along[starts[:-1]], counts)
    even = (np.arange(len(step_m)) - np.repeat(starts[:-1], counts)) / np.repeat(np.maximum(counts - 1, 1), counts)
    shares = np.where(total > 0, (along - begins) / np.where(total > 0, total, 1.0), even)
    shares[starts[1:] - 1] = 1.0
    return shares


def _roads(graph: Graph) -> tuple[Rows, Rows]:
    """The road each street is part of, and the numbers of that road's ends."""
    count = graph.streets
    at = np.concatenate([graph.shape_start[:-1], graph.shape_start[1:] - 1])
    places = np.column_stack([graph.shape_lon[at], graph.shape_lat[at]])
    end = np.unique(places, axis=0, return_inverse=True)[1].reshape(-1) if count else np.empty(0, np.int64)
    street = np.tile(np.arange(count), 2)
    passed = np.bincount(end)[end] == 2
    order = np.flatnonzero(passed)[np.argsort(end[passed], kind="stable")]
    one, other = street[order[::2]], street[order[1::2]]
    links = coo_matrix((np.ones(len(one), np.int8), (one, other)), (count, count))
    road = connected_components(links, directed=False)[1] if count else street
    ends = np.full((2, count), -1, np.int64)
    np.maximum.at(ends[1], road[street[~passed]], end[~passed])
    ends[0] = np.where(ends[1] >= 0, len(end), -1)
    np.minimum.at(ends[0], road[street[~passed]], end[~passed])
    return road.astype(np.int32), ends[:, road].astype(np.int32)


def _one_way(graph: Graph) -> NDArray[np.bool_]:
    is_open = np.zeros((2, graph.streets), np.bool_)
    arcs = np.isfinite(graph.seconds[Traveller.NORMAL])
    is_open[graph.way[arcs], graph.street[arcs]] = True
    return np.asarray(is_open[0] ^ is_open[1])
