"""Intervals for shares against a printed comparison and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from anning.engines.rates.shares import clopper_pearson, wilson

SHARES = st.integers(0, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("hits", "total", "exact", "score"),
    [
        (81, 263, (0.2527, 0.3676), (0.2553, 0.3662)),
        (15, 148, (0.0578, 0.1617), (0.0624, 0.1605)),
        (0, 20, (0.0, 0.1684), (0.0, 0.1611)),
        (1, 29, (0.0009, 0.1776), (0.0061, 0.1718)),
    ],
)
def test_printed_comparison(hits, total, exact, score):
    """Source: R. G. Newcombe, *Two-sided confidence intervals for the single proportion*, Statistics in
    Medicine 17 (1998), 857-872, table I."""
    assert np.round(clopper_pearson(hits, total), 4).tolist() == list(exact)
    assert np.round(wilson(hits, total), 4).tolist() == list(score)


@given(SHARES.filter(lambda pair: pair[1] > 0), st.floats(0.5, 0.999))
def test_both_agree_with_scipy(pair, level):
    result = stats.binomtest(*pair)
    for ours, method in ((clopper_pearson, "exact"), (wilson, "wilson")):
        theirs = result.proportion_ci(level, method)
        assert np.allclose(ours(*pair, level), [theirs.low, theirs.high], rtol=1e-6, atol=1e-9)


@given(SHARES)
def test_limits_enclose_the_share_and_mirror(pair):
    hits, total = pair
    for interval in (clopper_pearson, wilson):
        low, high = (float(v) for v in interval(hits, total))
        assert 0 <= low <= high <= 1
        assert low <= (hits / total if total else 0.5) <= high
        assert np.allclose(interval(total - hits, total), (1 - high, 1 - low), atol=1e-9)


def test_nothing_of_nothing_says_nothing_and_shapes_broadcast():
    assert [float(v) for v in clopper_pearson(0, 0)] == [0, 1]
    assert [float(v) for v in wilson(0, 0)] == [0, 1]
    assert wilson([[0], [3]], [3, 4, 5])[0].shape == (2, 3)
    assert clopper_pearson([], [])[1].shape == (0,)


@pytest.mark.parametrize("interval", [clopper_pearson, wilson])
@pytest.mark.parametrize(
    ("hits", "total", "level", "message"),
    [
        (4, 3, 0.95, "hits must not exceed the total"),
        (-1, 3, 0.95, "hits must be whole numbers"),
        (1, 2.5, 0.95, "total must be whole numbers"),
        (1, 2, 1.0, "level must be between 0 and 1"),
    ],
)
def test_input_that_makes_no_sense(interval, hits, total, level, message):
    with pytest.raises(ValueError, match=message):
        interval(hits, total, level)
