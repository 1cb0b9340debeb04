"""What the hypercube model is asked about: areas that call, units that serve, who goes first where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NOBODY = -1
"""Fills the end of a preference order: the units not named do not serve that area."""


@dataclass(frozen=True, slots=True)
class QueueModel:
    """Areas and units of a hypercube. Make it with `queue_model`, which checks it.

    Attributes:
        call_rate: calls per unit of time from each area, shape (areas,).
        service_rate: calls per unit of time that each unit could serve, shape (units,).
        order: units by preference for each area, shape (areas, units), `NOBODY` at the end.
        line: whether calls wait when nobody is free (else they are lost to others).
    """

    call_rate: Floats
    service_rate: Floats
    order: Ints
    line: bool

    @property
    def pooled(self) -> bool:
        """Whether every unit serves every area."""
        return bool(np.all(self.order != NOBODY))

    @property
    def uniform(self) -> bool:
        """Whether all units serve at one rate."""
        return bool(np.all(self.service_rate == self.service_rate[0]))


@dataclass(frozen=True, slots=True)
class Loads:
    """The steady state.

    Attributes:
        workload: share of time each unit is busy, shape (units,).
        all_busy: share of time in which no unit is free; for full pooling, the share of calls that wait or are lost.
        served: share of all calls that each unit answers for each area, shape (areas, units), those that waited
            among them; without a line the calls lost are missing from its sum.
        unserved: share of calls lost, by area, shape (areas,); zeros with a line.
        mean_wait: mean time in line over all calls, in the time unit of the rates; 0 without a line.
    """

    workload: Floats
    all_busy: float
    served: Floats
    unserved: Floats
    mean_wait: float

    def mean_travel(self, travel: ArrayLike) -> float:
        """Mean travel over the calls answered, for travel of shape (areas, units), in its unit.

        Calls out of the line are taken to be answered from the unit's own place, as all others are.

        Raises:
            ValueError: travel is not of shape (areas, units), or nothing is answered.
        """
        given = np.asarray(travel, np.float64)
        if given.shape != self.served.shape:
            raise ValueError(f"travel must have shape {self.served.shape} (areas, units), got {given.shape}")
        total = float(self.served.sum())
        if total <= 0:
            raise ValueError("no call is answered, so there is no mean travel: check rates and orders")
        used = self.served > 0
        return float(np.sum(self.served[used] * given[used]) / total)


def queue_model(call_rate: ArrayLike, service_rate: ArrayLike, order: ArrayLike, *, line: bool) -> QueueModel:
    """A checked `QueueModel`; one service rate stands for all units.

    Parameters:
        call_rate: 0 or more, at least one above 0.
        service_rate: above 0, one or one per unit.
        order: (areas, width) unit numbers from 0, most preferred first, each once, `NOBODY` after the last.
        line: with a line every unit must serve every area (which of several waiting calls a unit of a partial
            pool takes would depend on the whole line), and calls must come slower than all can serve.

    Raises:
        ValueError: a rate is out of its range, an order names a unit twice or one that is not there, shapes
            differ, a line is asked for with partial pooling, or it would grow for ever.
    """
    rates = np.atleast_1d(np.asarray(call_rate, np.float64))
    if rates.ndim != 1 or not np.all(np.isfinite(rates) & (rates >= 0)) or rates.sum() <= 0:
        raise ValueError("call_rate must be one number per area, each 0 or more and one above 0")
    prefer = np.asarray(order, np.int64)
    if prefer.ndim != 2 or len(prefer) != len(rates):
        raise ValueError(f"order must have one row per area ({len(rates)}), got shape {prefer.shape}")
    given = np.asarray(service_rate, np.float64)
    units = len(given) if given.ndim else max(int(prefer.max(initial=-1)) + 1, prefer.shape[1])
    serving = np.broadcast_to(given, (units,)).copy() if given.ndim <= 1 else given
    if serving.ndim != 1 or not units or not np.all(np.isfinite(serving) & (serving > 0)):
        raise ValueError("service_rate must be above 0, one number or one per unit")
    model = QueueModel(rates, serving, _padded(prefer, units), line)
    if line and not model.pooled:
        raise ValueError("with a line every area's order must name every unit: give full orders, or line=False")
    if line and rates.sum() >= serving.sum():
        raise ValueError(
            f"calls ({rates.sum():g}) come as fast as all units can serve ({serving.sum():g}): the line would grow "
            "for ever; add units or set line=False"
        )
    return model


def first_free(order: Ints, units: int) -> NDArray[np.int8]:
    """The unit that goes to each distinct order in each state, `NOBODY` where none is free.

    Parameters:
        order: (orders, units) preference orders.
        units: at most 20 or so; state s has unit u busy where bit u of s is set.

    Returns:
        int8 array of shape (orders, 2**units).
    """
    states = np.arange(1 << units)
    chosen = np.full((len(order), states.size), NOBODY, np.int8)
    for row, preference in enumerate(order):
        for unit in preference[::-1]:
            if unit != NOBODY:
                chosen[row, (states >> unit) & 1 == 0] = unit
    return chosen


def _padded(order: Ints, units: int) -> Ints:
    """Orders as wide as there are units, checked."""
    full = np.full((len(order), units), NOBODY, np.int64)
    for row, given in enumerate(order):
        named = given[given != NOBODY]
        if named.size > units or np.any((named < 0) | (named >= units)) or len(set(named.tolist())) < named.size:
            raise ValueError(f"order of area {row} must name units 0 to {units - 1}, each once; got {given.tolist()}")
        if np.any(given[: named.size] == NOBODY):
            raise ValueError(f"order of area {row} has a gap: put {NOBODY} only after the last unit; {given.tolist()}")
        full[row, : named.size] = named
    return full
