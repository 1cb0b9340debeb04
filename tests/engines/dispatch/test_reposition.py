"""Advice where idle units should move."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.engines.dispatch.posts.covering import covered, expected
from anning.engines.dispatch.reposition import reposition

COVERS = [[1, 0, 0], [1, 0, 0], [0, 1, 0]]
POSTS = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
DRIVE = np.array([[0, 100, 300], [0, 100, 200], [100, 0, 100.0]])


def test_the_spare_unit_goes_where_nobody_is():
    found = reposition(COVERS, POSTS, DRIVE, [1, 1, 1], [1.0])
    assert (found.unit.tolist(), found.post.tolist(), found.travel_s.tolist()) == ([1], [2], [200])
    assert found.before == pytest.approx(2 / 3) and found.after == pytest.approx(1)


def test_a_drive_too_long_and_a_gain_too_small_are_not_advised():
    assert not len(reposition(COVERS, POSTS, DRIVE, [1, 1, 1], [1.0], limit_s=90).unit)
    assert not len(reposition(COVERS, POSTS, DRIVE, [1, 1, 1], [1.0], least_gain=0.5).unit)
    assert not len(reposition(COVERS, POSTS, np.full((3, 3), np.inf), [1, 1, 1], [1.0]).unit)


def test_nobody_is_left_to_move():
    found = reposition(np.zeros((0, 3)), POSTS, np.zeros((0, 3)), [1, 1, 1], [1.0])
    assert found.before == found.after == 0


@given(st.integers(0, 100_000), st.integers(1, 6), st.integers(1, 5), st.integers(0, 4))
def test_moves_gain_what_they_say(seed, units, posts, moves):
    draw = np.random.default_rng(seed)
    covers, there = draw.random((units, 8)) < 0.4, draw.random((posts, 8)) < 0.4
    drive, weight, worth = draw.random((units, posts)) * 900, draw.random(8) + 0.1, expected(4, 0.5)
    found = reposition(covers, there, drive, weight, worth, most_moves=moves, limit_s=600, least_gain=0.01)
    share = weight / weight.sum()
    now = covers.copy()
    assert found.before == pytest.approx(covered(now, share, range(units), worth))
    for unit, post, gain in zip(found.unit, found.post, found.gain, strict=True):
        before = covered(now, share, range(units), worth)
        now[unit] = there[post]
        assert covered(now, share, range(units), worth) - before == pytest.approx(gain)
        assert gain >= 0.01 and drive[unit, post] <= 600
    assert found.after == pytest.approx(covered(now, share, range(units), worth))
    assert len(set(found.unit.tolist())) == len(found.unit) <= moves


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"covers": [[1]]}, "do not fit together"),
        ({"worth": [0.1, 0.5]}, "worth must not rise"),
        ({"worth": [0.0]}, "worth something"),
        ({"most_moves": -1}, "0 or more"),
        ({"travel_s": -DRIVE - 1}, "0 seconds or more"),
        ({"weight": [0, 0, 0]}, "one above 0"),
    ],
)
def test_what_cannot_be_meant_is_refused(change, says):
    given_ = {"covers": COVERS, "post_covers": POSTS, "travel_s": DRIVE, "weight": [1, 1, 1], "worth": [1.0]} | change
    with pytest.raises(ValueError, match=says):
        reposition(**given_)
