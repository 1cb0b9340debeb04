"""Which units could be sent: those free, nearest first by straight line, with what they lack."""

from dataclasses import dataclass
from datetime import datetime

from anning.domains.calls.selectors.tasks import visible_units
from anning.engines.space.distance import haversine_m
from anning.kernel.access.scope import Viewer
from anning.kernel.org.models import UnitStatus
from anning.kernel.work.models import Item

MOST = 60


@dataclass(frozen=True)
class Sendable:
    """A free unit as the dispatcher picks it. `distance_m` is the straight line, None without a position."""

    code: str
    agency: str
    agency_en: str
    kind: str
    distance_m: float | None
    position_at: datetime | None
    lacks: tuple[str, ...]

    @property
    def distance_km(self) -> float | None:
        """The straight line in kilometres, for people."""
        return None if self.distance_m is None else self.distance_m / 1000


def sendable(viewer: Viewer, item: Item) -> list[Sendable]:
    """The free units on the viewer's board: capable ones first, then the nearest."""
    needs = set(item.incident.capabilities) if item.kind == "incident" else set()
    free = visible_units(viewer).filter(status=UnitStatus.FREE).prefetch_related("capabilities").order_by("code")
    rows = []
    for unit in free:
        lacks = needs - {capability.code for capability in unit.capabilities.all()}
        away = _away(item, unit.lon, unit.lat)
        name = unit.agency.name
        rows.append(
            Sendable(
                unit.code, name, unit.agency.name_en or name, unit.kind, away, unit.position_at, tuple(sorted(lacks))
            )
        )
    far = float("inf")
    rows.sort(key=lambda one: (len(one.lacks), far if one.distance_m is None else one.distance_m, one.code))
    return rows[:MOST]


def _away(item: Item, lon: float | None, lat: float | None) -> float | None:
    if item.lon is None or item.lat is None or lon is None or lat is None:
        return None
    return float(haversine_m(item.lon, item.lat, lon, lat))
