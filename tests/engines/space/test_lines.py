"""Ranked lines and likeness against plain loops over the same lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from anning.engines.space.likeness import LikenessIndex, grams
from anning.engines.space.lines import RankedLines

text = st.text("ab海 ", min_size=1, max_size=6)
many = st.lists(text, max_size=30)
limit = st.integers(1, 8)


def plain(lines, holds, limit):
    return [(row, len(line)) for row, line in enumerate(lines) if holds(line)][:limit]


@given(many, text, limit)
def test_searches_give_the_best_first(lines, asked, most):
    index = RankedLines((line, row) for row, line in enumerate(lines))
    assert list(index.whole(asked, most)) == plain(lines, lambda line: line == asked, most)
    assert list(index.beginning(asked, most)) == plain(lines, lambda line: line.startswith(asked), most)
    assert list(index.containing(asked, most)) == plain(lines, lambda line: asked in line, most)


def test_rows_may_repeat():
    index = RankedLines([("ab", 7), ("abc", 7), ("b", 3)])
    assert list(index.beginning("ab", 5)) == [(7, 2), (7, 3)]
    assert list(index.containing("b", 2)) == [(7, 2), (7, 3)]


@given(many.filter(bool), text)
def test_every_line_at_least_so_like_that_shares_a_pair_is_given(lines, asked):
    index = LikenessIndex([(line, row) for row, line in enumerate(lines)], [0.0] * len(lines))
    found = dict(index.nearest(asked, 0.6))
    for row, line in enumerate(lines):
        whole = fuzz.ratio(asked, line) / 100
        if whole >= 0.6 and grams(line) & grams(asked):
            assert found[row] >= whole - 1e-9
    assert all(0.6 <= value <= 1 for value in found.values())


def test_swapped_neighbours_at_the_beginning_count_once():
    index = LikenessIndex([("haishuqu", 0)], [0.0])
    found = dict(index.nearest("haihsu", 0.0))
    assert found[0] == pytest.approx(0.95 * 5 / 6)


def test_merit_decides_who_is_looked_at_among_many_alike():
    lines = [(f"ab{k:03d}", k) for k in range(600)]
    merit = [0.0] * 599 + [1.0]
    assert 599 in dict(LikenessIndex(lines, merit).nearest("ab", 0.0))


def test_nothing_shared_gives_nothing():
    assert list(LikenessIndex([("ab", 0)], [0.0]).nearest("xy", 0.0)) == []
    assert list(LikenessIndex([], []).nearest("xy", 0.0)) == []
