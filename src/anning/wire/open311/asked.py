"""What a client asks of a GeoReport v2 server: a new request, or requests that fit a search. Texts in, values out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from anning.wire.open311.records import moment
from anning.wire.open311.values import STATUSES, Open311Error

LONGEST = timedelta(days=90)
"""The longest stretch of time a search spans, and the one meant where none is given (specification, GET requests)."""
MOST = 1000
"""The most requests a search answers with (the same)."""
LONGEST_DESCRIPTION = 4000
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]+)\](?:\[\])?\Z")


@dataclass(frozen=True)
class Report:
    """A new request as a client sends it. Place by point, by `address` or by `address_id`, at least one of them."""

    service_code: str
    lat: float | None = None
    lon: float | None = None
    address: str = ""
    address_id: str = ""
    description: str = ""
    media_url: str = ""
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    email: str = ""
    device_id: str = ""
    account_id: str = ""
    attributes: dict[str, str] = field(default_factory=dict)

    def form(self) -> list[tuple[str, str]]:
        """The fields as a client posts them; those left empty are not sent."""
        plain = {name: getattr(self, name) for name in _PLAIN} | {"address_string": self.address}
        plain |= {"lat": _number(self.lat), "long": _number(self.lon)}
        rows = [(name, value) for name, value in plain.items() if value]
        return [*rows, *((f"attribute[{code}]", value) for code, value in self.attributes.items())]


_PLAIN = (
    *("service_code", "address_id", "description", "media_url", "first_name", "last_name"),
    *("phone", "email", "device_id", "account_id"),
)


@dataclass(frozen=True)
class Search:
    """Which requests are asked for: by id, else by time (`start` to `end`, at most 90 days), service and status."""

    start: datetime
    end: datetime
    ids: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    statuses: tuple[str, ...] = STATUSES


def read_report(rows: Sequence[tuple[str, str]]) -> Report:
    """A new request from the posted fields, in their order; several answers to one attribute are joined by commas.

    Raises:
        Open311Error: names the field that is missing or wrong.
    """
    given: dict[str, str] = {}
    attributes: dict[str, str] = {}
    for name, value in rows:
        found = _ATTRIBUTE.match(name)
        if found:
            attributes[found[1]] = f"{attributes[found[1]]},{value}" if found[1] in attributes else value
        else:
            given[name] = value.strip()
    if not given.get("service_code"):
        raise Open311Error("service_code was not provided")
    lat, lon = _coordinate(given, "lat", 90), _coordinate(given, "long", 180)
    if (lat is None) != (lon is None):
        raise Open311Error("lat and long go together: one of them was not provided")
    if lat is None and not given.get("address_string") and not given.get("address_id"):
        raise Open311Error("lat and long, address_string or address_id must be provided")
    if len(given.get("description", "")) > LONGEST_DESCRIPTION:
        raise Open311Error(f"description has more than {LONGEST_DESCRIPTION:,} characters")
    plain = {name: given.get(name, "") for name in _PLAIN}
    return Report(lat=lat, lon=lon, address=given.get("address_string", ""), attributes=attributes, **plain)


def read_search(given: Mapping[str, str], now: datetime) -> Search:
    """A search from a query string.

    Raises:
        Open311Error: a time or a status cannot be read, or the times span more than 90 days.
    """
    statuses = tuple(part.casefold() for part in _parts(given.get("status", "")))
    for part in statuses:
        if part not in STATUSES:
            raise Open311Error(f"status: {part!r} is neither open nor closed")
    start, end = (_time(given, name) for name in ("start_date", "end_date"))
    end = end or (start + LONGEST if start else now)
    start = start or end - LONGEST
    if start > end:
        raise Open311Error("start_date lies after end_date")
    if end - start > LONGEST:
        raise Open311Error("start_date and end_date span more than 90 days: ask for shorter stretches")
    return Search(
        start=start,
        end=end,
        ids=_parts(given.get("service_request_id", "")),
        services=_parts(given.get("service_code", "")),
        statuses=statuses or STATUSES,
    )


def _time(given: Mapping[str, str], name: str) -> datetime | None:
    try:
        found = moment(given.get(name, "").replace(" ", "+"))
        if found is not None:
            _ = found - LONGEST, found + LONGEST  # neither end of a search may lie outside the calendar
        return found
    except (Open311Error, OverflowError) as error:
        raise Open311Error(f"{name}: {error}") from error


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _coordinate(given: Mapping[str, str], name: str, most: float) -> float | None:
    text = given.get(name, "")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        raise Open311Error(f"{name}: {text!r} is no number of degrees") from None
    if not -most <= value <= most:
        raise Open311Error(f"{name}: {text} lies outside -{most:g} to {most:g} degrees (WGS-84)")
    return value


def _number(value: float | None) -> str:
    return "" if value is None else repr(value)
