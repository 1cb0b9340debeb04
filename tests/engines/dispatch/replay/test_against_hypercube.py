"""The simulated workloads lie within their own 95 % interval of the hypercube's exact ones."""

from __future__ import annotations

import numpy as np
import pytest

from anning.engines.dispatch.hypercube import exact
from anning.engines.dispatch.queue_model import NOBODY, QueueModel, queue_model
from anning.engines.dispatch.replay.demand import poisson_calls
from anning.engines.dispatch.replay.model import Calls, Fleet, Homeward, Policy, Queue, make_fleet, make_ground
from anning.engines.dispatch.replay.run import Outcome, replay
from anning.engines.dispatch.replay.summary import response_of, work_of

SERVICE_S = 1_000.0
BOOK = queue_model([0.50, 0.25, 0.35, 0.40], 1.0, [[0, 1, 2], [0, 2, 1], [1, 0, 2], [2, 0, 1]], line=True)
ROUND = queue_model(np.full(4, 0.6), 1.0, [np.roll(np.arange(4), -k) for k in range(4)], line=True)
LOSS = queue_model([0.9, 0.3, 0.6, 1.1, 0.4], 1.0, np.argsort(np.sin(np.arange(30)).reshape(5, 6), axis=1), line=False)
PARTIAL = queue_model([0.7, 0.5, 0.6], 1.0, [[0, 1, NOBODY], [1, 2, NOBODY], [2, NOBODY, NOBODY]], line=False)
MODELS = {"the book": BOOK, "symmetric": ROUND, "asymmetric with loss": LOSS, "partial pool": PARTIAL}


def played(model: QueueModel, seed: int, calls: int) -> tuple[Calls, Fleet, Outcome]:
    """The model as a replay: a unit's rank in an area's order is its travel, in millionths of a second."""
    areas, units = model.order.shape
    nodes = units + areas
    travel = np.zeros((nodes, nodes))
    travel[:units, units:] = np.inf
    for area, order in enumerate(model.order):
        for rank, unit in enumerate(order[order != NOBODY]):
            travel[unit, units + area] = rank * 1e-6
    rates = np.concatenate([np.zeros(units), model.call_rate]) / SERVICE_S
    log = poisson_calls(seed, rates, calls / rates.sum(), mean_on_scene_s=SERVICE_S)
    fleet = make_fleet(np.arange(units))
    ground = make_ground(travel, np.arange(nodes), np.zeros(nodes))
    policy = Policy(homeward=Homeward.AT_BASE, queue=Queue.FIRST_COME if model.line else Queue.LOST)
    return log, fleet, replay(log, fleet, ground, policy)


@pytest.mark.parametrize("name", MODELS)
def test_one_long_run(name):
    log, fleet, outcome = played(MODELS[name], 20261124, 200_000)
    work, truth = work_of(log, outcome, fleet), exact(MODELS[name])
    assert np.all((work.low <= truth.workload) & (truth.workload <= work.high))
    assert np.all(work.high - work.low < 0.03)
    lost = np.mean(outcome.unit < 0)
    assert lost == pytest.approx(truth.unserved.sum(), abs=0.004)
    wait = response_of(log, outcome).wait
    assert wait.low - 0.01 <= truth.mean_wait * SERVICE_S <= wait.high + 0.01


@pytest.mark.parametrize("name", MODELS)
def test_the_interval_covers_as_often_as_it_says(name):
    """Over 60 short runs a 95 % interval covers in 51 or more with chance 0.9999."""
    truth = exact(MODELS[name]).workload
    covered = np.zeros(len(truth))
    for seed in range(60):
        log, fleet, outcome = played(MODELS[name], seed, 20_000)
        work = work_of(log, outcome, fleet)
        covered += (work.low <= truth) & (truth <= work.high)
    assert np.all(covered >= 51)
