"""The maps of the domain's pages."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from anning.domains.calls.present.chips import UNIT_CHIPS
from anning.domains.calls.selectors.layers import LETTERS
from anning.kernel.work.models import Item


def desk_map() -> dict[str, Any]:
    """Open incidents and units, kept fresh."""
    return {
        "id": "desk-map-view",
        "label": _("Map of open incidents"),
        "layers": [condition_layer(), way_layer(), incident_layer(), unit_layer()],
        "list": False,
    }


def scene_map(item: Item, *, units: bool = True, ways: str = "") -> dict[str, Any] | None:
    """Where an item lies, small, with the ways there from an address when one is given; None without a point."""
    if item.lon is None or item.lat is None:
        return None
    point = f"{item.lon:.6f},{item.lat:.6f}"
    layers = [condition_layer(), way_layer(ways), unit_layer()] if units else [condition_layer()]
    return {
        "id": "scene",
        "label": _("The scene"),
        "centre": point,
        "zoom": "14",
        "point": point,
        "small": True,
        "layers": layers,
    }


def pick_map() -> dict[str, Any]:
    """For marking a place, with the open incidents round it."""
    pick = {"lon": "id_lon", "lat": "id_lat"}
    return {"id": "pick", "label": _("Mark the place"), "layers": [incident_layer()], "small": True, "pick": pick}


def incident_layer() -> dict[str, Any]:
    """The layer of open incidents."""
    return {
        "id": "incidents",
        "label": _("Open incidents"),
        "url": _url("incidents"),
        "kind": "points",
        "cluster": True,
        "on": True,
        "topic": "work.incident",
    }


def way_layer(url: str = "") -> dict[str, Any]:
    """The ways of units that could go, from the address of an incident's; without one the page's script fills it."""
    return {"id": "routes", "label": _("Ways there"), "url": url, "kind": "lines", "on": True, "fit": bool(url)}


def condition_layer() -> dict[str, Any]:
    """Stretches of road that are closed or slow."""
    return {
        "id": "conditions",
        "label": _("Road conditions"),
        "url": reverse("generic:module_layer", args=["travel", "conditions"]),
        "kind": "lines",
        "on": True,
        "topic": "work.road_condition",
    }


def unit_layer() -> dict[str, Any]:
    """The layer of units on duty."""
    marks = [
        {"letter": str(letter), "tone": tone, "label": str(UNIT_CHIPS[status][0])}  # type: ignore[index]  # same codes
        for status, (letter, tone) in LETTERS.items()
    ]
    return {
        "id": "units",
        "label": _("Units"),
        "url": _url("units"),
        "kind": "units",
        "on": True,
        "topic": "unit",
        "marks": marks,
    }


def _url(layer: str) -> str:
    return reverse("generic:module_layer", args=["calls", layer])


def units_map() -> dict[str, Any]:
    """Units and open incidents beside the board."""
    return {"id": "units-map", "label": _("Map of units"), "layers": [unit_layer(), incident_layer()], "list": True}
