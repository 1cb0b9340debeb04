"""An independent shortest path in plain Python, over streets and bans alone, and strategies for street networks."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict

import numpy as np
from hypothesis import strategies as st

from anning.engines.network.streets import Streets

seconds = st.one_of(st.just(0.0), st.just(math.inf), st.floats(0, 1000), st.integers(0, 5).map(float))


def departures(streets: Streets, who: int):
    """Junction → (street, way, junction it leads to, seconds) of every open street and way."""
    found = defaultdict(list)
    for street, (first, last) in enumerate(zip(streets.first.tolist(), streets.last.tolist(), strict=True)):
        for way, (tail, head) in enumerate(((first, last), (last, first))):
            cost = float(streets.seconds[who, way, street])
            if math.isfinite(cost):
                found[tail].append((street, way, head, cost))
    return found


def banned_turns(streets: Streets, who: int):
    """(street, way, street, way) of every turn the class of traveller may not make."""
    return {tuple(row[:4]) for row in streets.bans.tolist() if row[4] >> who & 1}


def shortest(streets: Streets, who: int, start: int) -> dict[int, float]:
    """Least seconds from a junction to every junction, states being (junction, street and way of arrival)."""
    leaving, banned = departures(streets, who), banned_turns(streets, who)
    best: dict[int, float] = {}
    done = set()
    queue = [(0.0, start, None)]
    while queue:
        cost, at, arrival = heapq.heappop(queue)
        if (at, arrival) in done:
            continue
        done.add((at, arrival))
        best.setdefault(at, cost)
        for street, way, head, step in leaving[at]:
            if arrival is None or (*arrival, street, way) not in banned:
                heapq.heappush(queue, (cost + step, head, (street, way)))
    return best


@st.composite
def networks(draw, bans: bool = True) -> Streets:
    """Small networks: one-way, closed, parallel, looped and zero-length streets, several pieces, banned turns."""
    junctions = draw(st.integers(1, 9))
    ends = draw(st.lists(st.tuples(st.integers(0, junctions - 1), st.integers(0, junctions - 1)), max_size=24))
    count = len(ends)
    table = draw(st.lists(seconds, min_size=6 * count, max_size=6 * count))
    first, last = (np.array([pair[side] for pair in ends], np.int64) for side in (0, 1))
    turns = []
    if bans and count:
        for _ in range(draw(st.integers(0, 6))):
            street, way = draw(st.integers(0, count - 1)), draw(st.integers(0, 1))
            via = (last, first)[way][street]
            onward = [(s, w) for s in range(count) for w in (0, 1) if (first, last)[w][s] == via]
            if onward:
                turns.append([street, way, *draw(st.sampled_from(onward)), draw(st.integers(0, 7))])
    return Streets(
        ref=np.arange(junctions) + 1000,
        lon=np.array(draw(st.lists(st.floats(121, 122), min_size=junctions, max_size=junctions))),
        lat=np.array(draw(st.lists(st.floats(29, 30), min_size=junctions, max_size=junctions))),
        first=first,
        last=last,
        length_m=np.array(draw(st.lists(st.floats(0, 500), min_size=count, max_size=count)), float),
        kind=np.zeros(count, np.uint8),
        seconds=np.array(table, float).reshape(3, 2, count),
        bend_start=np.zeros(count + 1, np.int64),
        bend_lon=np.empty(0),
        bend_lat=np.empty(0),
        bans=np.array(turns, np.int64).reshape(-1, 5),
    )


def shortest_between(streets: Streets, who: int, start: tuple[int, float], end: tuple[int, float]) -> float:
    """Least seconds from a place on a street to another, states being street and way; bans hold at every junction."""
    leaving, banned = departures(streets, who), banned_turns(streets, who)

    def share(along: float, way: int) -> float:
        return 1 - along if way else along

    best = math.inf
    queue: list[tuple[float, int, tuple[int, int]]] = []
    for way, head in ((0, streets.last), (1, streets.first)):
        seconds = float(streets.seconds[who, way, start[0]])
        if not math.isfinite(seconds):
            continue
        gone = share(start[1], way)
        if start[0] == end[0] and share(end[1], way) >= gone:
            best = min(best, (share(end[1], way) - gone) * seconds)
        heapq.heappush(queue, ((1 - gone) * seconds, int(head[start[0]]), (start[0], way)))
    done = set()
    while queue:
        cost, at, arrival = heapq.heappop(queue)
        if arrival in done:
            continue
        done.add(arrival)
        for street, way, head, step in leaving[at]:
            if (*arrival, street, way) in banned:
                continue
            if street == end[0]:
                best = min(best, cost + share(end[1], way) * step)
            heapq.heappush(queue, (cost + step, head, (street, way)))
    return best
