"""Intervals for a count of independent events and for its rate."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaincinv

from anning.engines.rates.checks import Floats, positive, tail, whole_counts


def poisson_interval(count: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Exact (central) interval for the mean of a Poisson count.

    Source: F. Garwood, *Fiducial limits for the Poisson distribution*, Biometrika 28 (1936), 437-442.

    Parameters:
        count: whole numbers, any shape.
        level: coverage, at least this much.

    Returns:
        (low, high), float64 arrays of the shape of count; low is 0 for a count of 0.

    Raises:
        ValueError: a count is negative or broken, or the level is not between 0 and 1.

    Example:
        >>> low, high = poisson_interval(10)
        >>> round(float(low), 3), round(float(high), 3)
        (4.795, 18.39)
    """
    counts, left_out = whole_counts("count", count), tail(level)
    low = np.where(counts > 0, gammaincinv(np.maximum(counts, 1), left_out), 0.0)
    return low, np.asarray(gammaincinv(counts + 1, 1 - left_out))


def rate_interval(count: ArrayLike, exposure: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """`poisson_interval` per unit of exposure (day, person, kilometre); exposure is taken as known exactly.

    Raises:
        ValueError: as for `poisson_interval`, or an exposure is not above 0.
    """
    units = positive("exposure", exposure)
    low, high = poisson_interval(count, level)
    return low / units, high / units
