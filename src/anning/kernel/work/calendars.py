"""Counting time on a calendar: round the clock, or working hours of Chinese working days."""

from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache

import chinese_calendar
from django.utils import timezone

from anning.kernel.contract.clocks import ALWAYS

HOURS: tuple[tuple[time, time], ...] = ((time(8, 30), time(12, 0)), (time(13, 30), time(17, 30)))
"""Working hours of a working day, in the city's zone."""


def add(calendar: str, start: datetime, seconds: float) -> datetime:
    """The moment `seconds` (≥ 0) of counted time after `start`."""
    if calendar == ALWAYS:
        return start + timedelta(seconds=seconds)
    zone = timezone.get_default_timezone()
    day, left = start.astimezone(zone).date(), float(seconds)
    while True:
        for opens, closes in _spans(day, zone):
            begin = max(opens, start)
            room = (closes - begin).total_seconds()
            if room > 0 and room >= left:
                return begin + timedelta(seconds=left)
            left -= max(room, 0)
        day += timedelta(days=1)


def between(calendar: str, start: datetime, end: datetime) -> float:
    """The counted seconds from `start` to a later `end`; 0 when `end` is not later. Not rounded: pauses add up."""
    if end <= start:
        return 0
    if calendar == ALWAYS:
        return (end - start).total_seconds()
    zone = timezone.get_default_timezone()
    day, last, total = start.astimezone(zone).date(), end.astimezone(zone).date(), 0.0
    while day <= last:
        for opens, closes in _spans(day, zone):
            total += max((min(closes, end) - max(opens, start)).total_seconds(), 0)
        day += timedelta(days=1)
    return total


@lru_cache(maxsize=4096)
def is_workday(day: date) -> bool:
    """Whether people work on `day` in China: holidays off, make-up weekends on.

    Holidays are known as far as the State Council has announced them; beyond that Monday to Friday count.
    """
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def _spans(day: date, zone: tzinfo) -> list[tuple[datetime, datetime]]:
    if not is_workday(day):
        return []
    return [(datetime.combine(day, a, zone), datetime.combine(day, b, zone)) for a, b in HOURS]
