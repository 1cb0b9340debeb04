"""What has to fit between the files of a city folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import shapely

from anning.wire.city import simulator_checks
from anning.wire.city.faults import Fault

if TYPE_CHECKING:
    from anning.wire.city.folder import City
    from anning.wire.city.records import AreaRecord

HANDLERS = ("police", "fire", "medical", "traffic", "livelihood")
ROLES = ("call_taker", "dispatcher", "supervisor", "unit", "partner", "analyst", "auditor", "administrator")
FLAGS = ("injured", "weapon", "fire", "children", "water")
DEEPEST = 3
DRAWN = ("area", "water", "river", "road", "motorway", "rail")
AROUND_DEG = 0.5
"""How far outside the city's bounds a place of it may lie."""


def check(city: City) -> list[Fault]:
    """Every fault between the records of a city that were each readable by themselves."""
    rules = (
        _facts, _areas, _unique, _units, _points, _categories, _related, _protocols, _routes, _limits, _users,
        _base_map, simulator_checks.rates, simulator_checks.narratives,
    )  # fmt: skip
    return [fault for rule in rules for fault in rule(city)]


def _facts(city: City) -> Iterator[Fault]:
    try:
        ZoneInfo(city.facts.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        yield Fault("city.toml", "", "time_zone", city.facts.time_zone, "is not a time zone")
    if not any(area.code == city.facts.code and area.level == 1 for area in city.areas):
        yield Fault("city.toml", "", "code", city.facts.code, "is no area of level 1 in areas/")


def _areas(city: City) -> Iterator[Fault]:
    known = {(area.level, area.code) for area in city.areas}
    for area in city.areas:
        where = f"feature {area.code}"
        if not 1 <= area.level <= 5:
            yield Fault("areas/", where, "level", str(area.level), "is not 1 (city) to 5 (grid)")
        elif area.level > 1 and not any((area.level - 1, area.code[:end]) in known for end in range(len(area.code))):
            reason = f"begins with the code of no area of level {area.level - 1}{_above(city, area)}"
            yield Fault("areas/", where, "code", area.code, reason)
    yield from _begun(city)


def _above(city: City, area: AreaRecord) -> str:
    """For a message: the area of the level above that one lies in; empty when it lies in none."""
    inside = area.shape.geometry.representative_point()
    for other in city.areas:
        if other.level == area.level - 1 and other.shape.geometry.contains(inside):
            return f": it lies in {other.code} ({other.name}) and has to begin with that code"
    return ""


def _begun(city: City) -> Iterator[Fault]:
    """Areas of one level of which one's code begins another's: who may see the one would see the other too."""
    for level in sorted({area.level for area in city.areas}):
        first = ""
        for code in sorted(area.code for area in city.areas if area.level == level):
            if first and code != first and code.startswith(first):
                reason = (
                    f"begins with {first}, the code of another area of level {level}: give one of them another code"
                )
                yield Fault("areas/", f"feature {code}", "code", code, reason)
            else:
                first = code


def _unique(city: City) -> Iterator[Fault]:
    lists: tuple[tuple[str, Iterable[Any], str], ...] = (
        ("areas/", city.areas, "code"),
        ("agencies.toml", city.agencies, "code"),
        ("capabilities.toml", city.capabilities, "code"),
        ("sites.csv", city.sites, "code"),
        ("units.csv", city.units, "code"),
        ("categories.toml", city.categories, "code"),
        ("protocols/", city.protocols, "code"),
        ("users.toml", city.users, "username"),
    )
    for name, records, key in lists:
        yield from _twice(name, key, (getattr(one, key) for one in records))
    yield from _twice("related.toml", "first, second", (f"{one.first}, {one.second}" for one in city.related))
    yield from _twice("clocks.toml", "kind, clock", (f"{one.kind}, {one.clock}" for one in city.limits))


def _twice(name: str, key: str, values: Iterable[str]) -> Iterator[Fault]:
    for value, count in Counter(values).items():
        if count > 1:
            yield Fault(name, "", key, value, f"stands {count} times: keep one")


def _units(city: City) -> Iterator[Fault]:
    agencies, sites = {one.code for one in city.agencies}, {one.code for one in city.sites}
    known = {one.code for one in city.capabilities}
    for unit in city.units:
        where = f"unit {unit.code}"
        if unit.agency not in agencies:
            yield Fault("units.csv", where, "agency", unit.agency, "is not in agencies.toml")
        if unit.site_code and unit.site_code not in sites:
            yield Fault("units.csv", where, "site_code", unit.site_code, "is not in sites.csv")
        for code in sorted(set(unit.capabilities) - known):
            yield Fault("units.csv", where, "capabilities", code, "is not in capabilities.toml")
        if (unit.lon is None) != (unit.lat is None):
            yield Fault("units.csv", where, "lon, lat", f"{unit.lon}, {unit.lat}", "give both, or neither")
        yield from _in_city(city, "units.csv", where, unit.area_code)
    for agency in city.agencies:
        yield from _in_city(city, "agencies.toml", f"agency {agency.code}", agency.area_code)


def _points(city: City) -> Iterator[Fault]:
    shapes = [area.shape.geometry for area in city.areas if area.level == 1]
    if not shapes:
        return
    west, south, east, north = (float(degree) for degree in shapely.total_bounds(shapes))
    points = [("city.toml", "", city.facts.lon, city.facts.lat)]
    points += [("sites.csv", one.name, one.lon, one.lat) for one in city.sites]
    points += [("gazetteer.csv", one.name, one.lon, one.lat) for one in city.places]
    points += [
        ("units.csv", f"unit {one.code}", one.lon, one.lat)
        for one in city.units
        if one.lon is not None and one.lat is not None
    ]
    for name, where, lon, lat in points:
        if not (west - AROUND_DEG <= lon <= east + AROUND_DEG and south - AROUND_DEG <= lat <= north + AROUND_DEG):
            swapped = west <= lat <= east and south <= lon <= north
            reason = "lies far outside the city" + (": longitude and latitude are swapped" if swapped else "")
            yield Fault(name, where, "lon, lat", f"{lon}, {lat}", reason)
    for name, placed in (("sites.csv", city.sites), ("gazetteer.csv", city.places)):
        for one in placed:
            yield from _in_city(city, name, one.name, one.area_code)


def _categories(city: City) -> Iterator[Fault]:
    protocols = {one.code for one in city.protocols}
    for one in city.categories:
        where = f"category {one.code}"
        if one.level > DEEPEST:
            yield Fault("categories.toml", where, "children", "", "go deeper than three levels")
        if one.level > 1 and one.code.count(".") != one.level - 1:
            yield Fault("categories.toml", where, "code", one.code, "is not its parent's code, a dot and a name")
        if one.handled_by not in HANDLERS:
            yield Fault("categories.toml", where, "handled_by", one.handled_by, f"is not one of {', '.join(HANDLERS)}")
        if not 1 <= one.priority <= 4:
            yield Fault("categories.toml", where, "priority", str(one.priority), "is not 1 to 4")
        if one.protocol and one.protocol not in protocols:
            yield Fault("categories.toml", where, "protocol", one.protocol, "is not in protocols/")


def _related(city: City) -> Iterator[Fault]:
    known = {one.code for one in city.categories}
    for pair in city.related:
        for name in ("first", "second"):
            if getattr(pair, name) not in known:
                yield Fault("related.toml", "", name, getattr(pair, name), "is not in categories.toml")
        if not 0 <= pair.weight <= 1:
            yield Fault("related.toml", f"{pair.first} ~ {pair.second}", "weight", str(pair.weight), "is not 0 to 1")


def _protocols(city: City) -> Iterator[Fault]:
    categories, capabilities = {one.code for one in city.categories}, {one.code for one in city.capabilities}
    for one in city.protocols:
        for code, question in (one.tree.get("questions") or {}).items():
            for answer in question.get("answers") or ():
                where = f"question {code}, answer {answer.get('id')}"
                name = f"protocols/{one.code}.toml"
                if answer.get("category") and answer["category"] not in categories:
                    yield Fault(name, where, "category", answer["category"], "is not in categories.toml")
                for flag in sorted(set(answer.get("flags") or ()) - set(FLAGS)):
                    yield Fault(name, where, "flags", flag, f"is not one of {', '.join(FLAGS)}")
                for need in sorted(set(answer.get("capabilities") or ()) - capabilities):
                    yield Fault(name, where, "capabilities", need, "is not in capabilities.toml")


def _routes(city: City) -> Iterator[Fault]:
    agencies, known = {one.code for one in city.agencies}, {one.code for one in city.categories}
    for route in city.routes:
        where = f"{route.area_code or '*'} {route.category or '*'}"
        if route.agency not in agencies:
            yield Fault("routes.toml", where, "agency", route.agency, "is not in agencies.toml")
        if route.category and route.category not in known:
            yield Fault("routes.toml", where, "category", route.category, "is not in categories.toml")
        yield from _in_city(city, "routes.toml", where, route.area_code)


def _limits(city: City) -> Iterator[Fault]:
    for limit in city.limits:
        if len(limit.seconds) != 4 or any(seconds <= 0 for seconds in limit.seconds):
            where = f"{limit.kind} {limit.clock}"
            yield Fault(
                "clocks.toml", where, "seconds", str(limit.seconds), "needs four numbers above 0, for priorities 1 to 4"
            )


def _users(city: City) -> Iterator[Fault]:
    agencies, units = {one.code for one in city.agencies}, {one.code for one in city.units}
    for user in city.users:
        where = f"user {user.username}"
        if user.role not in ROLES:
            yield Fault("users.toml", where, "role", user.role, f"is not one of {', '.join(ROLES)}")
        if user.agency not in agencies:
            yield Fault("users.toml", where, "agency", user.agency, "is not in agencies.toml")
        if user.unit and user.unit not in units:
            yield Fault("users.toml", where, "unit", user.unit, "is not in units.csv")
        yield from _in_city(city, "users.toml", where, user.area_code)
    if city.users and len(city.password) < 8:
        yield Fault("users.toml", "", "password", "", "needs eight characters or more")


def _base_map(city: City) -> Iterator[Fault]:
    features = city.base_map.get("features", [])
    if not isinstance(features, list):
        yield Fault("basemap.geojson", "", "features", "", "is not a list")
        return
    for number, feature in enumerate(features):
        properties = feature.get("properties") if isinstance(feature, Mapping) else None
        kind = (properties.get("kind") or "area") if isinstance(properties, Mapping) else None
        if kind not in DRAWN:
            yield Fault("basemap.geojson", f"feature {number}", "kind", str(kind or ""), f"is not {', '.join(DRAWN)}")


def _in_city(city: City, name: str, where: str, code: str) -> Iterator[Fault]:
    if code and not any(area.code == code for area in city.areas):
        yield Fault(name, where, "area_code", code, "is no area in areas/")
