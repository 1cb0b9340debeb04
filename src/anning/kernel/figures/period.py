"""Periods of whole days and the same period a year before."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.timezone import get_default_timezone


@dataclass(frozen=True)
class Period:
    """Whole days of the city's zone, both ends included.

    Raises:
        ValueError: the end lies before the start.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"a period cannot end ({self.end}) before it starts ({self.start})")

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1

    def year_before(self) -> "Period":
        """The same days of the year before; 29 February becomes the 28th."""
        return Period(_year_before(self.start), _year_before(self.end))

    def moments(self) -> tuple[datetime, datetime]:
        """Its first moment and the first after it, in the city's zone."""
        zone = get_default_timezone()
        after = self.end + timedelta(days=1)
        return datetime.combine(self.start, time(), zone), datetime.combine(after, time(), zone)

    def months(self) -> list[str]:
        """The months it touches, `YYYY-MM`."""
        first, last = self.start.year * 12 + self.start.month - 1, self.end.year * 12 + self.end.month - 1
        return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(first, last + 1)]


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
