"""Motorways: two carriageways, interchanges with the streets below and with one another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import shapely
from scipy.spatial import cKDTree

from anning.engines.synth.street_fabric import Floats, Lines

HALF_M = 13.0
"""From the middle of a motorway to the middle of a carriageway."""
RAMP_M = 350.0
"""From where a ramp leaves to the interchange."""
APART_M = 3_500.0
"""Interchanges lie at least so far apart."""
NEAR_M = 400.0
"""A junction of larger streets so near makes an interchange."""


Hub = tuple[float, Floats]
"""Metres along a motorway, and the place its ramps lead to there."""


def motorways(middles: Sequence[shapely.LineString], junctions: Floats) -> Lines:
    """Carriageways and ramps, every line one-way as it is drawn; traffic keeps to the right.

    Parameters:
        middles: the middle line of each motorway, metres.
        junctions: float64[junctions, 2] of the larger streets below, where interchanges may lead.
    """
    hubs = [[*_crossings(middles, row)] for row in range(len(middles))]
    for row, middle in enumerate(middles):
        hubs[row] += _interchanges(middle, junctions, [at for at, _ in hubs[row]])
    shapes: list[shapely.LineString] = []
    kinds: list[str] = []
    for middle, of_this in zip(middles, hubs, strict=True):
        for side in (1, -1):
            _carriageway(middle, of_this, side, shapes, kinds)
        for at, arriving in ((float(middle.length), 1), (0.0, -1)):
            shapes.append(shapely.linestrings([_offset(middle, at, arriving), _offset(middle, at, -arriving)]))
            kinds.append("motorway_link")
    return Lines(np.array(shapes, object), np.array(kinds, "U20"))


def _crossings(middles: Sequence[shapely.LineString], row: int) -> list[Hub]:
    """Metres along a motorway and the place, wherever it meets another."""
    found = []
    for other, line in enumerate(middles):
        if other == row or shapely.distance(line, middles[row]) > NEAR_M:
            continue
        near = shapely.shortest_line(middles[min(row, other)], middles[max(row, other)])
        place = np.round(shapely.get_coordinates(near).mean(0), 1)
        found.append((float(middles[row].project(shapely.Point(place))), place))
    return found


def _interchanges(middle: shapely.LineString, junctions: Floats, taken: list[float]) -> list[Hub]:
    if not len(junctions):
        return []
    every = np.arange(RAMP_M, max(middle.length - RAMP_M, RAMP_M), 200.0)
    points = shapely.get_coordinates(shapely.line_interpolate_point(middle, every))
    distance, row = cKDTree(junctions).query(points)
    found: list[Hub] = []
    for at, gap, junction in zip(every.tolist(), distance.tolist(), row.tolist(), strict=True):
        far = all(abs(at - other) > APART_M for other in [*taken, *(one for one, _ in found)])
        if gap < NEAR_M and far:
            found.append((at, junctions[junction]))
    return found


def _carriageway(
    middle: shapely.LineString, hubs: list[Hub], side: int, shapes: list[shapely.LineString], kinds: list[str]
) -> None:
    """One carriageway cut where ramps leave and join it, and its ramps; side 1 goes as drawn, −1 against it."""
    length = float(middle.length)
    exits = {float(np.clip(at - side * RAMP_M, 0, length)): place for at, place in hubs}
    entries = {float(np.clip(at + side * RAMP_M, 0, length)): place for at, place in hubs}
    cuts = sorted({0.0, length, *exits, *entries})
    for low, high in pairwise(cuts):
        inner = np.arange(low, high, 250.0)[1:]
        points = np.array([_offset(middle, at, side) for at in [low, *inner.tolist(), high]])
        shapes.append(shapely.linestrings(points if side == 1 else points[::-1]))
        kinds.append("motorway")
    for ramps, leaving in ((exits, True), (entries, False)):
        for at, place in ramps.items():
            ends = [_offset(middle, at, side), place]
            shapes.append(shapely.linestrings(ends if leaving else ends[::-1]))
            kinds.append("motorway_link")


def _offset(middle: shapely.LineString, at: float, side: int) -> Floats:
    """The point of a carriageway beside the middle line, to the right of those who go along it."""
    spots = np.clip([at - 5, at, at + 5], 0, middle.length)
    before, here, after = shapely.get_coordinates(shapely.line_interpolate_point(middle, spots))
    along = (after - before) / np.hypot(*(after - before))
    return np.asarray(np.round(here + side * HALF_M * np.array([along[1], -along[0]]), 1))
