"""A list of work as asked for: filters, order and place, read from a query string and written back to one."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlencode

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import get_default_timezone

PAGE = 50
MOST = 200
DAY = len("2026-03-04")
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""Times outside of these are nobody's: a typing error."""


@dataclass(frozen=True)
class ListQuery:
    """What a list shows.

    `cursor` is the place after (or before) which it goes on, as `cursor_of` writes it; `fields` are values asked of
    declared filter fields, by name, written `f.name=value` in an address.
    """

    text: str = ""
    state: str = ""
    open_only: bool = False
    priority: int | None = None
    category: str = ""
    area: str = ""
    since: datetime | None = None
    until: datetime | None = None
    fields: tuple[tuple[str, str], ...] = ()
    cursor: str = ""
    limit: int = PAGE

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "ListQuery":
        """The query in a request's parameters; what cannot be read is left out, as a browser's typo would be."""
        limit, priority = given.get("limit", ""), given.get("priority", "")
        return cls(
            text=given.get("q", "").replace("\0", "").strip()[:200],
            state=given.get("state", "").replace("\0", ""),
            open_only=given.get("open") in ("1", "on"),
            priority=int(priority) if priority in ("1", "2", "3", "4") else None,
            category=given.get("category", "").replace("\0", ""),
            area=given.get("area", "").replace("\0", ""),
            since=read_moment(given.get("since", "")),
            until=read_moment(given.get("until", ""), end=True),
            fields=tuple(
                (name[2:], value) for name, value in given.items() if name.startswith("f.") and value and _clean(value)
            ),
            cursor=given.get("cursor", ""),
            limit=min(max(int(limit), 1), MOST) if limit.isdecimal() and limit.isascii() and len(limit) < 6 else PAGE,
        )

    def url(self, **changes: object) -> str:
        """The query string of this query with some parts changed."""
        query = replace(self, **changes)  # type: ignore[arg-type]  # names are checked by replace itself
        parts: dict[str, object] = {
            "q": query.text,
            "state": query.state,
            "open": "1" if query.open_only else "",
            "priority": query.priority,
            "category": query.category,
            "area": query.area,
            "since": moment_text(query.since),
            "until": moment_text(query.until, end=True),
            **{f"f.{name}": value for name, value in query.fields},
            "cursor": query.cursor,
            "limit": query.limit if query.limit != PAGE else "",
        }
        return urlencode({key: value for key, value in parts.items() if value})

    @property
    def narrowed(self) -> bool:
        """Whether any filter is set."""
        return replace(self, cursor="", limit=PAGE) != ListQuery()


def read_moment(text: str, *, end: bool = False) -> datetime | None:
    """A time or a day (its start, or with `end` the start of the next) in the city's zone; None when it is neither."""
    try:
        moment = parse_datetime(text) if len(text) > DAY else None
        day = parse_date(text) if len(text) == DAY else None
        if day:
            start = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # the zone is put in below
            moment = start + timedelta(days=1) if end else start
        if moment and moment.tzinfo is None:
            moment = moment.replace(tzinfo=get_default_timezone())
        return moment if moment and EARLIEST <= moment <= LATEST else None
    except (ValueError, OverflowError):
        return None


def moment_text(moment: datetime | None, *, end: bool = False) -> str:
    """What `read_moment` reads back as `moment`: a bare day where it is one."""
    if moment is None:
        return ""
    local = moment.astimezone(get_default_timezone())
    if local.time() != time():
        return moment.isoformat()
    return f"{local.date() - timedelta(days=1) if end else local.date():%Y-%m-%d}"


def cursor_of(opened_at: datetime, pk: int, *, back: bool = False) -> str:
    """The place just after an item (or just before it, with `back`), as text that goes into a URL."""
    place = [opened_at.isoformat(), pk, int(back)]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def read_cursor(text: str) -> tuple[datetime, int, bool] | None:
    """The place in a cursor, and whether the list goes back from it; None when it is none of ours."""
    try:
        at, pk, back = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        moment = datetime.fromisoformat(at)
        moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
        return None
    return (moment, pk, bool(back)) if type(pk) is int and abs(pk) < 2**63 and moment.tzinfo else None


def _clean(text: str) -> bool:
    return "\0" not in text and len(text) <= 200
