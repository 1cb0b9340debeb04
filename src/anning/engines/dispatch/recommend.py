"""Who should go? Units ranked by when they can be there, every term shown, and why each other was passed over.

The travel of every unit comes from one bounded reverse search of the road network (`engines.network`); here are only
arrays, one entry a unit. Background: ``docs/background/recommendation.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Terms = tuple[Floats, Floats, Floats, Floats, Floats, Floats]
"""Of a `Ranking`, from `arrival_s` to `score_s`."""


class Reason(IntEnum):
    """Why a unit stands where it stands. Of several reasons the first of this order is told."""

    FIRST = 0
    """It can be there first."""
    SLOWER = 1
    """It can go, but later (or at a greater loss of cover) than the first; `amount` is the difference in seconds."""
    OFF_DUTY = 2
    LACKS = 3
    """It lacks a capability; `amount` is how many."""
    POSITION_TOO_OLD = 4
    """Its position was last heard of `amount` seconds ago; NaN if never."""
    UNREACHABLE = 5
    """No way leads from it to the place."""
    BUSY = 6
    """Its task ends in `amount` seconds, inf if that is not known."""
    SHIFT_ENDS = 7
    """Its shift ends in `amount` seconds, too soon after it would arrive."""
    BEYOND_LIMIT = 8
    """It would arrive `amount` seconds after the limit."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What is asked of a unit, and what its terms count for.

    Attributes:
        limit_s: latest arrival. oldest_s: greatest age of a position.
        wait_s: a busy unit counts if its task ends within so many seconds; 0 for free units only.
        shift_margin_s: so much of the shift must be left on arrival.
        cover_price_s: seconds that stripping the unit's own area of all its cover counts for.
        age_price: seconds that each second of age of the position counts for.
    """

    limit_s: float = np.inf
    oldest_s: float = np.inf
    wait_s: float = 0.0
    shift_margin_s: float = 0.0
    cover_price_s: float = 60.0
    age_price: float = 0.0

    def __post_init__(self) -> None:
        prices = (self.wait_s, self.shift_margin_s, self.cover_price_s, self.age_price)
        if not (self.limit_s > 0 and self.oldest_s >= 0 and min(prices) >= 0 and np.isfinite(prices).all()):
            raise ValueError(f"limits must be above 0, margins and prices finite and 0 or more; got {self}")


@dataclass(frozen=True, slots=True)
class Units:
    """What is known of n units. Make it with `make_units`, which checks it.

    Attributes:
        travel_s: from where it is, or will be when its task ends, to the incident; inf where no way leads.
        skills: (n, capabilities). on_duty: whether.
        free_in_s: until its task ends, 0 for a free unit, inf if that is not known.
        age_s: of its position, NaN if never heard of. shift_left_s: until its shift ends, inf without one.
        cover_left: share 0 to 1 of its own area's demand that stays covered when it leaves.
    """

    travel_s: Floats
    skills: Bools
    on_duty: Bools
    free_in_s: Floats
    age_s: Floats
    shift_left_s: Floats
    cover_left: Floats

    def __len__(self) -> int:
        return len(self.travel_s)


@dataclass(frozen=True, slots=True)
class Ranking:
    """The answer for one requirement; arrays of shape (n,) but `order`.

    Attributes:
        order: units that can go, best first; ties by the lowest number. Empty when there is none.
        arrival_s: seconds until each could be there (wait and travel), whether or not it can go.
        wait_s, travel_s, cover_s, age_s: the terms; `score_s` their sum, by which units are ranked.
        reason: int8 of `Reason`, and its `amount`.
        lacking: (n, capabilities) what each lacks.
    """

    order: Ints
    arrival_s: Floats
    wait_s: Floats
    travel_s: Floats
    cover_s: Floats
    age_s: Floats
    score_s: Floats
    reason: NDArray[np.int8]
    amount: Floats
    lacking: Bools

    @property
    def best(self) -> int | None:
        """The unit to send, None when nobody can go."""
        return int(self.order[0]) if len(self.order) else None


def make_units(
    travel_s: ArrayLike,
    skills: ArrayLike,
    *,
    on_duty: ArrayLike = True,
    free_in_s: ArrayLike = 0.0,
    age_s: ArrayLike = 0.0,
    shift_left_s: ArrayLike = np.inf,
    cover_left: ArrayLike = 1.0,
) -> Units:
    """Checked `Units`; a single value stands for all.

    Raises:
        ValueError: shapes differ, a time is negative or NaN (but for `age_s`), or a share is not 0 to 1.
    """
    travel = np.atleast_1d(np.asarray(travel_s, np.float64))
    able = np.asarray(skills, np.bool_)
    if travel.ndim != 1 or able.ndim != 2 or len(able) != len(travel):
        raise ValueError(f"skills must be ({len(travel)}, capabilities), got shape {able.shape}")
    duty = np.broadcast_to(np.asarray(on_duty, np.bool_), travel.shape)
    busy, age, left, cover = (
        np.broadcast_to(np.asarray(values, np.float64), travel.shape)
        for values in (free_in_s, age_s, shift_left_s, cover_left)
    )
    if not (np.all(travel >= 0) and np.all(busy >= 0) and not np.any(age < 0) and not np.any(np.isnan(left))):
        raise ValueError("travel_s, free_in_s and age_s must be 0 seconds or more, shift_left_s a number")
    if not np.all((cover >= 0) & (cover <= 1)):
        raise ValueError("cover_left must be a share, 0 to 1 (1 where it is not known)")
    return Units(travel, able, duty, busy, age, left, cover)


def rank(units: Units, needs: ArrayLike, rule: Rule | None = None) -> Ranking:
    """Rank all units for one requirement.

    Parameters:
        units: what is known of them.
        needs: (capabilities,) which a unit must have, all of them.
        rule: limits and prices.

    Raises:
        ValueError: needs are not one a capability.

    Example:
        >>> units = make_units([60, 30, 20, 10], [[True], [True], [False], [True]], on_duty=[True, True, True, False])
        >>> found = rank(units, [True])
        >>> found.order.tolist(), [Reason(code).name for code in found.reason]
        ([1, 0], ['SLOWER', 'FIRST', 'LACKS', 'OFF_DUTY'])
    """
    return rank_each(units, np.asarray(needs, np.bool_)[None], rule)[0]


def rank_each(units: Units, needs: ArrayLike, rule: Rule | None = None) -> tuple[Ranking, ...]:
    """`rank` for several requirements, (requirements, capabilities), with what they share reckoned once.

    Raises:
        ValueError: as for `rank`.
    """
    rule = rule or Rule()
    wanted = np.asarray(needs, np.bool_)
    if wanted.ndim != 2 or wanted.shape[1] != units.skills.shape[1]:
        raise ValueError(f"needs must be {units.skills.shape[1]} values, one a capability; got shape {wanted.shape}")
    arrival = units.free_in_s + units.travel_s
    cover = rule.cover_price_s * (1 - units.cover_left)
    age = rule.age_price * np.nan_to_num(units.age_s, nan=0.0) if rule.age_price else np.zeros(len(units))
    terms = (arrival, units.free_in_s, units.travel_s, cover, age, arrival + cover + age)
    shared = _passed_over(units, arrival, rule)
    return tuple(_ranked(units, row, terms, shared) for row in wanted)


def _ranked(units: Units, needs: Bools, terms: Terms, shared: tuple[NDArray[np.int8], Floats]) -> Ranking:
    """One requirement: who lacks what, and the order of the rest."""
    score = terms[-1]
    lacking = needs & ~units.skills
    unfit = lacking.any(axis=1) & units.on_duty
    reason, amount = shared[0].copy(), shared[1].copy()
    reason[unfit], amount[unfit] = Reason.LACKS, lacking[unfit].sum(axis=1)
    able = np.flatnonzero(reason == Reason.FIRST)
    order = able[np.argsort(score[able], kind="stable")]
    if len(order):
        rest = order[1:]
        reason[rest], amount[rest] = Reason.SLOWER, score[rest] - score[order[0]]
    return Ranking(order, *terms, reason, amount, lacking)


def _passed_over(units: Units, arrival: Floats, rule: Rule) -> tuple[NDArray[np.int8], Floats]:
    """The first reason but `LACKS` against each unit with its amount; `FIRST` where there is none."""
    late = np.maximum(arrival, rule.limit_s) - rule.limit_s if np.isfinite(rule.limit_s) else 0.0
    against = (
        (Reason.BEYOND_LIMIT, arrival > rule.limit_s, late),
        (Reason.SHIFT_ENDS, units.shift_left_s < arrival + rule.shift_margin_s, units.shift_left_s),
        (Reason.BUSY, units.free_in_s > rule.wait_s, units.free_in_s),
        (Reason.UNREACHABLE, np.isinf(units.travel_s), np.inf),
        (Reason.POSITION_TOO_OLD, ~(units.age_s <= rule.oldest_s), units.age_s),
        (Reason.OFF_DUTY, ~units.on_duty, 0.0),
    )
    reason, amount = np.zeros(len(units), np.int8), np.zeros(len(units))
    for code, applies, much in against:
        reason[applies] = code
        amount = np.where(applies, much, amount)
    return reason, amount
