"""Two Poisson rates against published numbers, SciPy and brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy import stats

from anning.engines.rates import ratios

KNOWN = (60, 30, 51_477.5, 54_308.7)
count = st.integers(0, 400)
few = st.integers(0, 25)
exposure = st.floats(0.2, 50)


class TestPublished:
    """Source: the example of statsmodels' ``test_poisson_2indep``: 60 in 51,477.5 against 30 in 54,308.7;
    K. Gu et al., *Testing the ratio of two Poisson rates*, Biometrical Journal 50 (2008), 283-298."""

    def test_ratio_and_intervals(self):
        assert float(ratios.rate_ratio(*KNOWN)) == pytest.approx(2.1100, abs=5e-5)
        assert [round(float(v), 4) for v in ratios.exact_interval(*KNOWN)] == [1.3397, 3.3884]
        assert [round(float(v), 4) for v in ratios.log_wald_interval(*KNOWN)] == [1.3613, 3.2705]

    def test_tests(self):
        assert float(ratios.conditional_mid_p(*KNOWN)) == pytest.approx(0.000557, abs=5e-7)
        assert float(ratios.score_p(*KNOWN)) == pytest.approx(0.000632, abs=5e-7)

    def test_e_test(self):
        """Source: Krishnamoorthy & Thomson's method, value 0.174875 for counts 6 and 2."""
        assert float(ratios.e_test(6, 2)) == pytest.approx(0.174875, abs=5e-7)


class TestExact:
    @given(count, count, exposure, exposure, st.floats(0.5, 0.999))
    def test_limits_are_where_the_conditional_tail_is_half_the_rest(self, k, m, e, f, level):
        low, high = (float(v) for v in ratios.exact_interval(k, m, e, f, level))
        for limit, tail in (
            (low, lambda p: stats.binom.sf(k - 1, k + m, p)),
            (high, lambda p: stats.binom.cdf(k, k + m, p)),
        ):
            if 0 < limit < np.inf:
                assert tail(limit * e / (limit * e + f)) == pytest.approx((1 - level) / 2, rel=1e-6)
        assert (low == 0) == (k == 0)
        assert (high == np.inf) == (m == 0)

    @given(count, count, exposure, exposure)
    def test_swapping_the_periods_inverts_the_interval(self, k, m, e, f):
        low, high = ratios.exact_interval(k, m, e, f)
        with np.errstate(divide="ignore"):
            assert np.allclose(ratios.exact_interval(m, k, f, e), (1 / high, 1 / low), rtol=1e-9)

    @given(count, count, exposure, exposure)
    def test_the_conditional_p_is_scipys_binomial_test(self, k, m, e, f):
        if k + m == 0:
            assert float(ratios.conditional_p(k, m, e, f)) == 1
            return
        expected = stats.binomtest(k, k + m, e / (e + f)).pvalue
        assert float(ratios.conditional_p(k, m, e, f)) == pytest.approx(expected, rel=1e-6, abs=1e-12)

    @given(count, count, exposure, exposure)
    def test_the_mid_p_lies_below_by_half_the_chance_of_what_was_seen(self, k, m, e, f):
        full, mid = float(ratios.conditional_p(k, m, e, f)), float(ratios.conditional_mid_p(k, m, e, f))
        assert full - mid == pytest.approx(stats.binom.pmf(k, k + m, e / (e + f)) / 2, rel=1e-6, abs=1e-12)

    @given(count, count, exposure, exposure, st.floats(0.5, 0.999))
    def test_the_central_p_agrees_with_the_interval(self, k, m, e, f, level):
        low, high = ratios.exact_interval(k, m, e, f, level)
        p = float(ratios.central_p(*(np.float64(v) for v in (k, m, e, f))))
        if abs(p - (1 - level)) > 1e-9:
            assert (p < 1 - level) == bool(low > 1 or high < 1)

    def test_huge_counts_stay_finite_and_ordered(self):
        low, high = ratios.exact_interval(5_000_000, 5_010_000, 1, 1)
        assert 0.99 < float(low) < 5_000_000 / 5_010_000 < float(high) < 1
        assert float(ratios.conditional_p(5_000_000, 5_010_000, 1, 1)) == pytest.approx(
            float(ratios.score_p(5_000_000, 5_010_000, 1, 1)), rel=2e-3
        )


class TestETest:
    @given(few, few, exposure, exposure)
    @settings(max_examples=60, deadline=None)
    def test_the_row_wise_sum_is_the_double_sum(self, k, m, e, f):
        if k == m == 0:
            assert float(ratios.e_test(k, m, e, f)) == 1
            return
        seen = (k / e - m / f) / np.sqrt(k / e**2 + m / f**2)
        rate = (k + m) / (e + f)
        x, y = np.arange(int(rate * e) + 80)[:, None], np.arange(int(rate * f) + 80)[None, :]
        spread = np.sqrt(np.maximum(x / e**2 + y / f**2, 1e-300))
        t = np.where(x + y > 0, (x / e - y / f) / spread, 0.0)
        chance = stats.poisson.pmf(x, rate * e) * stats.poisson.pmf(y, rate * f)
        expected = chance[np.abs(t) >= abs(seen) * (1 - 1e-9)].sum()
        assert float(ratios.e_test(k, m, e, f)) == pytest.approx(min(1, expected), abs=1e-6)

    @given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 20), st.integers(1, 20))
    @settings(max_examples=60, deadline=None)
    @example(23, 19, 6, 6)
    @example(3, 54, 3, 9)
    def test_ties_count_as_whole_numbers_say_and_scipy_only_loses_some_to_rounding(self, k, m, e, f):
        """Squared and cleared of fractions the statistics are whole numbers, so ties are known exactly. SciPy's
        ``poisson_means_test`` compares them in floating point and leaves out some pairs as great as that seen."""
        assume(k * f != m * e)  # for equal rates SciPy also leaves out the pair 0, 0; the definition gives 1
        rate = (k + m) / (e + f)
        x, y = np.arange(int(rate * e) * 2 + 90)[:, None], np.arange(int(rate * f) * 2 + 90)[None, :]
        theirs = (x * f - y * e) ** 2 * (k * f**2 + m * e**2)
        seen = (k * f - m * e) ** 2 * (x * f**2 + y * e**2)
        chance = stats.poisson.pmf(x, rate * e) * stats.poisson.pmf(y, rate * f)
        some = x + y > 0
        found = float(ratios.e_test(k, m, e, f))
        assert found == pytest.approx(chance[(theirs >= seen) & some].sum(), abs=1e-9)
        scipys = stats.poisson_means_test(k, e, m, f).pvalue
        assert chance[(theirs > seen) & some].sum() - 2e-6 <= scipys <= found + 2e-6

    def test_large_counts_meet_the_normal_approximation(self):
        found = float(ratios.e_test(100_000, 100_900))
        assert found == pytest.approx(float(ratios.score_p(100_000, 100_900, 1, 1)), rel=5e-3)


class TestApproximations:
    @given(st.integers(300, 3000), st.integers(300, 3000), exposure, exposure)
    def test_the_log_wald_interval_meets_the_exact_one_for_large_counts(self, k, m, e, f):
        exact, wald = ratios.exact_interval(k, m, e, f), ratios.log_wald_interval(k, m, e, f)
        assert np.allclose(np.log(exact), np.log(wald), atol=0.012)

    @given(count, count, exposure, exposure)
    def test_the_score_p_is_a_probability_and_symmetric(self, k, m, e, f):
        p = float(ratios.score_p(k, m, e, f))
        assert 0 <= p <= 1
        assert p == pytest.approx(float(ratios.score_p(m, k, f, e)), rel=1e-9, abs=1e-300)

    def test_a_zero_is_beyond_log_wald(self):
        low, high = ratios.log_wald_interval([0, 3, 0], [3, 0, 0], 1, 1)
        assert np.isnan(low).all()
        assert np.isnan(high).all()
        assert float(ratios.score_p(0, 0, 1, 1)) == 1


class TestArrays:
    @pytest.mark.parametrize(
        "function",
        [ratios.rate_ratio, ratios.conditional_p, ratios.conditional_mid_p, ratios.score_p, ratios.e_test],
    )
    def test_arrays_agree_with_scalars(self, function):
        now, before = np.array([[0], [6], [84]]), np.array([1, 30])
        found = function(now, before, 2.0, [1.0, 3.0])
        assert found.shape == (3, 2)
        for i in range(3):
            for j in range(2):
                alone = float(function(now[i, 0], before[j], 2.0, [1.0, 3.0][j]))
                assert found[i, j] == pytest.approx(alone, rel=1e-9)

    @pytest.mark.parametrize("function", [ratios.exact_interval, ratios.log_wald_interval])
    def test_intervals_of_arrays_have_their_shape(self, function):
        assert [limit.shape for limit in function([[1], [2]], [3, 4, 5], 1, 1)] == [(2, 3)] * 2
        assert function([], [], 1, 1)[0].shape == (0,)

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ((-1, 2, 1, 1), "count now must be whole numbers"),
            ((1, 2.5, 1, 1), "count before must be whole numbers"),
            ((1, 2, 0, 1), "exposure now must be above 0"),
            ((1, 2, 1, np.nan), "exposure before must be above 0"),
        ],
    )
    def test_input_that_makes_no_sense(self, arguments, message):
        with pytest.raises(ValueError, match=message):
            ratios.exact_interval(*arguments)
