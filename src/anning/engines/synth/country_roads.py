"""Roads of the country: from village to village and to town, and the few streets of each village."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.spatial import Delaunay

from anning.engines.synth.street_fabric import Floats, Ints, Lines

LONGEST_M = 9_000.0
"""No country road goes farther from one village to the next."""
MAIN_M = 2_500.0
"""Longer ones are main roads."""
VILLAGE_STREET_M = 75.0


def country_roads(villages: Floats, others: Floats, rng: np.random.Generator) -> Lines:
    """Bent roads between villages that are neighbours, and from them to the nearest of other places.

    Two places are neighbours if no third is nearer to both of them (the relative neighbourhood graph, G. Toussaint,
    Pattern Recognition 12 (1980)), judged over the neighbours in the Delaunay triangulation.

    Parameters:
        villages: float64[villages, 2], metres.
        others: float64[places, 2], where roads may end: corners of towns, points of main roads.
    """
    places = np.concatenate([villages, others])
    if len(places) < 4:
        return Lines(np.empty(0, object), np.empty(0, "U20"))
    pairs = _neighbours(places)
    length = np.hypot(*(places[pairs[:, 0]] - places[pairs[:, 1]]).T)
    pairs = pairs[(pairs.min(1) < len(villages)) & (length < LONGEST_M) & (length > 1)]
    length = np.hypot(*(places[pairs[:, 0]] - places[pairs[:, 1]]).T)
    points = _winding(places[pairs[:, 0]], places[pairs[:, 1]], rng)
    kinds = np.where(length > MAIN_M, "tertiary", "unclassified").astype("U20")
    return Lines(np.asarray(shapely.linestrings(points), object).reshape(-1), kinds)


def village_streets(villages: Floats, rng: np.random.Generator) -> Lines:
    """Two or three streets each way round every village, turned at random, one through its middle."""
    shapes, kinds = [], []
    for middle in villages:
        turn = rng.uniform(0, np.pi / 2)
        axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) * VILLAGE_STREET_M
        across, down = (int(rng.integers(1, 3)) for _ in range(2))
        for axis, count, reach in ((0, down, across), (1, across, down)):
            for line in range(-(count // 2), count - count // 2 + 1):
                ends = np.zeros((2, 2))
                ends[:, axis] = -(reach // 2) - 0.4, reach - reach // 2 + 0.4
                ends[:, 1 - axis] = line
                shapes.append(shapely.linestrings(np.round(middle + ends @ axes, 1)))
                kinds.append("residential" if line == 0 else "living_street")
    return Lines(np.array(shapes, object), np.array(kinds, "U20"))


def _neighbours(places: Floats) -> Ints:
    triangles = Delaunay(places).simplices
    pairs = np.unique(
        np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]])), axis=0
    )
    near: list[set[int]] = [set() for _ in places]
    for a, b in pairs.tolist():
        near[a].add(b)
        near[b].add(a)
    kept = []
    for a, b in pairs.tolist():
        third = np.array(sorted((near[a] | near[b]) - {a, b}))
        length = np.hypot(*(places[a] - places[b]))
        both = np.maximum(np.hypot(*(places[third] - places[a]).T), np.hypot(*(places[third] - places[b]).T))
        if not (both < length).any():
            kept.append((a, b))
    return np.array(kept, np.int64).reshape(-1, 2)


def _winding(begin: Floats, end: Floats, rng: np.random.Generator) -> Floats:
    """float64[roads, 9, 2]: from begin to end, midpoints moved aside three times."""
    points = np.stack([begin, end], axis=1)
    for _ in range(3):
        one, other = points[:, :-1], points[:, 1:]
        aside = np.stack([-(other - one)[..., 1], (other - one)[..., 0]], axis=-1)
        middle = (one + other) / 2 + aside * rng.normal(0, 0.06, (*one.shape[:2], 1))
        merged = np.empty((len(points), 2 * points.shape[1] - 1, 2))
        merged[:, ::2], merged[:, 1::2] = points, middle
        points = merged
    return np.round(points, 1)
