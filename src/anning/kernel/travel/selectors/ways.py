"""How long ways take now: one search backwards from a place answers for everybody, and ways to be drawn.

The road graph is loaded once a process and never changes; what changes are the seconds of its arcs, by the
conditions in force at the moment asked about.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anning.engines.network.route import Route, route
from anning.engines.network.search import travel_seconds
from anning.engines.network.snapped import Confidence, Snapped
from anning.engines.network.travellers import Traveller
from anning.engines.network.weights import Change, changed, free_flow
from anning.kernel.travel.network import Network, network
from anning.kernel.travel.selectors.conditions import Condition, Point, conditions_at

Floats = NDArray[np.float64]
FOOT = "foot"
DETOUR_S = 3600.0
"""A condition's stretch is the fastest way between its two points, where there is one of at most this long."""


@dataclass(frozen=True)
class Times:
    """Seconds to one place from many.

    Attributes:
        seconds: float64[places], infinite where there is no way within the limit.
        near: bool[places], whether each lies on or near a road.
        to: how far the place itself can be trusted to lie on the road found for it.
        to_distance_m: metres from the place to that road; infinite for nowhere.
    """

    seconds: Floats
    near: NDArray[np.bool_]
    to: Confidence
    to_distance_m: float


def times_to(
    place: Point, lon: Sequence[float], lat: Sequence[float], who: Traveller, now: datetime, *, limit_s: float
) -> Times | None:
    """Seconds from each of the points to a place for a class of traveller, by the roads as they are now.

    None where the city has no road network. One query, for the conditions.
    """
    roads = network()
    if roads is None:
        return None
    held = weights(roads, who, now)
    there = roads.snap([place[0]], [place[1]], held.streets)
    here = roads.snap(lon, lat, held.streets)
    seconds = travel_seconds(roads.graph, held.seconds, here, there, limit_s=limit_s)
    return Times(
        seconds,
        here.confidence < Confidence.NOWHERE,
        Confidence(int(there.confidence[0])),
        float(there.distance_m[0]),
    )


def way(start: Point, end: Point, who: Traveller, now: datetime, *, limit_s: float = np.inf) -> Route | None:
    """The fastest way between two points now, to be drawn; None without a network, or where there is none."""
    roads = network()
    if roads is None:
        return None
    held = weights(roads, who, now)
    ends = roads.snap([start[0], end[0]], [start[1], end[1]], held.streets)
    found = route(roads.graph, held.seconds, ends[0], ends[1], limit_s=limit_s)
    return found if found.found else None


class Weights(NamedTuple):
    """Seconds of every arc, infinite where closed, and which streets are open in one way at least.

    Places are put on open streets only: what lies on a closed stretch is reached by the nearest open one, which the
    distance to it then says.
    """

    seconds: Floats
    streets: NDArray[np.bool_]


def weights(roads: Network, who: Traveller, now: datetime) -> Weights:
    """How long everything takes a class of traveller, with the conditions in force at a moment; one query."""
    return _weights(roads, who, conditions_at(now))


def usual_weights(roads: Network, who: Traveller) -> Weights:
    """The same with no condition in force, as planning has it."""
    return _weights(roads, who, ())


def stretch(roads: Network, condition: Condition) -> tuple[int, ...]:
    """Rows of the streets a condition is about: the one it lies on, or those of the way to its other point."""
    return _stretch(roads, condition.near, condition.far)


def forget() -> None:
    """Drop the weights made of conditions, so that they are made anew."""
    _weights.cache_clear()
    _stretch.cache_clear()


@lru_cache(maxsize=6)
def _weights(roads: Network, who: Traveller, conditions: tuple[Condition, ...]) -> Weights:
    graph, plain = roads.graph, free_flow(roads.graph, who)
    held = [one for one in conditions if not (one.siren_passes and who is Traveller.SIREN)]
    changes = [Change(street, one.factor) for one in held for street in stretch(roads, one)]
    seconds = changed(graph, plain, changes) if changes else plain
    return Weights(seconds, graph.open_with(seconds))


@lru_cache(maxsize=512)
def _stretch(roads: Network, near: Point, far: Point | None) -> tuple[int, ...]:
    end = far or near
    ends = roads.snap([near[0], end[0]], [near[1], end[1]])
    if far is not None and (ends.street >= 0).all():
        plain = free_flow(roads.graph, Traveller.SIREN)
        found = route(roads.graph, plain, ends[0], ends[1], limit_s=DETOUR_S)
        if found.found:
            return tuple(dict.fromkeys(roads.graph.street[found.arcs].tolist()))
    return tuple(_known(ends))


def _known(ends: Snapped) -> list[int]:
    return [street for street in dict.fromkeys(ends.street.tolist()) if street >= 0]
