"""Which open incidents a call may belong to: recent ones near it, scored by the same-event engine."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from anning.domains.calls.models import Category, RelatedCategories
from anning.domains.calls.module import SAME_EVENT
from anning.engines.dispatch.addresses import normalise_address
from anning.engines.dispatch.categories import LEVELS, UNKNOWN, CategoryAgreement
from anning.engines.dispatch.same_event import CallPoints, SameEventRule, call_points, match_one
from anning.kernel.access.scope import Viewer
from anning.kernel.contract import registry
from anning.kernel.places.selectors import revision
from anning.kernel.work.errors import NotVisibleError
from anning.kernel.work.models import Item, Link
from anning.kernel.work.selectors.items import find, visible

WINDOW_S = 1800.0
"""How far back a call is compared: half an hour, as long as the events people call about take to be answered."""
MOST = 5
CANDIDATES = 2000
_BOX_DEG = 0.02
"""Half the side of the box looked into, degrees: over 1.7 km at any latitude of China, beyond the rule's reach."""


@dataclass(frozen=True)
class Asked:
    """The call that is compared. `lon`, `lat` WGS-84 degrees."""

    category: str
    received_at: datetime
    lon: float | None
    lat: float | None
    radius_m: float | None = None
    address: str = ""


@dataclass(frozen=True)
class Proposal:
    """An incident that may be the same event, with the score 0…1 and the terms it is made of."""

    item: Item
    score: float
    reasons: Mapping[str, Any]


def proposals(viewer: Viewer, asked: Asked, *, besides: int | None = None) -> list[Proposal]:
    """The visible open incidents that may be the event called about, best first, at most five.

    Calls without a place are compared with nothing. `besides` leaves out one incident (the call's own).
    """
    if asked.lon is None or asked.lat is None:
        return []
    near = _near(viewer, asked, besides)
    if not near:
        return []
    found = match_one(_point(asked), points_of(near), rule())
    return [Proposal(near[int(row)], float(found.score[k]), reasons(found, k)) for k, row in enumerate(found.first)][
        :MOST
    ]


def rule() -> SameEventRule:
    """The rule of this city: the engine's measured weights with the city's own related categories."""
    return _rule(revision())


def link_for(viewer: Viewer, link_id: int) -> Link:
    """A same-event link both ends of which exist for the viewer. Raises `NotVisibleError`."""
    link = Link.objects.select_related("source", "target").filter(pk=link_id, kind=SAME_EVENT).first()
    if link is None:
        raise NotVisibleError(str(link_id))
    for item in (link.source, link.target):
        find(viewer, item.number)
    return link


def forget() -> None:
    """Read the related categories anew at the next look."""
    _rule.cache_clear()
    _codes.cache_clear()


def _near(viewer: Viewer, asked: Asked, besides: int | None) -> list[Item]:
    since, until = (asked.received_at + timedelta(seconds=sign * WINDOW_S) for sign in (-1, 1))
    items = visible(viewer, registry.kind("incident")).filter(closed_at=None, opened_at__range=(since, until))
    assert asked.lon is not None and asked.lat is not None
    items = items.filter(
        lon__range=(asked.lon - _BOX_DEG, asked.lon + _BOX_DEG), lat__range=(asked.lat - _BOX_DEG, asked.lat + _BOX_DEG)
    )
    if besides:
        items = items.exclude(pk=besides)
    return list(items.select_related("incident").order_by("-opened_at")[:CANDIDATES])


def _point(asked: Asked) -> CallPoints:
    return call_points(
        _degrees([asked.lon]),
        _degrees([asked.lat]),
        [asked.received_at.timestamp()],
        uncertainty_m=[asked.radius_m or 0.0],
        category=[_levels(asked.category)],
        address=[normalise_address(asked.address)],
    )


def points_of(items: Sequence[Item]) -> CallPoints:
    """Incidents (loaded with `incident`) as the engine compares them."""
    return call_points(
        _degrees([item.lon for item in items]),
        _degrees([item.lat for item in items]),
        [item.opened_at.timestamp() for item in items],
        uncertainty_m=[item.radius_m or 0.0 for item in items],
        category=[_levels(item.category) for item in items],
        address=[normalise_address(item.incident.address) for item in items],
    )


def _degrees(values: Sequence[float | None]) -> list[float]:
    """Degrees as the engine takes them: NaN for a place not known."""
    return [math.nan if value is None else value for value in values]


def _levels(code: str) -> list[int]:
    """A category as the engine's three codes, coarse to fine, unknown below its own level."""
    known, parts = _codes(revision()), code.split(".")
    above = [known.get(".".join(parts[: depth + 1]), UNKNOWN) for depth in range(len(parts))][:LEVELS]
    return above + [UNKNOWN] * (LEVELS - len(above))


def reasons(found: Any, k: int) -> dict[str, Any]:
    """What the score of the engine's `k`-th proposal is made of, for people to read."""
    address = float(found.address_term[k])
    return {
        "distance_m": round(float(found.distance_m[k])),
        "gap_s": round(float(found.gap_s[k])),
        "category": round(float(found.category_term[k]), 3),
        "address": None if math.isnan(address) else round(address, 3),
    }


@lru_cache(maxsize=1)
def _codes(_revision: int) -> dict[str, int]:
    return dict(Category.objects.values_list("code", "pk"))


@lru_cache(maxsize=1)
def _rule(city: int) -> SameEventRule:
    known = _codes(city)
    rows = RelatedCategories.objects.values_list("first", "second", "weight")
    related = [(known[a], known[b], weight) for a, b, weight in rows if a in known and b in known]
    return SameEventRule(window_s=WINDOW_S, categories=CategoryAgreement(related))
