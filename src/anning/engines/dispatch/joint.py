"""Several units of different kinds for one incident: who fills which place, and which place nobody can fill."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix

from anning.engines.dispatch.posts.milp import Program, solve
from anning.engines.dispatch.recommend import Bools, Floats, Ints, Ranking, Rule, Units, rank, rank_each

NOBODY = -1
_PROOF_S = 10.0


@dataclass(frozen=True, slots=True)
class Team:
    """Who goes to an incident that asks for several.

    Attributes:
        unit: for each place to fill, the unit, or `NOBODY`.
        candidates: for each place, how many units could fill it; 0 says that nobody meets it, more beside `NOBODY`
            that those who could are needed at other places.
        rankings: for each place, all units with their terms and reasons.
        complete_s: when the last of the team arrives; NaN where nobody goes.
    """

    unit: Ints
    candidates: Ints
    rankings: tuple[Ranking, ...]
    complete_s: float

    @property
    def unmet(self) -> list[int]:
        """Places that stay empty."""
        return np.flatnonzero(self.unit == NOBODY).tolist()


@dataclass(frozen=True, slots=True)
class Pick:
    """Units that together bring enough of every capability.

    Attributes:
        units: chosen, in rising order.
        missing: (capabilities,) how many of each even all units that can go do not bring.
        score_s: sum of the units' scores.
    """

    units: Ints
    missing: Ints
    score_s: float


def team(units: Units, places: ArrayLike, rule: Rule | None = None) -> Team:
    """Fill as many places as can be, each with a unit of its own, at the least sum of scores; exactly.

    Each place needs at most as many of its best units to be looked at as there are places, so that the assignment
    stays small however many units there are.

    Parameters:
        units: what is known of them.
        places: (places, capabilities), what each place asks for.
        rule: as for `rank`.

    Raises:
        ValueError: as for `rank`.

    Example:
        >>> from anning.engines.dispatch.recommend import make_units
        >>> units = make_units([10, 20, 30], [[True, True], [True, False], [False, True]])
        >>> team(units, [[True, False], [False, True]]).unit.tolist()
        [1, 0]
    """
    wanted = np.atleast_2d(np.asarray(places, np.bool_))
    kinds, kind = np.unique(wanted, axis=0, return_inverse=True)
    ranked = rank_each(units, kinds, rule)
    rankings = tuple(ranked[which] for which in kind.ravel())
    count = len(wanted)
    heads = [found.order[:count] for found in rankings]
    columns = np.unique(np.concatenate(heads)) if heads else np.empty(0, np.int64)
    cost = np.full((count, len(columns)), np.inf)
    for place, (found, head) in enumerate(zip(rankings, heads, strict=True)):
        cost[place, np.searchsorted(columns, head)] = found.score_s[head]
    chosen = _assigned(cost)
    filled = chosen != NOBODY
    unit = np.where(filled, columns[chosen] if len(columns) else NOBODY, NOBODY).astype(np.int64)
    arrival = [found.arrival_s[who] for found, who in zip(rankings, unit, strict=True) if who != NOBODY]
    complete = float(max(arrival)) if arrival else np.nan
    return Team(unit, np.array([len(found.order) for found in rankings], np.int64), rankings, complete)


def pick(units: Units, count: ArrayLike, rule: Rule | None = None) -> Pick:
    """Units that together bring `count` of each capability, at the least sum of scores; exactly, by HiGHS.

    A unit brings each of its capabilities once. Of units with the same capabilities only the best can be needed, as
    many as are asked for altogether. What nobody can bring is said and the rest is picked all the same.

    Parameters:
        units: what is known of them.
        count: (capabilities,), whole numbers, 0 or more.
        rule: as for `rank`.

    Raises:
        ValueError: count is broken.

    Example:
        >>> from anning.engines.dispatch.recommend import make_units
        >>> units = make_units([40, 30, 35], [[True, True], [True, False], [False, True]])
        >>> pick(units, [1, 1]).units.tolist(), pick(units, [2, 3]).missing.tolist()
        ([0], [0, 1])
    """
    wanted = np.asarray(count, np.int64)
    if wanted.shape != (units.skills.shape[1],) or np.any(wanted < 0):
        raise ValueError(f"count must be {units.skills.shape[1]} whole numbers, 0 or more, one a capability")
    found = rank(units, np.zeros(len(wanted), np.bool_), rule)
    useful = found.order[(units.skills[found.order] & (wanted > 0)).any(axis=1)]
    rows = _best_of_each_kind(useful, units.skills[useful] & (wanted > 0), int(wanted.sum()))
    skills, score = units.skills[rows].astype(np.float64), found.score_s[rows]
    there = np.minimum(wanted, skills.sum(axis=0).astype(np.int64))
    if not there.any():
        return Pick(np.empty(0, np.int64), wanted, 0.0)
    number = len(rows)
    program = Program(
        score, np.ones(number), csr_matrix(skills.T), there.astype(float), np.full(len(there), np.inf), number
    )
    solved = solve(program, time_limit_s=_PROOF_S)
    chosen = rows[solved.x > 0.5] if solved.x is not None else rows
    return Pick(np.sort(chosen), wanted - there, float(found.score_s[chosen].sum()))


def _assigned(cost: Floats) -> NDArray[np.int64]:
    """Column for each row at the least sum, with as many rows served as can be; `NOBODY` for the rest."""
    chosen = np.full(len(cost), NOBODY, np.int64)
    if not cost.size:
        return chosen
    possible = np.isfinite(cost)
    dear = 2 * (1 + float(cost[possible].sum())) if possible.any() else 1.0
    rows, columns = linear_sum_assignment(np.where(possible, cost, dear))
    served = possible[rows, columns]
    chosen[rows[served]] = columns[served]
    return chosen


def _best_of_each_kind(order: Ints, brings: Bools, most: int) -> Ints:
    """The first `most` units of each set of capabilities, in the order given."""
    if not len(order):
        return order
    _, kind = np.unique(brings, axis=0, return_inverse=True)
    kind = kind.ravel()
    by_kind = np.argsort(kind, kind="stable")
    place = np.arange(len(kind)) - np.searchsorted(kind[by_kind], kind[by_kind])
    return order[np.sort(by_kind[place < most])]
