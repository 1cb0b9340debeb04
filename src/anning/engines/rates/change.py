"""The change on the year with its uncertainty: did it fall, did it rise, or could chance alone do that?

Background: ``docs/background/change-on-the-year.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anning.engines.rates.checks import Floats, positive, tail, whole_counts
from anning.engines.rates.ratios import central_p, conditional_limits, rate_ratio

SMALL_NUMBER = 20
"""Below this many events in either period the change is marked: a rate then has a relative standard error
above 22 %. The limit is the customary one of vital statistics (US National Center for Health Statistics)."""


class Verdict(IntEnum):
    """What may be said of a change."""

    FELL = -1
    NOT_DISTINGUISHABLE = 0
    ROSE = 1


@dataclass(frozen=True, slots=True)
class Change:
    """Changes on the year; all arrays of one shape.

    Attributes:
        change: ratio of the rates less 1 (−0.032 is "fell 3.2 %"); inf if none before, NaN if none at all.
        low, high: its interval; high may be inf.
        p: two-sided chance of a change as great, were the rates equal; agrees with the interval.
        verdict: int8 of `Verdict`; FELL or ROSE only where the interval leaves out 0.
        small: whether a count is below `SMALL_NUMBER`.
        dispersion: the factor by which counts were taken to scatter more than chance, 1 or more.
    """

    change: Floats
    low: Floats
    high: Floats
    p: Floats
    verdict: NDArray[np.int8]
    small: NDArray[np.bool_]
    dispersion: Floats


def change_on_year(
    now: ArrayLike,
    before: ArrayLike,
    exposure_now: ArrayLike = 1.0,
    exposure_before: ArrayLike = 1.0,
    *,
    level: float = 0.95,
    dispersion: ArrayLike = 1.0,
) -> Change:
    """Change of a rate from one period to the next, with its exact conditional interval and a verdict.

    With a dispersion φ above 1 the counts tell as much as 1/φ as many independent events would, and the exact
    interval of those effective counts is taken; at φ = 1 it is the exact interval itself. Source of the
    effective count: E. L. Korn, B. I. Graubard, *Confidence intervals for proportions with small expected
    number of positive counts estimated from survey data*, Survey Methodology 24 (1998), 193-201.

    Parameters:
        now, before: counts of events, whole numbers; all arguments broadcast together.
        exposure_now, exposure_before: days, people or kilometres over which they were counted.
        level: coverage of the interval.
        dispersion: φ, 1 or more; see `dispersion_of`.

    Raises:
        ValueError: a count is broken or negative, an exposure not above 0, φ below 1, level not in 0 to 1.

    Example:
        >>> year = change_on_year([84, 840], [100, 1000])
        >>> [Verdict(v).name for v in year.verdict]
        ['NOT_DISTINGUISHABLE', 'FELL']
        >>> year.low.round(3).tolist(), year.high.round(3).tolist()
        ([-0.379, -0.235], [0.134, -0.078])
    """
    phi = np.asarray(dispersion, np.float64)
    if not np.all(np.isfinite(phi) & (phi >= 1)):
        raise ValueError(f"dispersion must be 1 or more; got {float(np.min(phi))}")
    k, m, e, f, phi = np.broadcast_arrays(
        whole_counts("count now", now),
        whole_counts("count before", before),
        positive("exposure now", exposure_now),
        positive("exposure before", exposure_before),
        phi,
    )
    low, high = conditional_limits(k / phi, m / phi, e, f, tail(level))
    verdict = np.where(high < 1, Verdict.FELL, np.where(low > 1, Verdict.ROSE, Verdict.NOT_DISTINGUISHABLE))
    return Change(
        change=rate_ratio(k, m, e, f) - 1,
        low=low - 1,
        high=high - 1,
        p=central_p(k / phi, m / phi, e, f),
        verdict=verdict.astype(np.int8),
        small=np.minimum(k, m) < SMALL_NUMBER,
        dispersion=phi,
    )


def change_from_daily(
    daily_now: ArrayLike,
    daily_before: ArrayLike,
    strata_now: ArrayLike | None = None,
    strata_before: ArrayLike | None = None,
    *,
    level: float = 0.95,
) -> Change:
    """Change between two runs of daily counts, widened by how much the days scatter beyond chance.

    Calls come in bursts (a storm, a match), so a year's total is surer on paper than in truth. φ is estimated
    from the days of both periods about their own means; days without data (NaN) are left out of count and
    exposure.

    Parameters:
        daily_now, daily_before: counts a day, one-dimensional, NaN where a day is missing.
        strata_now, strata_before: a label for each day (weekday, month): the days scatter about the mean of
            their stratum, so that a season which both years share is not taken for chance. Both or neither.

    Returns:
        `Change` of 0-d arrays.

    Raises:
        ValueError: a period has no day with data, lengths differ, a count is broken.
    """
    if (strata_now is None) != (strata_before is None):
        raise ValueError("give strata for both periods or for neither")
    now, now_groups = _days("now", daily_now, strata_now)
    before, before_groups = _days("before", daily_before, strata_before)
    groups = np.concatenate([2 * now_groups, 2 * before_groups + 1])
    phi = dispersion_of(np.concatenate([now, before]), groups)
    phi = max(1.0, phi)
    return change_on_year(now.sum(), before.sum(), now.size, before.size, level=level, dispersion=phi)


def dispersion_of(counts: ArrayLike, groups: ArrayLike | None = None) -> float:
    """Quasi-Poisson dispersion φ: Pearson's χ² over its degrees of freedom, each group about its own mean.

    1 is what chance alone gives; below 1 the counts are steadier than chance. Groups without any event say
    nothing and are left out; without degrees of freedom left, φ is 1.

    Source: P. McCullagh, J. A. Nelder, *Generalized Linear Models*, 2nd ed. (1989), §6.2.

    Parameters:
        counts: one-dimensional, whole numbers.
        groups: a label per count; None for one group.

    Raises:
        ValueError: a count is broken, or counts and groups differ in length.
    """
    y = whole_counts("counts", counts).ravel()
    labels = np.zeros(y.size) if groups is None else np.asarray(groups).ravel()
    if labels.size != y.size:
        raise ValueError(f"{labels.size} groups for {y.size} counts: give each count its group")
    if not y.size:
        return 1.0
    _, group = np.unique(labels, return_inverse=True)
    mean = np.bincount(group, y) / np.bincount(group)
    told = mean[group] > 0
    freedom = int(told.sum()) - int(np.sum(mean > 0))
    if freedom <= 0:
        return 1.0
    expected = mean[group][told]
    return float(np.sum((y[told] - expected) ** 2 / expected) / freedom)


def _days(name: str, daily: ArrayLike, strata: ArrayLike | None) -> tuple[Floats, NDArray[np.int64]]:
    """Days with data and the number of each one's stratum."""
    counts = np.asarray(daily, np.float64).ravel()
    labels = np.zeros(counts.size, np.int64) if strata is None else np.asarray(strata).ravel()
    if labels.size != counts.size:
        raise ValueError(f"{labels.size} strata for {counts.size} days {name}: give each day its stratum")
    told = ~np.isnan(counts)
    if not told.any():
        raise ValueError(f"no day {name} has a count: a change needs data in both periods")
    _, group = np.unique(labels[told], return_inverse=True)
    return whole_counts(f"daily counts {name}", counts[told]), group.astype(np.int64)
