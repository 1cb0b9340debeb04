"""The p-median: p posts so that the weighted travel to the nearest one is least.

First a good placement (`interchange`), then a bound that is nearly tight (`lagrange`), then, over the few sites the
bound leaves open, a proof (`milp`). Source of the problem: S. L. Hakimi, Operations Research 12 (1964), 450-459.
Background: ``docs/background/posts.md``.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_matrix, vstack

from anning.engines.dispatch.posts.interchange import search
from anning.engines.dispatch.posts.lagrange import Bound, Open, bound, still_open
from anning.engines.dispatch.posts.milp import Program, solve
from anning.engines.dispatch.posts.placement import Floats, Placement, number_of, weights_of

_ROUNDS = 3_000
_MORE = 5
"""Times as long is searched again where the bound leaves a gap."""
_FAR = 10.0
"""A place that a site cannot reach costs so many times all finite travel: worse than any placement that reaches it."""
_LARGEST_PROOF = 400_000
"""More pairs of site and place than this left open, and no proof is tried: the bound stands."""


def p_median(
    travel: ArrayLike,
    weight: ArrayLike,
    posts: int,
    *,
    seed: int = 0,
    shakes: int = 60,
    time_limit_s: float = 60.0,
) -> Placement:
    """Place posts for the least weighted travel.

    Parameters:
        travel: (sites, places), 0 or more, inf where there is no way.
        weight: demand of each place.
        posts: how many, at most one a site.
        seed, shakes: of the search for a good placement; five times as many again where the bound leaves a gap.
        time_limit_s: for the proof.

    Returns:
        `Placement` with value ``Σ weight · travel to the nearest``.

    Raises:
        ValueError: shapes or numbers are broken, or no placement found reaches every place that has demand.

    Example:
        >>> travel = [[0, 4, 9, 8], [4, 0, 5, 6], [9, 5, 0, 3], [8, 6, 3, 0]]
        >>> found = p_median(travel, [3, 1, 2, 1], 2)
        >>> found.sites.tolist(), found.value, found.proven
        ([0, 2], 7.0, True)
    """
    given = np.asarray(travel, np.float64)
    if given.ndim != 2 or not given.size or np.any(np.isnan(given) | (given < 0)):
        raise ValueError("travel must be (sites, places), each 0 or more (inf where there is no way)")
    demand = weights_of(weight, given.shape[1])
    count = number_of(posts, len(given))
    cost, far = _costs(given[:, demand > 0], demand[demand > 0])
    sites, value = search(cost, count, seed=seed, shakes=shakes)
    step = 1.0 if np.all(cost == np.floor(cost)) else 0.0
    found = bound(cost, sites, value, rounds=_ROUNDS, step=step)
    if not _tight(found, step):
        sites, value = search(cost, count, seed=seed + 1, shakes=_MORE * shakes, start=found.sites)
        found = replace(found, sites=sites, cost=value)
    if found.cost >= far:
        raise ValueError(
            f"no {count} of the sites were found that reach every place with demand: give more posts or sites"
        )
    low, found = _prove(cost, found, step, time_limit_s)
    return Placement(np.sort(found.sites), found.cost, low, True, found.rounds)


def _costs(travel: Floats, weight: Floats) -> tuple[Floats, float]:
    """Weight times travel, without infinities; and the cost that no placement reaching every place comes to."""
    cost = travel * weight
    finite = np.isfinite(cost)
    far = _FAR * (float(np.where(finite, cost, 0).max(axis=0).sum()) + 1.0)
    return np.ascontiguousarray(np.where(finite, cost, far)), far


def _prove(cost: Floats, found: Bound, step: float, time_limit_s: float) -> tuple[float, Bound]:
    """The bound after a proof over what is still open, and the better placement should there be one."""
    if _tight(found, step):
        return found.cost, found
    left = still_open(cost, found, step)
    if left.pairs.sum() > _LARGEST_PROOF or time_limit_s <= 0:
        return found.value, found
    if not left.pairs.any(axis=0).all() or len(left.sites) < len(found.sites):
        return found.cost, found
    solved = solve(_program(cost, left, len(found.sites)), time_limit_s=time_limit_s)
    if solved.x is not None:
        sites = left.sites[solved.x[: len(left.sites)] > 0.5]
        value = float(cost[sites].min(axis=0).sum())
        if value < found.cost:
            found = Bound(found.value, found.price, found.rounds, sites, value)
    low = found.cost if np.isinf(solved.bound) or solved.bound > found.cost - step + 1e-6 else solved.bound
    return max(found.value, min(low, found.cost)), found


def _tight(found: Bound, step: float) -> bool:
    """Whether the bound alone proves the placement, up to one part in 10⁹."""
    return found.value > found.cost - step + 1e-6 or found.value >= found.cost - 1e-9 * found.cost


def _program(cost: Floats, left: Open, posts: int) -> Program:
    """Assignment over the open pairs: columns are the open sites, then the pairs."""
    sites, places = len(left.sites), cost.shape[1]
    site, place = np.nonzero(left.pairs)
    pairs = np.arange(len(site))
    served = coo_matrix((np.ones(len(site)), (place, sites + pairs)), (places, sites + len(site)))
    linked_rows = np.concatenate([pairs, pairs])
    linked_columns = np.concatenate([sites + pairs, site])
    signs = np.repeat([1.0, -1.0], len(site))
    linked = coo_matrix((signs, (linked_rows, linked_columns)), (len(site), sites + len(site)))
    number = coo_matrix((np.ones(sites), (np.zeros(sites, int), np.arange(sites))), (1, sites + len(site)))
    sure = np.flatnonzero(np.isin(left.sites, left.sure))
    kept = coo_matrix((np.ones(len(sure)), (np.arange(len(sure)), sure)), (len(sure), sites + len(site)))
    return Program(
        cost=np.concatenate([np.zeros(sites), cost[left.sites][site, place]]),
        upper=np.ones(sites + len(site)),
        rows=vstack([served, linked, number, kept]).tocsr(),
        low=np.concatenate([np.ones(places), np.full(len(site), -np.inf), [posts], np.ones(len(sure))]),
        high=np.concatenate([np.ones(places), np.zeros(len(site)), [posts], np.ones(len(sure))]),
        whole=sites,
    )
