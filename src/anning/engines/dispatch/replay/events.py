"""When each busy unit is done: a binary heap of (time, unit), earliest first, lowest unit among equals."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from anning.engines.dispatch.compiled import compiled
from anning.engines.dispatch.replay.model import Floats, Ints


class Heap(NamedTuple):
    """A heap with room for every unit once; ``size[0]`` of it is in use."""

    time_s: Floats
    unit: Ints
    size: Ints


def make_heap(units: int) -> Heap:
    """An empty heap."""
    return Heap(np.zeros(units), np.zeros(units, np.int64), np.zeros(1, np.int64))


@compiled
def push(heap: Heap, time_s: float, unit: int) -> None:
    """Add when a unit will be done."""
    at = heap.size[0]
    heap.size[0] += 1
    while at > 0:
        above = (at - 1) // 2
        if not _before(time_s, unit, heap.time_s[above], heap.unit[above]):
            break
        heap.time_s[at], heap.unit[at] = heap.time_s[above], heap.unit[above]
        at = above
    heap.time_s[at], heap.unit[at] = time_s, unit


@compiled
def pop(heap: Heap) -> int:
    """Take out the unit that is done first. The heap must not be empty."""
    done = heap.unit[0]
    heap.size[0] -= 1
    size = heap.size[0]
    time_s, unit = heap.time_s[size], heap.unit[size]
    at = 0
    while 2 * at + 1 < size:
        below = 2 * at + 1
        if below + 1 < size and _before(
            heap.time_s[below + 1], heap.unit[below + 1], heap.time_s[below], heap.unit[below]
        ):
            below += 1
        if not _before(heap.time_s[below], heap.unit[below], time_s, unit):
            break
        heap.time_s[at], heap.unit[at] = heap.time_s[below], heap.unit[below]
        at = below
    heap.time_s[at], heap.unit[at] = time_s, unit
    return int(done)


@compiled
def _before(time_s: float, unit: int, other_s: float, other: int) -> bool:
    return time_s < other_s or (time_s == other_s and unit < other)
