"""How often units were needed lately in each area: what a unit that leaves takes away from its own."""

import time
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import timedelta
from functools import lru_cache

from django.db.models import Count
from django.utils import timezone

from anning.domains.calls.selectors.catalogue import categories
from anning.kernel.work.models import Item

DAYS = 14
"""How far back demand is counted."""
FRESH_S = 600.0
"""How long a count is kept."""


def per_hour(area_code: str, handlers: Collection[str]) -> float:
    """Incidents an hour in an area and all below it (everywhere for an empty code), by the mean of the last days.

    `handlers` are the kinds of handler (`Category.handled_by`) whose incidents count.
    """
    counted = _counted(int(time.monotonic() / FRESH_S))
    return sum(counted.get((area_code, handler), 0) for handler in handlers) / (DAYS * 24)


def forget() -> None:
    """Count anew at the next look."""
    _counted.cache_clear()


@lru_cache(maxsize=1)
def _counted(_age: int) -> Mapping[tuple[str, str], int]:
    """Incidents of the last days by area code and every beginning of one, and by who handles their category."""
    lately = Item.objects.filter(kind="incident", opened_at__gte=timezone.now() - timedelta(days=DAYS))
    handled = {code: entry.handled_by for code, entry in categories().items()}
    counted: Counter[tuple[str, str]] = Counter()
    for code, category, count in lately.order_by().values_list("area_code", "category").annotate(Count("pk")):
        for length in range(len(code) + 1):
            counted[code[:length], handled.get(category, "")] += count
    return counted
