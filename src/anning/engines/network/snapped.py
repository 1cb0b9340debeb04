"""Places on the graph: a street and how far along it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anning.engines.network.graph import Floats, Graph, Ints

NO_STREET = -1
"""Stands for "no street" in `Snapped.street`."""


class Confidence(IntEnum):
    """How far a snapped place can be trusted."""

    NEAR = 0
    """The nearest street is near, and no other is about as near."""
    AMBIGUOUS = 1
    """Another street is about as near and does not meet it there: the other carriageway, a bridge above."""
    FAR = 2
    """The nearest street is farther than was asked for; the place is given all the same."""
    NOWHERE = 3
    """No street within reach, or the position is none: nothing can be said of travel from or to it."""


@dataclass(frozen=True, eq=False, slots=True)
class Snapped:
    """Places on a graph, k of them.

    Attributes:
        street: int64[k], row of the street, −1 for nowhere.
        along: float64[k], share of the street's length from its first end, 0 to 1.
        distance_m: float64[k], metres from the position asked for; infinite for nowhere.
        confidence: uint8[k], values of `Confidence`.
    """

    street: Ints
    along: Floats
    distance_m: Floats
    confidence: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.street)

    def __getitem__(self, rows: int | slice | NDArray[np.integer] | NDArray[np.bool_]) -> Self:
        """The places of these rows; one row gives one place."""
        kept = slice(rows, rows + 1 or None) if isinstance(rows, int) else rows
        return type(self)(self.street[kept], self.along[kept], self.distance_m[kept], self.confidence[kept])


def place_on(graph: Graph, street: ArrayLike, along: ArrayLike) -> Snapped:
    """Places on streets of the graph, as if they had been snapped there from no distance.

    Parameters:
        street: int[k], rows of streets.
        along: float[k], 0 to 1.

    Raises:
        ValueError: a street that is not there, or a share outside 0 to 1.
    """
    rows = np.atleast_1d(np.asarray(street, np.int64))
    shares = np.atleast_1d(np.asarray(along, np.float64))
    rows, shares = np.broadcast_arrays(rows, shares)
    if ((rows < 0) | (rows >= graph.streets)).any():
        raise ValueError(f"streets are numbered 0 to {graph.streets - 1}, got {rows.min()} to {rows.max()}")
    if not ((shares >= 0) & (shares <= 1)).all():
        raise ValueError("a place lies at a share of 0 to 1 of its street's length")
    zeros = np.zeros(len(rows))
    return Snapped(rows.copy(), shares.copy(), zeros, np.full(len(rows), Confidence.NEAR, np.uint8))
