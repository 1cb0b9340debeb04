"""Limits and running clocks."""

import time
from functools import lru_cache

from django.db.models import QuerySet

from anning.kernel.contract.clocks import ClockRule
from anning.kernel.work.models import Clock, ClockLimit, Item

FRESH_S = 30


def limit_of(kind: str, rule: ClockRule, priority: int) -> int:
    """The limit in seconds: the city's own, else the kind's, else that of the least urgent priority declared."""
    own = city_limits().get((kind, rule.code, priority))
    return own or rule.limit_s.get(priority) or max(rule.limit_s.values())


def city_limits() -> dict[tuple[str, str, int], int]:
    """The city's limits by kind, clock and priority, at most half a minute old.

    `work.services.limits` clears them where they change; other processes read them anew when the time is over.
    """
    return _city_limits(int(time.monotonic() // FRESH_S))


def forget_limits() -> None:
    """Read the city's limits anew next time."""
    _city_limits.cache_clear()


@lru_cache(maxsize=1)
def _city_limits(_moment: int) -> dict[tuple[str, str, int], int]:
    rows = ClockLimit.objects.values_list("kind", "clock", "priority", "seconds")
    return {(kind, clock, priority): seconds for kind, clock, priority, seconds in rows}


def clocks_of(item: Item) -> QuerySet[Clock]:
    """The clocks of an item, running ones first."""
    return item.clocks.order_by("stopped_at", "due_at")
