"""The recommendation by itself: reckoned again for the page that shows it, and its ways as lines for the map."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from anning.domains.calls.present.recommendation import recommendation, way_features
from anning.domains.calls.selectors.recommendation import recommend, ways
from anning.kernel.access.middleware import viewer
from anning.kernel.access.scope import Viewer
from anning.kernel.contract.roles import COMMAND
from anning.kernel.work.errors import NotVisibleError
from anning.kernel.work.models import Item
from anning.kernel.work.selectors.items import find

GEOJSON = "application/geo+json"


@require_safe
def recommend_fragment(request: HttpRequest, number: str) -> HttpResponse:
    """Whom to send, reckoned now."""
    seer, now = viewer(request), timezone.now()
    item = _commanded(seer, number)
    context = {
        "advice": recommendation(item, recommend(seer, item, now), now),
        "item": item,
        "number": item.number,
        "panel": request.headers.get("HX-Target") == "panel",
    }
    return render(request, "calls/_recommend.html", context)


@require_safe
def routes(request: HttpRequest, number: str) -> HttpResponse:
    """The ways of the best units as lines, or of the one named by `unit`."""
    seer, now = viewer(request), timezone.now()
    item = _commanded(seer, number)
    drawn = ways(seer, item, now, unit=request.GET.get("unit", "")[:40])
    body = {"type": "FeatureCollection", "features": way_features(drawn)}
    return HttpResponse(json.dumps(body, ensure_ascii=False), content_type=GEOJSON)


def _commanded(seer: Viewer, number: str) -> Item:
    """The incident, for those who may send units to it. Raises `NotVisibleError` for everybody else."""
    item = find(seer, number, kind="incident")
    if not seer.scope_of(item.kind, COMMAND).admits(item.area_code):
        raise NotVisibleError(number)
    return item
