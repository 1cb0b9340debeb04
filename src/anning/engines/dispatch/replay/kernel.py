"""The event loop of the replay, compiled. `run` prepares its arrays.

At one instant a unit that is done comes before a change of duty, and that before a new call, so that whoever is
free at the moment of a call can be sent.
"""

from __future__ import annotations

import numpy as np

from anning.engines.dispatch.compiled import compiled
from anning.engines.dispatch.replay.events import Heap, pop, push
from anning.engines.dispatch.replay.grid import Grid, nearest
from anning.engines.dispatch.replay.model import NO_HOSPITAL
from anning.engines.dispatch.replay.state import NOBODY, Answers, Line, Units, World

_SURELY = 0.999
"""Of the way that is safe, so that no rounding decides which node is nearest."""


@compiled
def simulate(world: World, grid: Grid, units: Units, heap: Heap, line: Line, answers: Answers) -> None:
    """Play all calls through; `units`, `heap`, `line` and `answers` are changed."""
    time_s, duties_s = world.time_s, world.duty_s
    call, duty = 0, 0
    while True:
        call_s = time_s[call] if call < len(time_s) else np.inf
        duty_s = duties_s[duty] if duty < len(duties_s) else np.inf
        done_s = heap.time_s[0] if heap.size[0] > 0 else np.inf
        if done_s <= duty_s and done_s <= call_s and done_s < np.inf:
            unit = pop(heap)
            _set_out(world, units, unit, done_s)
            _serve(world, grid, units, heap, line, answers, unit, done_s)
            if not world.interpolated:
                units.home_s[unit] = 0.0
        elif duty_s <= call_s and duty_s < np.inf:
            unit = world.duty_unit[duty]
            units.on[unit] = world.duty_on[duty]
            units.free[unit] = units.on[unit] and not units.busy[unit]
            duty += 1
            _serve(world, grid, units, heap, line, answers, unit, duty_s)
        elif call_s < np.inf:
            _advance(world, grid, units, call_s)
            unit, travel_s, answers.free[call] = _choose(world, units, call)
            if unit != NOBODY:
                _send(world, units, heap, answers, call, unit, travel_s, call_s)
            elif world.waits:
                _join(line, world.rank[call], call)
            call += 1
        else:
            return


@compiled
def _choose(world: World, units: Units, call: int) -> tuple[int, float, int]:
    """The free capable unit that is there first, its seconds, and how many are free."""
    needs, way_s, turn_out_s = world.needs[call], world.to_s[world.node[call]], world.turn_out_s
    is_free, skills, here, at_base = units.free, world.skills, units.here, units.at_base
    best, best_s, free = NOBODY, np.inf, 0
    for unit in range(len(is_free)):
        if is_free[unit] and (needs & ~skills[unit]) == 0:
            free += 1
            seconds = way_s[here[unit]]
            if at_base[unit]:
                seconds += turn_out_s
            if seconds < best_s:
                best, best_s = unit, seconds
    if free <= world.reserve[call]:
        return NOBODY, np.inf, free
    return best, best_s, free


@compiled
def _advance(world: World, grid: Grid, units: Units, now_s: float) -> None:
    """Bring the place of every unit driving home up to date."""
    left_s, home_s, keep_s, here, x, y = units.left_s, units.home_s, units.keep_s, units.here, grid.x, grid.y
    at = 0
    while at < units.drivers[0]:
        unit = units.driving[at]
        gone_s = now_s - left_s[unit]
        if gone_s > 0 and gone_s >= home_s[unit]:
            _stop(units, unit)
            here[unit] = world.base[unit]
            units.at_base[unit] = True
            continue
        at += 1
        if gone_s > 0 and now_s >= keep_s[unit]:
            where, base = units.where[unit], world.base[unit]
            share = gone_s / home_s[unit]
            east, north = x[base] - x[where], y[base] - y[where]
            here[unit], room = nearest(grid, x[where] + east * share, y[where] + north * share)
            speed = np.sqrt(east * east + north * north) / home_s[unit]
            keep_s[unit] = now_s + _SURELY * room / speed if speed > 0 else np.inf


@compiled
def _set_out(world: World, units: Units, unit: int, now_s: float) -> None:
    """Let a unit that is done drive home."""
    units.busy[unit] = False
    units.free[unit] = units.on[unit]
    units.here[unit] = units.where[unit]
    units.left_s[unit] = now_s
    units.home_s[unit] = world.from_s[units.where[unit], world.base[unit]] / world.homeward_speed
    units.keep_s[unit] = now_s
    units.slot[unit] = units.drivers[0]
    units.driving[units.drivers[0]] = unit
    units.drivers[0] += 1


@compiled
def _stop(units: Units, unit: int) -> None:
    """Take a unit from among those driving home; the last of them takes its place."""
    slot, last = units.slot[unit], units.driving[units.drivers[0] - 1]
    units.driving[slot] = last
    units.slot[last] = slot
    units.slot[unit] = NOBODY
    units.drivers[0] -= 1


@compiled
def _send(
    world: World, units: Units, heap: Heap, answers: Answers, call: int, unit: int, travel_s: float, now_s: float
) -> None:
    """Give the call to the unit and note when it will be done, and where."""
    answers.unit[call], answers.start[call] = unit, units.here[unit]
    answers.sent_s[call], answers.travel_s[call] = now_s, travel_s
    place, hospital = world.node[call], world.hospital[call]
    done_s = now_s + travel_s + world.on_scene_s[call]
    if hospital != NO_HOSPITAL:
        done_s += world.from_s[place, hospital] + world.drop_off_s[call]
        place = hospital
    answers.done_s[call] = done_s
    if units.slot[unit] != NOBODY:
        _stop(units, unit)
    units.busy[unit], units.free[unit], units.at_base[unit] = True, False, False
    units.where[unit] = place
    push(heap, done_s, unit)


@compiled
def _join(line: Line, rank: int, call: int) -> None:
    """Put a call at the end of its class in the line."""
    if line.head[rank] == NOBODY:
        line.head[rank] = call
    else:
        line.ahead[line.tail[rank]] = call
    line.tail[rank] = call


@compiled
def _serve(
    world: World, grid: Grid, units: Units, heap: Heap, line: Line, answers: Answers, unit: int, now_s: float
) -> None:
    """Go through the line, best class first, for calls that can be sent somebody now that this unit may be free."""
    for rank in range(len(line.head)):
        last, call = NOBODY, line.head[rank]
        while call != NOBODY:
            if not units.free[unit]:
                return
            chosen = NOBODY
            if (world.needs[call] & ~world.skills[unit]) == 0:
                _advance(world, grid, units, now_s)
                chosen, travel_s, _ = _choose(world, units, call)
                if chosen != NOBODY:
                    _send(world, units, heap, answers, call, chosen, travel_s, now_s)
            behind = line.ahead[call]
            if chosen == NOBODY:
                last = call
            elif last == NOBODY:
                line.head[rank] = behind
            else:
                line.ahead[last] = behind
            if behind == NOBODY and chosen != NOBODY:
                line.tail[rank] = last
            call = behind
