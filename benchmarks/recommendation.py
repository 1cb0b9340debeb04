"""How long a recommendation takes once every unit's travel is known, over arrays, on one core.

    python -m benchmarks.recommendation [--units N] [--rounds N] [--json]

Beside a plain loop over units that gives the same order. The search that finds the travel is measured by
`benchmarks.dispatch`.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from anning.engines.dispatch.joint import pick, team
from anning.engines.dispatch.recommend import Rule, Units, make_units, rank

SEED, KINDS = 2026, 6
RULE = Rule(limit_s=1_800, oldest_s=300, wait_s=300, shift_margin_s=600)


@dataclass(frozen=True)
class Result:
    """One way, measured: milliseconds at the median and at the 99th of 100."""

    way: str
    units: int
    p50_ms: float
    p99_ms: float


def fleet(units: int, seed: int = SEED) -> Units:
    """Units of six capabilities as a city has them at noon: a tenth off duty, a third busy."""
    draw = np.random.default_rng(seed)
    travel = draw.exponential(900, units)
    travel[draw.random(units) < 0.02] = np.inf
    return make_units(
        travel,
        draw.random((units, KINDS)) < 0.4,
        on_duty=draw.random(units) < 0.9,
        free_in_s=np.where(draw.random(units) < 0.33, draw.exponential(900, units), 0),
        age_s=draw.exponential(60, units),
        shift_left_s=draw.uniform(0, 8 * 3_600, units),
        cover_left=draw.random(units),
    )


def by_loop(units: Units, needs: np.ndarray, rule: Rule) -> list[int]:
    """The order by a plain loop over the units."""
    able = []
    for unit in range(len(units)):
        arrival = float(units.free_in_s[unit] + units.travel_s[unit])
        if (
            units.on_duty[unit]
            and bool(np.all(units.skills[unit] | ~needs))
            and units.age_s[unit] <= rule.oldest_s
            and np.isfinite(arrival)
            and units.free_in_s[unit] <= rule.wait_s
            and units.shift_left_s[unit] >= arrival + rule.shift_margin_s
            and arrival <= rule.limit_s
        ):
            able.append((arrival + rule.cover_price_s * (1 - float(units.cover_left[unit])), unit))
    return [unit for _, unit in sorted(able)]


def timed(way: str, units: Units, work: Callable[[], object], rounds: int) -> Result:
    """The work done again and again."""
    work()
    spent = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        spent.append((time.process_time() - start) * 1_000)
    return Result(way, len(units), float(np.median(spent)), float(np.quantile(spent, 0.99)))


def measured(units: int, rounds: int) -> list[Result]:
    """All ways over one fleet; the loop must give our order."""
    given, needs = fleet(units), np.eye(KINDS, dtype=bool)
    if rank(given, needs[0], RULE).order.tolist() != by_loop(given, needs[0], RULE):
        raise SystemExit("the plain loop ranks otherwise than ours")
    joint = needs[[0, 1, 1, 2]]
    return [
        timed("rank, every unit with its reason", given, lambda: rank(given, needs[0], RULE), rounds),
        timed("team: 1 + 2 + 1 units of three kinds", given, lambda: team(given, joint, RULE), rounds),
        timed("pick: 1 + 2 + 1 capabilities, by HiGHS", given, lambda: pick(given, [1, 2, 1, 0, 0, 0], RULE), rounds),
        timed("plain loop, order alone", given, lambda: by_loop(given, needs[0], RULE), max(rounds // 20, 5)),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    results = measured(given.units, given.rounds)
    print("| way | units | p50, ms | p99, ms |\n|---|---|---|---|")
    for row in results:
        print(f"| {row.way} | {row.units:,} | {row.p50_ms:.3f} | {row.p99_ms:.3f} |")
    if given.json:
        print(json.dumps([asdict(row) for row in results]))


if __name__ == "__main__":
    main()
