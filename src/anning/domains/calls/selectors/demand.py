"""How often units were needed lately in each area: what a unit that leaves takes away from its own."""

import time
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache

from django.db.models import Count
from django.utils import timezone

from anning.kernel.work.models import Item

DAYS = 14
"""How far back demand is counted."""
FRESH_S = 600.0
"""How long a count is kept."""


def per_hour(area_code: str) -> float:
    """Incidents an hour in an area and all below it, by the mean of the last days; everywhere for an empty code."""
    return _counted(int(time.monotonic() / FRESH_S)).get(area_code, 0) / (DAYS * 24)


def forget() -> None:
    """Count anew at the next look."""
    _counted.cache_clear()


@lru_cache(maxsize=1)
def _counted(_age: int) -> Mapping[str, int]:
    """Incidents of the last days by area code and by every beginning of one."""
    lately = Item.objects.filter(kind="incident", opened_at__gte=timezone.now() - timedelta(days=DAYS))
    counted: Counter[str] = Counter()
    for code, count in lately.order_by().values_list("area_code").annotate(Count("pk")):
        for length in range(len(code) + 1):
            counted[code[:length]] += count
    return counted
