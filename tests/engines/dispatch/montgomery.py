"""Precision and recall of same-event proposals on a real emergency-call log, against weak labels.

The labels: of the pairs of calls within 200 m and 15 minutes, those whose address text is equal are taken as
one event. Run as ``python -m tests.engines.dispatch.montgomery`` it prints the table of
``docs/background/same-event.md``.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

from anning.engines.dispatch.addresses import normalise_address
from anning.engines.dispatch.categories import CategoryAgreement
from anning.engines.dispatch.same_event import CallPoints, SameEventRule, call_points, candidate_pairs
from anning.engines.rates.shares import clopper_pearson
from tests.engines import published

SERVICES = {"EMS": 1, "Fire": 2, "Traffic": 3}
ON_THE_ROAD = {
    "VEHICLE ACCIDENT",
    "DISABLED VEHICLE",
    "ROAD OBSTRUCTION",
    "HAZARDOUS ROAD CONDITIONS",
    "VEHICLE FIRE",
    "DEBRIS/FLUIDS ON HIGHWAY",
}
ON_THE_ROAD_AGREEMENT = 0.6


@dataclass(frozen=True)
class Log:
    """The log as the engine takes it, with and without addresses, its table of categories and its labels."""

    calls: CallPoints
    without_address: CallPoints
    categories: CategoryAgreement
    near: frozenset[tuple[int, int]]
    labelled: frozenset[tuple[int, int]]
    reordered: frozenset[tuple[int, int]]


@dataclass(frozen=True)
class Outcome:
    """Counts of one run: proposals, those the labels call one event, and all that the labels call so."""

    proposed: int
    right: int
    labelled: int

    def line(self, name: str) -> str:
        """The outcome as a row of the document's table."""
        return f"| {name} | {self.proposed} | {self.right} | {_share(self.right, self.proposed)} | " + (
            f"{_share(self.right, self.labelled)} |"
        )


def matter(kind: str) -> str:
    """What the call is about, without the service that got it: of ``EMS: FALL VICTIM`` the fall victim."""
    return kind.partition(": ")[2].rstrip(" -")


def agreement(kinds: list[str]) -> CategoryAgreement:
    """The same matter told to two services is one matter; matters on the road agree in part."""
    related = []
    for (i, a), (j, b) in combinations(enumerate(kinds), 2):
        if matter(a) == matter(b):
            related.append((100 + i, 100 + j, 1.0))
        elif {matter(a), matter(b)} <= ON_THE_ROAD:
            related.append((100 + i, 100 + j, ON_THE_ROAD_AGREEMENT))
    return CategoryAgreement(related)


def load(folder: Path) -> Log:
    """Read the log: no header; lat, lon, type, local time, township, address."""
    with (folder / "calls" / "montgomery_911.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    lat, lon = ([float(row[column]) for row in rows] for column in (0, 1))
    time_s = [datetime.fromisoformat(row[3]).replace(tzinfo=UTC).timestamp() for row in rows]
    kinds = sorted({row[2] for row in rows})
    category = [[SERVICES[row[2].partition(":")[0]], -1, 100 + kinds.index(row[2])] for row in rows]
    address = [normalise_address(row[5]) for row in rows]
    calls = call_points(lon, lat, time_s, category=category, address=address)
    within = candidate_pairs(calls, SameEventRule(radius_m=200, window_s=900, threshold=0))
    near = frozenset(zip(within.first.tolist(), within.second.tolist(), strict=True))
    return Log(
        calls=calls,
        without_address=call_points(lon, lat, time_s, category=category),
        categories=agreement(kinds),
        near=near,
        labelled=frozenset((i, j) for i, j in near if rows[i][5] == rows[j][5]),
        reordered=frozenset(
            (i, j) for i, j in near if rows[i][5] != rows[j][5] and _words(address[i]) == _words(address[j])
        ),
    )


def evaluate(log: Log, calls: CallPoints) -> Outcome:
    """Propose over the log at the default rule and count against the labels."""
    found = candidate_pairs(calls, SameEventRule(categories=log.categories))
    pairs = set(zip(found.first.tolist(), found.second.tolist(), strict=True))
    return Outcome(len(pairs), len(pairs & log.labelled), len(log.labelled))


def table(log: Log) -> str:
    """The document's table."""
    every = Outcome(len(log.near), len(log.labelled), len(log.labelled))
    return "\n".join(
        [
            "| proposals | pairs | at one address | precision (95 %) | recall (95 %) |",
            "|---|---|---|---|---|",
            every.line("every pair within 200 m and 15 min"),
            evaluate(log, log.without_address).line("default rule, no address"),
            evaluate(log, log.calls).line("default rule, with address"),
        ]
    )


def _words(address: str) -> frozenset[str]:
    return frozenset(address.split()) - {"N", "S", "E", "W"}


def _share(count: int, total: int) -> str:
    low, high = clopper_pearson(count, total)
    return f"{count / total:.3f} ({low:.3f}–{high:.3f})"


if __name__ == "__main__":
    print(table(load(published.FOLDER)))
