"""Whose units answer, and where they stand: today's, and today's with a change."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from anning.domains.calls.selectors.fleet import FOOT_KINDS, WATER_KINDS
from anning.domains.calls.selectors.planning.asked import AskedReplay, Demand
from anning.domains.calls.selectors.tasks import visible_units
from anning.kernel.access.scope import Viewer
from anning.kernel.org.models import Unit
from anning.kernel.places.models import Site

MOST_UNITS = 500
Point = tuple[float, float]


@dataclass(frozen=True)
class Stand:
    """A unit of a roster: its name, its group, where it waits, what it can do."""

    name: str
    group: str
    base: Point
    able: frozenset[str]


@dataclass(frozen=True)
class Group:
    """Units of one agency and kind at one station: what a planner adds to or takes from.

    Attributes:
        key: `agency~station~kind`. units: how many there are today. base: where they wait.
    """

    key: str
    agency: str
    station: str
    kind: str
    units: int
    base: Point


@dataclass(frozen=True)
class Roster:
    """Units with a base, and how many more exist without one or away from the roads."""

    stands: tuple[Stand, ...]
    groups: tuple[Group, ...]
    without_base: int = 0
    moved: int = 0
    """Units that stand at their last position because no home station is known."""


def today(viewer: Viewer, demand: Demand) -> Roster:
    """The units of a service in the area asked for that exist for the viewer; boats are left out; three queries."""
    units = visible_units(viewer).filter(agency__kind=demand.service).exclude(kind__in=WATER_KINDS | FOOT_KINDS)
    if demand.figures.area:
        units = units.filter(area_code__startswith=demand.figures.area)
    rows = list(units.prefetch_related("capabilities").order_by("code")[: MOST_UNITS + 1])
    sites = {
        code: (name, name_en, (lon, lat))
        for code, name, name_en, lon, lat in Site.objects.filter(code__in={one.site_code for one in rows}).values_list(
            "code", "name", "name_en", "lon", "lat"
        )
    }
    stands, members = [], defaultdict[str, list[Unit]](list)
    moved = 0
    for one in rows:
        base = sites[one.site_code][2] if one.site_code in sites else _position(one)
        if base is None:
            continue
        moved += one.site_code not in sites
        key = f"{one.agency.code}~{one.site_code}~{one.kind}"
        members[key].append(one)
        stands.append(Stand(one.code, key, base, frozenset(able.code for able in one.capabilities.all())))
    groups = _groups(members, stands, {code: site[:2] for code, site in sites.items()})
    return Roster(tuple(stands), groups, len(rows) - len(stands), moved)


def changed(roster: Roster, asked: AskedReplay) -> tuple[Roster, list[str]]:
    """Today's roster with what was asked for, and the groups asked for that are not there.

    Taken away are the last of a group by callsign, at most all; added ones stand where the group's first does and
    can do what it can. With posts, one unit stands at each of them instead, able to do all that any unit of today is.
    """
    if asked.posts:
        able = frozenset[str]().union(*(one.able for one in roster.stands))
        posted = [Stand(f"+{place}", "", point, able) for place, point in enumerate(asked.posts, 1)]
        return Roster(tuple(posted), roster.groups), []
    stands, unknown = list(roster.stands), []
    for group, by in asked.changes:
        own = [one for one in stands if one.group == group]
        if not own:
            unknown.append(group)
        elif by > 0:
            first = own[0]
            stands += [Stand(f"{first.name}+{n}", group, first.base, first.able) for n in range(1, by + 1)]
        else:
            gone = set(own[by:])
            stands = [one for one in stands if one not in gone]
    return Roster(tuple(stands), roster.groups), unknown


def skills(rosters: Iterable[Roster], needs: Iterable[Sequence[str]]) -> Mapping[str, int]:
    """A bit for each capability that units have or incidents ask for, the first 63 by code."""
    codes = {code for roster in rosters for one in roster.stands for code in one.able}
    codes |= {code for asked in needs for code in asked}
    return {code: 1 << place for place, code in enumerate(sorted(codes)[:63])}


def mask(codes: Iterable[str], bits: Mapping[str, int]) -> int:
    """The capabilities as one number."""
    return sum(bits.get(code, 0) for code in set(codes))


def _position(unit: Unit) -> Point | None:
    return (unit.lon, unit.lat) if unit.lon is not None and unit.lat is not None else None


def _groups(
    members: Mapping[str, Sequence[Unit]], stands: Sequence[Stand], sites: Mapping[str, tuple[str, str]]
) -> tuple[Group, ...]:
    chinese = (get_language() or "zh").startswith("zh")
    bases = {one.group: one.base for one in reversed(stands)}
    found = []
    for key, units in members.items():
        first = units[0]
        name, name_en = sites.get(first.site_code, ("", ""))
        agency = first.agency.name if chinese or not first.agency.name_en else first.agency.name_en
        station = name if chinese or not name_en else name_en
        found.append(Group(key, agency, station, first.kind, len(units), bases[key]))
    return tuple(sorted(found, key=lambda one: (one.agency, one.station, one.kind)))
