"""What the city map draws of calls: open incidents and units, as GeoJSON features within the viewer's scope."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from anning.domains.calls.module import INCIDENT_KIND
from anning.domains.calls.selectors.board import board
from anning.domains.calls.selectors.catalogue import category_names
from anning.domains.calls.selectors.queue import MOST
from anning.kernel.access.scope import Viewer
from anning.kernel.generic.layers import point_feature
from anning.kernel.work.selectors.items import visible

OPEN_MOST = 2000
LETTERS = {
    "free": (pgettext_lazy("map letter", "F"), "done"),
    "assigned": (pgettext_lazy("map letter", "A"), "waiting"),
    "en_route": (pgettext_lazy("map letter", "E"), "active"),
    "on_scene": (pgettext_lazy("map letter", "S"), "active"),
}
"""The letter and tone a unit's mark has on the map, by status; units off duty are not drawn."""
STALE_S = 900
"""A position older than this is said to be old."""


def incidents(viewer: Viewer, query: Mapping[str, str]) -> list[dict[str, Any]]:
    """Open incidents with a place, most urgent and newest first; `area` in the query narrows them."""
    work = visible(viewer, INCIDENT_KIND).filter(closed_at=None, lon__isnull=False, lat__isnull=False)
    if query.get("area"):
        work = work.filter(area_code__startswith=query["area"])
    names = category_names()
    return [point_feature(INCIDENT_KIND, item, names) for item in work.order_by("priority", "-opened_at")[:OPEN_MOST]]


def units(viewer: Viewer, query: Mapping[str, str]) -> list[dict[str, Any]]:
    """Units on duty with a known position, with the age of the position when it is old."""
    rows = [row for row in board(viewer, query.get("area", "")) if row["status"] in LETTERS and row["lon"] is not None]
    old = (timezone.now() - timedelta(seconds=STALE_S)).isoformat()
    return [_unit(row, bool(row["position_at"] and row["position_at"] < old)) for row in rows[: 4 * MOST]]


def _unit(row: dict[str, Any], stale: bool) -> dict[str, Any]:
    letter, tone = LETTERS[row["status"]]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
        "properties": {
            "title": row["code"],
            "text": row["title"],
            "letter": str(letter),
            "tone": "void" if stale else tone,
            "position_at": row["position_at"],
            "stale": stale,
            "url": reverse("calls:incident", args=[row["number"]]) if row["number"] else reverse("calls:units"),
        },
    }
