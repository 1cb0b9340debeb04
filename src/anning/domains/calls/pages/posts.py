"""The posts planner: where posts should be for the city's own demand, and what stays uncovered."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from anning.domains.calls.pages.replay import form_context, query_of
from anning.domains.calls.present import placing as shown
from anning.domains.calls.present.planning import trouble
from anning.domains.calls.selectors.planning.asked import AskedPosts
from anning.domains.calls.selectors.planning.lab import Trouble
from anning.domains.calls.selectors.planning.placing import plan
from anning.kernel.access.middleware import viewer

LAYERS = ("uncovered", "now", "proposed")


@require_safe
def planner(request: HttpRequest) -> HttpResponse:
    """The form, and a placement when one is asked for."""
    asked = AskedPosts.read(query_of(request.GET), timezone.localdate())
    context: dict[str, Any] = {**form_context(asked.demand), "asked": asked, "models": shown.models()}
    if "run" in request.GET:
        context |= _result(request, asked)
    return render(request, "calls/posts.html", context)


@require_safe
def places(request: HttpRequest) -> JsonResponse:
    """Posts and uncovered cells as GeoJSON."""
    found = plan(viewer(request), AskedPosts.read(query_of(request.GET), timezone.localdate()))
    layer = request.GET.get("layer", "")
    drawn = [] if isinstance(found, Trouble) or layer not in LAYERS else shown.features(found, layer)
    return JsonResponse({"type": "FeatureCollection", "features": drawn}, content_type="application/geo+json")


def _result(request: HttpRequest, asked: AskedPosts) -> dict[str, Any]:
    found = plan(viewer(request), asked)
    if isinstance(found, Trouble):
        return {"trouble": trouble(found)}
    same = urlencode(asked.query())
    replay = urlencode([*asked.demand.query(), ("target_min", f"{asked.within_min:g}"), ("posts", shown.roster(found))])
    return {
        "rows": shown.rows(found),
        "proof": shown.proof(found),
        "assumptions": shown.assumptions(found),
        "replay_url": f"{reverse('calls:replay')}?{replay}&run=1",
        "map": posts_map(f"{reverse('calls:posts_places')}?{same}"),
    }


def posts_map(url: str) -> dict[str, Any]:
    """Today's stations, the proposed posts, and what is not reached in time."""
    marks = [
        {"tone": "better", "letter": "", "label": _("newly in time")},
        {"tone": "worse", "letter": "", "label": _("no longer in time")},
        {"tone": "same", "letter": "", "label": _("still not in time")},
    ]
    cells = {"id": "uncovered", "label": _("Cells out of time"), "kind": "changes", "marks": marks}
    now: dict[str, Any] = {"id": "now", "label": _("Stations of today"), "kind": "units"}
    now["marks"] = [{"tone": "void", "letter": pgettext("map letter", "T"), "label": _("Station of today")}]
    new: dict[str, Any] = {"id": "proposed", "label": _("Proposed posts"), "kind": "units"}
    new["marks"] = [{"tone": "done", "letter": pgettext("map letter", "P"), "label": _("Proposed post")}]
    layers = [{**one, "url": f"{url}&layer={one['id']}", "on": True} for one in (cells, now, new)]
    return {"id": "posts-map", "label": _("Map of posts"), "layers": layers, "list": True, "small": True}
