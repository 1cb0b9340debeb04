"""The replay written once more as a plain event loop over lists: what the compiled one is measured and checked against.

It shares no code with the engine but the kinds of its input, and looks for every unit anew at every call.
"""

from __future__ import annotations

import heapq
import math

from anning.engines.dispatch.replay.model import (
    NEAREST_HOSPITAL,
    NO_HOSPITAL,
    Calls,
    Fleet,
    Ground,
    Homeward,
    Policy,
    Queue,
)

DONE, DUTY, CALL = 0, 1, 2


class PlainReplay:
    """One run; `play` gives the unit and response time of each call, None and NaN where nobody came."""

    def __init__(self, calls: Calls, fleet: Fleet, ground: Ground, policy: Policy) -> None:
        self.calls, self.fleet, self.policy = calls, fleet, policy
        self.travel = ground.travel_s.tolist()
        self.xy = list(zip(ground.x.tolist(), ground.y.tolist(), strict=True))
        self.hospitals, self.speed = ground.hospitals.tolist(), ground.homeward_speed
        self.base, self.skills = fleet.base.tolist(), fleet.skills.tolist()
        self.node, self.needs = calls.node.tolist(), calls.needs.tolist()
        with_spells = set(fleet.of_unit.tolist())
        self.on = [unit not in with_spells for unit in range(len(fleet))]
        self.busy = [False] * len(fleet)
        self.left: list[tuple[int, float] | None] = [None] * len(fleet)
        self.line: list[tuple[int, int]] = []
        self.events: list[tuple[float, int, int, int, int]] = []
        self.unit: list[int | None] = [None] * len(calls)
        self.response = [math.nan] * len(calls)

    def play(self) -> tuple[list[int | None], list[float]]:
        """Run to the end."""
        spells = zip(self.fleet.on_s.tolist(), self.fleet.off_s.tolist(), self.fleet.of_unit.tolist(), strict=True)
        for on_s, off_s, unit in spells:
            heapq.heappush(self.events, (off_s, DUTY, 0, unit, 0))
            heapq.heappush(self.events, (on_s, DUTY, 1, unit, 1))
        for call, time in enumerate(self.calls.time_s.tolist()):
            heapq.heappush(self.events, (time, CALL, call, 0, 0))
        while self.events:
            now, kind, order, unit, extra = heapq.heappop(self.events)
            if kind == CALL:
                if not self.give(order, now) and self.policy.queue is not Queue.LOST:
                    urgent = int(self.calls.priority[order]) if self.policy.queue is Queue.BY_PRIORITY else 0
                    self.line.append((urgent, order))
                continue
            if kind == DUTY:
                self.on[unit] = bool(extra)
            else:
                self.busy[unit], self.left[unit] = False, (extra, now)
            self.line = [waiting for waiting in sorted(self.line) if not self.tried(waiting[1], unit, now)]
        return self.unit, self.response

    def tried(self, call: int, unit: int, now: float) -> bool:
        """Give a waiting call away, if the unit that may have become free is free and could take it."""
        able = self.on[unit] and not self.busy[unit] and not self.needs[call] & ~self.skills[unit]
        return able and self.give(call, now)

    def give(self, call: int, now: float) -> bool:
        """Send the best free capable unit, if the reserve allows it."""
        free = [
            u
            for u in range(len(self.base))
            if self.on[u] and not self.busy[u] and not self.needs[call] & ~self.skills[u]
        ]
        kept = self.policy.reserve if self.calls.priority[call] > self.policy.reserve_for else 0
        if len(free) <= kept:
            return False
        best = min(((self.seconds(u, call, now), u) for u in free), default=(math.inf, -1))
        if best[0] == math.inf:
            return False
        seconds, unit = best
        self.unit[call], self.response[call] = unit, now - float(self.calls.time_s[call]) + seconds
        place, done = self.node[call], now + seconds + float(self.calls.on_scene_s[call])
        hospital = int(self.calls.hospital[call])
        if hospital != NO_HOSPITAL:
            if hospital == NEAREST_HOSPITAL:
                hospital = min(self.hospitals, key=lambda h: self.travel[place][h])
            done += self.travel[place][hospital] + float(self.calls.drop_off_s[call])
            place = hospital
        self.busy[unit] = True
        heapq.heappush(self.events, (done, DONE, unit, unit, place))
        return True

    def seconds(self, unit: int, call: int, now: float) -> float:
        """From where the unit counts as being to the call."""
        base, to = self.base[unit], self.node[call]
        if self.left[unit] is None:
            return self.travel[base][to] + self.policy.turn_out_s
        where, since = self.left[unit]  # type: ignore[misc] — None was answered above
        if now <= since:
            return self.travel[where][to]
        takes = self.travel[where][base] / self.speed
        if now - since >= takes or self.policy.homeward is Homeward.AT_BASE:
            return self.travel[base][to] + self.policy.turn_out_s
        share = (now - since) / takes
        (ax, ay), (bx, by) = self.xy[where], self.xy[base]
        px, py = ax + (bx - ax) * share, ay + (by - ay) * share
        near = min(range(len(self.xy)), key=lambda n: ((self.xy[n][0] - px) ** 2 + (self.xy[n][1] - py) ** 2, n))
        return self.travel[near][to]
