"""What maps draw of the roads: the stretches that are closed or slow."""

from collections.abc import Mapping
from typing import Any

from django.db.models.functions import Now
from django.urls import reverse

from anning.kernel.access.scope import Viewer
from anning.kernel.contract import registry
from anning.kernel.travel.models import Effect, RoadCondition
from anning.kernel.travel.network import network
from anning.kernel.travel.selectors.conditions import Condition
from anning.kernel.travel.selectors.ways import stretch
from anning.kernel.work.selectors.items import visible

MOST = 200


def conditions(viewer: Viewer, query: Mapping[str, str]) -> list[dict[str, Any]]:
    """The conditions in force or to come that exist for the viewer, as the lines of their streets."""
    roads = network()
    items = visible(viewer, registry.kind("road_condition")).filter(closed_at=None, lon__isnull=False)
    rows = RoadCondition.objects.filter(item__in=items).exclude(until__lte=Now()).select_related("item")
    return [] if roads is None else [_feature(roads, one) for one in rows.order_by("-pk")[:MOST]]


def _feature(roads: Any, one: RoadCondition) -> dict[str, Any]:
    far = None if one.to_lon is None or one.to_lat is None else (one.to_lon, one.to_lat)
    said = Condition((one.item.lon or 0.0, one.item.lat or 0.0), far, one.factor, one.siren_passes)
    lines = [
        list(zip(*(part.tolist() for part in roads.graph.shape(row)), strict=True)) for row in stretch(roads, said)
    ]
    return {
        "type": "Feature",
        "geometry": {"type": "MultiLineString", "coordinates": lines},
        "properties": {
            "number": one.item.number,
            "title": one.item.title,
            "text": one.get_effect_display(),
            "tone": "problem" if one.effect == Effect.CLOSED else "waiting",
            "url": reverse("generic:detail", args=["road_condition", one.item.number]),
        },
    }
