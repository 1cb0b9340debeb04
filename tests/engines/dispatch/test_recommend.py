"""Recommendation: reasons by hand, and what must hold of every answer."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anning.engines.dispatch.joint import NOBODY, pick, team
from anning.engines.dispatch.recommend import Reason, Rule, Units, make_units, rank

FREE_RULE = Rule(cover_price_s=0)


def fleet(seed: int, n: int, kinds: int = 3) -> Units:
    draw = np.random.default_rng(seed)
    travel = np.round(draw.exponential(300, n))
    travel[draw.random(n) < 0.1] = np.inf
    return make_units(
        travel,
        draw.random((n, kinds)) < 0.6,
        on_duty=draw.random(n) < 0.8,
        free_in_s=np.where(draw.random(n) < 0.5, 0, draw.exponential(600, n)),
        age_s=np.where(draw.random(n) < 0.1, np.nan, draw.exponential(60, n)),
        shift_left_s=draw.exponential(10_000, n),
        cover_left=draw.random(n),
    )


rules = st.builds(
    Rule,
    limit_s=st.sampled_from([np.inf, 600.0]),
    oldest_s=st.sampled_from([np.inf, 120.0]),
    wait_s=st.sampled_from([0.0, 300.0]),
    shift_margin_s=st.sampled_from([0.0, 900.0]),
    cover_price_s=st.sampled_from([0.0, 60.0]),
    age_price=st.sampled_from([0.0, 0.5]),
)
needs = st.lists(st.booleans(), min_size=3, max_size=3)


@given(st.integers(0, 100_000), st.integers(1, 30), rules, needs)
def test_nobody_off_duty_incapable_or_out_of_bounds_is_named(seed, n, rule, wanted):
    units = fleet(seed, n)
    found = rank(units, wanted, rule)
    named = found.order
    assert np.all(units.on_duty[named])
    assert np.all(units.skills[named] | ~np.array(wanted))
    assert np.all(np.isfinite(found.arrival_s[named]) & (found.arrival_s[named] <= rule.limit_s))
    assert np.all(units.free_in_s[named] <= rule.wait_s)
    assert np.all(found.arrival_s[named] + rule.shift_margin_s <= units.shift_left_s[named])
    if np.isfinite(rule.oldest_s):
        assert np.all(units.age_s[named] <= rule.oldest_s)


@given(st.integers(0, 100_000), st.integers(1, 30), rules, needs)
def test_every_unit_is_ranked_or_has_its_reason(seed, n, rule, wanted):
    found = rank(fleet(seed, n), wanted, rule)
    can = np.isin(np.arange(n), found.order)
    assert np.all(np.isin(found.reason[can], [Reason.FIRST, Reason.SLOWER]))
    assert not np.any(np.isin(found.reason[~can], [Reason.FIRST, Reason.SLOWER]))
    assert np.sum(found.reason == Reason.FIRST) == min(1, len(found.order))
    scores = found.score_s[found.order]
    assert scores.tolist() == sorted(scores.tolist())
    assert found.amount[found.order] == pytest.approx(scores - scores[:1] if len(scores) else scores)


@given(st.integers(0, 100_000), st.integers(1, 30), rules, needs)
def test_the_terms_add_up(seed, n, rule, wanted):
    found = rank(fleet(seed, n), wanted, rule)
    total = found.wait_s + found.travel_s + found.cover_s + found.age_s
    assert found.score_s == pytest.approx(total)


@given(st.integers(0, 100_000), st.integers(1, 30), rules, needs, st.floats(0, 1))
def test_a_nearer_free_unit_never_makes_the_best_time_worse(seed, n, rule, wanted, share):
    units = fleet(seed, n)
    before = rank(units, wanted, rule)
    nearest = before.arrival_s[before.best] if before.best is not None else 500.0
    own = {"travel_s": nearest * share, "free_in_s": 0.0, "age_s": 0.0, "shift_left_s": np.inf, "cover_left": 0.0}
    more = Units(
        **{name: np.append(getattr(units, name), value) for name, value in own.items()},
        on_duty=np.append(units.on_duty, True),
        skills=np.vstack([units.skills, np.ones((1, 3), bool)]),
    )
    after = rank(more, wanted, rule)
    assert after.best is not None
    assert after.arrival_s[after.best] <= nearest


def test_each_reason_in_turn():
    units = make_units(
        [100, 150, 10, 20, 30, np.inf, 40, 50, 900],
        [[True], [True], [True], [False], [True], [True], [True], [True], [True]],
        on_duty=[True, True, False, True, True, True, True, True, True],
        free_in_s=[0, 0, 0, 0, 0, 0, 700, 0, 0],
        age_s=[5, 5, 5, 5, 400, 5, 5, 5, 5],
        shift_left_s=[np.inf] * 7 + [60, np.inf],
    )
    found = rank(units, [True], Rule(limit_s=600, oldest_s=300, shift_margin_s=30))
    assert [Reason(code).name for code in found.reason] == [
        "FIRST",
        "SLOWER",
        "OFF_DUTY",
        "LACKS",
        "POSITION_TOO_OLD",
        "UNREACHABLE",
        "BUSY",
        "SHIFT_ENDS",
        "BEYOND_LIMIT",
    ]
    assert found.amount.tolist() == [0, 50, 0, 1, 400, np.inf, 700, 60, 300]
    assert found.lacking.ravel().tolist() == [False] * 3 + [True] + [False] * 5


def test_ties_go_to_the_lowest_number():
    assert rank(make_units([7, 5, 5, 5], np.ones((4, 1), bool)), [True]).order.tolist() == [1, 2, 3, 0]


def test_stripping_cover_counts_and_is_shown():
    units = make_units([100, 130], np.ones((2, 1), bool), cover_left=[0.0, 1.0])
    assert rank(units, [True], Rule(cover_price_s=60)).order.tolist() == [1, 0]
    assert rank(units, [True], FREE_RULE).order.tolist() == [0, 1]
    assert rank(units, [True], Rule(cover_price_s=60)).cover_s.tolist() == [60, 0]


def test_a_busy_unit_counts_with_its_wait_where_the_rule_allows():
    units = make_units([100, 10], np.ones((2, 1), bool), free_in_s=[0, 60])
    assert rank(units, [True]).order.tolist() == [0]
    found = rank(units, [True], Rule(wait_s=120))
    assert found.order.tolist() == [1, 0] and found.arrival_s.tolist() == [100, 70]


def test_no_unit_is_a_plain_answer():
    found = rank(make_units([1.0], [[False]]), [True])
    assert found.best is None and not len(found.order)
    none = rank(make_units([], np.zeros((0, 1), bool)), [True])
    assert none.best is None
    assert team(make_units([], np.zeros((0, 1), bool)), [[True]]).unmet == [0]


@settings(max_examples=60)
@given(st.integers(0, 100_000), st.integers(1, 6), st.integers(1, 3), rules)
def test_no_other_team_fills_more_places_or_comes_cheaper(seed, n, count, rule):
    units = fleet(seed, n)
    places = np.random.default_rng(seed).random((count, 3)) < 0.5
    found = team(units, places, rule)
    assert found.candidates.tolist() == [len(ranking.order) for ranking in found.rankings]

    def value(chosen):
        able = [u if u is not None and u in r.order else None for u, r in zip(chosen, found.rankings, strict=True)]
        costs = [r.score_s[u] for u, r in zip(able, found.rankings, strict=True) if u is not None]
        return -len(costs), round(sum(costs), 6)

    best = min(value(chosen) for chosen in permutations([*range(n), *[None] * count], count))
    assert value([None if u == NOBODY else u for u in found.unit.tolist()]) == best
    filled = found.unit[found.unit != NOBODY]
    assert len(set(filled.tolist())) == len(filled)


def test_one_engine_two_police_and_an_ambulance():
    engine, police, ambulance = np.eye(3, dtype=bool)
    units = make_units([300, 60, 90, 120, 200, 45], [engine, police, police, police, ambulance, engine])
    found = team(units, [engine, police, police, ambulance])
    assert found.unit[0] == 5 and found.unit[3] == 4
    assert sorted(found.unit[1:3].tolist()) == [1, 2]
    assert found.complete_s == 200 and found.unmet == []


def test_which_place_nobody_can_fill_is_said():
    units = make_units([60, 90], [[True, False], [True, False]])
    found = team(units, [[True, False], [False, True], [True, True]])
    assert found.unmet == [1, 2]
    assert found.candidates.tolist() == [2, 0, 0]
    scarce = team(replace(units, on_duty=np.array([True, False])), [[True, False], [True, False]])
    assert len(scarce.unmet) == 1 and scarce.candidates.tolist() == [1, 1]


@settings(max_examples=60)
@given(st.integers(0, 100_000), st.integers(1, 7), rules)
def test_no_other_pick_brings_as_much_for_less(seed, n, rule):
    units = fleet(seed, n)
    count = np.random.default_rng(seed).integers(0, 3, 3)
    found, able = pick(units, count, rule), rank(units, [False] * 3, rule)
    there = np.minimum(count, units.skills[able.order].sum(axis=0))
    assert found.missing.tolist() == (count - there).tolist()
    every = (np.flatnonzero(chosen) for chosen in product([False, True], repeat=n))
    valid = (c for c in every if np.isin(c, able.order).all() and np.all(units.skills[c].sum(axis=0) >= there))
    assert found.score_s == pytest.approx(min(able.score_s[c].sum() for c in valid), abs=1e-6)
    assert np.all(units.skills[found.units].sum(axis=0) >= there)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: make_units([-1], [[True]]), "0 seconds or more"),
        (lambda: make_units([1], [True]), r"skills must be \(1, capabilities\)"),
        (lambda: make_units([1], [[True]], cover_left=2), "cover_left must be a share"),
        (lambda: rank(make_units([1], [[True]]), [True, True]), "needs must be 1 values"),
        (lambda: Rule(limit_s=0), "limits must be above 0"),
        (lambda: pick(make_units([1], [[True]]), [-1]), "whole numbers"),
    ],
)
def test_what_cannot_be_meant_is_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()
