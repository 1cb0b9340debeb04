"""Made calls: random in time by the hour of the week and in place by weight, the same for the same seed."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from anning.engines.dispatch.replay.model import NEAREST_HOSPITAL, NO_HOSPITAL, Calls, Floats, make_calls

HOUR_S = 3600.0
WEEK_HOURS = 168


def poisson_calls(
    seed: int,
    rate_per_s: ArrayLike,
    span_s: float,
    *,
    mean_on_scene_s: float,
    weekly: ArrayLike = (),
    taken: float = 0.0,
    mean_drop_off_s: float = 0.0,
    spread: float | None = None,
) -> Calls:
    """Calls of a Poisson process from time 0 to `span_s`, with times of service.

    Parameters:
        seed: of the draws.
        rate_per_s: mean calls a second from each node, 0 or more.
        span_s: seconds, above 0; time 0 is the first hour of the week.
        mean_on_scene_s: above 0.
        weekly: 168 weights of the hours of the week, brought to a mean of 1; none for an even week.
        taken: share of calls taken to the nearest hospital.
        mean_drop_off_s: seconds there.
        spread: standard deviation of the logarithm of service times (log-normal); None for exponential ones.

    Raises:
        ValueError: a rate, weight, share or time is out of its range.

    Example:
        >>> made = poisson_calls(7, [0.001, 0.002], 86_400.0, mean_on_scene_s=1200)
        >>> len(made), made.time_s[0].round(1).item()
        (254, 348.1)
    """
    rates = np.atleast_1d(np.asarray(rate_per_s, np.float64))
    weights = np.asarray(weekly, np.float64)
    if not np.all(np.isfinite(rates) & (rates >= 0)) or rates.sum() <= 0 or not 0 < span_s < np.inf:
        raise ValueError("rates must be 0 or more with one above 0, and the span above 0 seconds")
    if weights.size not in (0, WEEK_HOURS) or not np.all(weights >= 0) or (weights.size and weights.sum() <= 0):
        raise ValueError(f"weekly must be {WEEK_HOURS} weights, 0 or more; got {weights.size}")
    if not 0 <= taken <= 1 or mean_on_scene_s <= 0 or mean_drop_off_s < 0:
        raise ValueError("taken must be a share, mean_on_scene_s above 0, mean_drop_off_s 0 or more")
    draw = np.random.default_rng(seed)
    time = _times(draw, float(rates.sum()), span_s, weights)
    node = draw.choice(len(rates), len(time), p=rates / rates.sum())
    on_scene = _service(draw, len(time), mean_on_scene_s, spread)
    drop_off = _service(draw, len(time), mean_drop_off_s, spread)
    hospital = np.where(draw.random(len(time)) < taken, NEAREST_HOSPITAL, NO_HOSPITAL)
    return make_calls(time, node, on_scene, hospital=hospital, drop_off_s=drop_off)


def _times(draw: np.random.Generator, rate: float, span_s: float, weights: Floats) -> Floats:
    """Moments of the calls: a Poisson count for every hour, spread evenly over it."""
    edges = np.append(np.arange(0, span_s, HOUR_S), span_s)
    hours = np.arange(len(edges) - 1)
    weight = weights[hours % WEEK_HOURS] / weights.mean() if weights.size else np.ones(len(hours))
    count = draw.poisson(rate * np.diff(edges) * weight)
    within = np.repeat(hours, count)
    return np.sort(edges[within] + draw.random(len(within)) * np.diff(edges)[within])


def _service(draw: np.random.Generator, n: int, mean_s: float, spread: float | None) -> Floats:
    if spread is None:
        return draw.exponential(mean_s, n)
    return mean_s * np.exp(draw.normal(-(spread**2) / 2, spread, n))
