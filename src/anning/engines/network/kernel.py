"""The search itself, compiled: Dijkstra's shortest paths with buckets of time instead of a heap.

Nodes wait in buckets of `width` seconds, kept in a ring. A node taken from a bucket may be reached sooner from
another node of the same bucket, and is then taken once more: so the answer is exact whatever the width.
Source: R. B. Dial, *Algorithm 360*, Communications of the ACM 12 (1969); for lengths that are no whole numbers
U. Meyer and P. Sanders, *Δ-stepping*, Journal of Algorithms 49 (2003), on one core.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numba import njit, types

from anning.engines.network.graph import Floats, Rows

NO_ARC = -1
"""Stands for "no arc" where a node is not reached, or is where the search begins."""

_FIRST_WAITING = 4096


def _search(
    start: Rows,
    other: Rows,
    seconds: Floats,
    sources: Rows,
    costs: Floats,
    limit: float,
    goals: Rows,
    goal_costs: Floats,
    width: float,
    ring: int,
    reached: Floats,
    through: Rows,
) -> None:
    """Fill `reached` with the least seconds and `through` with the row of the arc they come by.

    `start`, `other`, `seconds` are the compressed rows of arcs, node by node. Once a goal is reached, nothing beyond
    the best goal's seconds (with its cost) is looked at. `ring` · `width` must exceed every step and cost.
    """
    room = max(_FIRST_WAITING, len(sources))
    following, node, key = np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room, np.float64)
    bucket = np.full(ring, -1, np.int32)
    spare, used, waiting, current = -1, 0, 0, 0
    for i in range(len(sources)):
        at, cost = sources[i], costs[i]
        if cost <= limit and cost < reached[at]:
            reached[at] = cost
            limit = _nearer(limit, at, cost, goals, goal_costs)
            spare, used = _put(following, node, key, bucket, int(cost / width) % ring, spare, used, at, cost)
            waiting += 1
    while waiting > 0:
        entry = bucket[current % ring]
        if entry < 0:
            current += 1
            continue
        bucket[current % ring] = following[entry]
        following[entry] = spare
        spare, waiting = entry, waiting - 1
        at, since = node[entry], key[entry]
        if since > reached[at] or since > limit:
            continue
        while used + start[at + 1] - start[at] > len(node):
            following, node, key = _longer(following), _longer(node), _longer(key)
        for arc in range(start[at], start[at + 1]):
            total, to = since + seconds[arc], other[arc]
            if total < reached[to] and total <= limit:
                reached[to], through[to] = total, arc
                limit = _nearer(limit, to, total, goals, goal_costs)
                spare, used = _put(following, node, key, bucket, int(total / width) % ring, spare, used, to, total)
                waiting += 1


def _put_in(
    following: Rows, node: Rows, key: Floats, bucket: Rows, place: int, spare: int, used: int, at: int, total: float
) -> tuple[int, int]:
    """Let a node wait in a bucket, in a spare entry or a new one; the next spare entry and the entries in use."""
    entry = spare
    if spare >= 0:
        spare = following[entry]
    else:
        entry = used
        used += 1
    following[entry], node[entry], key[entry] = bucket[place], at, total
    bucket[place] = entry
    return spare, used


def _nearer_goal(limit: float, at: int, total: float, goals: Rows, goal_costs: Floats) -> float:
    """The limit, or the seconds of a goal where the node is one and nearer."""
    for g in range(len(goals)):
        if at == goals[g]:
            limit = min(limit, total + goal_costs[g])
    return limit


def _lengthened(values: Any) -> Any:
    """The values with as much room again behind them, and some."""
    longer = np.empty(2 * len(values) + 1024, values.dtype)
    longer[: len(values)] = values
    return longer


def _compiled(function: Callable[..., Any], signature: Any = None) -> Callable[..., Any]:
    """The function as machine code, kept on disk beside this file or in the user's cache, if either may be written."""
    try:
        compiled: Callable[..., Any] = njit(signature, cache=True, nogil=True)(function)
    except RuntimeError:
        compiled = njit(signature, nogil=True)(function)
    return compiled


def _read(kind: types.Type) -> types.Array:
    """An array that is only read: one from a file or from memory."""
    return types.Array(kind, 1, "C", readonly=True)


_longer = _compiled(_lengthened)
_put = _compiled(_put_in)
_nearer = _compiled(_nearer_goal)


@cache
def search() -> Callable[..., None]:
    """`_search`, compiled once for an installation (seconds), then loaded; other threads run while it searches."""
    rows, numbers = _read(types.int32), _read(types.float64)
    parts = (rows, rows, numbers, rows, numbers, types.float64, rows, numbers, types.float64, types.int64)
    return _compiled(_search, types.void(*parts, types.float64[::1], types.int32[::1]))
