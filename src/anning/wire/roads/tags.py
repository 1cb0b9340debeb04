"""What the tags of OpenStreetMap say of who may pass, which way and how fast.

Sources: OpenStreetMap wiki, *Key:highway*, *Key:oneway*, *Key:access*, *Key:emergency*, *Key:barrier*, *Key:maxspeed*.
That crews with the siren on are not held to reserved lanes and closed-off streets: Road Traffic Safety Law of the
People's Republic of China, article 53. They are all the same not led against one-way traffic or through walls.
"""

from __future__ import annotations

import math
import re

from anning.engines.network.road_classes import ROAD_CLASSES, ROW_OF_CLASS
from anning.engines.network.travellers import COUNT, Traveller
from anning.wire.roads.osm import Tags

Ways = list[list[bool]]
"""Whether each class of traveller may go along a way as it is drawn, and against it."""

CLOSED = frozenset(
    {"no", "private", "agricultural", "forestry", "emergency", "psv", "bus", "military", "delivery", "use_sidepath"}
)
"""Values of access that close a way to normal travel."""
OPEN = frozenset({"yes", "designated", "permissive", "destination", "customers", "official", "permit"})
"""Values of access that open one."""
PASSED_WITH_SIREN = frozenset(
    {"bollard", "gate", "lift_gate", "swing_gate", "sliding_gate", "chain", "rope", "bus_trap", "barrier_board",
     "toll_booth", "border_control", "entrance", "cattle_grid", "kerb", "height_restrictor", "sally_port",
     "sump_buster", "no"}
)  # fmt: skip
"""Barriers a crew opens, lowers or drives over."""
PASSED_BY_ALL = frozenset(
    {"gate", "lift_gate", "swing_gate", "sliding_gate", "toll_booth", "border_control", "entrance", "cattle_grid",
     "kerb", "height_restrictor", "sally_port", "no"}
)  # fmt: skip
"""Barriers any vehicle passes where access is not closed."""
STOPS_WALKERS = frozenset({"wall", "fence", "hedge", "retaining_wall", "city_wall", "guard_rail"})
"""Barriers that stop a person walking."""

_NUMBER = re.compile(r"^(\d+(?:\.\d+)?)\s*(km/?h|kph|kmh|mph)?$")
_KMH_PER_MPH = 1.609344


def road_class(tags: Tags) -> int | None:
    """Row of the class of road, None where the way is no road to travel on."""
    if tags.get("area") == "yes":
        return None
    return ROW_OF_CLASS.get(tags.get("highway", ""))


def open_ways(tags: Tags, kind: int) -> Ways:
    """Whether each class of traveller may go each way along a way."""
    made = [[False, False] for _ in range(COUNT)]
    made[Traveller.NORMAL] = _both(_normal(tags, kind), _one_way(tags))
    made[Traveller.SIREN] = _both(_siren(tags, kind), 0 if _contraflow(tags) else _one_way(tags))
    made[Traveller.FOOT] = _both(_foot(tags, kind), _direction(tags.get("oneway:foot", "no")))
    return made


def limits_kmh(tags: Tags) -> tuple[float, float]:
    """Signed limit as the way is drawn and against it, NaN where none is given as a number."""
    both = speed_kmh(tags.get("maxspeed", ""))
    there, back = (speed_kmh(tags.get(f"maxspeed:{way}", "")) for way in ("forward", "backward"))
    return both if math.isnan(there) else there, both if math.isnan(back) else back


def speed_kmh(text: str) -> float:
    """A limit as written in `maxspeed`, km/h; NaN for what is no speed above zero.

    Example:
        >>> speed_kmh("60"), round(speed_kmh("30 mph"), 1), speed_kmh("none")
        (60.0, 48.3, nan)
    """
    found = _NUMBER.match(text.strip().lower())
    if not found or float(found[1]) <= 0:
        return math.nan
    return float(found[1]) * (_KMH_PER_MPH if found[2] == "mph" else 1.0)


def stopped_at(barrier: Tags) -> int:
    """Bits (1 << class) of the classes of traveller that a barrier on a node does not let pass."""
    kind = barrier.get("barrier", "")
    normal = _first(barrier, ("motor_vehicle", "vehicle", "access"))
    stopped = {
        Traveller.SIREN: kind not in PASSED_WITH_SIREN and normal not in OPEN,
        Traveller.NORMAL: normal in CLOSED or (kind not in PASSED_BY_ALL and normal not in OPEN),
        Traveller.FOOT: kind in STOPS_WALKERS or barrier.get("foot") == "no",
    }
    if barrier.get("emergency") in OPEN | {"no"}:
        stopped[Traveller.SIREN] = barrier["emergency"] == "no"
    return sum(1 << who for who, is_stopped in stopped.items() if is_stopped)


def _both(may: bool, direction: int) -> list[bool]:
    return [may and direction >= 0, may and direction <= 0]


def _normal(tags: Tags, kind: int) -> bool:
    own = _first(tags, ("motorcar", "motor_vehicle", "vehicle"))
    if (own or tags.get("access")) in CLOSED or tags.get("oneway") in {"reversible", "alternating"}:
        return False
    return ROAD_CLASSES[kind].normal or (own in OPEN and ROAD_CLASSES[kind].limit_kmh > 0)


def _siren(tags: Tags, kind: int) -> bool:
    emergency = tags.get("emergency")
    if emergency in OPEN | {"no"}:
        return emergency != "no" and ROAD_CLASSES[kind].limit_kmh > 0
    if tags.get("access") == "no" and not any(value in OPEN for key, value in tags.items() if key in _EXCEPTIONS):
        return False
    return ROAD_CLASSES[kind].siren or _normal(tags, kind)


def _foot(tags: Tags, kind: int) -> bool:
    said = _first(tags, ("foot", "access"))
    if said == "no" or tags.get("motorroad") == "yes":
        return said in OPEN
    return ROAD_CLASSES[kind].foot or tags.get("foot") in OPEN


_EXCEPTIONS = ("motorcar", "motor_vehicle", "vehicle", "bus", "psv", "taxi", "foot", "bicycle", "emergency")


def _one_way(tags: Tags) -> int:
    """1 for one way as drawn, −1 against it, 0 for both."""
    if "oneway" in tags:
        return _direction(tags["oneway"])
    round_about = tags.get("junction") in {"roundabout", "circular"}
    return 1 if round_about or tags.get("highway") == "motorway" else 0


def _direction(value: str) -> int:
    return {"yes": 1, "true": 1, "1": 1, "-1": -1, "reverse": -1}.get(value, 0)


def _contraflow(tags: Tags) -> bool:
    """Whether crews may go against a one-way street: said so, or along a bus lane that does."""
    said = (tags.get(f"oneway:{who}") == "no" for who in ("emergency", "bus", "psv"))
    lanes = (tags.get(key) == "opposite_lane" for key in ("busway", "busway:left", "busway:right"))
    return any(said) or any(lanes)


def _first(tags: Tags, keys: tuple[str, ...]) -> str:
    return next((tags[key] for key in keys if key in tags), "")
