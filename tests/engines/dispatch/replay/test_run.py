"""Small replays worked out by hand: reserve, priorities, capability, shifts, hospitals, the way home."""

from __future__ import annotations

import numpy as np
import pytest

from anning.engines.dispatch.replay.model import Policy, Queue, make_calls, make_fleet, make_ground
from anning.engines.dispatch.replay.run import replay

X = np.arange(5) * 1_000.0
LINE = make_ground(np.abs(X[:, None] - X) / 10, X, np.zeros(5), hospitals=[0, 4])
"""Five nodes a kilometre apart on one road, 100 s between neighbours, hospitals at both ends."""


def units_of(*arguments, **named):
    return replay(*arguments, **named).unit.tolist()


def test_the_nearest_goes_and_the_lowest_number_among_equals():
    fleet = make_fleet([0, 4, 0])
    assert units_of(make_calls([0, 0, 0], [1, 2, 3], 600), fleet, LINE) == [0, 1, 2]


def test_a_call_waits_for_the_unit_that_is_done_first():
    done = replay(make_calls([0, 10], [1, 2], 600), make_fleet([0]), LINE)
    assert done.wait_s.tolist() == [0, 690]
    assert done.response_s.tolist() == [100, 790]
    assert done.start.tolist() == [0, 1]


def test_a_unit_driving_home_is_met_on_the_way():
    """Done at node 4 at time 400, home at node 0 after 400 s: 150 s later it is past the middle of 4 to 2."""
    done = replay(make_calls([0, 550], [4, 3], 0), make_fleet([0]), LINE)
    assert done.start.tolist() == [0, 2]
    assert done.travel_s.tolist() == [400, 100]


def test_slower_home_means_nearer_to_where_it_was():
    slow = make_ground(LINE.travel_s, X, np.zeros(5), homeward_speed=0.5)
    done = replay(make_calls([0, 550], [4, 3], 0), make_fleet([0]), slow)
    assert done.start.tolist() == [0, 3]


def test_the_patient_goes_to_the_nearest_hospital_or_the_named_one():
    calls = make_calls([0, 5_000], [1, 1], 60, hospital=[-1, 4], drop_off_s=600)
    done = replay(calls, make_fleet([0]), LINE)
    assert done.hospital.tolist() == [0, 4]
    assert done.done_s.tolist() == [100 + 60 + 100 + 600, 5_000 + 100 + 60 + 300 + 600]


def test_only_a_capable_unit_goes_however_far():
    fleet = make_fleet([1, 4], skills=[0b01, 0b11])
    assert units_of(make_calls([0, 0], [1, 1], 60, needs=[0b10, 0]), fleet, LINE) == [1, 0]


def test_a_call_nobody_can_serve_is_never_answered():
    done = replay(make_calls([0, 1], [1, 1], 60, needs=[0b100, 0]), make_fleet([0]), LINE)
    assert done.unit.tolist() == [-1, 0]
    assert np.isnan(done.response_s[0]) and np.isnan(done.done_s[0])


def test_the_reserve_is_kept_for_the_urgent():
    policy = Policy(queue=Queue.BY_PRIORITY, reserve=1, reserve_for=1)
    calls = make_calls([0, 1, 2], [1, 1, 1], 600, priority=[3, 3, 1])
    done = replay(calls, make_fleet([0, 0]), LINE, policy)
    assert done.unit.tolist() == [0, 0, 1]
    assert done.free.tolist() == [2, 1, 1]
    assert done.wait_s[1] == 701


@pytest.mark.parametrize(("queue", "order"), [(Queue.FIRST_COME, [1, 2]), (Queue.BY_PRIORITY, [2, 1])])
def test_who_is_next_out_of_the_line(queue, order):
    calls = make_calls([0, 1, 2], [1, 1, 1], 600, priority=[2, 2, 1])
    done = replay(calls, make_fleet([0]), LINE, Policy(queue=queue))
    assert np.argsort(done.done_s)[1:].tolist() == order


def test_without_a_line_a_call_that_finds_nobody_is_lost():
    assert units_of(make_calls([0, 1], [1, 1], 600), make_fleet([0]), LINE, policy=Policy(queue=Queue.LOST)) == [0, -1]


def test_shifts_and_breaks():
    fleet = make_fleet([0, 4], on_s=[0, 2_000], off_s=[1_000, 9_000], of_unit=[0, 0])
    done = replay(make_calls([500, 1_500, 2_000], [1, 1, 1], 60), fleet, LINE)
    assert done.unit.tolist() == [0, 1, 0]


def test_a_unit_finishes_its_task_after_the_end_of_its_shift_and_takes_no_other():
    fleet = make_fleet([0], on_s=[0], off_s=[100], of_unit=[0])
    done = replay(make_calls([50, 60], [4, 1], 600), fleet, LINE)
    assert done.done_s[0] == 50 + 400 + 600
    assert done.unit.tolist() == [0, -1]


def test_a_waiting_call_is_taken_by_whoever_comes_on_duty():
    fleet = make_fleet([0], on_s=[500], off_s=[900], of_unit=[0])
    assert replay(make_calls([0], [1], 60), fleet, LINE).wait_s.tolist() == [500]


def test_turn_out_is_asked_of_units_at_their_base_only():
    done = replay(make_calls([0, 500], [4, 4], 0), make_fleet([0]), LINE, Policy(turn_out_s=60))
    assert done.travel_s.tolist() == [460, 0]


def test_a_unit_that_is_done_at_the_moment_of_a_call_can_take_it():
    done = replay(make_calls([0, 700], [1, 1], 600), make_fleet([0]), LINE)
    assert done.wait_s.tolist() == [0, 0]
    assert done.free.tolist() == [1, 1]


def test_no_way_is_no_answer():
    travel = LINE.travel_s.copy()
    travel[0, 1] = np.inf
    island = make_ground(travel, X, np.zeros(5))
    assert units_of(make_calls([0], [1], 60), make_fleet([0]), island) == [-1]


def test_no_calls_no_answers():
    assert len(replay(make_calls([], np.zeros(0, int), 0), make_fleet([0]), LINE).unit) == 0


def test_twice_the_same():
    calls = make_calls(np.arange(200) * 37.0, np.arange(200) % 5, 300, hospital=-1)
    first, second = (replay(calls, make_fleet([0, 2, 4]), LINE) for _ in range(2))
    assert first.done_s.tolist() == second.done_s.tolist()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: make_calls([1, 0], [0, 0], 1), "in order of time"),
        (lambda: make_calls([np.nan], [0], 1), "in order of time"),
        (lambda: make_calls([0], [0], -1), "0 seconds or more"),
        (lambda: make_calls([0], [0], 1, priority=0), "priority must be 1"),
        (lambda: make_calls([0, 1], [0], 1), "node must be one value or 2"),
        (lambda: make_fleet([]), "at least one unit"),
        (lambda: make_fleet([0], on_s=[0], off_s=[0], of_unit=[0]), "end after it begins"),
        (lambda: make_fleet([0], on_s=[0], off_s=[1], of_unit=[1]), "belong to a unit"),
        (lambda: make_fleet([0], on_s=[0, 1], off_s=[2, 3], of_unit=[0, 0]), "unit 0 overlap"),
        (lambda: make_fleet([0], on_s=[0], off_s=[], of_unit=[0]), "one length"),
        (lambda: make_ground(np.zeros((2, 3)), [0, 1], [0, 1]), "square"),
        (lambda: make_ground([[-1.0]], [0], [0]), "0 or more"),
        (lambda: make_ground([[0.0]], [0], [0], hospitals=[1]), "hospitals must be nodes"),
        (lambda: make_ground([[0.0]], [0], [0], homeward_speed=0), "homeward_speed"),
        (lambda: Policy(reserve=-1), "reserve must be 0 or more"),
        (lambda: replay(make_calls([0], [5], 1), make_fleet([0]), LINE), "call 0 is at node 5"),
        (lambda: replay(make_calls([0], [0], 1), make_fleet([9]), LINE), "base of unit 0"),
        (lambda: replay(make_calls([0], [0], 1, hospital=7), make_fleet([0]), LINE), "taken to node 7"),
    ],
)
def test_what_cannot_be_meant_is_refused(make, says):
    with pytest.raises(ValueError, match=says):
        make()


def test_a_hospital_is_needed_and_must_be_in_reach():
    bare = make_ground(LINE.travel_s, X, np.zeros(5))
    with pytest.raises(ValueError, match="names no hospital"):
        replay(make_calls([0], [0], 1, hospital=-1), make_fleet([0]), bare)
    travel = LINE.travel_s.copy()
    travel[2, [0, 4]] = np.inf
    with pytest.raises(ValueError, match="no way leads there"):
        replay(make_calls([0], [2], 1, hospital=-1), make_fleet([0]), make_ground(travel, X, X, hospitals=[0, 4]))
