"""Intervals for a share: k of n."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, ndtri

from anning.engines.rates.checks import Floats, tail, whole_counts


def clopper_pearson(hits: ArrayLike, total: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Exact interval for a share; covers at least `level`, often more.

    Source: C. J. Clopper, E. S. Pearson, *The use of confidence or fiducial limits illustrated in the case of
    the binomial*, Biometrika 26 (1934), 404-413.

    Parameters:
        hits, total: whole numbers with hits ≤ total, broadcast together. A total of 0 gives 0 to 1.
        level: coverage.

    Returns:
        (low, high), float64 arrays, 0 to 1.

    Raises:
        ValueError: counts are broken, hits exceed the total, or the level is not between 0 and 1.

    Example:
        >>> low, high = clopper_pearson(81, 263)
        >>> round(float(low), 4), round(float(high), 4)
        (0.2527, 0.3676)
    """
    k, n = _pair(hits, total)
    left_out = tail(level)
    low = np.where(k > 0, betaincinv(np.maximum(k, 1), n - k + 1, left_out), 0.0)
    high = np.where(k < n, betaincinv(k + 1, np.maximum(n - k, 1), 1 - left_out), 1.0)
    return low, high


def wilson(hits: ArrayLike, total: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Score interval for a share; covers about `level` on average and is narrower than the exact one.

    Source: E. B. Wilson, *Probable inference, the law of succession, and statistical inference*, Journal of
    the American Statistical Association 22 (1927), 209-212. Parameters, returns, errors: `clopper_pearson`.

    Example:
        >>> low, high = wilson(81, 263)
        >>> round(float(low), 4), round(float(high), 4)
        (0.2553, 0.3662)
    """
    k, n = _pair(hits, total)
    z_squared = float(ndtri(tail(level))) ** 2
    share = k / np.maximum(n, 1)
    centre = k + z_squared / 2
    half = np.sqrt(z_squared * (n * share * (1 - share) + z_squared / 4))
    low = np.where(k > 0, (centre - half) / (n + z_squared), 0.0)
    high = np.where(k < n, (centre + half) / (n + z_squared), 1.0)
    return np.where(n > 0, low, 0.0), np.where(n > 0, high, 1.0)


def _pair(hits: ArrayLike, total: ArrayLike) -> tuple[Floats, Floats]:
    k, n = np.broadcast_arrays(whole_counts("hits", hits), whole_counts("total", total))
    if np.any(k > n):
        raise ValueError("hits must not exceed the total: a share is hits of total")
    return k, n
