"""A lower bound for the p-median by Lagrangian relaxation, and what it proves about single sites.

Every place's demand to be served once is priced by u; what is left splits by site. Source: G. Cornuéjols, M. L.
Fisher, G. L. Nemhauser, Management Science 23 (1977), 789-810; subgradients: J. E. Beasley, *Lagrangean heuristics
for location problems*, European Journal of Operational Research 65 (1993), 383-399.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from anning.engines.dispatch.compiled import compiled
from anning.engines.dispatch.posts.interchange import improve
from anning.engines.dispatch.posts.placement import Floats, Ints

_PATIENCE = 25
_SMALLEST_STEP = 1e-4


@dataclass(frozen=True, slots=True)
class Bound:
    """The best bound found, the prices that give it, and the best placement met on the way.

    Attributes:
        value: no placement costs less. price: of each place. rounds: subgradient steps taken.
        sites, cost: the best placement known.
    """

    value: float
    price: Floats
    rounds: int
    sites: Ints
    cost: float


@dataclass(frozen=True, slots=True)
class Open:
    """What a better placement than the known one could still use.

    Attributes:
        sites: that may have a post. sure: those that must. pairs: (len(sites), places), whether the site may be the
            one that serves the place.
    """

    sites: Ints
    sure: Ints
    pairs: np.ndarray


def bound(cost: Floats, sites: Ints, value: float, *, rounds: int, step: float = 0.0) -> Bound:
    """Raise the bound by subgradient steps.

    Parameters:
        cost: (sites, places), finite.
        sites, value: a placement and its cost, which sets the length of the steps.
        rounds: most steps.
        step: the least by which two placements' costs differ (1 for whole numbers), 0 if not known: the bound is
            then good enough as soon as it exceeds the cost less one step.
    """
    price = np.sort(np.partition(cost, 1, axis=0)[:2], axis=0).mean(axis=0) if len(cost) > 1 else cost[0].copy()
    posts, best, best_price, scale, idle, taken = len(sites), -np.inf, price, 2.0, 0, 0
    known, known_cost = sites, value
    for _ in range(rounds):
        taken += 1
        total, chosen, slope = _relaxed(cost, price, posts)
        if total > best + 1e-7 * abs(value):
            idle = 0
            trial = chosen.copy()
            trial_cost = float(cost[trial].min(axis=0).sum())
            if trial_cost < 1.02 * known_cost:
                trial_cost = improve(cost, trial)
            if trial_cost < known_cost - 1e-9 * abs(known_cost):
                known, known_cost = np.sort(trial), trial_cost
        else:
            idle += 1
        if total > best:
            best, best_price = total, price
        if idle >= _PATIENCE:
            scale, idle, price = scale / 2, 0, best_price
            continue
        length = float(slope @ slope)
        if (
            length == 0
            or scale < _SMALLEST_STEP
            or best > known_cost - step + 1e-6
            or best >= known_cost - 1e-9 * known_cost
        ):
            break
        price = price + scale * (1.01 * known_cost - total) / length * slope
    return Bound(min(best, known_cost), best_price, taken, known, known_cost)


def still_open(cost: Floats, found: Bound, step: float) -> Open:
    """Sites, and sites for each place, that the bound's prices do not rule out in any better placement."""
    posts = len(found.sites)
    saving = np.minimum(cost - found.price, 0).sum(axis=1)
    order = np.argsort(saving, kind="stable")
    least = float(found.price.sum() + saving[order[:posts]].sum())
    room = found.cost - step - least + 1e-6
    last = saving[order[posts - 1]]
    extra = np.maximum(saving - last, 0)
    sites = np.flatnonzero(extra <= room)
    behind = saving[order[posts]] if posts < len(order) else np.inf
    sure = np.sort(order[:posts][behind - saving[order[:posts]] > room])
    pairs = extra[sites, None] + np.maximum(cost[sites] - found.price, 0) <= room
    return Open(sites, sure, pairs)


@compiled
def _relaxed(cost: Floats, price: Floats, posts: int) -> tuple[float, Ints, Floats]:
    """Value of the relaxation at these prices, the sites it opens, and how over- or under-served each place is."""
    sites, places = cost.shape
    saving = np.zeros(sites)
    for site in range(sites):
        for place in range(places):
            if cost[site, place] < price[place]:
                saving[site] += cost[site, place] - price[place]
    chosen = np.argsort(saving, kind="mergesort")[:posts]
    slope = np.ones(places)
    total = float(np.sum(price))
    for site in chosen:
        total += saving[site]
        for place in range(places):
            if cost[site, place] < price[place]:
                slope[place] -= 1
    return total, chosen, slope
