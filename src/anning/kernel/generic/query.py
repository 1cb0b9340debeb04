"""A list of work as asked for: filters, order and place, read from a query string and written back to one."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import get_default_timezone

PAGE = 50
MOST = 200
ORDERS = ("opened", "priority", "due")


@dataclass(frozen=True)
class ListQuery:
    """What a list shows. `cursor` is the place after which it goes on, as `Cursor.text`."""

    text: str = ""
    state: str = ""
    open_only: bool = False
    priority: int | None = None
    category: str = ""
    area: str = ""
    since: datetime | None = None
    until: datetime | None = None
    cursor: str = ""
    limit: int = PAGE

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "ListQuery":
        """The query in a request's parameters; what cannot be read is left out, as a browser's typo would be."""
        limit, priority = given.get("limit", ""), given.get("priority", "")
        return cls(
            text=given.get("q", "").replace("\0", "").strip()[:200],
            state=given.get("state", "").replace("\0", ""),
            open_only=given.get("open") == "1",
            priority=int(priority) if priority in ("1", "2", "3", "4") else None,
            category=given.get("category", "").replace("\0", ""),
            area=given.get("area", "").replace("\0", ""),
            since=read_moment(given.get("since", "")),
            until=read_moment(given.get("until", "")),
            cursor=given.get("cursor", ""),
            limit=min(max(int(limit), 1), MOST) if limit.isdecimal() and len(limit) < 6 else PAGE,
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
            "since": query.since.isoformat() if query.since else "",
            "until": query.until.isoformat() if query.until else "",
            "cursor": query.cursor,
            "limit": query.limit if query.limit != PAGE else "",
        }
        return urlencode({key: value for key, value in parts.items() if value})

    @property
    def narrowed(self) -> bool:
        """Whether any filter is set."""
        return replace(self, cursor="", limit=PAGE) != ListQuery()


def read_moment(text: str) -> datetime | None:
    """A time or a day (its start) in the city's zone; None when it is neither."""
    try:
        moment = parse_datetime(text) or None
        day = None if moment else parse_date(text)
    except ValueError:
        return None
    if day:
        moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # the zone is put in below
    if moment and moment.tzinfo is None:
        moment = moment.replace(tzinfo=get_default_timezone())
    return moment


def cursor_of(opened_at: datetime, pk: int) -> str:
    """The place just after an item, as text that goes into a URL."""
    return base64.urlsafe_b64encode(json.dumps([opened_at.isoformat(), pk]).encode()).decode().rstrip("=")


def read_cursor(text: str) -> tuple[datetime, int] | None:
    """The place in a cursor; None when it is none of ours."""
    try:
        at, pk = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        moment = datetime.fromisoformat(at)
    except (ValueError, TypeError, binascii.Error):
        return None
    return (moment, pk) if isinstance(pk, int) and abs(pk) < 2**63 and moment.tzinfo else None
