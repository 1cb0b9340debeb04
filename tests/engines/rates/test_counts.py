"""Garwood's interval against printed tables and its own definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from anning.engines.rates.counts import poisson_interval, rate_interval


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0.0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390), (50, 37.111, 65.919)],
)
def test_printed_limits(count, low, high):
    """Source: E. S. Pearson, H. O. Hartley, *Biometrika Tables for Statisticians* I (1966), table 40."""
    found = poisson_interval(count)
    assert float(found[0]) == pytest.approx(low, abs=6e-4)
    assert float(found[1]) == pytest.approx(high, abs=6e-4)


@given(st.integers(0, 10**6), st.floats(0.5, 0.999))
def test_each_limit_leaves_half_the_rest_in_its_tail(count, level):
    low, high = (float(limit) for limit in poisson_interval(count, level))
    left_out = (1 - level) / 2
    assert stats.poisson.cdf(count, high) == pytest.approx(left_out, rel=1e-6)
    if count:
        assert stats.poisson.sf(count - 1, low) == pytest.approx(left_out, rel=1e-6)
    else:
        assert low == 0


@given(st.floats(0.01, 60), st.floats(0.5, 0.99))
def test_the_true_mean_is_covered_at_least_as_often_as_stated(mean, level):
    counts = np.arange(400)
    low, high = poisson_interval(counts, level)
    covered = stats.poisson.pmf(counts, mean)[(low <= mean) & (mean <= high)].sum()
    assert covered >= level - 1e-9


def test_a_rate_is_the_count_per_unit_and_shapes_broadcast():
    low, high = rate_interval([[10], [0]], [1.0, 2.0, 365.25])
    assert low.shape == high.shape == (2, 3)
    assert low[0].tolist() == (poisson_interval(10)[0] / np.array([1.0, 2.0, 365.25])).tolist()
    assert low[1].tolist() == [0, 0, 0]
    assert poisson_interval([])[0].shape == (0,)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: poisson_interval([3, -1]), "count must be whole numbers, 0 or more; got -1"),
        (lambda: poisson_interval(2.5), "got 2.5"),
        (lambda: poisson_interval(np.nan), "got nan"),
        (lambda: poisson_interval(3, 95), "level must be between 0 and 1, such as 0.95; got 95"),
        (lambda: rate_interval(3, 0), "exposure must be above 0"),
        (lambda: rate_interval(3, np.inf), "exposure must be above 0"),
    ],
)
def test_input_that_makes_no_sense(call, message):
    with pytest.raises(ValueError, match=message):
        call()
