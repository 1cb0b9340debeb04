"""The arrays the event loop works on: what is given, what changes, what comes out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anning.engines.dispatch.replay.model import Floats, Ints, Masks

NOBODY = -1
Bools = NDArray[np.bool_]


class World(NamedTuple):
    """What does not change in a replay: the fields of `model` as plain arrays and numbers.

    `rank` is each call's class in the line, 0 first; `reserve` how many free units it must leave; `duty_*` the
    changes of duty in order of time; `to_s` the travel matrix turned, so that all ways to a call lie side by side.
    """

    time_s: Floats
    node: Ints
    on_scene_s: Floats
    hospital: Ints
    drop_off_s: Floats
    rank: Ints
    reserve: Ints
    needs: Masks
    base: Ints
    skills: Masks
    duty_s: Floats
    duty_unit: Ints
    duty_on: Bools
    from_s: Floats
    to_s: Floats
    homeward_speed: float
    turn_out_s: float
    interpolated: bool
    waits: bool


class Units(NamedTuple):
    """Where the units are and what they do.

    `free` is on duty and without a task. `here` is the node at which a free unit counts as being, `at_base` whether
    it stands there ready. A unit driving home left `where` at `left_s` and takes `home_s`; its `here` is right until
    `keep_s`. The first ``drivers[0]`` of `driving` are those units, `slot` is each one's place among them.
    """

    free: Bools
    on: Bools
    busy: Bools
    here: Ints
    at_base: Bools
    where: Ints
    left_s: Floats
    home_s: Floats
    keep_s: Floats
    driving: Ints
    slot: Ints
    drivers: Ints


class Line(NamedTuple):
    """Waiting calls: a chain by class; `ahead` holds the next call in the chain, `NOBODY` ends it."""

    head: Ints
    tail: Ints
    ahead: Ints


class Answers(NamedTuple):
    """What became of each call; times NaN and unit `NOBODY` where nobody ever came."""

    unit: Ints
    start: Ints
    sent_s: Floats
    travel_s: Floats
    done_s: Floats
    free: Ints


def make_units(base: Ints, on: Bools) -> Units:
    """All units at their bases."""
    n = len(base)
    nowhere = np.full(n, NOBODY, np.int64)
    return Units(
        free=on.copy(),
        on=on.copy(),
        busy=np.zeros(n, np.bool_),
        here=base.copy(),
        at_base=np.ones(n, np.bool_),
        where=base.copy(),
        left_s=np.full(n, -np.inf),
        home_s=np.zeros(n),
        keep_s=np.zeros(n),
        driving=nowhere,
        slot=nowhere.copy(),
        drivers=np.zeros(1, np.int64),
    )


def make_line(classes: int, calls: int) -> Line:
    """An empty line."""
    empty = np.full(max(classes, 1), NOBODY, np.int64)
    return Line(empty, empty.copy(), np.full(calls, NOBODY, np.int64))


def make_answers(calls: int) -> Answers:
    """Room for the answers to all calls."""
    whole = np.full(calls, NOBODY, np.int64)
    time = np.full(calls, np.nan)
    return Answers(whole, whole.copy(), time, time.copy(), time.copy(), whole.copy())
