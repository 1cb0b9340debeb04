"""Play a log of calls through a fleet: who would have gone, from where, and how long it would have taken.

Nothing is drawn at random: the same input gives the same answers, to the last digit. Background:
``docs/background/replay.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from anning.engines.dispatch.replay.events import make_heap
from anning.engines.dispatch.replay.grid import make_grid
from anning.engines.dispatch.replay.kernel import simulate
from anning.engines.dispatch.replay.model import (
    NEAREST_HOSPITAL,
    NO_HOSPITAL,
    Calls,
    Fleet,
    Floats,
    Ground,
    Homeward,
    Ints,
    Policy,
    Queue,
)
from anning.engines.dispatch.replay.state import Bools, World, make_answers, make_line, make_units


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the calls; arrays of shape (calls,), NaN and −1 where nobody ever came.

    Attributes:
        unit: who went. start: the node it counted as being at.
        wait_s: from the call until it was given to the unit. travel_s: from then to the place, turn-out included.
        response_s: their sum. done_s: time at which the unit was free again.
        hospital: node, or `NO_HOSPITAL`.
        free: capable units that were free when the call came.
    """

    unit: Ints
    start: Ints
    wait_s: Floats
    travel_s: Floats
    response_s: Floats
    done_s: Floats
    hospital: Ints
    free: Ints


def replay(calls: Calls, fleet: Fleet, ground: Ground, policy: Policy | None = None) -> Outcome:
    """Answer every call of the log in order, as the policy says.

    The free capable unit that is there first goes, the lowest number among equals. A unit that is done drives to
    its base and may be sent on the way. Where nobody is free the call waits, as `Policy.queue` says; whenever a
    unit becomes free or comes on duty, the waiting calls it could take are tried in order.

    Raises:
        ValueError: a call or base is at a node that is not there, a call is to be taken to hospital and there is
            none, or no way leads to it.
    """
    policy = policy or Policy()
    _check(calls, fleet, ground)
    hospital = _hospitals(calls, ground)
    duty_s, duty_unit, duty_on, on = _duty(fleet)
    rank, classes = _ranks(calls, policy)
    world = World(
        time_s=calls.time_s,
        node=calls.node,
        on_scene_s=calls.on_scene_s,
        hospital=hospital,
        drop_off_s=calls.drop_off_s,
        rank=rank,
        reserve=np.where(calls.priority > policy.reserve_for, policy.reserve, 0).astype(np.int64),
        needs=calls.needs,
        base=fleet.base,
        skills=fleet.skills,
        duty_s=duty_s,
        duty_unit=duty_unit,
        duty_on=duty_on,
        from_s=ground.travel_s,
        to_s=np.ascontiguousarray(ground.travel_s.T),
        homeward_speed=float(ground.homeward_speed),
        turn_out_s=float(policy.turn_out_s),
        interpolated=policy.homeward is Homeward.INTERPOLATED,
        waits=policy.queue is not Queue.LOST,
    )
    answers = make_answers(len(calls))
    units, line = make_units(fleet.base, on), make_line(classes, len(calls))
    simulate(world, make_grid(ground.x, ground.y), units, make_heap(len(fleet)), line, answers)
    wait = answers.sent_s - calls.time_s
    return Outcome(
        unit=answers.unit,
        start=answers.start,
        wait_s=wait,
        travel_s=answers.travel_s,
        response_s=wait + answers.travel_s,
        done_s=answers.done_s,
        hospital=hospital,
        free=answers.free,
    )


def _check(calls: Calls, fleet: Fleet, ground: Ground) -> None:
    for name, nodes in (("call", calls.node), ("base of unit", fleet.base)):
        lost = np.flatnonzero((nodes < 0) | (nodes >= len(ground)))
        if lost.size:
            raise ValueError(
                f"{name} {int(lost[0])} is at node {int(nodes[lost[0]])}: nodes are 0 to {len(ground) - 1}"
            )


def _hospitals(calls: Calls, ground: Ground) -> Ints:
    """The hospital of each call; the first of the list among equally near ones."""
    taken = calls.hospital != NO_HOSPITAL
    chosen = calls.hospital.copy()
    nearest = taken & (chosen == NEAREST_HOSPITAL)
    if nearest.any():
        if not len(ground.hospitals):
            raise ValueError("calls are to be taken to the nearest hospital, but the ground names no hospital")
        best = ground.hospitals[np.argmin(ground.travel_s[:, ground.hospitals], axis=1)]
        chosen[nearest] = best[calls.node[nearest]]
    bad = np.flatnonzero(taken & ((chosen < 0) | (chosen >= len(ground))))
    if bad.size:
        raise ValueError(f"call {int(bad[0])} is to be taken to node {int(chosen[bad[0]])}, which is not there")
    rows = np.flatnonzero(taken)
    far = rows[~np.isfinite(ground.travel_s[calls.node[rows], chosen[rows]])]
    if far.size:
        raise ValueError(f"call {int(far[0])} is to be taken to hospital, but no way leads there from its node")
    return chosen


def _duty(fleet: Fleet) -> tuple[Floats, Ints, Bools, Bools]:
    """Changes of duty in order of time, ends before beginnings, and who is on duty before the first."""
    time = np.concatenate([fleet.on_s, fleet.off_s])
    unit = np.concatenate([fleet.of_unit, fleet.of_unit])
    begins = np.repeat([True, False], len(fleet.on_s))
    order = np.lexsort((unit, begins, time))
    on = np.ones(len(fleet), np.bool_)
    on[fleet.of_unit] = False
    known = np.isfinite(time[order])
    on[fleet.of_unit[fleet.on_s == -np.inf]] = True
    order = order[known]
    return time[order], unit[order], begins[order], on


def _ranks(calls: Calls, policy: Policy) -> tuple[Ints, int]:
    """Each call's class in the line, and how many classes there are."""
    if policy.queue is not Queue.BY_PRIORITY:
        return np.zeros(len(calls), np.int64), 1
    levels, rank = np.unique(calls.priority, return_inverse=True)
    return rank.astype(np.int64), len(levels)
