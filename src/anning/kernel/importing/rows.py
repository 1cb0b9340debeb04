"""Turning one raw row into typed fields by a mapping; pure."""

import math
import re
from collections.abc import Callable
from collections.abc import Mapping as Map
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from anning.engines.space import coordinates
from anning.kernel.importing.mapping import FieldRule, Mapping

_POINT = re.compile(r"POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)", re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}")
"""A time written so is read whatever formats the mapping names: it can mean one thing only."""
_TO_WGS84 = {"gcj02": coordinates.gcj02_to_wgs84, "bd09": coordinates.bd09_to_wgs84}


@dataclass(frozen=True)
class Fault:
    """Why a row cannot be taken: the field, the value found, and the reason with what would do.

    The value may be about a person and is sealed with the row; the reason is kept in plain and never repeats it.
    """

    field: str
    value: str
    reason: str


@dataclass(frozen=True)
class MappedRow:
    """A row ready for the domain: its line in the file, its key, its typed values and what it was read from."""

    line: int
    key: str
    values: Map[str, Any]
    raw: Map[str, str]


class FaultyRowError(ValueError):
    """A row that cannot be taken, with its faults."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{fault.field}: {fault.reason}" for fault in faults))
        self.faults = faults


def map_row(mapping: Mapping, raw: Map[str, str]) -> dict[str, Any]:
    """The typed values of a raw row. Raises `FaultyRowError` with every fault of the row, not only the first."""
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for rule in mapping.fields:
        text = _text(rule, raw)
        try:
            values[rule.name] = _value(mapping, rule, text)
        except ValueError as error:
            faults.append(Fault(rule.name, text, str(error)))
    if faults:
        raise FaultyRowError(faults)
    return _placed(mapping, values)


def is_sound(mapping: Mapping, raw: Map[str, str]) -> bool:
    """Whether a raw row has no fault under a mapping."""
    try:
        map_row(mapping, raw)
    except FaultyRowError:
        return False
    return True


def _text(rule: FieldRule, raw: Map[str, str]) -> str:
    for column in rule.columns:
        text = (raw.get(column) or "").strip()
        if text:
            return rule.values.get(text, text)
    return rule.default


def _value(mapping: Mapping, rule: FieldRule, text: str) -> Any:
    if not text:
        if rule.required:
            raise ValueError("is empty but has to be given")
        return None if rule.kind in _READERS else ""
    if "\0" in text:
        raise ValueError("holds a NUL character, which no database text can")
    value: Any = _READERS[rule.kind](mapping, text) if rule.kind in _READERS else text
    if rule.low is not None and value < rule.low:
        raise ValueError(f"is below {rule.low}")
    if rule.high is not None and value > rule.high:
        raise ValueError(f"is above {rule.high}")
    return value


def _number(_mapping: Mapping, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ValueError("is not a number") from None
    if not math.isfinite(value):
        raise ValueError("is not a finite number")
    return value


def _integer(mapping: Mapping, text: str) -> int:
    value = _number(mapping, text)
    if value != int(value):
        raise ValueError("is not a whole number")
    return int(value)


def _time(mapping: Mapping, text: str) -> datetime:
    if _ISO.match(text):
        return _aware(mapping, _iso(text))
    for pattern in mapping.time_formats:
        try:
            found = datetime.strptime(text, pattern)  # noqa: DTZ007  # the zone is put in below, unless the text has one
        except ValueError:
            continue
        return _aware(mapping, found)
    raise ValueError(f"is not a time written as {' or '.join(mapping.time_formats)}")


def _iso(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("is no date and time there is") from None


def _aware(mapping: Mapping, found: datetime) -> datetime:
    return (found if found.tzinfo else found.replace(tzinfo=mapping.zone)).astimezone(UTC)


def _degrees(limit: float, what: str) -> Callable[[Mapping, str], float]:
    def read(mapping: Mapping, text: str) -> float:
        value = _number(mapping, text)
        if abs(value) > limit:
            raise ValueError(f"is no {what}: it lies between -{limit:g} and {limit:g} degrees")
        return value

    return read


_LON, _LAT = _degrees(180, "longitude"), _degrees(90, "latitude")


def _point(mapping: Mapping, text: str) -> tuple[float, float]:
    match = _POINT.search(text)
    if not match:
        raise ValueError("is not a point written as POINT (lon lat)")
    return _LON(mapping, match[1]), _LAT(mapping, match[2])


def _list(_mapping: Mapping, text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;,|]", text) if part.strip()]


_READERS: Map[str, Callable[[Mapping, str], Any]] = {
    "number": _number,
    "integer": _integer,
    "time": _time,
    "lon": _LON,
    "lat": _LAT,
    "point": _point,
    "list": _list,
}


def _placed(mapping: Mapping, values: dict[str, Any]) -> dict[str, Any]:
    if values.get("point"):
        values["lon"], values["lat"] = values.pop("point")
    values.pop("point", None)
    lon, lat = values.get("lon"), values.get("lat")
    if lon == lat == 0:
        values["lon"] = values["lat"] = lon = lat = None
    if (lon is None) != (lat is None):
        missing = "lon" if lon is None else "lat"
        raise FaultyRowError([Fault(missing, "", "is empty while the other coordinate is given")])
    if lon is not None and lat is not None and mapping.coordinates in _TO_WGS84:
        x, y = _TO_WGS84[mapping.coordinates]([lon], [lat])
        values["lon"], values["lat"] = float(x[0]), float(y[0])
    return values
