"""Answers of GeoReport v2 as bytes, XML or JSON, and back to values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeVar
from xml.etree.ElementTree import Element, SubElement

from anning.wire.open311.records import LISTS, Record, from_record, to_record
from anning.wire.open311.values import Definition, Fault, Open311Error, Receipt, Service, ServiceRequest
from anning.wire.xml import XmlError, fit, local, read, write

Form = Literal["xml", "json"]
FORMS: dict[Form, str] = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
"""The forms there are, and the content type of each."""
V = TypeVar("V", Service, ServiceRequest, Receipt, Fault)
_NAMES: dict[type[Any], tuple[str, str]] = {
    Service: ("services", "service"),
    ServiceRequest: ("service_requests", "request"),
    Receipt: ("service_requests", "request"),
    Fault: ("errors", "error"),
}
"""The element around a list of each kind of value, and that of one entry."""


def encode(kind: type[V], values: Iterable[V], form: Form) -> bytes:
    """A list of services, requests, receipts or errors."""
    records = [_slim(kind, to_record(value)) for value in values]
    if form == "json":
        return _json(records)
    outer, inner = _NAMES[kind]
    root = Element(outer)
    for record in records:
        _fill(SubElement(root, inner), record)
    return write(root)


def encode_definition(value: Definition, form: Form) -> bytes:
    """The definition of one service."""
    if form == "json":
        return _json(to_record(value))
    root = Element("service_definition")
    _fill(root, to_record(value))
    return write(root)


def decode(kind: type[V], data: bytes, form: Form) -> list[V]:
    """The values in an answer; fields we do not know are passed over.

    Raises:
        Open311Error: the bytes are not what the specification says; the message names the entry and the field.
    """
    outer, inner = _NAMES[kind]
    if form == "json":
        rows = _read_json(data)
        rows = rows.get(outer, rows) if isinstance(rows, dict) else rows
        if not isinstance(rows, list):
            raise Open311Error(f"a list of {outer} was expected, not {type(rows).__name__}")
    else:
        root = _root(data, outer)
        rows = [_record(one) for one in root if local(one) == inner]
    return [_value(kind, row, place) for place, row in enumerate(rows, 1)]


def decode_definition(data: bytes, form: Form) -> Definition:
    """The definition in an answer. Raises as `decode`."""
    record = _read_json(data) if form == "json" else _record(_root(data, "service_definition"))
    found: Definition = from_record(Definition, record)
    return found


def _value(kind: type[V], row: Any, place: int) -> V:
    try:
        found: V = from_record(kind, row)
    except Open311Error as error:
        raise Open311Error(f"{_NAMES[kind][1]} {place}: {error}") from error
    return found


def _slim(kind: type[Any], record: Record) -> Record:
    """A receipt tells only what it has, as the specification's examples do."""
    return {name: value for name, value in record.items() if value} if kind is Receipt else record


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def _read_json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Open311Error(f"the answer is no JSON ({error})") from error


def _root(data: bytes, name: str) -> Element:
    try:
        root = read(data, "the answer")
    except XmlError as error:
        raise Open311Error(str(error)) from error
    if local(root) != name:
        raise Open311Error(f"the answer holds <{local(root)}> where <{name}> was expected")
    return root


def _fill(parent: Element, record: Mapping[str, Any]) -> None:
    for name, value in record.items():
        child = SubElement(parent, name)
        if name in LISTS:
            for row in value:
                _fill(SubElement(child, LISTS[name]), row)
        elif value is not None and value != "":
            child.text = fit(str(value).lower() if isinstance(value, bool) else str(value))


def _record(element: Element) -> Record:
    found: Record = {}
    for child in element:
        name = local(child)
        inside = [_record(one) for one in child] if name in LISTS else child.text
        found[name] = inside
    return found
