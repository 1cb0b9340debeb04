"""Seconds of every arc now: free flow, the hour of the week, and what changed in the street just now.

Weights are one float64 for each arc of a graph, infinite where an arc is closed. They are cheap to make and to
change, and nothing of the graph is rebuilt.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from anning.engines.network.graph import Floats, Graph
from anning.engines.network.road_classes import ROAD_CLASSES
from anning.engines.network.travellers import Traveller

HOURS = 168
"""Hours of a week; hour 0 begins on Monday at midnight, local time."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that changed on a street until further notice.

    Attributes:
        street: row of the street.
        factor: how many times longer it takes; infinite closes it, below 1 is faster.
        way: 0 as the street is drawn, 1 against it, None for both.
    """

    street: int
    factor: float
    way: int | None = None


def free_flow(graph: Graph, who: Traveller) -> Floats:
    """Seconds of every arc with nobody in the way; float64[arcs], infinite where not open to the traveller."""
    return np.array(graph.seconds[who])


def at_hour(graph: Graph, who: Traveller, factors: Floats, hour: int) -> Floats:
    """Seconds of every arc at an hour of the week.

    Parameters:
        factors: float64[168, classes of road], how many times free flow an arc takes in each hour of the week.
        hour: 0 to 167, from Monday midnight, local time.

    Raises:
        ValueError: the table has another shape, a factor is not above zero, or there is no such hour.
    """
    check_factors(factors)
    if not 0 <= hour < HOURS:
        raise ValueError(f"hour {hour} is no hour of the week: 0 (Monday midnight) to {HOURS - 1} are")
    return np.asarray(graph.seconds[who] * factors[hour][graph.kind[graph.street]])


def changed(graph: Graph, weights: Floats, changes: Iterable[Change]) -> Floats:
    """New weights with the changes made; those given are left as they are.

    Changes of one street multiply. A closed street cannot be entered, left or gone along; whether crews with the siren
    on are kept out too is for the caller to say, by which weights are changed.

    Raises:
        ValueError: a street that is not there, a factor not above zero, or a way other than 0, 1 or None.
    """
    made = weights.copy()
    for change in changes:
        _check_change(graph, change)
        arcs = graph.arcs_of(change.street)
        if change.way is not None:
            arcs = arcs[graph.way[arcs] == change.way]
        made[arcs] = np.inf if np.isinf(change.factor) else made[arcs] * change.factor
    return made


def check_factors(factors: Floats) -> None:
    """See that a table of factors fits.

    Raises:
        ValueError: it has another shape than [168, classes of road], or a factor is not above zero and finite.
    """
    shape = (HOURS, len(ROAD_CLASSES))
    if factors.shape != shape:
        raise ValueError(f"factors have shape {list(factors.shape)}: give one for each hour and class, {list(shape)}")
    wrong = np.argwhere(~((factors > 0) & np.isfinite(factors)))
    if len(wrong):
        hour, kind = wrong[0].tolist()
        raise ValueError(
            f"the factor of hour {hour} and class {ROAD_CLASSES[kind].name} is {factors[hour, kind]}: "
            "a number above zero is wanted; close a street with a change instead"
        )


def _check_change(graph: Graph, change: Change) -> None:
    if not 0 <= change.street < graph.streets:
        raise ValueError(f"street {change.street} is not in the graph: they are numbered 0 to {graph.streets - 1}")
    if not change.factor > 0:
        raise ValueError(f"the factor of street {change.street} is {change.factor}: above zero is wanted")
    if change.way not in {0, 1, None}:
        raise ValueError(f"way {change.way} of street {change.street}: 0 (as drawn), 1 (against it) or None (both)")
