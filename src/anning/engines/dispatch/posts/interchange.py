"""Vertex interchange for the p-median: swap one post for one empty site while that saves travel.

Sources: M. B. Teitz, P. Bart, Operations Research 16 (1968), 955-961; the fast evaluation of all swaps at once: R. A.
Whitaker, INFOR 21 (1983), 95-108; P. Hansen, N. Mladenović, *Variable neighborhood search for the p-median*,
Location Science 5 (1997), 207-226.
"""

from __future__ import annotations

import numpy as np

from anning.engines.dispatch.compiled import compiled
from anning.engines.dispatch.posts.placement import Floats, Ints


def search(cost: Floats, posts: int, *, seed: int, shakes: int, start: Ints | None = None) -> tuple[Ints, float]:
    """The best placement found by interchange from a greedy start, shaken and improved again `shakes` times.

    Parameters:
        cost: (sites, places), weight times travel; a row is a site.
        posts: how many.
        seed: of the shaking; the same for the same result.
        shakes: how often some of the posts are moved at random before improving again.
        start: sites to begin with instead of the greedy ones.

    Returns:
        Sites in rising order, and their cost.
    """
    best = greedy(cost, posts) if start is None else start.copy()
    best_cost = improve(cost, best)
    draw = np.random.default_rng(seed)
    sites, depth, deepest = len(cost), 1, max(1, min(posts, 12))
    for _ in range(shakes if posts < sites else 0):
        trial = best.copy()
        moved = min(depth, sites - posts)
        trial[draw.choice(posts, moved, replace=False)] = draw.choice(
            np.setdiff1d(np.arange(sites), best), moved, replace=False
        )
        trial_cost = improve(cost, trial)
        if trial_cost < best_cost - 1e-9 * abs(best_cost):
            best, best_cost, depth = trial, trial_cost, 1
        else:
            depth = depth % deepest + 1
    return np.sort(best), float(best_cost)


def greedy(cost: Floats, posts: int) -> Ints:
    """Posts put one by one where each saves most; the lowest site among equals."""
    now = np.full(cost.shape[1], np.inf)
    chosen = np.empty(posts, np.int64)
    open_sites = np.zeros(len(cost), np.bool_)
    for k in range(posts):
        totals = np.minimum(cost, now).sum(axis=1)
        totals[open_sites] = np.inf
        chosen[k] = int(np.argmin(totals)) if np.isfinite(totals).any() else int(np.argmin(open_sites))
        open_sites[chosen[k]] = True
        now = np.minimum(now, cost[chosen[k]])
    return chosen


@compiled
def improve(cost: Floats, chosen: Ints) -> float:
    """Swap best against best until no swap saves anything; `chosen` is changed, its cost returned."""
    sites, places = cost.shape
    posts = len(chosen)
    is_open = np.zeros(sites, np.bool_)
    for site in chosen:
        is_open[site] = True
    first, near, second = np.empty(places, np.int64), np.empty(places), np.empty(places)
    loss = np.empty(posts)
    while True:
        total = _nearest_two(cost, chosen, first, near, second)
        best_saving, best_in, best_out = 1e-9 * abs(total) + 1e-12, -1, -1
        for site in range(sites):
            if is_open[site]:
                continue
            gain = 0.0
            loss[:] = 0.0
            for place in range(places):
                here = cost[site, place]
                if here < near[place]:
                    gain += near[place] - here
                else:
                    loss[first[place]] += min(here, second[place]) - near[place]
            out = int(np.argmin(loss))
            if gain - loss[out] > best_saving:
                best_saving, best_in, best_out = gain - loss[out], site, out
        if best_in < 0:
            return total
        is_open[chosen[best_out]] = False
        is_open[best_in] = True
        chosen[best_out] = best_in


@compiled
def _nearest_two(cost: Floats, chosen: Ints, first: Ints, near: Floats, second: Floats) -> float:
    """Which post is nearest to each place, its cost and that of the next; the sum of the nearest."""
    near[:] = np.inf
    second[:] = np.inf
    for slot in range(len(chosen)):
        row = cost[chosen[slot]]
        for place in range(len(near)):
            if row[place] < near[place]:
                second[place] = near[place]
                near[place], first[place] = row[place], slot
            elif row[place] < second[place]:
                second[place] = row[place]
    return float(np.sum(near))
