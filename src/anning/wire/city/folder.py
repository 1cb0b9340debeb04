"""A whole city folder: every file read, every reference between them checked."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from anning.engines.rules.tree_faults import faults as tree_faults
from anning.engines.space.areas import AreaError, parse_features
from anning.wire.city import reading
from anning.wire.city.checks import check
from anning.wire.city.faults import CityError, Fault
from anning.wire.city.records import (
    AgencyRecord,
    AreaRecord,
    CapabilityRecord,
    CategoryRecord,
    CityFacts,
    LimitRecord,
    PlaceRecord,
    ProtocolRecord,
    RelatedRecord,
    RouteRecord,
    SiteRecord,
    UnitRecord,
    UserRecord,
)

T = TypeVar("T")
Files = Mapping[str, bytes]
NEEDED = ("city.toml", "agencies.toml", "categories.toml")
KNOWN = {
    *NEEDED, "capabilities.toml", "sites.csv", "units.csv", "gazetteer.csv", "related.toml", "routes.toml",
    "clocks.toml", "users.toml", "basemap.geojson", "rates.toml", "narratives.toml",
}  # fmt: skip
"""What may stand in a city folder itself, beside areas/ and protocols/; other folders are the owner's own."""


@dataclass(frozen=True)
class City:
    """A city folder, whole and consistent."""

    facts: CityFacts
    areas: Sequence[AreaRecord]
    agencies: Sequence[AgencyRecord]
    capabilities: Sequence[CapabilityRecord]
    sites: Sequence[SiteRecord]
    units: Sequence[UnitRecord]
    places: Sequence[PlaceRecord]
    categories: Sequence[CategoryRecord]
    related: Sequence[RelatedRecord]
    routes: Sequence[RouteRecord]
    limits: Sequence[LimitRecord]
    protocols: Sequence[ProtocolRecord]
    users: Sequence[UserRecord]
    password: str
    base_map: Mapping[str, Any]
    rates: Mapping[str, Any]
    narratives: Mapping[str, Sequence[str]]


def read_folder(files: Files) -> City:
    """The city in a folder's files (path below the folder → content).

    Raises:
        CityError: with every fault found, each naming file, record, field, value and reason.
    """
    faults = [Fault(name, "", "the file", "", "is missing") for name in NEEDED if name not in files]
    faults += [
        Fault(name, "", "the file", "", f"is no file of a city: there are {', '.join(sorted(KNOWN))}")
        for name in sorted(files)
        if "/" not in name and name not in KNOWN
    ]
    facts = reading.record(CityFacts, _table(files, "city.toml", faults), "city.toml", "", faults)
    users = _table(files, "users.toml", faults)
    parts: dict[str, Any] = {
        "areas": _areas(files, faults),
        "agencies": _listed(AgencyRecord, files, "agencies.toml", "agency", faults),
        "capabilities": _listed(CapabilityRecord, files, "capabilities.toml", "capability", faults),
        "sites": _lines(SiteRecord, files, "sites.csv", faults),
        "units": _lines(UnitRecord, files, "units.csv", faults),
        "places": _lines(PlaceRecord, files, "gazetteer.csv", faults),
        "categories": _categories(files, faults),
        "related": _listed(RelatedRecord, files, "related.toml", "related", faults),
        "routes": _listed(RouteRecord, files, "routes.toml", "route", faults),
        "limits": _listed(LimitRecord, files, "clocks.toml", "limit", faults),
        "protocols": _protocols(files, faults),
        "users": _records(UserRecord, users, "user", "users.toml", faults),
        "password": str(users.get("password", "")),
        "base_map": _json(files, "basemap.geojson", faults),
        "rates": _table(files, "rates.toml", faults),
        "narratives": _table(files, "narratives.toml", faults),
    }
    if facts is None:
        raise CityError(faults)
    city = City(facts=facts, **parts)
    faults += check(city)
    if faults:
        raise CityError(faults)
    return city


def _table(files: Files, name: str, faults: reading.Faults) -> dict[str, Any]:
    return reading.toml(files[name], name, faults) if name in files else {}


def _json(files: Files, name: str, faults: reading.Faults) -> dict[str, Any]:
    try:
        found = json.loads(files.get(name, b"{}"))
    except ValueError as error:
        faults.append(Fault(name, "", "the file", "", f"is not valid JSON: {error}"))
        return {}
    if isinstance(found, dict):
        return found
    faults.append(Fault(name, "", "the file", "", "is no GeoJSON FeatureCollection"))
    return {}


def _listed(kind: type[T], files: Files, name: str, key: str, faults: reading.Faults) -> list[T]:
    table = _table(files, name, faults)
    faults += [Fault(name, "", extra, "", f"is no field here: there is {key}") for extra in sorted(set(table) - {key})]
    return _records(kind, table, key, name, faults)


def _records(kind: type[T], table: Mapping[str, Any], key: str, name: str, faults: reading.Faults) -> list[T]:
    made = []
    for number, raw in enumerate(_entries(table, key, name, faults), 1):
        label = (raw.get("code") or raw.get("username") or number) if isinstance(raw, Mapping) else number
        made.append(reading.record(kind, raw, name, f"entry {label}", faults))
    return [one for one in made if one is not None]


def _entries(table: Mapping[str, Any], key: str, name: str, faults: reading.Faults) -> list[Any]:
    found = table.get(key, [])
    if isinstance(found, list):
        return found
    faults.append(Fault(name, "", key, str(found), "is not a list: write [[…]] or [ … ]"))
    return []


def _lines(kind: type[T], files: Files, name: str, faults: reading.Faults) -> list[T]:
    made = [
        reading.record(kind, raw, name, where, faults)
        for where, raw in reading.csv_rows(files.get(name, b""), name, kind, faults)
    ]
    return [one for one in made if one is not None]


def _areas(files: Files, faults: reading.Faults) -> list[AreaRecord]:
    made = []
    for name in sorted(path for path in files if path.startswith("areas/") and path.endswith(".geojson")):
        try:
            parsed = parse_features(_json(files, name, faults) or {"type": "FeatureCollection", "features": []})
        except AreaError as error:
            faults.append(Fault(name, "", "the file", "", str(error)))
            continue
        for fault in parsed.faults:
            faults.append(Fault(name, f"feature {fault.index} ({fault.code})", "the boundary", "", fault.reason))
        for area in parsed.areas:
            raw = {**area.properties, "shape": area}
            made.append(reading.record(AreaRecord, raw, name, f"feature {area.code}", faults))
    return sorted((one for one in made if one is not None), key=lambda one: (one.level, one.code))


def _categories(files: Files, faults: reading.Faults) -> list[CategoryRecord]:
    made: list[CategoryRecord | None] = []

    def add(table: Mapping[str, Any], key: str, level: int, handled_by: str) -> None:
        for raw in _entries(table, key, "categories.toml", faults):
            if not isinstance(raw, Mapping):
                made.append(reading.record(CategoryRecord, raw, "categories.toml", key, faults))
                continue
            flat = {"handled_by": handled_by, **{name: value for name, value in raw.items() if name != "children"}}
            where = f"category {raw.get('code')}"
            made.append(reading.record(CategoryRecord, {**flat, "level": level}, "categories.toml", where, faults))
            add(raw, "children", level + 1, flat["handled_by"])

    add(_table(files, "categories.toml", faults), "category", 1, "")
    return [one for one in made if one is not None]


def _protocols(files: Files, faults: reading.Faults) -> list[ProtocolRecord]:
    made = []
    for name in sorted(path for path in files if path.startswith("protocols/") and path.endswith(".toml")):
        before = len(faults)
        tree = _table(files, name, faults)
        if len(faults) > before:
            continue
        said = tree_faults(tree)
        faults += [Fault(name, "", "the tree", "", fault) for fault in said]
        raw = {key: value for key, value in tree.items() if key not in ("start", "questions")}
        one = reading.record(ProtocolRecord, {**raw, "tree": {} if said else tree}, name, "", faults)
        if one is not None and name != f"protocols/{one.code}.toml":
            faults.append(Fault(name, "", "code", one.code, f"is not the file's name: call it {one.code}.toml"))
        made.append(one)
    return [one for one in made if one is not None]
