"""Turning one raw record into its dataclass, noting every fault of it."""

import csv
import io
import math
import tomllib
import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from anning.wire.city.faults import Fault

T = TypeVar("T")
Faults = list[Fault]


def record(kind: type[T], raw: Mapping[str, Any], file: str, where: str, faults: Faults) -> T | None:
    """The record in `raw`; None when anything in it cannot be, with each fault noted."""
    hints, values, before = get_type_hints(kind), {}, len(faults)
    known = {item.name for item in fields(kind)}  # type: ignore[arg-type]  # every kind is a dataclass
    for extra in sorted(set(raw) - known):
        faults.append(Fault(file, where, str(extra), "", f"is no field here: there are {', '.join(sorted(known))}"))
    for item in fields(kind):  # type: ignore[arg-type]  # as above
        needed = item.default is MISSING and item.default_factory is MISSING
        given = raw.get(item.name)
        if given is None or given == "":
            if needed and not (given == "" and item.name == "area_code"):
                faults.append(Fault(file, where, item.name, "", "has to be given"))
            elif given == "" and item.name == "area_code":
                values[item.name] = ""
            continue
        try:
            values[item.name] = _value(hints[item.name], given)
        except ValueError as error:
            faults.append(Fault(file, where, item.name, str(given), str(error)))
    return kind(**values) if len(faults) == before else None


def toml(data: bytes, file: str, faults: Faults) -> dict[str, Any]:
    """The table in a TOML file; empty, with the fault noted, when it is none."""
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        faults.append(Fault(file, "", "the file", "", f"is not valid TOML: {error}"))
        return {}


def csv_rows(data: bytes, file: str, faults: Faults) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows of a CSV file with the line each stands on."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.append(Fault(file, "", "the file", "", f"is not UTF-8: {error.reason} at byte {error.start}"))
        return
    reader = csv.DictReader(io.StringIO(text, newline=""))
    for row in reader:
        if None in row or None in row.values():
            faults.append(
                Fault(file, f"line {reader.line_num}", "the line", "", "has another number of fields than the header")
            )
            continue
        yield f"line {reader.line_num}", row


def _value(hint: Any, given: Any) -> Any:
    if isinstance(hint, types.UnionType):
        hint = next(option for option in get_args(hint) if option is not type(None))
    if get_origin(hint) is tuple:
        parts = given.split(";") if isinstance(given, str) else given
        if not isinstance(parts, list):
            raise ValueError("is not a list")
        return tuple(_value(get_args(hint)[0], part.strip() if isinstance(part, str) else part) for part in parts)
    reader = _READERS.get(hint)
    return reader(given) if reader else given


def _text(given: Any) -> str:
    if not isinstance(given, str):
        raise ValueError("is not a text")
    return given.strip()


def _number(given: Any) -> float:
    try:
        value = float(given)
    except (TypeError, ValueError):
        raise ValueError("is not a number") from None
    if isinstance(given, bool) or not math.isfinite(value):
        raise ValueError("is not a number")
    return value


def _whole(given: Any) -> int:
    value = _number(given)
    if value != int(value):
        raise ValueError("is not a whole number")
    return int(value)


def _flag(given: Any) -> bool:
    if not isinstance(given, bool):
        raise ValueError("is neither true nor false")
    return given


_READERS = {str: _text, float: _number, int: _whole, bool: _flag}
