"""Two replays of one log side by side: what the same calls gain or lose, over all and place by place.

Both answer the very same calls, so that they are compared call by call: what is common to both falls out, and the
interval of the difference is far narrower than the two intervals of each by itself. Background:
``docs/background/replay.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtr, stdtrit

from anning.engines.dispatch.replay.model import Floats, Ints
from anning.engines.dispatch.replay.summary import BATCHES, Estimate
from anning.engines.rates.checks import tail

FEWEST = 10
"""Of fewer calls no interval of a difference is given."""


@dataclass(frozen=True, slots=True)
class Paired:
    """What the calls answered by both replays gain.

    Attributes:
        calls: answered by both. sooner, later: of them reached earlier, later, by more than half a second.
        mean: seconds after less before, below 0 is sooner; its interval by batches, NaN for few calls.
    """

    calls: int
    sooner: int
    later: int
    mean: Estimate


@dataclass(frozen=True, slots=True)
class Places:
    """The same by place, arrays of shape (places,).

    Attributes:
        place: number of each, rising. calls: answered by both there.
        mean, low, high: seconds after less before; the limits (Student's t) are NaN for fewer than `FEWEST` calls.
    """

    place: Ints
    calls: Ints
    mean: Floats
    low: Floats
    high: Floats


def paired(before_s: ArrayLike, after_s: ArrayLike, *, level: float = 0.95) -> Paired:
    """Compare the responses of two replays of one log, seconds, NaN where nobody came.

    Raises:
        ValueError: the two are not of one length, or the level is not between 0 and 1.

    Example:
        >>> found = paired([300.0, 400.0, float("nan")], [240.0, 400.0, 100.0])
        >>> found.calls, found.sooner, found.later, found.mean.value
        (2, 1, 0, -30.0)
    """
    change = _change(before_s, after_s)
    known = change[~np.isnan(change)]
    left_out = tail(level)
    if not known.size:
        return Paired(0, 0, 0, Estimate(np.nan, np.nan, np.nan))
    mean, half = float(known.mean()), np.nan
    if known.size >= 2 * BATCHES:
        batches = np.array([part.mean() for part in np.array_split(known, BATCHES)])
        half = float(stdtrit(BATCHES - 1, 1 - left_out) * batches.std(ddof=1) / np.sqrt(BATCHES))
    sooner, later = int(np.sum(known < -0.5)), int(np.sum(known > 0.5))
    return Paired(known.size, sooner, later, Estimate(mean, mean - half, mean + half))


def by_place(place: ArrayLike, before_s: ArrayLike, after_s: ArrayLike, *, level: float = 0.95) -> Places:
    """Compare two replays of one log place by place; places where no call was answered by both are left out.

    Parameters:
        place: number of each call's place, 0 or more.

    Raises:
        ValueError: lengths differ, or the level is not between 0 and 1.
    """
    change, left_out = _change(before_s, after_s), tail(level)
    where = np.asarray(place, np.int64)
    if where.shape != change.shape:
        raise ValueError(f"place must be one number a call: {where.shape} for {change.shape}")
    known = ~np.isnan(change)
    found, row = np.unique(where[known], return_inverse=True)
    value, n = change[known], np.bincount(row, minlength=len(found)).astype(np.int64)
    mean = np.bincount(row, value, len(found)) / np.maximum(n, 1)
    squares = np.bincount(row, (value - mean[row]) ** 2, len(found))
    half = np.full(len(found), np.nan)
    many = n >= FEWEST
    half[many] = stdtrit(n[many] - 1, 1 - left_out) * np.sqrt(squares[many] / (n[many] - 1) / n[many])
    return Places(found.astype(np.int64), n, mean, mean - half, mean + half)


def quantile(values: ArrayLike, share: float, *, level: float = 0.95) -> Estimate:
    """The value that `share` of the values do not exceed, with the interval between two order statistics.

    NaN are left out. The limits are NaN where no order statistic reaches the level. Source: W. J. Conover,
    *Practical Nonparametric Statistics*, 3rd ed. (1999), §3.2.

    Raises:
        ValueError: share or level is not between 0 and 1.

    Example:
        >>> quantile(range(1, 101), 0.9)
        Estimate(value=90.0, low=84.0, high=96.0)
    """
    left_out = tail(level)
    if not 0 < share < 1:
        raise ValueError(f"share must be between 0 and 1, got {share}")
    given = np.asarray(values, np.float64).ravel()
    known = np.sort(given[~np.isnan(given)])
    n = known.size
    if not n:
        return Estimate(np.nan, np.nan, np.nan)
    value = float(known[max(int(np.ceil(share * n)) - 1, 0)])
    below = bdtr(np.arange(n), n, share)  # chance that at most k of the values lie below the quantile
    under = int(np.searchsorted(below, left_out, side="right"))
    over = int(np.searchsorted(below, 1 - left_out, side="left"))
    low = float(known[under - 1]) if under else np.nan
    return Estimate(value, low, float(known[over]) if over < n else np.nan)


def curve(values: ArrayLike, at: ArrayLike) -> Floats:
    """Share of all values (NaN counts as never) that do not exceed each of `at`.

    Example:
        >>> curve([60.0, 120.0, float("nan"), 600.0], [60, 300]).tolist()
        [0.25, 0.5]
    """
    given, marks = np.asarray(values, np.float64).ravel(), np.asarray(at, np.float64)
    known = np.sort(given[~np.isnan(given)])
    return np.asarray(np.searchsorted(known, marks, side="right") / max(given.size, 1), np.float64)


def _change(before_s: ArrayLike, after_s: ArrayLike) -> Floats:
    before, after = np.asarray(before_s, np.float64), np.asarray(after_s, np.float64)
    if before.shape != after.shape or before.ndim != 1:
        raise ValueError(f"both replays must be of one log: {before.shape} and {after.shape} responses")
    return after - before
