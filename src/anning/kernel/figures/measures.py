"""Figures that are no counts: a median time, a share within a limit; each with its interval."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from anning.engines.rates.change import SMALL_NUMBER
from anning.engines.rates.medians import median_interval
from anning.engines.rates.shares import clopper_pearson


@dataclass(frozen=True)
class Measure:
    """A measured value with its interval, beside the same period last year; None where nothing was measured.

    `verdict` −1 fell, +1 rose, only where the two intervals do not overlap; 0 else. `n` is how many were measured,
    `small` marks too few to say much.
    """

    key: str
    now: float | None
    low: float | None
    high: float | None
    n: int
    before: float | None
    before_low: float | None
    before_high: float | None
    n_before: int
    verdict: int
    small: bool


@dataclass(frozen=True)
class _Value:
    value: float | None
    low: float | None
    high: float | None
    n: int


def median(key: str, now: pl.Series, before: pl.Series) -> Measure:
    """The median of the values of two periods (nulls left out), in the unit of the values."""
    return _measure(key, _median(now), _median(before))


def share(key: str, now: pl.Series, before: pl.Series) -> Measure:
    """The share, 0 to 1, of the values that are true in two periods (nulls left out)."""
    return _measure(key, _share(now), _share(before))


def _median(values: pl.Series) -> _Value:
    found = median_interval(values.drop_nulls().to_numpy())
    return _Value(_known(found.value), _known(found.low), _known(found.high), found.n)


def _share(values: pl.Series) -> _Value:
    known = values.drop_nulls()
    hits, total = int(known.sum() or 0), len(known)
    if not total:
        return _Value(None, None, None, 0)
    low, high = clopper_pearson(hits, total)
    return _Value(hits / total, float(low), float(high), total)


def _measure(key: str, now: _Value, before: _Value) -> Measure:
    verdict = 0
    if now.high is not None and before.low is not None and now.high < before.low:
        verdict = -1
    if now.low is not None and before.high is not None and now.low > before.high:
        verdict = 1
    small = min(now.n, before.n) < SMALL_NUMBER
    past = (before.value, before.low, before.high, before.n)
    return Measure(key, now.value, now.low, now.high, now.n, *past, verdict, small)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
