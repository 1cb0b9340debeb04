"""Mappings: how the columns of somebody's file become the fields of a row, as data (TOML).

A mapping says how the file is read (header or not, columns, encoding, separator), the time zone and coordinate
system of its values, and for each field of the importer which column it comes from and as what.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

TYPES = ("text", "number", "integer", "time", "lon", "lat", "point", "category", "list")
SYSTEMS = ("wgs84", "gcj02", "bd09")


class MappingError(ValueError):
    """A mapping file says something that cannot be; the message names the file, the entry and why."""


@dataclass(frozen=True)
class FieldRule:
    """Where one field comes from.

    `column` names the source (several: the first that is not empty); `kind` is one of `TYPES`; `values` replaces
    texts; `required` rejects a row without it; `default` stands in for an empty one.
    """

    name: str
    columns: tuple[str, ...] = ()
    kind: str = "text"
    values: Map[str, str] = field(default_factory=dict)
    required: bool = False
    default: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Mapping:
    """A whole mapping. `settings` holds what the importer of the domain reads by itself (catalogue, words)."""

    code: str
    title: str
    fields: tuple[FieldRule, ...]
    header: bool = True
    columns: tuple[str, ...] = ()
    separator: str = ","
    time_zone: str = "UTC"
    time_formats: tuple[str, ...] = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S")
    coordinates: str = "wgs84"
    settings: Map[str, Any] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """The zone the file's times are in."""
        return ZoneInfo(self.time_zone)

    def needed_columns(self) -> list[tuple[str, ...]]:
        """Columns without which no row can be read; of each tuple one is enough."""
        return [rule.columns for rule in self.fields if rule.required and rule.columns and not rule.default]

    def missing_from(self, names: Iterable[str]) -> list[str]:
        """What a file with the columns `names` lacks, alternatives joined by "or"."""
        found = set(names)
        return [" or ".join(columns) for columns in self.needed_columns() if not found.intersection(columns)]

    def fits(self, names: Sequence[str]) -> bool:
        """Whether a file with the header `names` is laid out as this mapping says."""
        return self.header and not self.missing_from(names)


def read_mapping(text: str, where: str) -> Mapping:
    """The mapping in a TOML text. Raises `MappingError`, naming `where`."""
    try:
        data = tomllib.loads(text)
        return _mapping(data, where)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"{where}: not valid TOML: {error}") from error
    except KeyError as error:
        raise MappingError(f"{where}: the entry {error} is missing") from error


def read_mapping_file(path: Path) -> Mapping:
    """The mapping in a file. Raises `MappingError` when it cannot be read."""
    try:
        return read_mapping(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise MappingError(f"{path}: cannot be read: {error.strerror}") from error


def source_key(mapping: str, row: Map[str, str], nth: int) -> str:
    """The idempotency key of a row: its mapping, its content, and which of its identical twins it is.

    Two rows alike in every column are two records of the file, and the second reading of the same file finds
    both again. Spaces round a value and empty values make no difference.
    """
    cells = sorted((name, text) for name, value in row.items() if (text := value.strip()))
    content = json.dumps([mapping, cells, nth], ensure_ascii=False)
    return "i:" + hashlib.sha256(content.encode()).hexdigest()[:40]


def _mapping(data: Map[str, Any], where: str) -> Mapping:
    head = data["mapping"]
    zone = head.get("time_zone", "UTC")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise MappingError(f"{where}: time_zone {zone!r} is not a time zone") from error
    if head.get("coordinates", "wgs84") not in SYSTEMS:
        raise MappingError(f"{where}: coordinates {head['coordinates']!r}: use one of {', '.join(SYSTEMS)}")
    if not head.get("header", True) and not head.get("columns"):
        raise MappingError(f"{where}: a file without a header needs `columns`, in their order")
    kept = {"header", "separator", "time_zone", "coordinates"} & set(head)
    return Mapping(
        code=head["code"],
        title=head["title"],
        fields=tuple(_rule(name, rule, where) for name, rule in data["fields"].items()),
        columns=tuple(head.get("columns", ())),
        time_formats=tuple(head.get("time_formats", Mapping.time_formats)),
        settings={key: value for key, value in data.items() if key not in ("mapping", "fields")},
        **{key: head[key] for key in kept},
    )


def _rule(name: str, rule: Map[str, Any], where: str) -> FieldRule:
    kind = rule.get("type", "text")
    if kind not in TYPES:
        raise MappingError(f"{where}: field {name}: type {kind!r}: use one of {', '.join(TYPES)}")
    columns = rule.get("column", ())
    columns = (columns,) if isinstance(columns, str) else tuple(columns)
    if not columns and "default" not in rule:
        raise MappingError(f"{where}: field {name}: give a column or a default")
    return FieldRule(
        name=name,
        columns=columns,
        kind=kind,
        values=rule.get("values", {}),
        required=rule.get("required", False),
        default=str(rule.get("default", "")),
        low=rule.get("low"),
        high=rule.get("high"),
    )
