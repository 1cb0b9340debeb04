"""The road conditions in force at a moment."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from anning.kernel.travel.models import Effect, RoadCondition

Point = tuple[float, float]
"""lon, lat, degrees WGS-84."""


@dataclass(frozen=True)
class Condition:
    """What a condition does to the roads, wherever it was said: enough to change the seconds of a way.

    `factor` is infinite on a closed stretch; without `far` the stretch is the one street at `near`.
    """

    near: Point
    far: Point | None
    factor: float
    siren_passes: bool


def conditions_at(moment: datetime) -> tuple[Condition, ...]:
    """The conditions with a point that hold at a moment, oldest first; one query.

    Everybody's ways are longer by them, so they are not narrowed to who asks; only what may be seen of them is.
    """
    begun = Q(starts_at=None) | Q(starts_at__lte=moment)
    lasting = Q(until=None) | Q(until__gt=moment)
    rows = RoadCondition.objects.filter(begun, lasting, item__closed_at=None, item__lon__isnull=False)
    found = rows.order_by("pk").values_list(
        "item__lon", "item__lat", "to_lon", "to_lat", "effect", "factor", "siren_passes"
    )
    return tuple(
        Condition(
            (lon or 0.0, lat or 0.0),
            None if to_lon is None or to_lat is None else (to_lon, to_lat),
            float("inf") if effect == Effect.CLOSED else factor,
            siren_passes,
        )
        for lon, lat, to_lon, to_lat, effect, factor, siren_passes in found
    )
