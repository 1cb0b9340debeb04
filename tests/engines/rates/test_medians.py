"""The median's interval from order statistics."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from anning.engines.rates.medians import median_interval


def test_published_ranks() -> None:
    """Source: Conover 1999, table A3 (binomial, p = 1/2): n = 16 gives the 4th and 13th, n = 30 the 10th and 21st."""
    assert (median_interval(range(1, 17)).low, median_interval(range(1, 17)).high) == (4, 13)
    assert (median_interval(range(1, 31)).low, median_interval(range(1, 31)).high) == (10, 21)


def test_too_few_values_have_no_interval() -> None:
    found = median_interval([3, 1, 2])
    assert found.value == 2
    assert np.isnan(found.low) and np.isnan(found.high)
    assert np.isnan(median_interval([]).value)
    assert median_interval([np.nan, 4.0]).n == 1


@given(st.integers(6, 5000), st.sampled_from([0.8, 0.95, 0.99]))
def test_the_interval_covers_at_least_the_level_and_no_narrower_one_does(n: int, level: float) -> None:
    found = median_interval(np.arange(1, n + 1), level)
    if np.isnan(found.low):
        assert binom.cdf(0, n, 0.5) > (1 - level) / 2
        return
    rank = int(found.low)
    assert found.high == n + 1 - rank
    assert 2 * binom.cdf(rank - 1, n, 0.5) <= 1 - level
    assert 2 * binom.cdf(rank, n, 0.5) > 1 - level


@given(st.permutations(list(range(25))))
def test_the_order_of_values_does_not_matter(values: list[int]) -> None:
    assert median_interval(values) == median_interval(range(25))


def test_a_level_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="level must be between 0 and 1"):
        median_interval([1, 2], level=95)
