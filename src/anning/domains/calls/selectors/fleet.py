"""The units that could be thought of for an incident, with all that speaks for and against each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from anning.domains.calls.selectors.durations import free_in_s
from anning.domains.calls.selectors.tasks import sendable_units
from anning.kernel.access.scope import Viewer
from anning.kernel.org.models import Unit, UnitStatus
from anning.kernel.org.selectors import on_duty
from anning.kernel.places.selectors import site_points
from anning.kernel.work.models import Item, Task

WATER_KINDS = frozenset({"boat"})
"""Kinds of unit that travel by no road."""
FOOT_KINDS = frozenset({"foot"})
"""Kinds of unit that walk."""


@dataclass(frozen=True)
class Candidate:
    """A unit, and what is known of it now.

    `lon`, `lat` are its last position, or its home station's where it has told none (`at_station`); None where
    neither is known. `free_in_s` is 0 for a free unit, the measured mean left for one at work, None where that is
    not known. `shift_end` is when the last of its crew goes off duty, None where no end is set.
    """

    code: str
    agency: str
    agency_en: str
    agency_kind: str
    kind: str
    area_code: str
    able: frozenset[str]
    status: str
    on_it: bool
    lon: float | None
    lat: float | None
    at_station: bool
    position_at: datetime | None
    free_in_s: float | None
    shift_end: datetime | None


def fleet(viewer: Viewer, item: Item, now: datetime) -> list[Candidate]:
    """Every unit that may be sent to the incident by the viewer, in the order of their callsigns; five queries."""
    units = list(sendable_units(viewer, item).order_by("code"))
    able = _able(one.pk for one in units)
    stations = _stations(units)
    running = {task.unit_id: task for task in Task.objects.filter(ended_at=None, unit__in=[one.pk for one in units])}
    ends = _shift_ends(now)
    return [_candidate(one, item, able.get(one.pk, set()), running.get(one.pk), stations, ends, now) for one in units]


def _candidate(
    unit: Unit,
    item: Item,
    able: set[str],
    task: Task | None,
    stations: Mapping[str, tuple[float, float]],
    ends: Mapping[int, datetime],
    now: datetime,
) -> Candidate:
    told = unit.lon is not None and unit.lat is not None
    lon, lat = (unit.lon, unit.lat) if told else stations.get(unit.site_code, (None, None))
    free = unit.status == UnitStatus.FREE
    return Candidate(
        code=unit.code,
        agency=unit.agency.name,
        agency_en=unit.agency.name_en or unit.agency.name,
        agency_kind=unit.agency.kind,
        kind=unit.kind,
        area_code=unit.area_code,
        able=frozenset(able),
        status=unit.status,
        on_it=task is not None and task.item_id == item.pk,
        lon=lon,
        lat=lat,
        at_station=not told and lon is not None,
        position_at=unit.position_at if told else None,
        free_in_s=0.0 if free else (free_in_s(task, unit.agency.kind, now) if task else None),
        shift_end=ends.get(unit.pk),
    )


def _able(units: Iterable[int]) -> dict[int, set[str]]:
    """The codes of what each unit can do, by unit."""
    found = defaultdict[int, set[str]](set)
    able = Unit.capabilities.through.objects.filter(unit_id__in=list(units))
    for unit_id, code in able.values_list("unit_id", "capability__code"):
        found[unit_id].add(code)
    return found


def _stations(units: Iterable[Unit]) -> dict[str, tuple[float, float]]:
    """Where the home stations lie of the units that have told no position, by code."""
    return site_points({one.site_code for one in units if one.lon is None and one.site_code})


def _shift_ends(now: datetime) -> dict[int, datetime]:
    """When the last of each crew goes off duty, by unit; crews with an open end are not in it."""
    ends: dict[int, datetime | None] = {}
    for unit_id, end in on_duty(now).exclude(unit=None).values_list("unit_id", "ends_at"):
        known = ends.get(unit_id, end)
        ends[unit_id] = None if end is None or known is None else max(known, end)
    return {unit_id: end for unit_id, end in ends.items() if end is not None}
