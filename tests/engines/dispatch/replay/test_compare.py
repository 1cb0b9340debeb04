"""Two replays of one log: what the same calls gain or lose."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from anning.engines.dispatch.replay.compare import FEWEST, by_place, curve, paired, quantile


def test_what_is_common_to_both_falls_out() -> None:
    draw = np.random.default_rng(1)
    before = draw.exponential(600, 400)
    found = paired(before, before - 30)
    assert found.calls == found.sooner == 400
    assert found.mean.value == pytest.approx(-30)
    assert found.mean.high - found.mean.low < 1e-9, "though the responses themselves scatter by ten minutes"


def test_the_interval_of_the_difference_covers_it_about_95_times_in_100() -> None:
    draw = np.random.default_rng(2)
    covered = 0
    for _ in range(400):
        before = draw.exponential(600, 200)
        found = paired(before, before + draw.normal(5, 40, 200)).mean
        covered += found.low <= 5 <= found.high
    assert 0.91 <= covered / 400 <= 0.98


def test_a_call_that_only_one_side_answers_is_not_compared() -> None:
    found = paired([100.0, np.nan, 300.0], [100.2, 50.0, np.nan])
    assert (found.calls, found.sooner, found.later) == (1, 0, 0)
    assert np.isnan(found.mean.low)
    assert paired([np.nan], [1.0]).calls == 0


def test_places_apart() -> None:
    place = np.repeat([3, 7, 9], [20, FEWEST - 1, 15])
    before = np.full(len(place), 500.0)
    after = before + np.where(place == 3, -60.0, 0.0) + np.tile([1.0, -1.0], len(place) // 2 + 1)[: len(place)]
    found = by_place(place, before, after)
    assert found.place.tolist() == [3, 7, 9]
    assert found.calls.tolist() == [20, FEWEST - 1, 15]
    assert found.high[0] < 0
    assert np.isnan(found.low[1]), "too few for an interval"
    assert found.low[2] < 0 < found.high[2]


def test_a_place_whose_calls_nobody_answers_is_left_out() -> None:
    assert by_place([1, 2], [np.nan, 5.0], [4.0, 4.0]).place.tolist() == [2]


@pytest.mark.parametrize("share", [0.5, 0.9])
@pytest.mark.parametrize("n", [60, 1000])
def test_the_interval_of_a_quantile_has_its_level_whatever_the_values(share: float, n: int) -> None:
    found = quantile(np.arange(1, n + 1), share)
    inside = binom.cdf(found.high - 1, n, share) - binom.cdf(found.low - 1, n, share)
    assert 0.95 <= inside < 0.98
    assert found.low <= found.value <= found.high


def test_few_values_have_no_interval_and_none_no_quantile() -> None:
    few = quantile([1.0, 2.0, 3.0, np.nan], 0.9)
    assert few.value == 3.0
    assert np.isnan(few.high)
    assert np.isnan(quantile([], 0.9).value)


def test_never_counts_in_a_curve() -> None:
    assert curve([60.0, np.nan], [0, 60, 1e9]).tolist() == [0, 0.5, 0.5]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: paired([1.0], [1.0, 2.0]), "one log"),
        (lambda: by_place([1], [1.0, 2.0], [1.0, 2.0]), "one number a call"),
        (lambda: quantile([1.0], 1.0), "between 0 and 1"),
        (lambda: paired([1.0], [1.0], level=1.5), "between 0 and 1"),
    ],
)
def test_what_makes_no_sense_is_refused(call, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call()
