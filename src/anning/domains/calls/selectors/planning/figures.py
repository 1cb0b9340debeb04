"""The figures of a replay, each with its interval: what the page, the API and a kept scenario all show."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anning.domains.calls.selectors.planning.lab import Replayed, Side
from anning.engines.dispatch.replay.compare import curve, paired, quantile
from anning.engines.dispatch.replay.summary import Estimate, response_of, work_of
from anning.engines.rates.medians import median_interval

CURVE_MIN = np.arange(0, 30.5, 0.5)
"""Minutes at which the curves are drawn."""
LEVEL = 0.95


def figures(found: Replayed) -> dict[str, Any]:
    """Everything a replay says, in seconds and shares; what is not known is None."""
    before, after = (side_figures(found, side) for side in (found.before, found.after))
    change = paired(found.before.outcome.response_s, found.after.outcome.response_s)
    return {
        "since": found.asked.demand.figures.period.start.isoformat(),
        "until": found.asked.demand.figures.period.end.isoformat(),
        "service": found.asked.demand.service,
        "incidents": len(found.log),
        "without_point": found.log.without_point,
        "assumed_scene": found.assumed_scene,
        "cells": len(found.cells.cell),
        "resolution": found.cells.resolution,
        "by_road": found.travel.by_road,
        "guessed": int(found.travel.guessed[found.cells.of].sum()) if found.travel.by_road else len(found.log),
        "unmet": found.unmet,
        "target_s": found.asked.target_min * 60,
        "recorded": recorded_figures(found),
        "today": before,
        "proposed": after,
        "change": {
            "incidents": change.calls,
            "sooner": change.sooner,
            "later": change.later,
            "mean_s": estimate(change.mean),
        },
        "curve_min": CURVE_MIN.tolist(),
    }


def side_figures(found: Replayed, side: Side) -> dict[str, Any]:
    """What one roster's answers come to."""
    target = found.asked.target_min * 60
    said = response_of(found.calls, side.outcome, targets_s=(target,))
    work = work_of(found.calls, side.outcome, side.fleet)
    return {
        "units": len(side.fleet),
        "answered": said.answered,
        "waited": said.waited,
        "median_s": estimate(said.median),
        "ninth_s": estimate(quantile(side.outcome.response_s, 0.9)),
        "mean_s": estimate(said.mean),
        "in_time": estimate(said.within[target]),
        "busy_mean": estimate(_busy(found, side, float(work.share.mean()))),
        "workloads": [
            {
                "unit": one.name,
                "incidents": int(work.calls[row]),
                "share": estimate(Estimate(float(work.share[row]), float(work.low[row]), float(work.high[row]))),
            }
            for row, one in enumerate(side.roster.stands)
        ],
        "curve": banded(side.outcome.response_s),
    }


def _busy(found: Replayed, side: Side, share: float) -> Estimate:
    """The fleet's mean workload with the interval of the time an incident takes, their number being given."""
    spent = side.outcome.done_s - found.calls.time_s - side.outcome.wait_s
    mean = paired(np.zeros(len(spent)), spent).mean
    return Estimate(share, share * mean.low / mean.value, share * mean.high / mean.value)


def recorded_figures(found: Replayed) -> dict[str, Any]:
    """The same of what was recorded: incidents that a unit reached."""
    told = found.log.recorded_s
    known = told[~np.isnan(told)]
    return {
        "incidents": len(known),
        "median_s": estimate(median_interval(known)),
        "ninth_s": estimate(quantile(known, 0.9)),
        "curve": banded(known),
    }


def banded(values: ArrayLike) -> dict[str, list[float]]:
    """A response curve with a band that holds all of it 95 times in 100, were incidents independent.

    Source: P. Massart, *The tight constant in the Dvoretzky–Kiefer–Wolfowitz inequality*, Annals of Probability 18
    (1990), 1269-1283.
    """
    given: NDArray[np.float64] = np.asarray(values, np.float64)
    if not given.size:
        return {"values": [], "low": [], "high": []}
    shares = curve(given, CURVE_MIN * 60)
    room = np.sqrt(np.log(2 / (1 - LEVEL)) / (2 * given.size))
    low, high = np.maximum(shares - room, 0), np.minimum(shares + room, 1)
    rounded = [np.round(part, 4).tolist() for part in (shares, low, high)]
    return dict(zip(("values", "low", "high"), rounded, strict=True))


def estimate(one: Any) -> dict[str, float | None]:
    """A value and its limits; None where it is not known."""
    parts = {"value": one.value, "low": one.low, "high": one.high}
    return {name: float(part) if np.isfinite(part) else None for name, part in parts.items()}
