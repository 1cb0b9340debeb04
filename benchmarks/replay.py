"""How many calls a second are replayed, ours beside a plain event loop and SimPy in the same run, on one core.

    python -m benchmarks.replay [--calls N] [--units N] [--nodes N] [--year] [--json]

A made city of 40 by 40 km: calls in proportion to a few centres, units at bases spread alike, 30 hospitals, half of the
calls taken there. The same log for all; those too slow for all of it get its beginning. Every peer's answers are
compared with ours, unit by unit: a difference stops the run. Seconds are those of the processor, so that others on the
machine count little. `--year` adds a year of a city of ten million: 2.5 million
calls, 1,000 units.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict, dataclass

import numpy as np

from anning.engines.dispatch.replay.demand import poisson_calls
from anning.engines.dispatch.replay.model import Calls, Fleet, Ground, Policy, make_calls, make_fleet, make_ground
from anning.engines.dispatch.replay.run import replay
from benchmarks.plain_replay import PlainReplay

SEED, SIDE_M, SPEED_M_S, DETOUR = 2026, 40_000.0, 12.0, 1.3
YEAR_S, YEAR_CALLS, YEAR_UNITS = 365 * 86_400.0, 2_500_000, 1_000
AS_THE_YEAR = YEAR_S / YEAR_CALLS * YEAR_UNITS
"""Seconds between calls for each unit there is: the load of the year, whatever the size."""


@dataclass(frozen=True)
class Result:
    """One way of replaying, measured."""

    way: str
    calls: int
    units: int
    nodes: int
    seconds: float

    @property
    def a_second(self) -> float:
        """Simulated calls a second."""
        return self.calls / self.seconds


def city(nodes: int, units: int, calls: int) -> tuple[Calls, Fleet, Ground]:
    """Calls, units and ground, at the load of the year."""
    draw = np.random.default_rng(SEED)
    x, y = draw.random(nodes) * SIDE_M, draw.random(nodes) * SIDE_M
    travel = np.hypot(x[:, None] - x, y[:, None] - y) * DETOUR / SPEED_M_S
    centres = draw.choice(nodes, 12)
    weight = np.exp(-travel[:, centres] / 500).sum(axis=1) + 0.05
    span = AS_THE_YEAR / units * calls
    log = poisson_calls(
        SEED, weight / weight.sum() * calls / span, span, mean_on_scene_s=1_500, taken=0.5, mean_drop_off_s=900
    )
    base = draw.choice(nodes, units, p=weight / weight.sum())
    ground = make_ground(travel, x, y, hospitals=draw.choice(nodes, 30), homeward_speed=0.9)
    return log, make_fleet(base), ground


def head(log: Calls, n: int) -> Calls:
    """The first calls of a log."""
    parts = (log.time_s, log.node, log.on_scene_s, log.hospital, log.drop_off_s)
    time_s, node, on_scene, hospital, drop_off = (part[:n] for part in parts)
    return make_calls(time_s, node, on_scene, hospital=hospital, drop_off_s=drop_off)


def ours(log: Calls, fleet: Fleet, ground: Ground) -> tuple[list[int], float]:
    """Units sent, and the seconds it took."""
    start = time.process_time()
    units = replay(log, fleet, ground).unit.tolist()
    return units, time.process_time() - start


def plain(log: Calls, fleet: Fleet, ground: Ground) -> tuple[list[int], float]:
    """The same by the plain event loop."""
    loop = PlainReplay(log, fleet, ground, Policy())
    start = time.process_time()
    units = [-1 if unit is None else unit for unit in loop.play()[0]]
    return units, time.process_time() - start


def by_simpy(log: Calls, fleet: Fleet, ground: Ground) -> tuple[list[int], float] | None:
    """The same rule with a process for each call; None where SimPy is not installed."""
    try:
        import simpy
    except ImportError:
        return None
    world, clock = PlainReplay(log, fleet, ground, Policy()), simpy.Environment()
    waiting: list[int] = []
    plainly = world.give

    def send(call: int) -> bool:
        if not plainly(call, clock.now):
            return False
        done_s, _, _, unit, place = world.events.pop()
        clock.process(serve(done_s, unit, place))
        return True

    def serve(done_s: float, unit: int, place: int):  # noqa: ANN202 — a SimPy process has no name of its own
        yield clock.timeout(done_s - clock.now)
        world.busy[unit], world.left[unit] = False, (place, clock.now)
        if waiting and send(waiting[0]):
            waiting.pop(0)

    def arrivals():  # noqa: ANN202 — as above
        for call, moment in enumerate(log.time_s.tolist()):
            yield clock.timeout(moment - clock.now)
            if waiting or not send(call):
                waiting.append(call)

    start = time.process_time()
    clock.process(arrivals())
    clock.run()
    return [-1 if unit is None else unit for unit in world.unit], time.process_time() - start


def measured(nodes: int, units: int, calls: int, slow: int) -> list[Result]:
    """All ways over one city; the slow ones get the first `slow` calls."""
    log, fleet, ground = city(nodes, units, calls)
    few = head(log, slow)
    ours(head(log, 10), fleet, ground)  # compiled before the clock starts
    sent, seconds = ours(log, fleet, ground)
    results = [Result("Anning replay", len(log), units, nodes, seconds)]
    expected, _ = ours(few, fleet, ground)
    if sent[:slow] != expected:
        raise SystemExit("the beginning of the log is answered otherwise than the beginning of the whole")
    for way, play in (("plain event loop", plain), ("SimPy", by_simpy)):
        found = play(few, fleet, ground)
        if found is None:
            continue
        if found[0] != expected:
            raise SystemExit(f"{way} sends other units than ours")
        results.append(Result(way, len(few), units, nodes, found[1]))
    return results


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=200_000)
    parser.add_argument("--units", type=int, default=100)
    parser.add_argument("--nodes", type=int, default=300)
    parser.add_argument("--slow", type=int, default=1_500, help="calls for the slow ways")
    parser.add_argument("--year", action="store_true", help="a year of a city of ten million, too")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    results = measured(given.nodes, given.units, given.calls, given.slow)
    if given.year:
        log, fleet, ground = city(1_000, YEAR_UNITS, YEAR_CALLS)
        results.append(Result("Anning replay, the year", len(log), YEAR_UNITS, 1_000, ours(log, fleet, ground)[1]))
    print("| way | units | nodes | calls | seconds | calls a second |\n|---|---|---|---|---|---|")
    for row in results:
        print(
            f"| {row.way} | {row.units:,} | {row.nodes:,} | {row.calls:,} | {row.seconds:.2f} | {row.a_second:,.0f} |"
        )
    if given.json:
        print(json.dumps([asdict(row) | {"a_second": row.a_second} for row in results]))


if __name__ == "__main__":
    main()
