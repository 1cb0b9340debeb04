"""The compiled replay equals a plain event loop that was written apart from it, call by call."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anning.engines.dispatch.replay.model import Homeward, Policy, Queue, make_calls, make_fleet, make_ground
from anning.engines.dispatch.replay.run import replay
from benchmarks.plain_replay import PlainReplay


def world(seed: int, *, nodes: int = 30, units: int = 5, calls: int = 120, shifts: bool = True):
    """A small made city; travel is not symmetric and some ways do not exist."""
    draw = np.random.default_rng(seed)
    x, y = draw.random(nodes) * 20_000, draw.random(nodes) * 12_000
    travel = np.hypot(x[:, None] - x, y[:, None] - y) / 12 * draw.uniform(1, 1.5, (nodes, nodes))
    hospitals = draw.choice(nodes, 3, replace=False)
    cut = draw.random((nodes, nodes)) < 0.03
    cut[:, hospitals] = False
    np.fill_diagonal(cut, False)
    travel[cut] = np.inf
    ground = make_ground(travel, x, y, hospitals=hospitals, homeward_speed=0.9)
    time = np.cumsum(draw.exponential(500, calls))
    log = make_calls(
        time,
        draw.integers(0, nodes, calls),
        draw.exponential(900, calls),
        hospital=np.where(draw.random(calls) < 0.5, -1, -2),
        drop_off_s=draw.exponential(600, calls),
        priority=draw.integers(1, 4, calls),
        needs=draw.choice([0, 1, 2], calls),
    )
    spells: dict[str, list[float]] = {"on_s": [], "off_s": [], "of_unit": []}
    for unit in range(units if shifts else 0):
        start = draw.uniform(0, 5_000)
        while start < time[-1] and unit > 0:
            end = start + draw.uniform(4_000, 20_000)
            spells["on_s"].append(start)
            spells["off_s"].append(end)
            spells["of_unit"].append(unit)
            start = end + draw.uniform(500, 6_000)
    skills = draw.integers(0, 4, units)
    skills[0] = 3
    return log, make_fleet(draw.integers(0, nodes, units), skills=skills, **spells), ground


policies = st.builds(
    Policy,
    homeward=st.sampled_from(Homeward),
    queue=st.sampled_from(Queue),
    turn_out_s=st.sampled_from([0.0, 60.0]),
    reserve=st.integers(0, 2),
    reserve_for=st.integers(1, 2),
)


@settings(max_examples=60)
@given(st.integers(0, 10_000), policies, st.booleans())
def test_the_same_unit_and_response_for_every_call(seed, policy, shifts):
    log, fleet, ground = world(seed, shifts=shifts)
    units, response = PlainReplay(log, fleet, ground, policy).play()
    ours = replay(log, fleet, ground, policy)
    assert [None if unit < 0 else unit for unit in ours.unit.tolist()] == units
    np.testing.assert_allclose(ours.response_s, response, rtol=0, atol=1e-7)


@pytest.mark.parametrize("seed", range(3))
def test_the_same_for_many_units_over_many_nodes(seed):
    log, fleet, ground = world(seed, nodes=400, units=60, calls=800, shifts=False)
    busy = make_calls(log.time_s / 30, log.node, log.on_scene_s, hospital=log.hospital, drop_off_s=log.drop_off_s)
    units, response = PlainReplay(busy, fleet, ground, Policy()).play()
    ours = replay(busy, fleet, ground)
    assert ours.unit.tolist() == [-1 if unit is None else unit for unit in units]
    np.testing.assert_allclose(ours.response_s, response, rtol=0, atol=1e-7)
