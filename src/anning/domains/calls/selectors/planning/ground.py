"""The ground of a replay: bases and the map cells of the incidents, and the seconds between them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anning.domains.calls.selectors.planning.roster import Point
from anning.engines.dispatch.replay.model import Ground, make_ground
from anning.engines.network.travellers import Traveller
from anning.engines.space.cells import point_cells
from anning.kernel.travel.selectors.matrix import matrix, straight

Floats = NDArray[np.float64]
FINEST, COARSEST = 8, 4
MOST_CELLS = 500
"""Incidents are gathered into map cells, coarser ones until there are no more than these."""
METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True)
class Cells:
    """Map cells with incidents.

    Attributes:
        cell: H3 numbers, int64[cells]. of: row of each incident's cell. centre: mean of the incidents' points in each.
        count: incidents in each. resolution: of H3.
    """

    cell: NDArray[np.int64]
    of: NDArray[np.int64]
    centre: tuple[Point, ...]
    count: NDArray[np.int64]
    resolution: int


@dataclass(frozen=True)
class Field:
    """Travel over the ground.

    Attributes:
        bases: distinct places of units. seconds: (bases, cells), finite. between: (cells, cells), the same.
        by_road: whether the road network was searched.
        guessed: cells no base reaches by road (islands, gaps of the network): there the straight line is taken.
    """

    bases: tuple[Point, ...]
    seconds: Floats
    between: Floats
    by_road: bool
    guessed: NDArray[np.bool_]


def gathered(lon: Floats, lat: Floats, finest: int = FINEST) -> Cells:
    """The incidents in cells as fine as `MOST_CELLS` allows."""
    resolution = finest
    found, row = np.unique(point_cells(lon, lat, resolution), return_inverse=True)
    while len(found) > MOST_CELLS and resolution > COARSEST:
        resolution -= 1
        found, row = np.unique(point_cells(lon, lat, resolution), return_inverse=True)
    count = np.bincount(row, minlength=len(found))
    east, north = (np.bincount(row, part, len(found)) / np.maximum(count, 1) for part in (lon, lat))
    centres = tuple(zip(east.tolist(), north.tolist(), strict=True))
    return Cells(found.astype(np.int64), row.astype(np.int64), centres, count.astype(np.int64), resolution)


def field(bases: Sequence[Point], cells: Cells) -> Field:
    """Seconds with the siren on from each distinct base and cell to each cell; straight where no way is known."""
    distinct = tuple(dict.fromkeys(bases))
    origins = (*distinct, *cells.centre)
    found = matrix(origins, cells.centre, Traveller.SIREN)
    known = np.isfinite(found.seconds)
    seconds = found.seconds if known.all() else np.where(known, found.seconds, straight(origins, cells.centre).seconds)
    count = len(distinct)
    guessed = np.asarray(~known[:count].any(axis=0), np.bool_)
    return Field(distinct, seconds[:count], seconds[count:], found.by_road, guessed)


def ground(travel: Field, cells: Cells) -> Ground:
    """Nodes for the simulator: the bases, then the cells.

    Units that are done take a waiting incident from where they are, else count as back at their base: no unit is
    ever sent from one base to another, and those ways stay infinite.
    """
    bases, size = len(travel.bases), len(travel.bases) + len(cells.cell)
    seconds = np.full((size, size), np.inf)
    seconds[:bases, bases:] = travel.seconds
    seconds[bases:, :bases] = travel.seconds.T
    seconds[bases:, bases:] = travel.between
    np.fill_diagonal(seconds, 0.0)
    points = np.array([*travel.bases, *cells.centre], np.float64)
    x = points[:, 0] * METRES_PER_DEGREE * np.cos(np.radians(points[:, 1].mean()))
    return make_ground(seconds, x, points[:, 1] * METRES_PER_DEGREE)
