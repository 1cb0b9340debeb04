"""The city map: the modules' layers and every kind of work, and the base map below them."""

import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from anning.kernel.access.middleware import viewer
from anning.kernel.access.scope import Viewer
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import VIEW, Kind
from anning.kernel.contract.text import heading
from anning.kernel.generic.forms import PeriodForm
from anning.kernel.generic.layers import Box, declared, declared_features, features, with_period
from anning.kernel.generic.present.items import head
from anning.kernel.generic.query import ListQuery
from anning.kernel.generic.selectors import filtered, kind_for
from anning.kernel.places.selectors import base_map, path_label
from anning.kernel.work.errors import NotVisibleError

GEOJSON = "application/geo+json"
ROWS = 50
BASE_MAP_AGE_S = 86_400


@require_safe
def city_map(request: HttpRequest) -> HttpResponse:
    """One map of everything the viewer may see, with the newest items of one kind beside it."""
    seer = viewer(request)
    kinds = [kind for kind in registry.kinds() if seer.scope(kind, VIEW)]
    if not kinds:
        raise NotVisibleError("map")
    asked = request.GET.get("kind", kinds[0].code)
    chosen = kind_for(seer, asked) if asked in {kind.code for kind in kinds} else kinds[0]
    query = ListQuery.read(request.GET.dict())
    listed = filtered(seer, chosen, with_period(seer, chosen, query))[:ROWS]
    context = {
        "title": _("City map"),
        "map": {**_map(seer, kinds, chosen, query), **_looking_at(request.GET.get("at", ""))},
        "filter_form": PeriodForm(kinds, chosen, query),
        "rows": [
            {**head(item), "at": item.opened_at, "text": path_label(item.area_code) if item.area_code else ""}
            for item in listed
        ],
        "list_url": f"{reverse('generic:list', args=[chosen.code])}?{query.url(cursor='')}",
    }
    return render(request, "generic/map.html", context)


@require_safe
def work_layer(request: HttpRequest, kind: str) -> HttpResponse:
    """A kind of work as GeoJSON: points while there are few, else counts by cell."""
    seer = viewer(request)
    shown, query = kind_for(seer, kind), ListQuery.read(request.GET.dict())
    zoom = request.GET.get("zoom", "")
    level = int(zoom) if zoom.isascii() and zoom.isdecimal() and len(zoom) < 3 else 10
    return _geojson(request, features(seer, shown, query, Box.read(request.GET.get("bbox", "")), level))


@require_safe
def module_layer(request: HttpRequest, module: str, layer: str) -> HttpResponse:
    """A layer a module declares, as GeoJSON within the viewer's scope."""
    seer = viewer(request)
    return _geojson(request, declared_features(seer, module, layer, request.GET.dict()))


@require_safe
def base(request: HttpRequest) -> HttpResponse:
    """The city's base map: open to anybody, the same for all, kept by browsers until the city changes."""
    body = json.dumps(base_map(), ensure_ascii=False, separators=(",", ":"))
    return _tagged(request, body, f"public, max-age={BASE_MAP_AGE_S}")


def _map(seer: Viewer, kinds: list[Kind], chosen: Kind, query: ListQuery) -> dict[str, Any]:
    narrowed = query.url(cursor="")
    work = [
        {
            "id": f"work-{kind.code}",
            "label": heading(kind.plural),
            "url": f"{reverse('generic:work_layer', args=[kind.code])}?bbox={{bbox}}&zoom={{zoom}}&{narrowed}",
            "kind": "cells",
            "on": kind.code == chosen.code,
            "topic": f"work.{kind.code}",
        }
        for kind in kinds
    ]
    beside = [
        {
            "id": f"{code}-{layer.code}",
            "label": heading(layer.title),
            "url": reverse("generic:module_layer", args=[code, layer.code]),
            "kind": layer.style,
            "cluster": layer.style == "points",
            "on": False,
        }
        for code, layer in declared(seer)
    ]
    return {"id": "city-map", "label": _("City map"), "layers": work + beside, "list": True}


def _looking_at(text: str) -> dict[str, str]:
    """The map opened on a marked place (`lon,lat`); nothing when that is none."""
    box = Box.read(f"{text},{text}")
    if box is None:
        return {}
    point = f"{box.west:.6f},{box.south:.6f}"
    return {"centre": point, "point": point, "zoom": "14"}


def _geojson(request: HttpRequest, found: list[dict[str, Any]]) -> HttpResponse:
    body = json.dumps({"type": "FeatureCollection", "features": found}, ensure_ascii=False, separators=(",", ":"))
    return _tagged(request, body, "private, no-cache")


def _tagged(request: HttpRequest, body: str, caching: str) -> HttpResponse:
    """The body with its digest as ETag; 304 when the browser has it already."""
    tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    answer = get_conditional_response(request, etag=tag) or HttpResponse(body, content_type=GEOJSON)
    answer["ETag"] = tag
    answer["Cache-Control"] = caching
    return answer
