"""Summaries, made calls and the search for the nearest node."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.engines.dispatch.replay.demand import poisson_calls
from anning.engines.dispatch.replay.grid import make_grid, nearest
from anning.engines.dispatch.replay.model import make_calls, make_fleet, make_ground
from anning.engines.dispatch.replay.run import replay
from anning.engines.dispatch.replay.summary import response_of, work_of

ONE = make_ground([[0.0, 30.0], [30.0, 0.0]], [0, 1], [0, 0])


def run_of(times, service, units=1):
    calls, fleet = make_calls(times, np.ones(len(times), int), service), make_fleet(np.zeros(units, int))
    return calls, fleet, replay(calls, fleet, ONE)


def test_counts_means_and_shares():
    calls, _, outcome = run_of(np.arange(50) * 1_000.0, 100)
    said = response_of(calls, outcome, targets_s=[29, 30])
    assert (said.calls, said.answered, said.waited) == (50, 50, 0)
    assert said.mean.value == said.median.value == said.ninth_decile == 30
    assert said.within[29].value == 0 and said.within[30].value == 1
    assert 0 < said.within[29].high < 0.1 and 0.9 < said.within[30].low < 1


def test_calls_never_answered_count_against_the_target():
    calls = make_calls([0, 1], [1, 1], 10, needs=[0, 1])
    said = response_of(calls, replay(calls, make_fleet([0]), ONE), targets_s=[60])
    assert said.within[60].value == 0.5
    assert (said.answered, said.mean.value) == (1, 30)
    assert np.isnan(said.mean.low)


def test_by_priority():
    calls = make_calls([0, 500], [1, 0], 10, priority=[1, 2])
    outcome = replay(calls, make_fleet([0]), ONE)
    assert response_of(calls, outcome, priority=1).mean.value == 30
    assert response_of(calls, outcome, priority=2).mean.value == 0
    assert response_of(calls, outcome, priority=3).calls == 0
    assert np.isnan(response_of(calls, outcome, priority=3).ninth_decile)


def test_work_adds_up_and_ends_with_the_span():
    calls, fleet, outcome = run_of([0.0, 1_000.0, 2_000.0], 70)
    work = work_of(calls, outcome, fleet)
    assert work.calls.tolist() == [3]
    assert work.busy_s[0] == pytest.approx(100 + 100)
    assert work.share[0] == pytest.approx(200 / 2_000)
    assert work.duty_s.tolist() == [2_000]
    assert work_of(calls, outcome, fleet, span_s=(0, 4_000)).busy_s[0] == pytest.approx(300)


def test_duty_is_counted_by_the_roster():
    calls = make_calls([0, 1_000], [1, 1], 10)
    fleet = make_fleet([0, 0], on_s=[-50, 600], off_s=[200, 5_000], of_unit=[1, 1])
    assert work_of(calls, replay(calls, fleet, ONE), fleet).duty_s.tolist() == [1_000, 600]


def test_what_has_no_answer_is_refused():
    calls, fleet, outcome = run_of([0.0], 10)
    with pytest.raises(ValueError, match="end after it begins"):
        work_of(calls, outcome, fleet)
    nothing = make_calls([], np.zeros(0, int), 0)
    with pytest.raises(ValueError, match="no calls"):
        work_of(nothing, replay(nothing, fleet, ONE), fleet)
    with pytest.raises(ValueError, match="level"):
        response_of(calls, outcome, level=1)


def test_made_calls_are_those_of_their_seed():
    first, again, other = (poisson_calls(seed, [0.01, 0.03], 1e6, mean_on_scene_s=600, taken=0.4) for seed in (1, 1, 2))
    assert first.time_s.tolist() == again.time_s.tolist()
    assert first.time_s.tolist() != other.time_s.tolist()
    assert len(first) == pytest.approx(40_000, rel=0.02)
    assert np.mean(first.node) == pytest.approx(0.75, abs=0.01)
    assert first.on_scene_s.mean() == pytest.approx(600, rel=0.03)
    assert np.mean(first.hospital == -1) == pytest.approx(0.4, abs=0.01)


def test_made_calls_follow_the_week_and_the_spread():
    weekly = np.zeros(168)
    weekly[10] = 1
    made = poisson_calls(3, [0.01], 14 * 86_400, mean_on_scene_s=600, weekly=weekly, spread=0.5)
    assert set((made.time_s // 3_600).astype(int) % 168) == {10}
    assert np.log(made.on_scene_s).std() == pytest.approx(0.5, rel=0.05)
    assert made.on_scene_s.mean() == pytest.approx(600, rel=0.05)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"rate_per_s": [-1.0]}, "rates must be"),
        ({"span_s": 0.0}, "span"),
        ({"weekly": [1.0]}, "168 weights"),
        ({"taken": 2}, "taken must be a share"),
        ({"mean_on_scene_s": 0}, "mean_on_scene_s above 0"),
    ],
)
def test_broken_demand_is_refused(change, says):
    given = {"seed": 1, "rate_per_s": [1.0], "span_s": 10.0, "mean_on_scene_s": 5.0} | change
    with pytest.raises(ValueError, match=says):
        poisson_calls(**given)


@given(st.integers(0, 10_000), st.integers(1, 80), st.sampled_from(["even", "line", "twins", "one spot"]))
def test_the_grid_finds_what_looking_at_all_finds(seed, n, shape):
    draw = np.random.default_rng(seed)
    x, y = draw.random(n) * 9_000, draw.random(n) * 300
    if shape == "line":
        y[:] = 5
    if shape == "twins":
        x, y = np.repeat(x, 2), np.repeat(y, 2)
    if shape == "one spot":
        x[:], y[:] = 3, 3
    grid = make_grid(x, y)
    for px, py in zip(draw.uniform(x.min(), x.max(), 20), draw.uniform(y.min(), y.max(), 20), strict=True):
        squared = (x - px) ** 2 + (y - py) ** 2
        node, room = nearest(grid, px, py)
        assert node == int(np.argmin(squared))
        ordered = np.sort(squared)
        assert room == pytest.approx(np.inf if len(x) == 1 else np.diff(np.sqrt(ordered[:2]))[0] / 2, abs=1e-9)
