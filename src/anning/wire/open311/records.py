"""Values of GeoReport v2 as records of named texts, numbers and lists, in the order of the specification, and back."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from anning.wire.open311.values import STATUSES, Attribute, Choice, Definition, Fault, Open311Error, Receipt, Service
from anning.wire.open311.values import ServiceRequest as Request

Record = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """One field: its name in the specification, its name in our value, and how it is written and read."""

    theirs: str
    ours: str
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]
    needed: bool = False


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _flag(value: Any) -> bool:
    return value is True or str(value).strip().casefold() in ("true", "1", "yes")


def _whole(value: Any) -> int:
    try:
        return int(str(value or 0).strip())
    except ValueError:
        raise Open311Error(f"{value!r} is no whole number") from None


def _degrees(value: Any) -> float | None:
    if value is None or not str(value).strip():
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise Open311Error(f"{value!r} is no number of degrees") from None
    if not math.isfinite(number):
        raise Open311Error(f"{value!r} is no number of degrees")
    return number


def moment(value: Any) -> datetime | None:
    """A time as the specification writes it (ISO 8601 with its offset); None for an empty one. `Open311Error` else."""
    text = _text(value).strip()
    if not text:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise Open311Error(f"{text!r} is no time: write it as 2026-03-04T10:00:00+08:00") from None
    if read.tzinfo is None:
        raise Open311Error(f"the time {text!r} has no offset: add Z or one such as +08:00")
    return read


def _stamp(value: datetime | None) -> str | None:
    return value.isoformat(timespec="seconds") if value else None


def _status(value: Any) -> str:
    text = _text(value).strip().casefold()
    if text not in STATUSES:
        raise Open311Error(f"{value!r} is no status: it is open or closed")
    return text


def _same(value: Any) -> Any:
    return value


def _word(value: Any) -> str:
    text = _text(value)
    if not text.strip():
        raise Open311Error("is missing")
    return text


def _plain(theirs: str, ours: str = "") -> Column:
    return Column(theirs, ours or theirs, _text, _text)


def _key(theirs: str, ours: str) -> Column:
    return Column(theirs, ours, _text, _word, needed=True)


def _time(theirs: str, ours: str) -> Column:
    return Column(theirs, ours, _stamp, moment)


_CHOICE = (_plain("key"), _plain("name"))
_ATTRIBUTE = (
    Column("variable", "variable", _same, _flag),
    _key("code", "code"),
    _plain("datatype"),
    Column("required", "required", _same, _flag),
    _plain("datatype_description"),
    Column("order", "order", _same, _whole),
    _plain("description"),
    Column("values", "values", lambda rows: [_write(_CHOICE, one) for one in rows], lambda rows: _many(Choice, rows)),
)
COLUMNS: dict[type[Any], tuple[Column, ...]] = {
    Choice: _CHOICE,
    Attribute: _ATTRIBUTE,
    Service: (
        _key("service_code", "code"),
        _key("service_name", "name"),
        _plain("description"),
        Column("metadata", "metadata", _same, _flag),
        _plain("type"),
        _plain("keywords"),
        _plain("group"),
    ),
    Definition: (
        _key("service_code", "service_code"),
        Column(
            "attributes",
            "attributes",
            lambda rows: [_write(_ATTRIBUTE, one) for one in rows],
            lambda rows: _many(Attribute, rows),
        ),
    ),
    Request: (
        _key("service_request_id", "request_id"),
        Column("status", "status", _text, _status),
        _plain("status_notes"),
        _plain("service_name"),
        _plain("service_code"),
        _plain("description"),
        _plain("agency_responsible"),
        _plain("service_notice"),
        _time("requested_datetime", "requested_at"),
        _time("updated_datetime", "updated_at"),
        _time("expected_datetime", "expected_at"),
        _plain("address"),
        _plain("address_id"),
        _plain("zipcode"),
        Column("lat", "lat", _same, _degrees),
        Column("long", "lon", _same, _degrees),
        _plain("media_url"),
    ),
    Receipt: (
        _plain("service_request_id", "request_id"),
        _plain("token"),
        _plain("service_notice"),
        _plain("account_id"),
    ),
    Fault: (Column("code", "code", _same, _whole), _plain("description")),
}
LISTS = {"attributes": "attribute", "values": "value"}
"""Fields that hold lists, and the name of one entry in XML."""


def to_record(value: Any) -> Record:
    """A value with the names of the specification; what is not known is None."""
    return _write(COLUMNS[type(value)], value)


def from_record(kind: type[Any], record: Any) -> Any:
    """The value of type `kind` in a record.

    Raises:
        Open311Error: names the field that is missing or cannot be read.
    """
    if not isinstance(record, Mapping):
        raise Open311Error(f"a {kind.__name__} is a set of named fields, not {record!r}")
    found = {}
    for column in COLUMNS[kind]:
        if column.needed or column.theirs in record:
            try:
                found[column.ours] = column.read(record.get(column.theirs))
            except Open311Error as error:
                raise Open311Error(f"{column.theirs}: {error}") from error
    return kind(**found)


def _write(columns: Sequence[Column], value: Any) -> Record:
    return {column.theirs: column.write(getattr(value, column.ours)) for column in columns}


def _many(kind: type[Any], rows: Any) -> tuple[Any, ...]:
    if rows in (None, ""):
        return ()
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        raise Open311Error(f"{rows!r} is no list")
    return tuple(from_record(kind, row) for row in rows)
