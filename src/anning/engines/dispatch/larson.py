"""Larson's approximation of the hypercube: as many equations as units, instead of 2^units.

Source: R. C. Larson, *Approximating the performance of urban emergency service systems*, Operations Research 23
(1975), 845-868, doi:10.1287/opre.23.5.845. Background: ``docs/background/hypercube.md``.
"""

from __future__ import annotations

import numpy as np

from anning.engines.dispatch.queue_model import Floats, Loads, QueueModel

_TOLERANCE = 1e-12
_MOST_ROUNDS = 10_000


def correction(units: int, mean_busy: float, *, line: bool) -> Floats:
    """Larson's factors Q(units, ρ, j), j = 0 … units − 1.

    What the chance "j given units busy, the next free" is in a queue whose busy units are drawn at random, over
    ρ^j·(1 − ρ), which it would be were they independent.

    Parameters:
        units: 1 or more.
        mean_busy: calls offered per unit, λ/(units·μ); below 1 with a line.
        line: whether calls wait.

    Raises:
        ValueError: no unit, a load that is not positive, or with a line not below 1.

    Example:
        >>> correction(3, 0.5, line=True).round(5).tolist()
        [1.0, 0.73684, 0.63158]
    """
    if units < 1 or not mean_busy > 0 or (line and mean_busy >= 1):
        raise ValueError(f"need units ≥ 1 and load above 0 (below 1 with a line); got {units=}, {mean_busy=}, {line=}")
    level, _ = _levels(units, mean_busy * units, line=line)
    k = np.arange(units + 1)
    busy = float(1 - np.sum(level[:units] * (units - k[:units]) / units))
    factors = np.empty(units)
    drawn = level / (1 - busy)  # kept over busy^j, which for many idle units is less than a float can hold
    for j in range(units):
        factors[j] = np.sum(drawn * np.maximum(units - k, 0) / (units - j))
        drawn = drawn * np.maximum(k - j, 0) / ((units - j) * busy)
    return factors


def approximate(model: QueueModel) -> Loads:
    """The steady state by Larson's equations, rescaled each round so that all the work is done by somebody.

    Raises:
        ValueError: units serve at different rates or do not serve every area, which the factors do not cover: use
            the exact model or the simulator.

    Example:
        >>> from anning.engines.dispatch.queue_model import queue_model
        >>> orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [2, 0, 1]]
        >>> loads = approximate(queue_model([0.50, 0.25, 0.35, 0.40], 1.0, orders, line=True))
        >>> loads.workload.round(3).tolist()
        [0.563, 0.472, 0.466]
    """
    if not (model.pooled and model.uniform):
        raise ValueError("Larson's approximation needs one service rate and every unit in every area's order")
    units, total, rate = len(model.service_rate), float(model.call_rate.sum()), float(model.service_rate[0])
    load = total / (units * rate)
    factors = correction(units, load, line=model.line)
    level, waiting = _levels(units, total / rate, line=model.line)
    work = total / rate * (1.0 if model.line else 1 - float(level[-1]))
    from_line = load * waiting
    workload = np.full(units, work / units)
    for _ in range(_MOST_ROUNDS):
        asked = np.bincount(model.order.ravel(), _asked(model, factors, workload).ravel(), units) / rate
        new = (asked + from_line) / (1 + asked)
        new *= work / new.sum()
        done = float(np.max(np.abs(new - workload))) <= _TOLERANCE
        workload = new
        if done:
            break
    return _loads(model, factors, workload, float(level[-1]) if not model.line else waiting)


def _asked(model: QueueModel, factors: Floats, workload: Floats) -> Floats:
    """Rate at which each preference of each area falls to a unit, were that unit always free: (areas, units)."""
    before = np.cumprod(workload[model.order], axis=1)
    before = np.hstack([np.ones((len(before), 1)), before[:, :-1]])
    return np.asarray(model.call_rate[:, None] * factors * before)


def _loads(model: QueueModel, factors: Floats, workload: Floats, all_busy: float) -> Loads:
    """Answers by area and unit, scaled so that each area has all its calls answered but those lost."""
    share = model.call_rate / model.call_rate.sum()
    by_preference = _asked(model, factors, workload) * (1 - workload[model.order])
    served = np.zeros_like(by_preference)
    np.put_along_axis(served, model.order, by_preference, axis=1)
    sums = np.where(share > 0, served.sum(axis=1), 1.0)
    served *= (share * (1 - all_busy) / sums)[:, None]
    if not model.line:
        return Loads(workload, all_busy, served, share * all_busy, 0.0)
    served += share[:, None] * all_busy / len(workload)
    wait = all_busy / (float(model.service_rate.sum()) - float(model.call_rate.sum()))
    return Loads(workload, all_busy, served, np.zeros(len(share)), wait)


def _levels(units: int, offered: float, *, line: bool) -> tuple[Floats, float]:
    """Chances of k = 0 … units busy (with a line the last with nobody waiting), and that of waiting at all."""
    steps = np.log(offered / np.arange(1, units + 1))
    log_level = np.concatenate([[0.0], np.cumsum(steps)])
    level = np.exp(log_level - log_level.max())
    behind = float(level[-1]) * offered / (units - offered) if line else 0.0
    whole = float(level.sum()) + behind
    return level / whole, (float(level[-1]) + behind) / whole
