"""The texts CAP puts into elements: times, points, lists, references. Each has a writer and a reader."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

from anning.wire.cap.values import CapError, Circle, Point, Reference

_LISTED = re.compile(r'"([^"]*)"|(\S+)')
FIRST_YEAR, LAST_YEAR = 1900, 2200
FARTHEST = timedelta(hours=14)
"""XML Schema knows no offset beyond this."""


def write_time(at: datetime) -> str:
    """A time to the second with its offset in hours and minutes; UTC is `-00:00` (clause 3.3.2)."""
    offset = at.utcoffset()
    if offset is None:
        raise CapError(f"the time {at} has no offset")
    if not offset or offset % timedelta(minutes=1) or abs(offset) > FARTHEST:
        return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}-00:00".rjust(25, "0")
    return at.isoformat(timespec="seconds")


def read_time(text: str) -> datetime:
    """A time as CAP writes it; `Z` is taken as well."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise CapError(f"{text.strip()!r} is no time: write it as 2026-03-04T10:00:00+08:00") from None
    if at.tzinfo is None:
        raise CapError(f"the time {text.strip()!r} has no offset: add one such as +08:00")
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise CapError(f"{text.strip()!r} is nobody's time: a typing error")
    return at


def write_ring(ring: tuple[Point, ...]) -> str:
    """A closed ring: latitude first, points parted by spaces."""
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise CapError("a polygon needs at least four points, the last one the first again")
    return " ".join(f"{_degrees(lat, 90)},{_degrees(lon, 180)}" for lon, lat in ring)


def read_ring(text: str) -> tuple[Point, ...]:
    """The ring in a text."""
    ring = tuple(_point(pair) for pair in text.split())
    write_ring(ring)
    return ring


def write_circle(circle: Circle) -> str:
    """A circle: latitude, longitude, then the radius in kilometres."""
    if not (math.isfinite(circle.radius_m) and circle.radius_m >= 0):
        raise CapError(f"{circle.radius_m} is no radius in metres")
    return f"{_degrees(circle.lat, 90)},{_degrees(circle.lon, 180)} {_plain(circle.radius_m, -3)}"


def read_circle(text: str) -> Circle:
    """The circle in a text, its radius in metres."""
    parts = text.split()
    if len(parts) != 2:
        raise CapError(f"{text!r} is no circle: write latitude,longitude radius")
    lon, lat = _point(parts[0])
    circle = Circle(lon, lat, read_number(parts[1], 3))
    write_circle(circle)
    return circle


def write_list(words: tuple[str, ...]) -> str:
    """Words parted by spaces, those with a space in quotes (clause 3.2.1, addresses)."""
    for word in words:
        if not word or '"' in word:
            raise CapError(f"{word!r} cannot stand in a list: it is empty or holds a quotation mark")
    return " ".join(f'"{word}"' if re.search(r"\s", word) else word for word in words)


def read_list(text: str) -> tuple[str, ...]:
    """The words of a list."""
    return tuple(found for pair in _LISTED.findall(text) if (found := pair[0] or pair[1]))


def write_references(references: tuple[Reference, ...]) -> str:
    """Earlier messages: sender,identifier,sent, parted by spaces."""
    return " ".join(f"{one.sender},{one.identifier},{write_time(one.sent)}" for one in references)


def read_references(text: str) -> tuple[Reference, ...]:
    """The earlier messages named."""
    found = []
    for word in text.split():
        parts = word.split(",")
        if len(parts) != 3:
            raise CapError(f"{word!r} names no message: write sender,identifier,sent")
        found.append(Reference(parts[0], parts[1], read_time(parts[2])))
    return tuple(found)


def write_number(value: float) -> str:
    """A number without an exponent, as `xs:decimal` wants it."""
    if not math.isfinite(value):
        raise CapError(f"{value} is no number")
    return _plain(value)


def read_number(text: str, shift: int = 0) -> float:
    """A finite number, times ten to the `shift`."""
    try:
        value = float(Decimal(text.strip()).scaleb(shift))
    except (InvalidOperation, OverflowError, ValueError):
        raise CapError(f"{text.strip()!r} is no number") from None
    if not math.isfinite(value):
        raise CapError(f"{text.strip()!r} is no number")
    return value


def read_whole(text: str) -> int:
    """A whole number."""
    if not re.fullmatch(r"\s*[+-]?\d{1,18}\s*", text, re.ASCII):
        raise CapError(f"{text.strip()!r} is no whole number")
    return int(text)


def _point(text: str) -> Point:
    lat, comma, lon = text.partition(",")
    if not comma:
        raise CapError(f"{text!r} is no point: write latitude,longitude")
    return read_number(lon), read_number(lat)


def _degrees(value: float, most: float) -> str:
    if not -most <= value <= most:
        raise CapError(f"{value} lies outside -{most:g} to {most:g} degrees")
    return _plain(value)


def _plain(value: float, shift: int = 0) -> str:
    """The shortest digits that read back as the same number, never with an exponent; times ten to the `shift`."""
    text = f"{Decimal(repr(float(value))).scaleb(shift):f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
