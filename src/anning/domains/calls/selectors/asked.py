"""What a page of statistics is asked for: a period, an area, a category, a kind of work."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.dateparse import parse_date

from anning.kernel.figures.period import Period

PERIODS = ("week", "month", "quarter", "year", "last_month", "last_year", "own")
LONGEST_DAYS = 3 * 366
KINDS = ("incident", "matter")


@dataclass(frozen=True)
class AskedFigures:
    """Which work is counted. `name` is one of `PERIODS`, or `own` where the ends were given."""

    period: Period
    name: str = "month"
    kind: str = "incident"
    area: str = ""
    category: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str], today: date) -> "AskedFigures":
        """From a query string; what makes no sense falls back to the last thirty days of all incidents."""
        name, kind = query.get("period", ""), query.get("kind", "")
        name = name if name in PERIODS else "month"
        own = _own(query) if name == "own" else None
        if name == "own" and own is None:
            name = "month"
        return cls(
            period=own or _named(name, today),
            name=name,
            kind=kind if kind in KINDS else "incident",
            area=query.get("area", "")[:20],
            category=query.get("category", "")[:40],
        )

    @property
    def by(self) -> str:
        """How fine the line over time is: days of a short period, months of a long one."""
        return "day" if self.period.days <= 62 else "month"


def _named(name: str, today: date) -> Period:
    """Whole days up to yesterday: today is not over and would always look like a fall."""
    end = today - timedelta(days=1)
    lengths = {"week": 7, "month": 30, "quarter": 91, "year": 365}
    if name in lengths:
        return Period(end - timedelta(days=lengths[name] - 1), end)
    if name == "last_year":
        return Period(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))
    last = today.replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)


def _own(query: Mapping[str, str]) -> Period | None:
    try:
        start, end = parse_date(query.get("since", "")), parse_date(query.get("until", ""))
    except ValueError:
        return None
    if start is None or end is None or not 0 <= (end - start).days < LONGEST_DAYS:
        return None
    return Period(start, end)
