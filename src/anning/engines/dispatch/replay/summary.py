"""What a replay says about response and work, with intervals.

Calls that follow one another meet the same queue, so that they tell less than as many independent ones. Means and
workloads are therefore judged by the scatter of batches, long stretches of the log which are nearly independent.
Source: A. M. Law, *Simulation Modeling and Analysis*, 5th ed. (2015), §9.5.3. Background:
``docs/background/replay.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from anning.engines.dispatch.replay.model import Calls, Fleet, Floats, Ints
from anning.engines.dispatch.replay.run import Outcome
from anning.engines.dispatch.replay.state import NOBODY
from anning.engines.rates.checks import tail
from anning.engines.rates.medians import Median, median_interval
from anning.engines.rates.shares import clopper_pearson

BATCHES = 20


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and its interval; the limits are NaN where there is too little to tell."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Response:
    """Response of a group of calls, in seconds.

    Attributes:
        calls, answered, waited: how many there were, were ever answered, and had to wait for a unit.
        mean, wait: of the answered calls, by batches.
        median: with the interval of independent values (`rates.medians`).
        ninth_decile: 90 of 100 were reached within it; NaN when none was answered.
        within: by target in seconds, the share of all calls reached within it; the wider of the exact interval of
            independent calls (`rates.shares`) and that of the batches.
    """

    calls: int
    answered: int
    waited: int
    mean: Estimate
    wait: Estimate
    median: Median
    ninth_decile: float
    within: dict[float, Estimate]


@dataclass(frozen=True, slots=True)
class Work:
    """What each unit did, arrays of shape (units,).

    Attributes:
        calls: answered. busy_s: from being sent to being done, within the span. duty_s: on duty within the span.
        share: of the span busy, with its interval by batches (`low`, `high`).
    """

    calls: Ints
    busy_s: Floats
    duty_s: Floats
    share: Floats
    low: Floats
    high: Floats


def response_of(
    calls: Calls, outcome: Outcome, *, targets_s: Sequence[float] = (), priority: int | None = None, level: float = 0.95
) -> Response:
    """Response times of all calls, or of those of one priority.

    Raises:
        ValueError: the level is not between 0 and 1.
    """
    chosen = np.ones(len(calls), np.bool_) if priority is None else calls.priority == priority
    response, wait = outcome.response_s[chosen], outcome.wait_s[chosen]
    known = ~np.isnan(response)
    n, answered = int(chosen.sum()), response[known]
    return Response(
        calls=n,
        answered=len(answered),
        waited=int(np.sum(wait[known] > 0)),
        mean=_mean(answered, level),
        wait=_mean(wait[known], level),
        median=median_interval(answered, level),
        ninth_decile=float(np.quantile(answered, 0.9, method="inverted_cdf")) if len(answered) else np.nan,
        within={target: _share(np.nan_to_num(response, nan=np.inf) <= target, level) for target in targets_s},
    )


def work_of(
    calls: Calls, outcome: Outcome, fleet: Fleet, *, span_s: tuple[float, float] | None = None, level: float = 0.95
) -> Work:
    """What each unit did in a span of time, from the first to the last call unless given.

    Raises:
        ValueError: the span is empty, there is no call, or the level is not between 0 and 1.
    """
    if not len(calls):
        raise ValueError("no calls: there is no work to tell of")
    start, end = span_s or (float(calls.time_s[0]), float(calls.time_s[-1]))
    if not start < end:
        raise ValueError(f"the span must end after it begins: {start} to {end}")
    sent = outcome.unit != NOBODY
    unit, begun, done = outcome.unit[sent], (calls.time_s + outcome.wait_s)[sent], outcome.done_s[sent]
    edges = np.linspace(start, end, BATCHES + 1)
    busy = _overlap(unit, begun, done, edges, len(fleet))
    spells = np.isin(np.arange(len(fleet)), fleet.of_unit)
    duty = _overlap(fleet.of_unit, fleet.on_s, fleet.off_s, edges[[0, -1]], len(fleet))[:, 0]
    batch_share = busy / np.diff(edges)
    half = _half(batch_share, level)
    share = batch_share.mean(axis=1)
    return Work(
        calls=np.bincount(unit, minlength=len(fleet)),
        busy_s=busy.sum(axis=1),
        duty_s=np.where(spells, duty, end - start),
        share=share,
        low=np.maximum(share - half, 0),
        high=share + half,
    )


def _overlap(unit: Ints, begun: Floats, done: Floats, edges: Floats, units: int) -> Floats:
    """Seconds of each unit's spells within each stretch between edges, shape (units, stretches)."""
    found = np.zeros((units, len(edges) - 1))
    for k in range(len(edges) - 1):
        inside = np.minimum(done, edges[k + 1]) - np.maximum(begun, edges[k])
        found[:, k] = np.bincount(unit, np.maximum(inside, 0), units)
    return found


def _mean(values: Floats, level: float) -> Estimate:
    """Mean with the interval of `BATCHES` batches in order; too few values have no interval."""
    if not len(values):
        return Estimate(np.nan, np.nan, np.nan)
    mean = float(values.mean())
    if len(values) < 2 * BATCHES:
        return Estimate(mean, np.nan, np.nan)
    batches = np.array([part.mean() for part in np.array_split(values, BATCHES)])
    half = float(_half(batches, level))
    return Estimate(mean, mean - half, mean + half)


def _share(hits: np.ndarray, level: float) -> Estimate:
    k, n = int(hits.sum()), len(hits)
    if not n:
        return Estimate(np.nan, np.nan, np.nan)
    low, high = (float(limit) for limit in clopper_pearson(k, n, level))
    batches = _mean(hits.astype(np.float64), level)
    return Estimate(k / n, float(np.fmax(0, np.fmin(low, batches.low))), float(np.fmin(1, np.fmax(high, batches.high))))


def _half(batches: Floats, level: float) -> Floats:
    """Half the width of the interval of the mean of batches along the last axis (Student's t)."""
    n = batches.shape[-1]
    return np.asarray(stdtrit(n - 1, 1 - tail(level)) * batches.std(axis=-1, ddof=1) / np.sqrt(n))
