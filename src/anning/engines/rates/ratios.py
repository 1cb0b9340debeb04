"""Two Poisson rates compared: how many times as high, how sure, and could chance alone do it?

`now` events came in `exposure_now`, `before` events in `exposure_before`. Given their sum, `now` is binomial
with chance ``ρ·e_now / (ρ·e_now + e_before)`` when the true ratio is ρ; the exact answers follow from that.
All functions are vectorised: arguments broadcast together and arrays of that shape come back. Tests are of
ρ = 1, two-sided. Background: ``docs/background/change-on-the-year.md``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, betaincinv, gammaln, ndtr, ndtri, pdtr, pdtrc, xlog1py, xlogy

from anning.engines.rates.checks import Floats, positive, tail, whole_counts

_TIE = 1e-7
"""Relative room within which two probabilities count as equal, as in R's binom.test."""


def rate_ratio(now: ArrayLike, before: ArrayLike, exposure_now: ArrayLike, exposure_before: ArrayLike) -> Floats:
    """The rate now over the rate before; inf where before is 0, NaN where both counts are.

    Raises:
        ValueError: a count is broken or an exposure not above 0.
    """
    k, m, e, f = _given(now, before, exposure_now, exposure_before)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((k / e) / (m / f))


def exact_interval(
    now: ArrayLike,
    before: ArrayLike,
    exposure_now: ArrayLike,
    exposure_before: ArrayLike,
    level: float = 0.95,
) -> tuple[Floats, Floats]:
    """Exact conditional (Clopper-Pearson) interval for the ratio; 0 to inf where both counts are 0.

    Source: J. Przyborowski, H. Wilenski, *Homogeneity of results in testing samples from Poisson series*,
    Biometrika 31 (1940), 313-323.

    Example:
        >>> low, high = exact_interval(60, 30, 51_477.5, 54_308.7)
        >>> round(float(low), 4), round(float(high), 4)
        (1.3397, 3.3884)
    """
    k, m, e, f = _given(now, before, exposure_now, exposure_before)
    return conditional_limits(k, m, e, f, tail(level))


def conditional_limits(now: Floats, before: Floats, e: Floats, f: Floats, left_out: float) -> tuple[Floats, Floats]:
    """`exact_interval` for counts already checked, which may be broken (effective) counts."""
    low_chance = np.where(now > 0, betaincinv(np.where(now > 0, now, 1), before + 1, left_out), 0.0)
    low = np.asarray(low_chance / (1 - low_chance) * (f / e))
    high_chance = np.where(before > 0, betaincinv(np.where(before > 0, before, 1), now + 1, left_out), 0.0)
    with np.errstate(divide="ignore"):
        return low, np.asarray((1 - high_chance) / high_chance * (f / e))


def central_p(now: Floats, before: Floats, e: Floats, f: Floats) -> Floats:
    """Twice the smaller conditional tail, at most 1: below 1 − level just when `exact_interval` leaves out 1.

    For counts already checked, which may be broken (effective) counts.
    """
    chance = e / (e + f)
    at_least = np.where(now > 0, betainc(np.where(now > 0, now, 1), before + 1, chance), 1.0)
    at_most = np.where(before > 0, betainc(np.where(before > 0, before, 1), now + 1, 1 - chance), 1.0)
    return np.asarray(np.minimum(1.0, 2 * np.minimum(at_least, at_most)))


def conditional_p(now: ArrayLike, before: ArrayLike, exposure_now: ArrayLike, exposure_before: ArrayLike) -> Floats:
    """Exact conditional p: the chance of any split no likelier than the one seen."""
    k, m, e, f = _given(now, before, exposure_now, exposure_before)
    return np.asarray(np.minimum(1.0, _no_likelier(k, k + m, e / (e + f))))


def conditional_mid_p(now: ArrayLike, before: ArrayLike, exposure_now: ArrayLike, exposure_before: ArrayLike) -> Floats:
    """`conditional_p` with half the chance of the split seen taken off; less cautious, closer to its level.

    Source: H. O. Lancaster, *Significance tests in discrete distributions*, JASA 56 (1961), 223-234.
    """
    k, m, e, f = _given(now, before, exposure_now, exposure_before)
    chance = e / (e + f)
    seen = np.exp(_log_binomial(k, k + m, chance))
    return np.asarray(np.minimum(1.0, _no_likelier(k, k + m, chance)) - seen / 2)


def score_p(now: ArrayLike, before: ArrayLike, exposure_now: ArrayLike, exposure_before: ArrayLike) -> Floats:
    """Normal approximation with the variance under equal rates; 1 where both counts are 0."""
    k, m, e, f = _given(now, before, exposure_now, exposure_before)
    pooled = np.maximum((k + m) / (e + f), np.finfo(float).tiny)
    return np.asarray(2 * ndtr(-np.abs(k / e - m / f) / np.sqrt(pooled / e + pooled / f)))


def log_wald_interval(
    now: ArrayLike,
    before: ArrayLike,
    exposure_now: ArrayLike,
    exposure_before: ArrayLike,
    level: float = 0.95,
) -> tuple[Floats, Floats]:
    """Normal approximation on the logarithm of the ratio; NaN where a count is 0, which it cannot judge."""
    k, m, e, f = _given(now, before, exposure_now, exposure_before)
    judged = (k > 0) & (m > 0)
    a, b = np.where(judged, k, 1), np.where(judged, m, 1)
    spread = np.exp(-ndtri(tail(level)) * np.sqrt(1 / a + 1 / b))
    ratio = np.where(judged, (a / e) / (b / f), np.nan)
    return np.asarray(ratio / spread), np.asarray(ratio * spread)


def e_test(now: ArrayLike, before: ArrayLike, exposure_now: ArrayLike = 1, exposure_before: ArrayLike = 1) -> Floats:
    """E-test: the exact chance, at the pooled rate, of a studentised difference as great as the one seen.

    More powerful than `conditional_p` for small counts. The sum over pairs of counts is taken row by row: for
    each count now, the counts before that differ enough lie beyond the two roots of a quadratic.

    Source: K. Krishnamoorthy, J. Thomson, *A more powerful test for comparing two Poisson means*, Journal of
    Statistical Planning and Inference 119 (2004), 23-35, doi:10.1016/S0378-3758(02)00408-1.

    Example:
        >>> round(float(e_test(6, 2)), 6)
        0.174875
    """
    given = _given(now, before, exposure_now, exposure_before)
    p = np.array([_e_test_one(*map(float, values)) for values in zip(*(v.ravel() for v in given), strict=True)])
    return p.reshape(given[0].shape)


def _given(now: ArrayLike, before: ArrayLike, exposure_now: ArrayLike, exposure_before: ArrayLike) -> list[Floats]:
    return list(
        np.broadcast_arrays(
            whole_counts("count now", now),
            whole_counts("count before", before),
            positive("exposure now", exposure_now),
            positive("exposure before", exposure_before),
        )
    )


def _log_binomial(k: Floats, n: Floats, chance: Floats) -> Floats:
    choose = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return np.asarray(choose + xlogy(k, chance) + xlog1py(n - k, -chance))


def _no_likelier(k: Floats, n: Floats, chance: Floats) -> Floats:
    """Binomial chance of all outcomes whose probability does not exceed that of k."""
    above = k > (n + 1) * chance
    k, chance = np.where(above, n - k, k), np.where(above, 1 - chance, chance)
    limit = _log_binomial(k, n, chance) + np.log1p(_TIE)
    low, high = np.maximum(np.floor((n + 1) * chance), k), n + 1
    while np.any(low < high):
        middle = np.floor((low + high) / 2)
        rare = _log_binomial(np.minimum(middle, n), n, chance) <= limit
        low, high = (
            np.where((low < high) & ~rare, middle + 1, low),
            np.where((low < high) & rare, middle, high),
        )
    mirror = np.maximum(low, k + 1)
    near = np.where(k < n, betainc(np.maximum(n - k, 1), k + 1, 1 - chance), 1.0)
    far = np.where(mirror <= n, betainc(mirror, np.maximum(n - mirror, 0) + 1, chance), 0.0)
    return np.asarray(near + far)


def _e_test_one(k: float, m: float, e: float, f: float) -> float:
    rate = (k + m) / (e + f)
    if k / e == m / f:
        return 1.0
    t_squared = (k / e - m / f) ** 2 / (k / e**2 + m / f**2) * (1 - 1e-12)
    reach = 40 + 12 * np.sqrt(rate * e)
    x = np.arange(max(0.0, np.floor(rate * e - reach)), np.ceil(rate * e + reach) + 1)
    u = x / e
    middle = u + t_squared / (2 * f)
    half = np.sqrt(t_squared * (u / f + u / e) + (t_squared / (2 * f)) ** 2)
    below, above = np.floor((middle - half) * f + 1e-9), np.ceil((middle + half) * f - 1e-9)
    lower = np.where(below >= 0, pdtr(np.maximum(below, 0), rate * f), 0.0)
    lower = np.where(x == 0, 0.0, lower)
    upper = np.where(above >= 1, pdtrc(np.maximum(above, 1) - 1, rate * f), 1.0)
    weight = np.exp(xlogy(x, rate * e) - rate * e - gammaln(x + 1))
    return float(min(1.0, np.sum(weight * (lower + upper))))
