"""Reading the parameters of a query as clause 7.15 has them: strictly, each fault named."""

from __future__ import annotations

import math
import re
from collections.abc import Collection as Names
from collections.abc import Mapping
from datetime import UTC, datetime

from anning.wire.ogc.values import DEFAULT_LIMIT, MOST, Box, OgcError, Query

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)\Z", re.ASCII | re.IGNORECASE)
OPEN_ENDS = ("", "..")


def read_query(given: Mapping[str, str], filters: Names[str]) -> Query:
    """The query in an address; `filters` are the properties one can ask for.

    A limit above `MOST` is taken as `MOST` (requirement 22).

    Raises:
        OgcError: a parameter is unknown (requirement 8) or cannot be read.
    """
    refuse_unknown(given, ("limit", "bbox", "datetime", "cursor", *filters))
    start, end = read_times(given["datetime"]) if "datetime" in given else (None, None)
    return Query(
        limit=read_limit(given["limit"]) if "limit" in given else DEFAULT_LIMIT,
        box=read_box(given["bbox"]) if "bbox" in given else None,
        start=start,
        end=end,
        cursor=given.get("cursor", ""),
        filters={name: given[name] for name in filters if name in given},
    )


def refuse_unknown(given: Mapping[str, str], known: Names[str] = ()) -> None:
    """Raise `OgcError` for a parameter not in `known`; `f=json` is taken everywhere."""
    for name, value in given.items():
        if name == "f":
            if value not in ("json", "geojson"):
                raise OgcError(f"f={value!r}: only json is spoken here")
        elif name not in known:
            raise OgcError(f"the parameter {name!r} is unknown here: use {', '.join(known) or 'none'}")
        if "\0" in value:
            raise OgcError(f"{name}: holds a NUL character")


def read_limit(text: str) -> int:
    """How many features a page has, 1 to `MOST`."""
    if not (text.isdecimal() and text.isascii()) or int(text[:9]) < 1:
        raise OgcError(f"limit: {text!r} is no number from 1 to {MOST:,}")
    return min(int(text[:9]), MOST)


def read_box(text: str) -> Box:
    """West, south, east, north; of six numbers the heights are left aside."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        raise OgcError(f"bbox: {text!r} is not four or six numbers parted by commas") from None
    if len(numbers) not in (4, 6) or not all(map(math.isfinite, numbers)):
        raise OgcError(f"bbox: {text!r} is not four or six numbers parted by commas")
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    west, south, east, north = numbers
    if south > north or max(abs(south), abs(north)) > 90 or max(abs(west), abs(east)) > 180:
        raise OgcError(f"bbox: {text!r} is no box on the earth: west,south,east,north in degrees")
    return west, south, east, north


def read_times(text: str) -> tuple[datetime | None, datetime | None]:
    """The two ends of an instant or an interval (RFC 3339, `..` or nothing for an open end)."""
    parts = text.split("/")
    if len(parts) == 1 and text not in OPEN_ENDS:
        at = _moment(text)
        return at, at
    if len(parts) != 2:
        raise OgcError(f"datetime: {text!r} is neither a time nor an interval of two parted by /")
    start, end = (None if part in OPEN_ENDS else _moment(part) for part in parts)
    if start and end and start > end:
        raise OgcError(f"datetime: {text!r} ends before it begins")
    return start, end


def _moment(text: str) -> datetime:
    text = text.replace(" ", "+")
    if not _TIME.match(text):
        raise OgcError(f"datetime: {text!r} is no time: write it as 2026-03-04T10:00:00+08:00")
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise OgcError(f"datetime: {text!r} is no time of any calendar") from None
