"""Where idle units should move so that as much demand as can be stays within reach of a free one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anning.engines.dispatch.posts.placement import Floats, Ints, weights_of

Bools = NDArray[np.bool_]
_NOISE = 1e-12


@dataclass(frozen=True, slots=True)
class Moves:
    """Moves in the order of their gain; arrays of one length.

    Attributes:
        unit, post: who goes where. travel_s: how long it takes. gain: cover it adds once the moves before are made.
        before, after: share of demand covered, without and with all moves.
    """

    unit: Ints
    post: Ints
    travel_s: Floats
    gain: Floats
    before: float
    after: float


def reposition(
    covers: ArrayLike,
    post_covers: ArrayLike,
    travel_s: ArrayLike,
    weight: ArrayLike,
    worth: ArrayLike,
    *,
    most_moves: int = 3,
    limit_s: float = np.inf,
    least_gain: float = 0.005,
) -> Moves:
    """The best move, then the next best after it, while each is worth its drive.

    Parameters:
        covers: (units, areas), what each idle unit covers from where it stands.
        post_covers: (posts, areas), what a unit at each post would cover.
        travel_s: (units, posts), the drive; inf where no way leads.
        weight: (areas,) demand.
        worth: of the first, second … cover, not rising (`posts.covering.expected` and its like).
        most_moves: each unit moves at most once.
        limit_s: longest drive.
        least_gain: a move must add so much of all demand.

    Raises:
        ValueError: shapes do not fit, worth rises, or a number is out of its range.

    Example:
        >>> found = reposition([[1, 0], [1, 0]], [[1, 0], [0, 1]], [[0, 300], [0, 200]], [5, 5], [1.0])
        >>> found.unit.tolist(), found.post.tolist(), found.before, found.after
        ([1], [1], 0.5, 1.0)
    """
    now, there, drive = np.array(covers, np.bool_), np.asarray(post_covers, np.bool_), np.asarray(travel_s, np.float64)
    value = np.asarray(worth, np.float64)
    if now.ndim != 2 or there.ndim != 2 or now.shape[1] != there.shape[1] or drive.shape != (len(now), len(there)):
        raise ValueError(
            f"covers {now.shape}, post_covers {there.shape} and travel_s {drive.shape} do not fit together"
        )
    if value.ndim != 1 or not len(value) or np.any(np.diff(value) > 0) or np.any(value < 0) or value.sum() == 0:
        raise ValueError("worth must not rise, and the first cover must be worth something")
    if most_moves < 0 or not least_gain >= 0 or not np.all(drive >= 0):
        raise ValueError("most_moves and least_gain must be 0 or more, travel_s 0 seconds or more")
    demand = weights_of(weight, now.shape[1])
    demand = demand / demand.sum()
    steps = np.append(value, 0.0)
    before = _cover(now, demand, steps)
    allowed = drive <= limit_s
    made: list[tuple[int, int, float]] = []
    for _ in range(most_moves):
        gain = np.where(allowed & np.isfinite(drive), _gains(now, there, demand, steps), -np.inf)
        most = gain.max(initial=-np.inf)
        if not most >= max(least_gain, _NOISE):
            break
        ties = np.argwhere(gain >= most - _NOISE)
        unit, post = min(map(tuple, ties.tolist()), key=lambda pair: (drive[pair], pair))
        made.append((unit, post, float(gain[unit, post])))
        now[unit], allowed[unit] = there[post], False
    who, where = np.array([m[0] for m in made], np.int64), np.array([m[1] for m in made], np.int64)
    gains = np.array([m[2] for m in made], np.float64)
    return Moves(who, where, drive[who, where], gains, before, _cover(now, demand, steps))


def _cover(now: Bools, demand: Floats, steps: Floats) -> float:
    total = np.concatenate([[0.0], np.cumsum(steps[:-1])])
    return float(demand @ total[np.minimum(now.sum(axis=0), len(total) - 1)])


def _gains(now: Bools, there: Bools, demand: Floats, steps: Floats) -> Floats:
    """What every move of every unit to every post would add, (units, posts); alike units are looked at once."""
    count, last = now.sum(axis=0), len(steps) - 1
    kinds, kind = np.unique(now, axis=0, return_inverse=True)
    gains = np.empty((len(kinds), len(there)))
    for row, own in enumerate(kinds):
        left = count - own
        loss = float(demand @ (steps[np.minimum(left, last)] * own))
        gains[row] = there @ (demand * steps[np.minimum(left, last)]) - loss
    return np.asarray(gains[kind.ravel()])
