"""Same-event proposals against a plain reading of their definition, pair by pair."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anning.engines.dispatch.categories import CategoryAgreement
from anning.engines.dispatch.same_event import (
    CallPoints,
    SameEventRule,
    Weights,
    call_points,
    candidate_pairs,
    match_one,
)
from anning.engines.space.distance import EARTH_RADIUS_M

DEGREE_M = math.radians(1) * EARTH_RADIUS_M
TABLE = CategoryAgreement([(111, 311, 0.9)])
ACCIDENT_EMS, ACCIDENT_ROAD, NOISE = [1, 11, 111], [3, 31, 311], [5, 51, 511]


def rule(**changes):
    return SameEventRule(**{"categories": TABLE, **changes})


def row(calls, k):
    """One call of several."""
    return CallPoints(
        calls.lon[[k]], calls.lat[[k]], calls.time_s[[k]], calls.uncertainty_m[[k]], calls.category[[k]],
        (calls.address[k],),
    )  # fmt: skip


@st.composite
def logs(draw):
    """Calls crowded in a square of 900 m and an hour, some without a place, an address or a category."""
    count = draw(st.integers(0, 25))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    west, south = draw(st.sampled_from([(121.55, 29.87), (179.996, -33.0), (-75.3, 40.1), (12.0, 89.995)]))
    lon = west + rng.random(count) * 0.008
    lon = np.where(lon > 180, lon - 360, lon)
    lat = np.minimum(south + rng.random(count) * 0.008, 90)
    lat[rng.random(count) < 0.1] = np.nan
    kinds = np.array([ACCIDENT_EMS, ACCIDENT_ROAD, NOISE, [-1, -1, -1]])
    return call_points(
        lon, lat, rng.integers(0, 3600, count).astype(float),
        uncertainty_m=rng.choice([0, 0, 50, 5000], count),
        category=kinds[rng.integers(0, 4, count)],
        address=rng.choice(["", "药行街 开明街", "开明街 药行街", "解放北路"], count).tolist(),
    )  # fmt: skip


class TestDefinition:
    @given(logs(), st.sampled_from([0.0, 0.3, 0.65, 0.9]))
    @settings(max_examples=60, deadline=None)
    def test_a_log_gives_exactly_the_pairs_that_one_call_after_another_gives(self, calls, threshold):
        chosen = rule(threshold=threshold)
        found = candidate_pairs(calls, chosen)
        pairs = list(zip(found.first.tolist(), found.second.tolist(), found.score.tolist(), strict=True))
        singly = []
        for new in range(len(calls)):
            matched = match_one(row(calls, new), calls, chosen)
            singly += [
                (old, new, score)
                for old, score in zip(matched.first.tolist(), matched.score.tolist(), strict=True)
                if old < new
            ]
        assert sorted(pairs) == sorted(singly)
        assert pairs == sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))

    @given(logs())
    @settings(max_examples=40, deadline=None)
    def test_terms_make_the_score_and_stay_within_bounds(self, calls):
        found = candidate_pairs(calls, rule(threshold=0))
        weight = Weights()
        for k in range(len(found)):
            terms = {
                weight.distance: found.distance_term[k],
                weight.time: found.time_term[k],
            }
            total = weight.distance * terms[weight.distance] + weight.time * terms[weight.time]
            total += weight.category * found.category_term[k]
            share = weight.distance + weight.time + weight.category
            if not np.isnan(found.address_term[k]):
                total, share = total + weight.address * found.address_term[k], share + weight.address
            assert found.score[k] == pytest.approx(total / share, abs=1e-8)
            assert 0 <= found.score[k] <= 1
            assert found.gap_s[k] <= 900
            assert found.first[k] < found.second[k]

    @given(logs(), st.floats(0, 1))
    @settings(max_examples=30, deadline=None)
    def test_a_lower_threshold_only_adds_proposals(self, calls, threshold):
        strict, loose = (
            candidate_pairs(calls, rule(threshold=threshold)),
            candidate_pairs(calls, rule(threshold=0)),
        )
        kept = set(zip(strict.first.tolist(), strict.second.tolist(), strict=True))
        assert kept <= set(zip(loose.first.tolist(), loose.second.tolist(), strict=True))
        assert len(kept) == int(np.sum(loose.score >= threshold))

    @given(logs())
    @settings(max_examples=30, deadline=None)
    def test_shifting_the_clock_changes_nothing(self, calls):
        later = CallPoints(
            calls.lon, calls.lat, calls.time_s + 1.7e9, calls.uncertainty_m, calls.category, calls.address
        )
        a, b = candidate_pairs(calls, rule(threshold=0)), candidate_pairs(later, rule(threshold=0))
        assert a.first.tolist() == b.first.tolist()
        assert a.score.tolist() == b.score.tolist()


class TestReading:
    def pair(self, metres=0.0, seconds=0.0, categories=(ACCIDENT_EMS, ACCIDENT_ROAD), **more):
        calls = call_points([121.55] * 2, [29.87, 29.87 + metres / DEGREE_M], [0, seconds], category=categories, **more)
        return candidate_pairs(calls, rule(threshold=0))

    def test_an_ambulance_and_a_traffic_call_at_one_crossing_are_proposed_by_default(self):
        calls = call_points([121.55] * 2, [29.87, 29.8702], [0, 120], category=[ACCIDENT_EMS, ACCIDENT_ROAD])
        assert len(candidate_pairs(calls, rule())) == 1

    def test_unrelated_matters_at_one_place_and_minute_are_not(self):
        calls = call_points([121.55] * 2, [29.87] * 2, [0, 30], category=[ACCIDENT_EMS, NOISE])
        assert len(candidate_pairs(calls, rule())) == 0

    @pytest.mark.parametrize("metres", [0, 50, 150, 199])
    def test_the_distance_term_falls_in_a_straight_line(self, metres):
        found = self.pair(metres=metres)
        assert found.distance_m[0] == pytest.approx(metres, abs=1e-6)
        assert found.distance_term[0] == pytest.approx(1 - metres / 200)

    @pytest.mark.parametrize(("metres", "seconds", "count"), [(199.9, 0, 1), (200.1, 0, 0), (0, 900, 1), (0, 901, 0)])
    def test_beyond_radius_and_window_nothing_is_compared(self, metres, seconds, count):
        assert len(self.pair(metres=metres, seconds=seconds)) == count

    def test_an_uncertain_place_reaches_farther_and_says_less(self):
        sure, unsure = self.pair(metres=100), self.pair(metres=100, uncertainty_m=[0, 300])
        assert unsure.distance_term[0] == pytest.approx((1 - 100 / 500) * 200 / 500)
        assert unsure.score[0] < sure.score[0]
        assert len(self.pair(metres=499, uncertainty_m=[0, 300])) == 1

    @pytest.mark.parametrize("metres", [795, 805])
    def test_both_uncertainties_add_to_the_reach(self, metres):
        for lon, lat in ((0.0, metres / DEGREE_M), (metres / DEGREE_M, 0.0)):
            calls = call_points([0, lon], [0, lat], [0, 0], uncertainty_m=300, category=NOISE)
            assert len(candidate_pairs(calls, rule(threshold=0))) == int(metres < 800)

    def test_uncertainty_beyond_the_cap_counts_as_the_cap(self):
        assert len(self.pair(metres=699, uncertainty_m=[0, 1e6])) == 1
        assert len(self.pair(metres=701, uncertainty_m=[0, 1e6])) == 0

    def test_an_address_counts_only_where_both_are_known(self):
        same, one = self.pair(address=["解放北路"] * 2), self.pair(address=["解放北路", ""])
        assert same.address_term[0] == 1
        assert np.isnan(one.address_term[0])
        assert same.score[0] > one.score[0]


class TestInput:
    def test_no_call_one_call_and_calls_without_place_or_time_give_no_proposal(self):
        empty = call_points([], [], [])
        assert len(candidate_pairs(empty, rule())) == 0
        assert len(candidate_pairs(call_points(121, 29, 0), rule())) == 0
        assert len(match_one(call_points(121, 29, 0), empty, rule())) == 0
        lost = call_points([np.nan, 121, 121], [29, 29, 29], [0, np.nan, 0])
        assert len(candidate_pairs(lost, rule(threshold=0))) == 0
        assert len(match_one(row(lost, 0), lost, rule(threshold=0))) == 0
        assert len(match_one(row(lost, 1), lost, rule(threshold=0))) == 0

    def test_many_calls_at_one_spot_and_second_are_all_paired(self):
        found = candidate_pairs(call_points([121.5] * 60, [29.9] * 60, [0] * 60, category=NOISE), rule())
        assert len(found) == 60 * 59 // 2
        assert set(found.score.tolist()) == {1.0}

    @pytest.mark.parametrize(
        ("arguments", "more", "message"),
        [
            (([121, 122], [29], [0, 1]), {}, "must be of one length"),
            (([121], [29], [0]), {"category": [1, 2]}, r"category must have shape \(1, 3\)"),
            (([121], [29], [0]), {"uncertainty_m": -1}, "0 or more"),
            (([121], [29], [0]), {"uncertainty_m": [1, 2]}, "one number or one per call"),
            (([121], [29], [0]), {"uncertainty_m": np.nan}, "0 or more"),
            (([121], [29], [0]), {"address": []}, "0 addresses for 1 calls"),
        ],
    )
    def test_calls_that_do_not_fit_together(self, arguments, more, message):
        with pytest.raises(ValueError, match=message):
            call_points(*arguments, **more)

    def test_match_one_takes_one(self):
        two = call_points([121, 122], [29, 29], [0, 1])
        with pytest.raises(ValueError, match="takes one new call, got 2"):
            match_one(two, two, rule())

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"radius_m": 0}, "radius and window must be positive"),
            ({"window_s": -1}, "radius and window must be positive"),
            ({"uncertainty_cap_m": -1}, "the cap 0 or more"),
            ({"threshold": 1.1}, "threshold must be 0 to 1"),
        ],
    )
    def test_a_rule_that_makes_no_sense(self, changes, message):
        with pytest.raises(ValueError, match=message):
            rule(**changes)

    @pytest.mark.parametrize("weights", [(-0.1, 1, 1, 1), (0, 0, 0, 1), (float("nan"), 1, 1, 1)])
    def test_weights_that_make_no_sense(self, weights):
        with pytest.raises(ValueError, match="weights must be 0 or more"):
            Weights(*weights)
