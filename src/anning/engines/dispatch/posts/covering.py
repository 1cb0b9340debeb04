"""Posts that cover demand within a limit of time: once (MCLP), twice (backup), or as often as busy posts ask (MEXCLP).

All three are one problem: the k-th post within reach of a place is worth ``worth[k−1]`` of its demand, less and less.
Sources: R. Church, C. ReVelle, Papers of the Regional Science Association 32 (1974), 101-118; M. S. Daskin,
*A maximum expected covering location model*, Transportation Science 17 (1983), 48-70; K. Hogan, C. ReVelle,
*Concepts and applications of backup coverage*, Management Science 32 (1986), 1434-1444. Background:
``docs/background/posts.md``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_matrix, csr_matrix, hstack, vstack

from anning.engines.dispatch.posts.milp import Program, solve
from anning.engines.dispatch.posts.placement import Floats, Ints, Placement, number_of, weights_of

Bools = NDArray[np.bool_]
_SMALLEST = 1e-12
"""A further cover worth less than this is not counted: it is below what the solver can tell apart."""


def once(posts: int) -> Floats:
    """Worth of covers for MCLP: the first is all."""
    return np.asarray(np.eye(1, posts)[0], np.float64)


def backed_up(posts: int, first: float) -> Floats:
    """Worth of covers where a second one counts, too: `first` and 1 − `first`.

    Raises:
        ValueError: `first` is not ½ to 1 (the second cover may not be worth more than the first).
    """
    if not 0.5 <= first <= 1:
        raise ValueError(f"the first cover must be worth 0.5 to 1 of the two, got {first}")
    return np.pad([first, 1 - first], (0, max(posts - 2, 0)))[:posts]


def expected(posts: int, busy: float) -> Floats:
    """Worth of covers for MEXCLP: the k-th is needed when k − 1 are busy, ``(1 − q)·q^(k−1)``.

    Raises:
        ValueError: the busy fraction q is not 0 to 1.

    Example:
        >>> expected(3, 0.5).tolist()
        [0.5, 0.25, 0.125]
    """
    if not 0 <= busy < 1:
        raise ValueError(f"the busy fraction must be 0 or more and below 1, got {busy}")
    return np.asarray((1 - busy) * busy ** np.arange(posts, dtype=np.float64))


def covered(reach: ArrayLike, weight: ArrayLike, sites: ArrayLike, worth: ArrayLike) -> float:
    """Value of a placement, in the unit of the weights.

    Parameters:
        reach: (sites, places), whether a post at the site covers the place.
        weight: demand of each place.
        sites: one entry a post.
        worth: of the k-th cover.
    """
    count = np.asarray(reach, np.bool_)[np.asarray(sites, np.int64)].sum(axis=0)
    total = np.concatenate([[0.0], np.cumsum(np.asarray(worth, np.float64))])
    return float(np.asarray(weight, np.float64) @ total[np.minimum(count, len(total) - 1)])


def cover(
    reach: ArrayLike,
    weight: ArrayLike,
    posts: int,
    worth: ArrayLike,
    *,
    most_per_site: int = 1,
    time_limit_s: float = 60.0,
) -> Placement:
    """Place posts for the greatest cover.

    Parameters:
        reach: (sites, places), whether a post at the site covers the place.
        weight: demand of each place.
        posts: how many.
        worth: of the first, second … cover (`once`, `backed_up`, `expected`), not rising.
        most_per_site: how many posts one site may hold.
        time_limit_s: for HiGHS, which begins with our own placement.

    Returns:
        `Placement` with value ``Σ weight · worth of its covers``.

    Raises:
        ValueError: shapes or numbers are broken, or worth rises.

    Example:
        >>> reach = [[True, True, False], [False, True, True], [False, False, True]]
        >>> found = cover(reach, [5, 1, 4], 2, once(2))
        >>> found.sites.tolist(), found.value, found.proven
        ([0, 1], 10.0, True)
    """
    near = np.asarray(reach, np.bool_)
    if near.ndim != 2 or not near.size:
        raise ValueError("reach must be (sites, places)")
    demand = weights_of(weight, near.shape[1])
    value = np.asarray(worth, np.float64)
    if most_per_site < 1 or value.ndim != 1 or not len(value) or np.any(np.diff(value) > 0) or np.any(value < 0):
        raise ValueError("worth must not rise and be 0 or more, most_per_site 1 or more")
    count = number_of(posts, len(near) * most_per_site)
    value = value[: max(1, int(np.sum(value > _SMALLEST)))][:count]
    sites, rounds = _swapped(near, demand, value, _greedy(near, demand, value, count, most_per_site), most_per_site)
    solved = solve(
        _program(near, demand, value, count, most_per_site),
        time_limit_s=time_limit_s,
        start=_as_solution(near, sites, len(value)),
    )
    if solved.x is not None:
        other = np.repeat(np.arange(len(near)), np.rint(solved.x[: len(near)]).astype(np.int64))
        if covered(near, demand, other, value) > covered(near, demand, sites, value):
            sites = other
    best = covered(near, demand, sites, value)
    most = float(demand.sum() * value.sum())
    return Placement(np.sort(sites), best, max(best, min(-solved.bound, most)), False, rounds + solved.nodes)


def _greedy(near: Bools, demand: Floats, worth: Floats, posts: int, most: int) -> Ints:
    chosen: list[int] = []
    for _ in range(posts):
        chosen.append(_best(near, demand, worth, np.array(chosen, np.int64), most))
    return np.array(chosen, np.int64)


def _best(near: Bools, demand: Floats, worth: Floats, chosen: Ints, most: int) -> int:
    """The site where one more post adds most; the lowest among equals."""
    count = near[chosen].sum(axis=0)
    gain = near @ (demand * np.append(worth, 0.0)[np.minimum(count, len(worth))])
    gain[np.bincount(chosen, minlength=len(near)) >= most] = -1.0
    return int(np.argmax(gain))


def _swapped(near: Bools, demand: Floats, worth: Floats, chosen: Ints, most: int) -> tuple[Ints, int]:
    """Move one post at a time to where it adds most, until no move adds anything."""
    now, rounds, moved = covered(near, demand, chosen, worth), 0, True
    while moved:
        moved, rounds = False, rounds + 1
        for slot in range(len(chosen)):
            trial = np.delete(chosen, slot)
            trial = np.append(trial, _best(near, demand, worth, trial, most))
            value = covered(near, demand, trial, worth)
            if value > now * (1 + 1e-12):
                chosen, now, moved = trial, value, True
    return chosen, rounds


def _program(near: Bools, demand: Floats, worth: Floats, posts: int, most: int) -> Program:
    """Columns: posts at each site, then for each place and k whether it has a k-th cover.

    Those need not be forced to whole numbers: worth falls with k, so that they fill up in order.
    """
    sites, places = near.shape
    deep = len(worth)
    fill = coo_matrix((np.ones(places * deep), (np.repeat(np.arange(places), deep), np.arange(places * deep))))
    covers = hstack([csr_matrix(-near.T.astype(np.float64)), fill])
    number = csr_matrix((np.ones(sites), (np.zeros(sites, int), np.arange(sites))), (1, sites + places * deep))
    return Program(
        cost=-np.concatenate([np.zeros(sites), np.outer(demand, worth).ravel()]),
        upper=np.concatenate([np.full(sites, float(min(most, posts))), np.ones(places * deep)]),
        rows=vstack([covers, number]).tocsr(),
        low=np.append(np.full(places, -np.inf), posts),
        high=np.append(np.zeros(places), posts),
        whole=sites,
    )


def _as_solution(near: Bools, sites: Ints, deep: int) -> Floats:
    count = near[sites].sum(axis=0)
    filled = np.arange(deep) < count[:, None]
    return np.concatenate([np.bincount(sites, minlength=len(near)), filled.ravel()]).astype(np.float64)
