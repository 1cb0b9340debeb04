"""The median of many values with its exact interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtr

from anning.engines.rates.checks import tail


@dataclass(frozen=True, slots=True)
class Median:
    """A median and its interval, in the unit of the values; all NaN when there are none.

    The interval is NaN, too, where there are too few values for any order statistic to reach the level.
    """

    value: float
    low: float
    high: float
    n: int


def median_interval(values: ArrayLike, level: float = 0.95) -> Median:
    """The median with the interval between two order statistics that covers it at least `level` of the time.

    No shape of the distribution is supposed: each value lies below the median with chance one half, so that the
    ranks follow from the binomial. NaN are left out.

    Source: W. J. Conover, *Practical Nonparametric Statistics*, 3rd ed. (1999), §3.2.

    Parameters:
        values: one-dimensional.
        level: coverage, at least this much.

    Raises:
        ValueError: the level is not between 0 and 1.

    Example:
        >>> found = median_interval(range(1, 31))
        >>> found.value, found.low, found.high
        (15.5, 10.0, 21.0)
    """
    left_out = tail(level)
    given = np.asarray(values, np.float64).ravel()
    known = given[~np.isnan(given)]
    n = known.size
    if n == 0:
        return Median(np.nan, np.nan, np.nan, 0)
    below = _rank(n, left_out)
    ranks = {(n - 1) // 2, n // 2} | ({below - 1, n - below} if below else set())
    known = np.partition(known, sorted(ranks))
    middle = float((known[(n - 1) // 2] + known[n // 2]) / 2)
    if below == 0:
        return Median(middle, np.nan, np.nan, n)
    return Median(middle, float(known[below - 1]), float(known[n - below]), n)


def _rank(n: int, left_out: float) -> int:
    """The largest rank r with P(Binomial(n, ½) < r) at most `left_out`; 0 when there is none."""
    ranks = np.arange(0, n // 2 + 1) if n < 1000 else np.arange(*_near(n))
    fitting = ranks[bdtr(ranks - 1, n, 0.5) <= left_out] if ranks.size else ranks
    return int(fitting.max(initial=0))


def _near(n: int) -> tuple[int, int]:
    """Ranks among which it must lie for many values: within ten standard deviations of the middle."""
    return max(int(n / 2 - 5 * np.sqrt(n)), 1), n // 2 + 1
