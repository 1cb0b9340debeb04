"""A placement of posts, and how good it surely is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_EXACT = 1e-9


@dataclass(frozen=True, slots=True)
class Placement:
    """A choice of sites.

    Attributes:
        sites: chosen, in rising order; a site stands as often as it has posts.
        value: of the objective, of this very choice.
        bound: no choice has a lower (`least`) or higher value.
        least: whether low values are good.
        rounds: of the search and of the bound, for the report.
    """

    sites: Ints
    value: float
    bound: float
    least: bool
    rounds: int

    @property
    def gap(self) -> float:
        """How far the value may be from the best, as a share of the value; 0 is proven."""
        room = self.value - self.bound if self.least else self.bound - self.value
        return max(0.0, room) / abs(self.value) if self.value else float(room > _EXACT)

    @property
    def proven(self) -> bool:
        """Whether no better choice exists, up to one part in 10⁹."""
        return self.gap <= _EXACT


def weights_of(weight: ArrayLike, places: int) -> Floats:
    """Checked weights of demand, one a place.

    Raises:
        ValueError: their number differs, one is negative or broken, or all are 0.
    """
    given = np.asarray(weight, np.float64)
    if given.shape != (places,) or not np.all(np.isfinite(given) & (given >= 0)) or given.sum() <= 0:
        raise ValueError(f"weight must be {places} numbers, 0 or more and one above 0; got shape {given.shape}")
    return given


def number_of(posts: int, most: int) -> int:
    """A checked number of posts.

    Raises:
        ValueError: it is below 1 or above `most`.
    """
    if not 1 <= posts <= most:
        raise ValueError(f"posts must be 1 to {most} for these sites, got {posts}")
    return posts
