"""Medians and shares with their intervals; a verdict only where intervals part."""

from __future__ import annotations

import math

import polars as pl
import pytest

from anning.kernel.figures.measures import median, share


def test_a_median_with_its_interval() -> None:
    found = median("m", pl.Series([float(n) for n in range(1, 31)]), pl.Series([None, 100.0]))
    assert (found.now, found.low, found.high, found.n) == (15.5, 10.0, 21.0, 30)
    assert (found.before, found.before_low, found.n_before) == (100.0, None, 1)
    assert (found.verdict, found.small) == (0, True)


def test_a_median_that_fell_beyond_the_other_interval() -> None:
    now, before = (pl.Series([float(n + shift) for n in range(100)]) for shift in (0, 90))
    assert median("m", now, before).verdict == -1
    assert median("m", before, now).verdict == 1
    assert median("m", now, now).verdict == 0


def test_a_share_with_its_exact_interval() -> None:
    """Source: 81 of 263 gives 0.2527 to 0.3676 by Clopper and Pearson."""
    found = share("s", pl.Series([True] * 81 + [False] * 182 + [None]), pl.Series([True] * 30))
    assert found.now == pytest.approx(81 / 263)
    assert (round(found.low, 4), round(found.high, 4)) == (0.2527, 0.3676)
    assert (found.before, found.verdict, found.small) == (1.0, -1, False)


@pytest.mark.parametrize("measure", [median, share])
def test_nothing_measured_is_none_and_no_verdict(measure) -> None:
    empty = pl.Series([], dtype=pl.Boolean if measure is share else pl.Float64)
    found = measure("x", empty, empty)
    assert (found.now, found.low, found.high, found.before, found.n, found.verdict) == (None, None, None, None, 0, 0)
    assert found.small
    assert not any(isinstance(value, float) and math.isnan(value) for value in vars(found).values())
