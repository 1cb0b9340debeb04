"""Where posts should be: a placement for the demand, beside where units wait today."""

import time
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from anning.domains.calls.selectors.planning import ground as grounds
from anning.domains.calls.selectors.planning.asked import MOST_POSTS, AskedPosts
from anning.domains.calls.selectors.planning.lab import FRESH_S, Trouble, standing
from anning.domains.calls.selectors.planning.log import Log, read_log
from anning.domains.calls.selectors.planning.roster import Point, Roster
from anning.engines.dispatch.posts.covering import cover, covered, expected, once
from anning.engines.dispatch.posts.placement import Placement
from anning.engines.dispatch.posts.pmedian import p_median
from anning.engines.rates.shares import clopper_pearson
from anning.kernel.access.scope import Viewer

TIME_LIMIT_S = 5.0
"""The proof of a placement ends after so long; the bound reached until then stands."""
FEWEST = 2
"""Fewer incidents have no scatter: nothing is placed for them."""
MOST_SITES = 200
"""Sites that may have a post: today's stations and the busiest cells."""


@dataclass(frozen=True)
class Plan:
    """Today's stations and the proposed posts, judged on the same demand.

    Attributes:
        sites: all places thought of. travel_s: (sites, cells). now: rows of the sites where a unit waits today.
        placement: rows of the proposed sites with value and bound; `worth` of the covers, empty for the p-median.
    """

    asked: AskedPosts
    log: Log
    cells: grounds.Cells
    sites: tuple[Point, ...]
    travel_s: NDArray[np.float64]
    by_road: bool
    guessed: NDArray[np.bool_]
    now: NDArray[np.int64]
    placement: Placement
    worth: NDArray[np.float64]

    def nearest_s(self, sites: NDArray[np.int64]) -> NDArray[np.float64]:
        """Seconds from the nearest of the sites to each cell."""
        return np.asarray(self.travel_s[sites].min(axis=0), np.float64)

    def within(self, sites: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether each cell is reached in time from one of the sites."""
        return self.nearest_s(sites) <= self.asked.within_min * 60

    def covered(self, sites: NDArray[np.int64]) -> tuple[float, float, float]:
        """Share of the incidents in cells reached in time, with its exact 95 % interval."""
        hits = int(self.cells.count[self.within(sites)].sum())
        low, high = clopper_pearson(hits, len(self.log), 0.95)
        return hits / len(self.log), float(low), float(high)

    def mean_travel(self, sites: NDArray[np.int64]) -> tuple[float, float]:
        """Mean seconds from the nearest site to an incident, and half its 95 % interval by the incidents' scatter."""
        seconds = self.nearest_s(sites)[self.cells.of]
        return float(seconds.mean()), float(1.96 * seconds.std(ddof=1) / np.sqrt(len(seconds)))

    def value(self, sites: NDArray[np.int64]) -> float:
        """The objective of a choice of sites: mean seconds to the nearest, or share of the demand covered."""
        weight = self.cells.count.astype(np.float64)
        if not self.worth.size:
            return float(weight @ self.nearest_s(sites) / weight.sum())
        return covered(self.travel_s <= self.asked.within_min * 60, weight, sites, self.worth) / float(weight.sum())

    def expected(self, sites: NDArray[np.int64]) -> tuple[float, float, float]:
        """Share of the incidents worth their covers (see `value`), with the 95 % interval of their scatter."""
        count = (self.travel_s[sites] <= self.asked.within_min * 60).sum(axis=0)
        total = np.concatenate([[0.0], np.cumsum(self.worth)])
        each = total[np.minimum(count, len(self.worth))][self.cells.of]
        mean, half = float(each.mean()), float(1.96 * each.std(ddof=1) / np.sqrt(len(each)))
        return mean, max(mean - half, 0.0), min(mean + half, 1.0)

    @property
    def bound(self) -> float:
        """No choice does better than this, in the unit of `value`."""
        return self.placement.bound / float(self.cells.count.sum())


def plan(viewer: Viewer, asked: AskedPosts) -> Plan | Trouble:
    """Place posts for the incidents within the viewer's areas; the same again within minutes costs nothing."""
    return _plan(viewer, asked, int(time.monotonic() / FRESH_S), str(timezone.get_current_timezone()))


def forget() -> None:
    """Place anew at the next look."""
    _plan.cache_clear()


@lru_cache(maxsize=8)
def _plan(viewer: Viewer, asked: AskedPosts, _age: int, _zone: str) -> Plan | Trouble:
    found = standing(viewer, asked.demand)
    if isinstance(found, Trouble):
        return found
    count, roster = found
    log = read_log(viewer, asked.demand)
    if len(log) < FEWEST:
        return Trouble("too_few", count, FEWEST)
    return _placed(asked, log, roster)


def _placed(asked: AskedPosts, log: Log, roster: Roster) -> Plan:
    cells = grounds.gathered(log.lon, log.lat)
    bases = list(dict.fromkeys(one.base for one in roster.stands))
    busiest = np.argsort(-cells.count, kind="stable")[: max(MOST_SITES - len(bases), 0)]
    travel = grounds.field([*bases, *(cells.centre[row] for row in busiest)], cells)
    place_of = {point: row for row, point in enumerate(travel.bases)}
    now = np.array([place_of[base] for base in bases], np.int64)
    posts = min(asked.posts or len(bases), len(travel.bases), MOST_POSTS)
    weight = cells.count.astype(np.float64)
    worth = np.zeros(0)
    if asked.model == "p_median":
        found = p_median(travel.seconds, weight, posts, shakes=20, time_limit_s=TIME_LIMIT_S)
    else:
        worth = once(posts) if asked.model == "mclp" else expected(posts, asked.busy)
        reach = travel.seconds <= asked.within_min * 60
        most = 1 if asked.model == "mclp" else posts
        found = cover(reach, weight, posts, worth, most_per_site=most, time_limit_s=TIME_LIMIT_S)
    return Plan(
        asked, log, cells, travel.bases, travel.seconds, travel.by_road, travel.guessed, now, found, np.asarray(worth)
    )
