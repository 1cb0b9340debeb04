"""The p-median against all placements of small cases, and against the published optima of the OR-Library."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anning.engines.dispatch.posts.interchange import greedy, improve, search
from anning.engines.dispatch.posts.lagrange import bound, still_open
from anning.engines.dispatch.posts.placement import Placement
from anning.engines.dispatch.posts.pmedian import p_median
from anning.wire.dispatch.pmed import read_pmed

OPTIMA = {
    1: 5819,
    3: 4250,
    5: 1355,
    7: 5631,
    9: 2734,
    11: 7696,
    13: 4374,
    15: 1729,
    17: 6999,
    19: 2845,
    21: 9138,
    23: 4619,
    25: 1828,
    27: 8307,
    29: 3033,
    31: 10086,
    33: 4700,
    35: 10400,
    37: 5057,
    39: 9423,
}
"""J. E. Beasley, A note on solving large p-median problems, EJOR 21 (1985), 270-273."""
LONG = {17, 27, 31, 35, 39}
"""Few posts among many nodes: the proof takes HiGHS from ten seconds to minutes, so that the test leaves it out."""


def towns(seed: int, sites: int, places: int, *, whole: bool = True):
    draw = np.random.default_rng(seed)
    a, b = draw.random((sites, 1, 2)), draw.random((1, places, 2))
    travel = np.hypot(*np.moveaxis(a - b, 2, 0)) * 100
    return (np.round(travel) if whole else travel), draw.integers(0, 5, places) + (np.arange(places) == 0)


def by_trying_all(travel, weight, posts) -> float:
    cost = travel * weight
    return min(cost[list(chosen)].min(axis=0).sum() for chosen in combinations(range(len(travel)), posts))


@settings(max_examples=60)
@given(st.integers(0, 100_000), st.integers(1, 9), st.integers(1, 12), st.booleans(), st.data())
def test_no_placement_is_better(seed, sites, places, whole, data):
    travel, weight = towns(seed, sites, places, whole=whole)
    posts = data.draw(st.integers(1, sites))
    found, best = p_median(travel, weight, posts), by_trying_all(travel, weight, posts)
    assert found.value == pytest.approx(best, abs=1e-6)
    assert found.bound <= best + 1e-6
    assert found.gap <= 1e-6
    assert len(set(found.sites.tolist())) == posts
    assert (travel * weight)[found.sites].min(axis=0).sum() == pytest.approx(found.value)


@settings(max_examples=40)
@given(st.integers(0, 100_000), st.integers(2, 9), st.integers(1, 3))
def test_the_bound_is_below_every_placement_and_rules_out_no_better_one(seed, sites, posts):
    travel, weight = towns(seed, sites, 12)
    cost, posts = (travel * weight).astype(float), min(posts, sites)
    start = np.arange(posts)
    value = float(cost[start].min(axis=0).sum())
    found = bound(cost, start, value, rounds=60)
    best = by_trying_all(travel, weight, posts)
    assert found.value <= best + 1e-6
    assert found.cost == pytest.approx(cost[found.sites].min(axis=0).sum())
    left = still_open(cost, found, 1.0)
    for chosen in combinations(range(sites), posts):
        if cost[list(chosen)].min(axis=0).sum() <= found.cost - 1:
            assert set(chosen) <= set(left.sites.tolist())
            assert set(left.sure.tolist()) <= set(chosen)


def test_interchange_never_makes_worse_and_repeats_itself():
    travel, weight = towns(3, 40, 60)
    cost = (travel * weight).astype(float)
    start = greedy(cost, 6)
    before = cost[start].min(axis=0).sum()
    assert improve(cost, start) <= before
    first, second = (search(cost, 6, seed=9, shakes=20) for _ in range(2))
    assert first[0].tolist() == second[0].tolist() and first[1] == second[1]


def test_one_more_post_never_costs_more():
    travel, weight = towns(11, 15, 30)
    values = [p_median(travel, weight, posts).value for posts in range(1, 16)]
    assert values == sorted(values, reverse=True)


def test_a_place_without_a_way_is_reached_if_any_placement_can():
    travel = np.array([[0, 1, np.inf], [1, 0, np.inf], [9, 9, 0.0]])
    assert p_median(travel, [5, 5, 1], 2).sites.tolist() in ([0, 2], [1, 2])
    with pytest.raises(ValueError, match="reach every place"):
        p_median(travel[:2], [5, 5, 1], 1)
    assert p_median(travel[:2], [5, 5, 0], 1).value == 5


def test_without_time_the_gap_is_said():
    travel, weight = towns(17, 60, 60, whole=False)
    found = p_median(travel, weight, 5, time_limit_s=0)
    assert found.bound <= p_median(travel, weight, 5).value <= found.value


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (([1, 2], [1, 1], 1), "travel must be"),
        (([[1, -2]], [1, 1], 1), "travel must be"),
        (([[1, 2]], [1], 1), "weight must be 2 numbers"),
        (([[1, 2]], [0, 0], 1), "one above 0"),
        (([[1, 2]], [1, 1], 2), "posts must be 1 to 1"),
        (([[1, 2]], [1, 1], 0), "posts must be 1 to 1"),
    ],
)
def test_what_cannot_be_meant_is_refused(arguments, says):
    with pytest.raises(ValueError, match=says):
        p_median(*arguments)


def test_the_gap():
    assert Placement(np.array([0]), 10.0, 9.0, True, 1).gap == 0.1
    assert Placement(np.array([0]), 10.0, 11.0, False, 1).gap == 0.1
    assert Placement(np.array([0]), 0.0, 0.0, True, 1).proven
    assert not Placement(np.array([0]), 0.0, 1.0, False, 1).proven


@pytest.mark.parametrize("number", OPTIMA)
def test_the_published_optimum_is_found(number, shared_data):
    name = f"pmed{number}.txt"
    given = read_pmed(name, (shared_data / "dispatch" / "pmed" / name).read_text())
    limit_s = 0 if number in LONG else 120
    found = p_median(given.travel, np.ones(len(given.travel)), given.posts, time_limit_s=limit_s)
    assert found.value == OPTIMA[number]
    assert found.bound <= OPTIMA[number]
    assert found.gap < 0.01
    assert found.proven or number in LONG
