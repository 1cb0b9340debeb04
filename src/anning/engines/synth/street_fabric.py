"""Streets of built-up places: a bent lattice, close where communities are small, wider towards the edge.

Chinese towns are laid out in superblocks of some 400 m with smaller streets inside; so is this lattice. Its lines keep
their class wherever they run, and only the larger ones cross rivers and motorways.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STEP_M = 100.0
"""Distance of the closest lines of the lattice."""
BLOCK = 4
"""Lines to a superblock."""
SPARSE_KM2, NORMAL_KM2, CLOSE_KM2 = 2.6, 1.0, 0.32
"""Area of communities round a place below which it has superblocks, streets each 200 m, and each 100 m within them."""
DROPPED = {1: 0.24, 2: 0.2, 4: 0.07, 8: 0.03, 16: 0.0, 32: 0.0}
"""Share of the stretches left out, by how many lines lie between two of that class."""
CLASS_OF_LINE = {
    1: "living_street", 2: "residential", 4: "tertiary", 8: "tertiary", 16: "secondary", 32: "primary",
}  # fmt: skip

_NEIGHBOURS = 4
_BENDS = ((52_000.0, 2_600.0), (17_000.0, 700.0), (2_900.0, 70.0), (900.0, 14.0))
"""Length and height of the waves by which the lattice is bent, metres."""


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines on the plane with the class of road of each.

    Attributes:
        shape: object[lines], shapely LineStrings, metres.
        kind: str[lines], names of classes of road.
    """

    shape: NDArray[np.object_]
    kind: NDArray[np.str_]

    def kept(self, rows: NDArray[np.bool_]) -> Lines:
        """The lines of these rows."""
        return Lines(self.shape[rows], self.kind[rows])


def fabric(centres: Floats, area_km2: Floats, rng: np.random.Generator) -> tuple[Lines, Floats]:
    """Streets of the built-up places, and the corners of their superblocks.

    Parameters:
        centres: float64[communities, 2], metres.
        area_km2: float64[communities].

    Returns:
        (lines, corners): corners are float64[corners, 2].
    """
    waves = rng.uniform(0, 2 * np.pi, (len(_BENDS), 2))
    low = np.floor(centres.min(0) / (STEP_M * BLOCK)) - 12
    high = np.ceil(centres.max(0) / (STEP_M * BLOCK)) + 12
    grid = np.stack(np.meshgrid(np.arange(low[0], high[0]), np.arange(low[1], high[1])), -1)
    blocks = grid.reshape(-1, 2)
    middle = _bent((blocks + 0.5) * STEP_M * BLOCK, waves)
    close = _closeness(centres, area_km2, middle, rng)
    built = _rounded_off((close > 0).reshape(grid.shape[:2])).reshape(-1)
    across = _stretches(blocks[built].astype(np.int64), close[built])
    corners = np.unique(across[(across[:, 2] % BLOCK == 0) & (across[:, 3] % BLOCK == 0)][:, 2:4], axis=0)
    lines = _drawn(across, waves, rng)
    return lines, _bent(corners * STEP_M, waves)


def _closeness(centres: Floats, area_km2: Floats, middle: Floats, rng: np.random.Generator) -> Ints:
    """Lines a superblock has each way: 0 outside built-up places, 1, 2 or 4."""
    distance, row = cKDTree(centres).query(middle, k=min(_NEIGHBOURS, len(centres)))
    distance, row = distance.reshape(len(middle), -1), row.reshape(len(middle), -1)
    mean = np.exp(np.log(area_km2[row]).mean(1) + rng.normal(0, 0.18, len(middle)))
    reach = 900 * np.sqrt(area_km2[row[:, 0]])
    built = distance[:, 0] < np.minimum(reach, 1500)
    made = np.select([mean < CLOSE_KM2, mean < NORMAL_KM2, mean < SPARSE_KM2], [4, 2, 1], 0)
    return np.where(built, made, 0)


def _rounded_off(built: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Built superblocks without those that have fewer than two built ones beside them; the edge of the grid is none."""
    for _ in range(3):
        beside = np.zeros(built.shape, np.int64)
        beside[1:-1, 1:-1] = sum(
            built[1 + y : built.shape[0] - 1 + y, 1 + x : built.shape[1] - 1 + x].astype(np.int64)
            for y, x in ((0, 1), (0, -1), (1, 0), (-1, 0))
        )
        built = built & (beside >= 2)
    return built


def _stretches(blocks: Ints, close: Ints) -> Ints:
    """Each stretch of a line from one crossing to the next: axis, line, where it begins (column, row), steps, rank."""
    found = []
    for lines in (1, 2, 4):
        some = blocks[close == lines] * BLOCK
        gap = BLOCK // lines
        for axis in (0, 1):
            for offset in range(0, BLOCK + 1, gap):
                for begin in range(0, BLOCK, gap):
                    at = some + ([begin, offset] if axis == 0 else [offset, begin])
                    line = at[:, 1 - axis]
                    axes, steps = np.full(len(at), axis), np.full(len(at), gap)
                    found.append(np.column_stack([axes, line, at, steps, _rank(line)]))
    return np.unique(np.concatenate(found), axis=0) if found else np.empty((0, 6), np.int64)


def _rank(line: Ints) -> Ints:
    """How many lines lie between two of the class of a line: 32, 16, 8, 4, 2 or 1."""
    ranks = (32, 16, 8, 4, 2)
    return np.asarray(np.select([line % rank == 0 for rank in ranks], ranks, 1))


def _drawn(across: Ints, waves: Floats, rng: np.random.Generator) -> Lines:
    share = np.array([DROPPED.get(rank, 0.0) for rank in range(33)])
    across = across[rng.random(len(across)) >= share[across[:, 5]]]
    points, owner = [], []
    for step in range(BLOCK + 1):
        reached = np.flatnonzero(across[:, 4] >= step)
        at = across[reached, 2:4].astype(np.float64)
        at[np.arange(len(at)), across[reached, 0]] += step
        points.append(at)
        owner.append(reached)
    order = np.argsort(np.concatenate(owner), kind="stable")
    placed = _bent(np.concatenate(points)[order] * STEP_M, waves)
    shapes = shapely.linestrings(placed, indices=np.concatenate(owner)[order])
    names = np.array([CLASS_OF_LINE[rank] for rank in across[:, 5].tolist()], dtype="U20")
    return Lines(np.asarray(shapes, object), names)


def _bent(points: Floats, waves: Floats) -> Floats:
    """Points of the straight lattice where they lie once it is bent."""
    made = points.copy()
    for (length, height), phase in zip(_BENDS, waves, strict=True):
        turn = 2 * np.pi / length
        made[:, 0] += height * np.sin(points[:, 1] * turn + phase[0])
        made[:, 1] += height * np.sin(points[:, 0] * turn + phase[1])
    return np.round(made, 1)
