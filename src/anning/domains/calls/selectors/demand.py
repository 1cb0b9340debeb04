"""How often units were needed lately in each area: what a unit that leaves takes away from its own."""

import time
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
    counted = _counted(int(time.monotonic() / FRESH_S))
    return sum(count for code, count in counted.items() if code.startswith(area_code)) / (DAYS * 24)


def forget() -> None:
    """Count anew at the next look."""
    _counted.cache_clear()


@lru_cache(maxsize=1)
def _counted(_age: int) -> Mapping[str, int]:
    lately = Item.objects.filter(kind="incident", opened_at__gte=timezone.now() - timedelta(days=DAYS))
    return dict(lately.order_by().values_list("area_code").annotate(Count("pk")))
