"""The analytic check beside the simulation: Larson's hypercube on the same demand, roster and ground."""

from dataclasses import dataclass

import numpy as np

from anning.domains.calls.selectors.planning.lab import Replayed, Side
from anning.engines.dispatch import hypercube, larson
from anning.engines.dispatch.queue_model import queue_model
from anning.engines.dispatch.replay.summary import response_of, work_of

EXACT_UNITS = 9
"""Up to so many units the exact model is solved at once; for more its approximation."""


@dataclass(frozen=True)
class Check:
    """The model beside the simulation; seconds and shares.

    Attributes:
        exact: whether it was the exact model. busy: mean workload. travel_s: mean travel, turn-out included.
        waits: share of incidents that find nobody free. Each a pair: model, simulation.
    """

    exact: bool
    busy: tuple[float, float]
    travel_s: tuple[float, float]
    waits: tuple[float, float]


def check(found: Replayed, side: Side) -> Check | None:
    """The check of one side; None where the model has no answer: incidents come faster than all units can serve.

    All units count as able to do everything and as on duty all the time.
    """
    rows = np.array([found.travel.bases.index(one.base) for one in side.roster.stands])
    travel = found.travel.seconds[rows].T + found.asked.turn_out_s
    outcome = side.outcome
    answered = outcome.unit >= 0
    span = float(found.calls.time_s[-1] - found.calls.time_s[0])
    busy_s = (outcome.done_s - found.calls.time_s - outcome.wait_s)[answered]
    if not answered.any():
        return None
    rates = found.cells.count / span
    order = np.argsort(travel, axis=1, kind="stable")
    served = np.full(len(rows), 1 / float(busy_s.mean()))
    if rates.sum() >= served.sum():
        return None
    model = queue_model(rates, served, order, line=True)
    exact = len(rows) <= EXACT_UNITS
    loads = hypercube.exact(model) if exact else larson.approximate(model)
    said = response_of(found.calls, outcome)
    return Check(
        exact=exact,
        busy=(float(loads.workload.mean()), float(work_of(found.calls, outcome, side.fleet).share.mean())),
        travel_s=(loads.mean_travel(travel), float(np.nanmean(outcome.travel_s))),
        waits=(loads.all_busy, said.waited / max(said.calls, 1)),
    )
