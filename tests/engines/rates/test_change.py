"""The change on the year: published verdicts, agreement of p, interval and verdict, and overdispersion."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.engines.rates.change import (
    SMALL_NUMBER,
    Verdict,
    change_from_daily,
    change_on_year,
    dispersion_of,
)
from anning.engines.rates.ratios import exact_interval, log_wald_interval

count = st.integers(0, 2000)
exposure = st.floats(0.2, 50)
level = st.floats(0.5, 0.999)


class TestPublished:
    def test_84_against_100_could_be_chance_and_840_against_1000_not(self):
        """Source: the mission's worked examples, printed from the log-Wald interval."""
        low, high = log_wald_interval([84, 840], [100, 1000], 1, 1)
        assert np.round(100 * (low - 1), 1).tolist() == [-37.2, -23.4]
        assert np.round(100 * (high - 1), 1).tolist() == [12.3, -7.9]
        year = change_on_year([84, 840], [100, 1000])
        assert year.change.tolist() == pytest.approx([-0.16, -0.16])
        assert year.verdict.tolist() == [Verdict.NOT_DISTINGUISHABLE, Verdict.FELL]
        assert np.allclose(year.low, low - 1, atol=0.008)
        assert np.allclose(year.high, high - 1, atol=0.012)

    def test_a_rise_with_exposures(self):
        """Source: 60 in 51,477.5 against 30 in 54,308.7; exact interval of the ratio 1.3397-3.3884."""
        year = change_on_year(60, 30, 51_477.5, 54_308.7)
        assert float(year.change) == pytest.approx(1.1100, abs=5e-5)
        assert (round(float(year.low), 4), round(float(year.high), 4)) == (0.3397, 2.3884)
        assert year.verdict == Verdict.ROSE


class TestChange:
    @given(count, count, exposure, exposure, level)
    def test_interval_p_and_verdict_say_the_same(self, now, before, e, f, chosen):
        year = change_on_year(now, before, e, f, level=chosen)
        assert np.allclose((year.low + 1, year.high + 1), exact_interval(now, before, e, f, chosen))
        if now + before:
            assert year.low <= year.change <= year.high
        if abs(float(year.p) - (1 - chosen)) > 1e-9:
            assert (year.verdict != Verdict.NOT_DISTINGUISHABLE) == (year.p < 1 - chosen)
        if year.verdict == Verdict.FELL:
            assert year.high < 0
        if year.verdict == Verdict.ROSE:
            assert year.low > 0

    @given(count, count, exposure, exposure, st.floats(1, 20))
    def test_dispersion_only_widens(self, now, before, e, f, phi):
        plain, wide = change_on_year(now, before, e, f), change_on_year(now, before, e, f, dispersion=phi)
        assert wide.low <= plain.low + 1e-9
        assert wide.high >= plain.high - 1e-9
        assert abs(wide.verdict) <= abs(plain.verdict)
        assert np.array_equal(wide.change, plain.change, equal_nan=True)

    def test_a_whole_dispersion_is_the_interval_of_so_many_fewer_events(self):
        wide, few = change_on_year(840, 1000, dispersion=4), change_on_year(210, 250)
        assert (float(wide.low), float(wide.high)) == pytest.approx((float(few.low), float(few.high)))
        assert float(wide.p) == pytest.approx(float(few.p))

    def test_none_before_none_now_and_none_at_all(self):
        year = change_on_year([5, 0, 0], [0, 5, 0])
        assert year.change[:2].tolist() == [np.inf, -1]
        assert np.isnan(year.change[2])
        assert year.high[0] == year.high[2] == np.inf
        assert year.low[1] == year.low[2] == -1
        assert year.verdict.tolist() == [0, 0, 0]
        assert year.p[2] == 1
        assert change_on_year(8, 0).verdict == Verdict.ROSE

    @pytest.mark.parametrize("now", [0, SMALL_NUMBER - 1, SMALL_NUMBER])
    def test_small_numbers_are_marked_in_either_period(self, now):
        assert bool(change_on_year(now, 1000).small) == (now < SMALL_NUMBER)
        assert bool(change_on_year(1000, now).small) == (now < SMALL_NUMBER)

    def test_arrays_broadcast(self):
        year = change_on_year([[1], [200]], [10, 20, 300], dispersion=[1, 1, 2])
        assert {part.shape for part in (year.change, year.low, year.p, year.verdict, year.small)} == {(2, 3)}
        assert year.verdict.dtype == np.int8

    @pytest.mark.parametrize(
        ("more", "message"),
        [
            ({"dispersion": 0.9}, "dispersion must be 1 or more; got 0.9"),
            ({"dispersion": np.nan}, "dispersion must be 1 or more"),
            ({"level": 0}, "level must be between 0 and 1"),
            ({"exposure_now": -1}, "exposure now must be above 0"),
        ],
    )
    def test_input_that_makes_no_sense(self, more, message):
        with pytest.raises(ValueError, match=message):
            change_on_year(1, 2, **more)

    @given(st.integers(0, 2**32 - 1))
    def test_equal_rates_are_called_different_no_more_often_than_stated(self, seed):
        draws = np.random.default_rng(seed).poisson(40, (2, 2000))
        wrong = np.mean(change_on_year(*draws).verdict != Verdict.NOT_DISTINGUISHABLE)
        assert wrong < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 2000)


class TestDispersion:
    def test_by_hand(self):
        """Means 2 and 5: (1+1)/2 + (4+4)/5 over 4 - 2 degrees of freedom."""
        assert dispersion_of([1, 3, 3, 7], [0, 0, 1, 1]) == pytest.approx((1.0 + 1.6) / 2)

    @given(st.floats(3, 50), st.integers(0, 2**32 - 1))
    def test_poisson_days_have_a_dispersion_near_one(self, mean, seed):
        counts = np.random.default_rng(seed).poisson(mean, 3000)
        assert dispersion_of(counts) == pytest.approx(1, abs=0.16)

    @given(st.integers(2, 9), st.integers(0, 2**32 - 1))
    def test_events_that_come_in_packs_scatter_by_the_size_of_the_pack(self, pack, seed):
        counts = pack * np.random.default_rng(seed).poisson(20, 3000)
        assert dispersion_of(counts) == pytest.approx(pack, rel=0.16)

    @pytest.mark.parametrize(("counts", "groups"), [([], None), ([7], None), ([0, 0, 0], None), ([3, 4], [0, 1])])
    def test_where_nothing_can_be_said_it_is_one(self, counts, groups):
        assert dispersion_of(counts, groups) == 1

    def test_a_group_without_events_says_nothing(self):
        assert dispersion_of([1, 3, 3, 7, 0, 0], [0, 0, 1, 1, 2, 2]) == dispersion_of([1, 3, 3, 7], [0, 0, 1, 1])

    def test_lengths_must_agree(self):
        with pytest.raises(ValueError, match="2 groups for 3 counts"):
            dispersion_of([1, 2, 3], [0, 1])


class TestDaily:
    def test_steady_days_give_the_plain_interval_of_the_totals(self):
        daily = change_from_daily([3, 3, 3, 3], [2, 2, 2, 2, 2])
        plain = change_on_year(12, 10, 4, 5)
        assert float(daily.dispersion) == 1
        assert (float(daily.low), float(daily.high)) == (float(plain.low), float(plain.high))

    def test_storms_make_the_same_totals_less_sure(self):
        rng = np.random.default_rng(5)
        now, before = (rng.negative_binomial(mean / 4, 1 / 5, 365) for mean in (9.2, 10))
        daily, plain = change_from_daily(now, before), change_on_year(now.sum(), before.sum(), 365, 365)
        assert float(daily.dispersion) == pytest.approx(5, rel=0.2)
        assert plain.verdict == Verdict.FELL
        assert daily.low < plain.low < plain.high < daily.high

    def test_a_season_shared_by_both_years_is_not_chance(self):
        month = np.repeat(np.arange(12), 30)
        season = 20 + 15 * np.sin(month / 12 * 2 * np.pi)
        rng = np.random.default_rng(11)
        now, before = rng.poisson(season * 0.9), rng.poisson(season)
        loose, strict = change_from_daily(now, before), change_from_daily(now, before, month, month)
        assert float(loose.dispersion) > 3
        assert float(strict.dispersion) == pytest.approx(1, abs=0.15)

    def test_days_without_data_leave_count_and_exposure(self):
        gap = change_from_daily([3, np.nan, 5, 4], [2, 2, np.nan], ["a", "b", "a", "b"], ["a", "b", "a"])
        assert float(gap.change) == pytest.approx(4 / 2 - 1)

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (([np.nan], [1]), "no day now has a count"),
            (([1], []), "no day before has a count"),
            (([1], [1.5]), "daily counts before must be whole numbers"),
            (([1], [1], ["mon"]), "strata for both periods or for neither"),
            (([1, 2], [1], ["mon"], ["mon"]), "1 strata for 2 days now"),
        ],
    )
    def test_input_that_makes_no_sense(self, arguments, message):
        with pytest.raises(ValueError, match=message):
            change_from_daily(*arguments)
