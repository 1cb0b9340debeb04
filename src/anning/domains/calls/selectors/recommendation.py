"""Who should go to an incident: the units at hand, the seconds by the roads as they are now, and the ranking.

One search backwards from the incident answers for every unit.
"""

import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from anning.domains.calls.selectors.fleet import FOOT_KINDS, WATER_KINDS, Candidate, fleet
from anning.domains.calls.selectors.needs import needs_of
from anning.domains.calls.selectors.ranking import LIMIT_S, Reach, ranked
from anning.domains.calls.selectors.recommended import Choice, Doubt, Recommendation
from anning.engines.network.route import Route
from anning.engines.network.snapped import Confidence
from anning.engines.network.travellers import Traveller
from anning.engines.space.distance import haversine_m
from anning.kernel.access.scope import Viewer
from anning.kernel.travel.selectors import ways as roads
from anning.kernel.work.models import Item

URGENT = 2
"""Down to this priority crews go with the siren on."""
STRAIGHT_M_S = 8.0
"""Metres a second along the straight line where nothing is known of the roads; lists say that it is one."""
DRAWN = 3
"""How many ways are drawn at once."""
_DOUBTS = {
    Confidence.AMBIGUOUS: Doubt.AMBIGUOUS,
    Confidence.FAR: Doubt.FAR,
    Confidence.NOWHERE: Doubt.NOWHERE,
}


@dataclass(frozen=True)
class Way:
    """The way of one unit, to be drawn."""

    code: str
    first: bool
    route: Route


def recommend(viewer: Viewer, item: Item, now: datetime) -> Recommendation:
    """Who should go to an incident, of the units the viewer may send."""
    units = fleet(viewer, item, now)
    reach, doubts, place_m = _reach(item, units, now)
    needs = needs_of(item)
    at_work = [one for one in units if one.on_it]
    brought = frozenset[str]().union(*(one.able for one in at_work))
    left = tuple(code for code in needs if code not in brought)
    settled = bool(at_work) and not left
    found = ranked(units, reach, needs, left, now, wanted=not settled)
    return Recommendation(needs, found.choices, found.passed, found.missing, doubts, place_m, settled)


def ways(viewer: Viewer, item: Item, now: datetime, unit: str = "") -> list[Way]:
    """The ways of the best units and of those recommended, or of one unit of the list; none where there is no road."""
    if item.lon is None or item.lat is None:
        return []
    choices = recommend(viewer, item, now).choices
    drawn = [
        one for place, one in enumerate(choices) if (one.unit.code == unit if unit else place < DRAWN or one.first)
    ]
    found = [(one, _way(item, one, now)) for one in drawn]
    return [Way(one.unit.code, one.first, route) for one, route in found if route is not None]


def traveller_of(item: Item, kind: str) -> Traveller:
    """How a unit of a kind goes to an incident."""
    if kind in FOOT_KINDS:
        return Traveller.FOOT
    return Traveller.SIREN if item.priority <= URGENT else Traveller.NORMAL


def _way(item: Item, one: Choice, now: datetime) -> Route | None:
    unit = one.unit
    if unit.kind in WATER_KINDS or unit.lon is None or unit.lat is None or item.lon is None or item.lat is None:
        return None
    return roads.way((unit.lon, unit.lat), (item.lon, item.lat), traveller_of(item, unit.kind), now, limit_s=LIMIT_S)


def _reach(item: Item, units: list[Candidate], now: datetime) -> tuple[Reach, tuple[Doubt, ...], float | None]:
    """Seconds from every unit, what makes them doubtful, and metres from the incident to its road."""
    seconds = np.full(len(units), np.nan)
    near = np.ones(len(units), np.bool_)
    if item.lon is None or item.lat is None:
        return Reach(seconds, near), (Doubt.NO_POINT,), None
    doubts, place_m = set[Doubt](), None
    for who in {traveller_of(item, unit.kind) for unit in units if unit.kind not in WATER_KINDS}:
        rows = [k for k, one in enumerate(units) if _by_road(one) and traveller_of(item, one.kind) is who]
        lon, lat = [units[k].lon or 0.0 for k in rows], [units[k].lat or 0.0 for k in rows]
        times = roads.times_to((item.lon, item.lat), lon, lat, who, now, limit_s=LIMIT_S)
        if times is None:
            seconds[rows] = haversine_m(item.lon, item.lat, np.array(lon), np.array(lat)) / STRAIGHT_M_S
            doubts.add(Doubt.NO_NETWORK)
            continue
        seconds[rows], near[rows] = times.seconds, times.near
        doubts |= {_DOUBTS[times.to]} if times.to in _DOUBTS else set()
        place_m = times.to_distance_m if math.isfinite(times.to_distance_m) else None
    _by_water(item, units, seconds)
    return Reach(seconds, near), tuple(sorted(doubts)), place_m


def _by_road(unit: Candidate) -> bool:
    return unit.kind not in WATER_KINDS and unit.lon is not None and unit.lat is not None


def _by_water(item: Item, units: list[Candidate], seconds: np.ndarray) -> None:
    """Boats go by no road: theirs are the seconds of the straight line."""
    for k, one in enumerate(units):
        if one.kind in WATER_KINDS and one.lon is not None and one.lat is not None:
            metres = haversine_m(item.lon or 0.0, item.lat or 0.0, one.lon, one.lat)
            seconds[k] = float(metres) / STRAIGHT_M_S
