"""The replay laboratory: the city's own incidents with another roster or rule, side by side with today."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from anning.domains.calls.pages.statistics import periods
from anning.domains.calls.present import planning as shown
from anning.domains.calls.selectors.planning import lab
from anning.domains.calls.selectors.planning.asked import AskedReplay, Query
from anning.domains.calls.selectors.planning.cells import features
from anning.domains.calls.selectors.planning.check import check
from anning.domains.calls.selectors.planning.figures import figures
from anning.domains.calls.selectors.planning.roster import today
from anning.domains.calls.selectors.planning.scenarios import scenario as one_scenario
from anning.domains.calls.selectors.planning.scenarios import scenarios
from anning.domains.calls.services import scenarios as keeping
from anning.kernel.access.middleware import viewer
from anning.kernel.places.selectors import children, label
from anning.kernel.work.errors import RefusedError

CHANGE_ROWS = 4
MOST_COMPARED = 6


def query_of(given: QueryDict) -> Query:
    """A query string as lists."""
    return {name: [str(one) for one in values] for name, values in given.lists()}


@require_safe
def laboratory(request: HttpRequest) -> HttpResponse:
    """The form, what a replay says when one is asked for, and the scenarios kept."""
    seer = viewer(request)
    asked = AskedReplay.read(query_of(request.GET), timezone.localdate())
    chosen = [int(one) for one in request.GET.getlist("compare")[:MOST_COMPARED] if one.isdigit() and len(one) < 10]
    kept = scenarios(seer)
    context: dict[str, Any] = {
        **form_context(asked.demand),
        "asked": asked,
        "policies": [("nearest", _("nearest free unit")), ("reserve", _("keep a reserve for priority 1"))],
        "groups": today(seer, asked.demand).groups,
        "changes": [*asked.changes, *[("", 0)] * max(CHANGE_ROWS - len(asked.changes), 1)],
        "posts": ";".join(f"{lon:.5f},{lat:.5f}" for lon, lat in asked.posts),
        "kept": shown.compared(kept),
        "chosen": chosen,
        "me": seer.user_id,
        "compared": shown.compared_curves(both) if len(both := [one for one in kept if one.pk in chosen]) > 1 else None,
    }
    if "run" in request.GET:
        context |= _result(request, asked)
    return render(request, "calls/replay.html", context)


@require_safe
def cells(request: HttpRequest) -> JsonResponse:
    """Where it gets better or worse, as map cells."""
    found = lab.run(viewer(request), AskedReplay.read(query_of(request.GET), timezone.localdate()))
    drawn = [] if isinstance(found, lab.Trouble) else features(found)
    return JsonResponse({"type": "FeatureCollection", "features": drawn}, content_type="application/geo+json")


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep a replay as a scenario."""
    asked = AskedReplay.read(query_of(QueryDict(request.POST.get("query", "")[:8000])), timezone.localdate())
    try:
        keeping.keep(viewer(request), request.POST.get("name", ""), asked)
    except RefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The scenario was kept."))
    return HttpResponseRedirect(f"{reverse('calls:replay')}?{urlencode([*asked.query(), ('run', '1')])}#kept")


@require_POST
def delete(request: HttpRequest, scenario: int) -> HttpResponse:
    """Throw one's own scenario away."""
    try:
        keeping.delete(viewer(request), scenario)
    except RefusedError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(f"{reverse('calls:replay')}#kept")


@require_safe
def scenario_json(request: HttpRequest, scenario: int) -> JsonResponse:
    """A scenario as a file: what was asked for and every figure."""
    found = one_scenario(viewer(request), scenario)
    answer = JsonResponse(keeping.exported(found), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="scenario-{scenario}.json"'
    return answer


def form_context(demand: Any) -> dict[str, Any]:
    """What the forms of both planning pages choose from."""
    return {
        "demand": demand,
        "periods": periods(),
        "services": shown.SERVICES.items(),
        "districts": [(area.code, label(area.code)) for area in children()],
        "priorities": [(4, "1–4"), (3, "1–3"), (2, "1–2"), (1, "1")],
    }


def _result(request: HttpRequest, asked: AskedReplay) -> dict[str, Any]:
    found = lab.run(viewer(request), asked)
    if isinstance(found, lab.Trouble):
        return {"trouble": shown.trouble(found)}
    said = figures(found)
    same = urlencode(asked.query())
    return {
        "result": said,
        "same": found.same,
        "unknown": found.unknown,
        "took_ms": round(found.took_s * 1000),
        "headline": shown.headline(said, found.same),
        "rows": shown.rows(said),
        "charts": [shown.curves(said, found.same), shown.workloads(said)],
        "assumptions": shown.assumptions(said, asked),
        "check": shown.checked(check(found, found.after)),
        "same_query": same,
        "map": None if found.same else change_map(f"{reverse('calls:replay_cells')}?{same}"),
    }


def change_map(url: str) -> dict[str, Any]:
    """The map of what is gained and lost."""
    marks = [
        {"tone": "better", "letter": "−", "label": _("sooner")},
        {"tone": "same", "letter": "·", "label": pgettext("difference", "not distinguishable")},
        {"tone": "worse", "letter": "+", "label": _("later")},
    ]
    layer = {"id": "changes", "label": _("Difference in seconds"), "url": url, "kind": "changes", "on": True}
    return {
        "id": "replay-map",
        "label": _("Where it gets better or worse"),
        "layers": [{**layer, "fit": False, "marks": marks}],
        "list": True,
        "small": True,
    }
