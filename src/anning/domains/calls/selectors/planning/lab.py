"""The replay laboratory: the city's own incidents answered by today's roster and by another, side by side."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from anning.domains.calls.selectors.planning import ground as grounds
from anning.domains.calls.selectors.planning.asked import AskedReplay, Demand
from anning.domains.calls.selectors.planning.log import MOST_INCIDENTS, Log, how_many, read_log
from anning.domains.calls.selectors.planning.roster import MOST_UNITS, Roster, changed, mask, skills, today
from anning.engines.dispatch.replay.model import Calls, Fleet, Ground, Homeward, Policy, Queue, make_calls, make_fleet
from anning.engines.dispatch.replay.run import Outcome, replay
from anning.kernel.access.scope import Viewer

FEWEST = 2
"""A replay needs two incidents at least: the time between them is its span."""
FRESH_S = 300.0
"""How long a replay is kept for the map and the file that are asked for after the page."""


@dataclass(frozen=True)
class Side:
    """One roster's answers."""

    roster: Roster
    fleet: Fleet
    outcome: Outcome


@dataclass(frozen=True)
class Replayed:
    """Both sides of a replay. `same` when the second roster is today's: then both sides are one.

    Attributes:
        assumed_scene: incidents whose time on scene was not recorded and was assumed.
        unmet: incidents that asked for something no single unit of a roster can do: any unit is sent to them.
        unknown: groups of units asked for that are not there.
        took_s: seconds both simulations took.
    """

    asked: AskedReplay
    log: Log
    cells: grounds.Cells
    travel: grounds.Field
    calls: Calls
    before: Side
    after: Side
    assumed_scene: int
    unmet: int
    unknown: tuple[str, ...]
    took_s: float

    @property
    def same(self) -> bool:
        """Whether nothing was changed."""
        return self.before is self.after


@dataclass(frozen=True)
class Trouble:
    """Why there is nothing to show: `code` is too_many, too_few, no_units, too_many_units or nobody_left."""

    code: str
    number: int = 0
    most: int = 0


def run(viewer: Viewer, asked: AskedReplay) -> Replayed | Trouble:
    """Replay what is asked for within the viewer's areas; the same again within minutes costs nothing."""
    return _run(viewer, asked, int(time.monotonic() / FRESH_S), str(timezone.get_current_timezone()))


def forget() -> None:
    """Replay anew at the next look."""
    _run.cache_clear()


def standing(viewer: Viewer, demand: Demand) -> tuple[int, Roster] | Trouble:
    """How many incidents the demand is and today's units for it, or why nothing can be worked out."""
    count = how_many(viewer, demand)
    if count > MOST_INCIDENTS:
        return Trouble("too_many", count, MOST_INCIDENTS)
    roster = today(viewer, demand)
    return (count, roster) if roster.stands else Trouble("no_units")


@lru_cache(maxsize=8)
def _run(viewer: Viewer, asked: AskedReplay, _age: int, _zone: str) -> Replayed | Trouble:
    found = standing(viewer, asked.demand)
    if isinstance(found, Trouble):
        return found
    count, roster = found
    other, unknown = changed(roster, asked)
    if not other.stands:
        return Trouble("nobody_left")
    if max(len(roster.stands), len(other.stands)) > MOST_UNITS:
        return Trouble("too_many_units", max(len(roster.stands), len(other.stands)), MOST_UNITS)
    log = read_log(viewer, asked.demand)
    if len(log) < FEWEST or log.at_s[0] == log.at_s[-1]:
        return Trouble("too_few", count, FEWEST)
    return _both(asked, log, roster, other, tuple(unknown))


def _both(asked: AskedReplay, log: Log, roster: Roster, other: Roster, unknown: tuple[str, ...]) -> Replayed:
    cells = grounds.gathered(log.lon, log.lat)
    travel = grounds.field([one.base for one in (*roster.stands, *other.stands)], cells)
    bits = skills([roster, other], log.needs)
    node_of = {base: row for row, base in enumerate(travel.bases)}
    lasting = np.where(np.isnan(log.scene_s), asked.scene_min * 60, log.scene_s)
    needs = np.array([mask(one, bits) for one in log.needs], np.uint64)
    unmet = ~(_able(needs, roster, bits) & _able(needs, other, bits))
    calls = make_calls(
        log.at_s,
        cells.of + len(travel.bases),
        lasting,
        priority=log.priority,
        needs=np.where(unmet, np.uint64(0), needs),
    )
    land = grounds.ground(travel, cells)
    begun = time.perf_counter()
    before = _side(asked, roster, calls, land, node_of, bits)
    after = before if other.stands == roster.stands else _side(asked, other, calls, land, node_of, bits)
    took = time.perf_counter() - begun
    assumed = int(np.isnan(log.scene_s).sum())
    return Replayed(asked, log, cells, travel, calls, before, after, assumed, int(unmet.sum()), unknown, took)


def _able(needs: NDArray[np.uint64], roster: Roster, bits: Mapping[str, int]) -> NDArray[np.bool_]:
    """Whether any unit of the roster can do all that each incident asks for."""
    skills_of = {mask(one.able, bits) for one in roster.stands}
    distinct, row = np.unique(needs, return_inverse=True)
    known = np.array([any(int(asked) & have == int(asked) for have in skills_of) for asked in distinct], np.bool_)
    return known[row]


def _side(
    asked: AskedReplay,
    roster: Roster,
    calls: Calls,
    land: Ground,
    node_of: dict[tuple[float, float], int],
    bits: Mapping[str, int],
) -> Side:
    nodes: NDArray[np.int64] = np.array([node_of[one.base] for one in roster.stands], np.int64)
    fleet = make_fleet(nodes, skills=np.array([mask(one.able, bits) for one in roster.stands], np.uint64))
    policy = Policy(
        homeward=Homeward.AT_BASE,
        queue=Queue.BY_PRIORITY,
        turn_out_s=asked.turn_out_s,
        reserve=asked.reserve if asked.policy == "reserve" else 0,
    )
    return Side(roster, fleet, replay(calls, fleet, land, policy))
