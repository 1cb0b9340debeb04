"""The hypercube queueing model: how busy each unit is and who answers whom, exactly.

Every pattern of busy and free units is a state. Calls of each area come at random (Poisson) and go to the first
free unit of that area's order; service times are exponential. Source: R. C. Larson, *A hypercube queuing model
for facility location and redistricting in urban emergency services*, Computers & Operations Research 1 (1974),
67-95, doi:10.1016/0305-0548(74)90076-8. Background: ``docs/background/hypercube.md``.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix, csc_matrix, csr_matrix, diags, vstack
from scipy.sparse.linalg import spsolve

from anning.engines.dispatch.queue_model import NOBODY, Floats, Ints, Loads, QueueModel, first_free

MOST_UNITS = 18
"""2^18 states are solved in seconds; for more units take `larson`, the approximation, or the simulator."""
_DIRECT_UNITS = 9
_TOLERANCE = 1e-14
_MOST_SWEEPS = 200_000


def exact(model: QueueModel) -> Loads:
    """The steady state from the balance equations of all 2^units states.

    Up to nine units by a sparse direct solution; for more by sweeping in turn over the states with an even and an
    odd number busy, which only feed each other, until nothing moves by more than 1e-14.

    Raises:
        ValueError: more than `MOST_UNITS` units.

    Example:
        >>> from anning.engines.dispatch.queue_model import queue_model
        >>> orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [2, 0, 1]]
        >>> loads = exact(queue_model([0.50, 0.25, 0.35, 0.40], 1.0, orders, line=True))
        >>> loads.workload.round(4).tolist()
        [0.5574, 0.4734, 0.4693]
    """
    units = len(model.service_rate)
    if units > MOST_UNITS:
        raise ValueError(f"the exact hypercube takes at most {MOST_UNITS} units, got {units}: use the approximation")
    orders, group = np.unique(model.order, axis=0, return_inverse=True)
    rates = np.bincount(group.ravel(), model.call_rate, len(orders)).astype(np.float64)
    chosen = first_free(orders, units)
    flow, leaving = _flows(model, rates, chosen)
    chance = _direct(flow, leaving) if units <= _DIRECT_UNITS else _swept(flow, leaving, units)
    return _loads(model, group.ravel(), chosen, chance)


def _flows(model: QueueModel, rates: Floats, chosen: np.ndarray) -> tuple[csr_matrix, Floats]:
    """Rates from state (column) to state (row), and the rate out of each state.

    With a line the state in which all are busy stands for itself with nobody waiting; the states behind it are a
    geometric tail that is added afterwards, since the flow across each of its borders balances by itself.
    """
    units, states = len(model.service_rate), np.arange(chosen.shape[1])
    to, start, rate = [], [], []
    for row, lam in enumerate(rates):
        answered = chosen[row] != NOBODY
        to.append(states[answered] | (1 << chosen[row][answered].astype(np.int64)))
        start.append(states[answered])
        rate.append(np.full(int(answered.sum()), lam))
    for unit in range(units):
        busy = states[(states >> unit) & 1 == 1]
        to.append(busy ^ (1 << unit))
        start.append(busy)
        rate.append(np.full(busy.size, model.service_rate[unit]))
    shape = (states.size, states.size)
    flow = coo_matrix((np.concatenate(rate), (np.concatenate(to), np.concatenate(start))), shape).tocsr()
    return flow, np.asarray(flow.sum(axis=0)).ravel()


def _direct(flow: csr_matrix, leaving: Floats) -> Floats:
    """Balance equations with the first replaced by "the chances add up to 1"."""
    size = len(leaving)
    balance = (flow - diags(leaving)).tocsr()[1:]
    system = vstack([csr_matrix(np.ones((1, size))), balance])
    right = np.zeros(size)
    right[0] = 1
    return np.maximum(np.asarray(spsolve(csc_matrix(system), right), np.float64), 0)


def _swept(flow: csr_matrix, leaving: Floats, units: int) -> Floats:
    busy = np.bitwise_count(np.arange(len(leaving)))
    parity = [np.flatnonzero(busy % 2 == odd) for odd in (0, 1)]
    blocks = [flow[rows] for rows in parity]
    chance = np.full(len(leaving), 1 / len(leaving))
    for _ in range(_MOST_SWEEPS):
        moved = 0.0
        for rows, block in zip(parity, blocks, strict=True):
            new = np.asarray(block @ chance) / leaving[rows]
            moved = max(moved, float(np.max(np.abs(new - chance[rows]))))
            chance[rows] = new
        chance /= chance.sum()
        if moved <= _TOLERANCE / units:
            break
    return chance


def _loads(model: QueueModel, group: Ints, chosen: np.ndarray, chance: Floats) -> Loads:
    """What the chances of the states mean; with a line the geometric tail behind the full state is added."""
    units, total = len(model.service_rate), float(model.call_rate.sum())
    share = model.call_rate / total
    fullness = total / float(model.service_rate.sum())
    behind = chance[-1] * fullness / (1 - fullness) if model.line else 0.0
    chance = chance / (chance.sum() + behind)
    behind = behind / (1 + behind) if model.line else 0.0
    all_busy = float(chance[-1] + behind)
    states = np.arange(chance.size)
    workload = np.array([chance[(states >> unit) & 1 == 1].sum() for unit in range(units)]) + behind
    answered = np.zeros((len(chosen), units))
    for row, units_sent in enumerate(chosen):
        found = units_sent != NOBODY
        answered[row] = np.bincount(units_sent[found], chance[found], units)
    served = share[:, None] * answered[group]
    unserved = share - served.sum(axis=1)
    if not model.line:
        return Loads(workload, all_busy, served, np.maximum(unserved, 0), 0.0)
    served += all_busy * share[:, None] * (model.service_rate / model.service_rate.sum())
    wait = all_busy / (float(model.service_rate.sum()) - total)
    return Loads(workload, all_busy, served, np.zeros(len(share)), wait)
