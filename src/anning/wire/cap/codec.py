"""CAP 1.2 messages as XML and back. What is encoded is valid by the OASIS schema; what is decoded was checked alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement, register_namespace

from anning.wire.cap import texts
from anning.wire.cap.values import (
    CATEGORY,
    CERTAINTY,
    MESSAGE,
    RESPONSE,
    SCOPE,
    SEVERITY,
    STATUS,
    URGENCY,
    Alert,
    Area,
    CapError,
    Info,
    Named,
    Resource,
)
from anning.wire.xml import XmlError, fit, local, read, write

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
OLDER = ("urn:oasis:names:tc:emergency:cap:1.1", "http://www.incident.com/cap/1.0")
CONTENT_TYPE = "application/cap+xml"
_NAME = re.compile(r"[^\s,<&]+\Z")
_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*\Z")
register_namespace("cap", NAMESPACE)


@dataclass(frozen=True)
class _Row:
    """One element: its tag, our field, how its text is written and read (or the type of what it holds)."""

    tag: str
    field: str
    write: Callable[[Any], str] = str
    read: Callable[[str], Any] = str
    many: bool = False
    needed: bool = False
    holds: type[Any] | None = None


def _one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text.strip() not in words:
            raise CapError(f"{text.strip()!r} is none of {', '.join(words)}")
        return text.strip()

    return check


def _matching(pattern: re.Pattern[str], what: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if not pattern.match(text.strip()):
            raise CapError(f"{text.strip()!r} is no {what}")
        return text.strip()

    return check


def _word(tag: str, field: str, words: tuple[str, ...], **more: Any) -> _Row:
    check = _one_of(words)
    return _Row(tag, field, check, check, needed=not more.get("optional"), many=bool(more.get("many")))


def _time(tag: str, field: str = "", *, needed: bool = False) -> _Row:
    return _Row(tag, field or tag, texts.write_time, texts.read_time, needed=needed)


_id = _matching(_NAME, "name: it is empty or holds a space, a comma, < or &")
_tag = _matching(_LANGUAGE, "language tag (RFC 3066)")
_ROWS: dict[type[Any], tuple[_Row, ...]] = {
    Alert: (
        _Row("identifier", "identifier", _id, _id, needed=True),
        _Row("sender", "sender", _id, _id, needed=True),
        _time("sent", needed=True),
        _word("status", "status", STATUS),
        _word("msgType", "message", MESSAGE),
        _Row("source", "source"),
        _word("scope", "scope", SCOPE),
        _Row("restriction", "restriction"),
        _Row("addresses", "addresses", texts.write_list, texts.read_list),
        _Row("code", "codes", many=True),
        _Row("note", "note"),
        _Row("references", "references", texts.write_references, texts.read_references),
        _Row("incidents", "incidents", texts.write_list, texts.read_list),
        _Row("info", "infos", many=True, holds=Info),
    ),
    Info: (
        _Row("language", "language", _tag, _tag),
        _word("category", "categories", CATEGORY, many=True),
        _Row("event", "event", needed=True),
        _word("responseType", "responses", RESPONSE, many=True, optional=True),
        _word("urgency", "urgency", URGENCY),
        _word("severity", "severity", SEVERITY),
        _word("certainty", "certainty", CERTAINTY),
        _Row("audience", "audience"),
        _Row("eventCode", "event_codes", many=True, holds=Named),
        _time("effective"),
        _time("onset"),
        _time("expires"),
        _Row("senderName", "sender_name"),
        _Row("headline", "headline"),
        _Row("description", "description"),
        _Row("instruction", "instruction"),
        _Row("web", "web"),
        _Row("contact", "contact"),
        _Row("parameter", "parameters", many=True, holds=Named),
        _Row("resource", "resources", many=True, holds=Resource),
        _Row("area", "areas", many=True, holds=Area),
    ),
    Resource: (
        _Row("resourceDesc", "description", needed=True),
        _Row("mimeType", "mime_type", needed=True),
        _Row("size", "size_bytes", str, texts.read_whole),
        _Row("uri", "uri"),
        _Row("derefUri", "content"),
        _Row("digest", "digest"),
    ),
    Area: (
        _Row("areaDesc", "description", needed=True),
        _Row("polygon", "polygons", texts.write_ring, texts.read_ring, many=True),
        _Row("circle", "circles", texts.write_circle, texts.read_circle, many=True),
        _Row("geocode", "geocodes", many=True, holds=Named),
        _Row("altitude", "altitude_ft", texts.write_number, texts.read_number),
        _Row("ceiling", "ceiling_ft", texts.write_number, texts.read_number),
    ),
    Named: (_Row("valueName", "name", needed=True), _Row("value", "value", needed=True)),
}
"""Every element in the order of the schema."""


def encode(alert: Alert) -> bytes:
    """The message as a document.

    Raises:
        CapError: the message is not as CAP 1.2 says; names the element.
    """
    check(alert)
    root = Element(f"{{{NAMESPACE}}}alert")
    _fill(root, alert)
    return write(root)


def decode(data: bytes) -> Alert:
    """The message in a document; a signature and elements of other namespaces are passed over.

    Raises:
        CapError: it is no CAP 1.2 message, or not as the standard says; names the element.
    """
    try:
        root = read(data, "the CAP message")
    except XmlError as error:
        raise CapError(str(error)) from error
    if root.tag != f"{{{NAMESPACE}}}alert":
        older = f" of an older version ({root.tag[1:].partition('}')[0]})" if root.tag[1:].startswith(OLDER) else ""
        raise CapError(f"<{local(root)}>{older} is no CAP 1.2 alert: its namespace must be {NAMESPACE}")
    alert: Alert = _read(root, Alert, "alert")
    check(alert)
    return alert


def check(alert: Alert) -> None:
    """Raise `CapError` where elements that need each other do not stand together (clause 3.2.1)."""
    for condition, words in (
        (alert.scope == "Restricted" and not alert.restriction, "scope Restricted needs a restriction"),
        (alert.scope == "Private" and not alert.addresses, "scope Private needs addresses"),
        (
            alert.message not in ("Alert", "Error") and not alert.references,
            f"msgType {alert.message} needs references to the messages it is about",
        ),
    ):
        if condition:
            raise CapError(f"alert: {words}")
    for reference in alert.references:
        _id(reference.sender)
        _id(reference.identifier)
    for place, info in enumerate(alert.infos, 1):
        start = info.effective or info.onset or alert.sent
        if info.expires and alert.message != "Cancel" and info.expires < start:
            raise CapError(f"alert: info {place}: expires before it takes effect")


def _fill(parent: Element, value: Any) -> None:
    for row in _ROWS[type(value)]:
        held = getattr(value, row.field)
        if row.needed and held in ((), None, ""):
            raise CapError(f"{local(parent)}: {row.tag} is missing")
        for one in _held(row, held):
            child = SubElement(parent, f"{{{NAMESPACE}}}{row.tag}")
            try:
                if row.holds:
                    _fill(child, one)
                else:
                    child.text = fit(row.write(one))
            except CapError as error:
                raise CapError(f"{local(parent)}: {error}" if row.holds else f"{row.tag}: {error}") from error


def _held(row: _Row, held: Any) -> Iterable[Any]:
    if row.many:
        return tuple(held)
    return () if held in ((), None, "") else (held,)


def _read(element: Element, kind: type[Any], where: str) -> Any:
    found: dict[str, Any] = {}
    for row in _ROWS[kind]:
        there = [child for child in element if child.tag == f"{{{NAMESPACE}}}{row.tag}"]
        if row.needed and not there:
            raise CapError(f"{where}: {row.tag} is missing")
        if len(there) > 1 and not row.many:
            raise CapError(f"{where}: {row.tag} stands {len(there)} times, once is right")
        values = tuple(_one(child, row, f"{where}: {row.tag}", place) for place, child in enumerate(there, 1))
        if values:
            found[row.field] = values if row.many else values[0]
    return kind(**found)


def _one(child: Element, row: _Row, where: str, place: int) -> Any:
    where = f"{where} {place}" if row.many else where
    if row.holds:
        return _read(child, row.holds, where)
    text = child.text or ""
    if row.needed and not text.strip():
        raise CapError(f"{where}: is empty")
    try:
        return row.read(text) if text.strip() or row.read is str else None
    except CapError as error:
        raise CapError(f"{where}: {error}") from error
