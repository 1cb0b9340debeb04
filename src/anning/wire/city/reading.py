"""Turning one raw record into its dataclass, noting every fault of it."""

import csv
import io
import math
import tomllib
import types
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, fields
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from anning.wire.city.faults import Fault

T = TypeVar("T")
Faults = list[Fault]


def record(kind: type[T], raw: Any, file: str, where: str, faults: Faults) -> T | None:
    """The record in `raw`; None when anything in it cannot be, with each fault noted."""
    if not isinstance(raw, Mapping):
        faults.append(Fault(file, where, "the entry", str(raw), "is no table: give it fields, as name = value"))
        return None
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


def csv_rows(data: bytes, file: str, kind: type[Any], faults: Faults) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows of a CSV file for records of `kind`, with the line each stands on; none below a faulty header."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.append(Fault(file, "", "the file", "", f"is not UTF-8: {error.reason} at byte {error.start}"))
        return
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        if _header_faults(reader.fieldnames or (), kind, file, faults):
            return
        for row in reader:
            where = f"line {reader.line_num}"
            if None in row or None in row.values():
                faults.append(Fault(file, where, "the line", "", "has another number of fields than the header"))
            else:
                yield where, row
    except csv.Error as error:
        faults.append(Fault(file, f"after line {reader.line_num}", "the line", "", f"is not valid CSV: {error}"))


def _header_faults(header: Iterable[str], kind: type[Any], file: str, faults: Faults) -> bool:
    """Whether the header cannot be; each fault is noted once, not for every line below."""
    known, given = {item.name: item for item in fields(kind)}, Counter(header)
    before = len(faults)
    for name, count in given.items():
        if name not in known:
            faults.append(
                Fault(
                    file,
                    "the header",
                    name or "a column without a name",
                    "",
                    f"is no field here: there are {', '.join(known)}",
                )
            )
        elif count > 1:
            faults.append(Fault(file, "the header", name, "", f"stands {count} times: keep one"))
    for name, item in known.items():
        if given and name not in given and item.default is MISSING and item.default_factory is MISSING:
            faults.append(Fault(file, "the header", name, "", "has to be given"))
    return len(faults) > before


def _value(hint: Any, given: Any) -> Any:
    if isinstance(hint, types.UnionType):
        hint = next(option for option in get_args(hint) if option is not type(None))
    if get_origin(hint) is tuple:
        parts = given.split(";") if isinstance(given, str) else given
        if not isinstance(parts, list):
            raise ValueError("is not a list: write [ … ]")
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
    except (TypeError, ValueError, OverflowError):
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
