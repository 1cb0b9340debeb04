"""Erlang's formulas against published values, direct sums and each other."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.engines.dispatch import erlang

servers = st.integers(1, 60)
traffic = st.floats(0.01, 80)


def test_the_desk_of_the_worked_example():
    """48 erlang to 55, mean service 240 s, target 15 s: wait 0.238701, level 0.845883, mean wait 8.184 s."""
    assert float(erlang.erlang_c(55, 48)) == pytest.approx(0.238701, abs=5e-7)
    assert float(erlang.service_level(55, 48, 240, 15)) == pytest.approx(0.845883, abs=5e-7)
    assert float(erlang.mean_wait_s(55, 48, 240)) == pytest.approx(8.184, abs=5e-4)


def test_tabled_values():
    assert float(erlang.erlang_b(12, 10)) == pytest.approx(0.119739, abs=5e-7)
    assert float(erlang.erlang_c(2, 1)) == pytest.approx(1 / 3, rel=1e-12)
    assert float(erlang.erlang_c(7, 5)) == pytest.approx(0.324150, abs=5e-7)


@given(servers, traffic)
def test_loss_equals_the_sum_it_stands_for(c, a):
    terms = [k * math.log(a) - math.lgamma(k + 1) for k in range(c + 1)]
    top = max(terms)
    direct = math.exp(terms[-1] - top) / sum(math.exp(t - top) for t in terms)
    assert float(erlang.erlang_b(c, a)) == pytest.approx(direct, rel=1e-9)


@given(servers, traffic)
def test_waiting_is_likelier_than_losing_and_both_are_chances(c, a):
    lost, waits = float(erlang.erlang_b(c, a)), float(erlang.erlang_c(c, a))
    assert 0 <= lost <= waits <= 1


@given(servers, traffic)
def test_one_more_server_never_hurts(c, a):
    assert erlang.erlang_b(c + 1, a) <= erlang.erlang_b(c, a)
    assert erlang.service_level(c + 1, a, 200, 10) >= erlang.service_level(c, a, 200, 10) - 1e-12
    assert erlang.mean_wait_s(c + 1, a, 200) <= erlang.mean_wait_s(c, a, 200)


@given(traffic, st.floats(0, 60), st.floats(0.05, 0.99))
def test_staffing_is_the_fewest_that_reach_the_level(a, target, level):
    found = int(erlang.staffing(a, 180, target, level))
    assert erlang.service_level(found, a, 180, target) >= level
    assert erlang.service_level(found - 1, a, 180, target) < level


def test_arrays_broadcast_and_equal_the_single_answers():
    c, a = np.array([[1], [5], [40]]), np.array([0.0, 0.5, 4.0, 39.0])
    table = erlang.erlang_c(c, a)
    assert table.shape == (3, 4)
    for i in range(3):
        for j in range(4):
            assert table[i, j] == erlang.erlang_c(c[i, 0], a[j])


def test_the_edges():
    assert float(erlang.erlang_b(0, 3)) == 1
    assert float(erlang.erlang_b(3, 0)) == 0
    assert float(erlang.erlang_c(4, 4)) == 1
    assert float(erlang.erlang_c(4, 9)) == 1
    assert float(erlang.erlang_c(3, 0)) == 0
    assert float(erlang.mean_wait_s(4, 4, 60)) == np.inf
    assert float(erlang.service_level(4, 4, 60, 1e9)) == 0
    assert int(erlang.staffing(0, 60, 10, 0.9)) == 0


def test_large_desks_neither_overflow_nor_lose_their_digits():
    assert 0 < float(erlang.erlang_b(20_000, 19_900)) < 0.01
    assert int(erlang.staffing(5_000, 240, 15, 0.8)) == pytest.approx(5_000 + 40, abs=30)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: erlang.erlang_b(1.5, 2), "servers must be whole numbers"),
        (lambda: erlang.erlang_b(-1, 2), "servers must be whole numbers"),
        (lambda: erlang.erlang_b(np.nan, 2), "servers must be whole numbers"),
        (lambda: erlang.erlang_b(2, -1), "offered traffic"),
        (lambda: erlang.erlang_c(2, np.inf), "offered traffic"),
        (lambda: erlang.mean_wait_s(2, 1, 0), "mean service"),
        (lambda: erlang.service_level(2, 1, 60, -1), "target"),
        (lambda: erlang.staffing(2, 60, 10, 1), "level must be above 0 and below 1"),
        (lambda: erlang.staffing(2e5, 60, 10, 0.9), "more than 100,000 servers"),
    ],
)
def test_what_cannot_be_meant_is_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()
