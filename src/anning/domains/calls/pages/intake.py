"""Taking a call: the form, and what it asks while the caller is still talking."""

import json
import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from anning.domains.calls.forms import IntakeForm, PlaceFields, first_error
from anning.domains.calls.pages.maps import pick_map
from anning.domains.calls.present.chips import FLAGS, flag_chip, item_url
from anning.domains.calls.present.incident import reasons, title_line
from anning.domains.calls.present.protocol import script_tree
from anning.domains.calls.selectors.board import capabilities
from anning.domains.calls.selectors.catalogue import categories, path_of, search_categories
from anning.domains.calls.selectors.proposals import Asked, proposals
from anning.domains.calls.selectors.protocols import tree_of
from anning.domains.calls.selectors.whereabouts import as_wgs84, lies
from anning.domains.calls.services.intake import Intake, take_call
from anning.kernel.access.middleware import viewer
from anning.kernel.places.selectors import path_label, search_names
from anning.kernel.work.errors import NotVisibleError, RefusedError
from anning.kernel.work.selectors.items import find

STRONG = 0.75
"""A proposal scored this high is pointed out."""


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The intake form; a taken call leads to the next one, or to the desk to send units."""
    needs = capabilities()
    choices = {"flags": list(FLAGS), "capabilities": [code for code, _name in needs]}
    if request.method != "POST":
        now = timezone.now().isoformat()
        initial = {"received_at": now, "answered_at": now, "idempotency_key": secrets.token_urlsafe(24)}
        form = IntakeForm(initial=initial, **choices)
        return render(request, "calls/intake.html", _context(request, form, needs))
    form = IntakeForm(request.POST, **choices)
    if form.is_valid():
        try:
            return _take(request, form)
        except (RefusedError, NotVisibleError) as error:
            form.add_error(None, str(error) if isinstance(error, RefusedError) else _("That incident does not exist."))
    return render(request, "calls/intake.html", _context(request, form, needs), status=422)


def _take(request: HttpRequest, form: IntakeForm) -> HttpResponse:
    data = {**form.cleaned_data}
    key = data.pop("idempotency_key")
    call, _new = take_call(viewer(request), Intake(source_key=key, **{k: v for k, v in data.items() if v != ""}))
    number = call.item.number
    if request.POST.get("then") == "dispatch":
        return HttpResponseRedirect(f"{reverse('calls:desk')}?open={number}")
    return HttpResponseRedirect(f"{reverse('calls:new')}?saved={number}")


def _context(request: HttpRequest, form: IntakeForm, needs: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "form": form,
        "flags": [flag_chip(code) for code in FLAGS],
        "needs": needs,
        "groups": _catalogue(),
        "map": pick_map(),
        "saved": _saved(request),
        "trees": {entry.code: entry.protocol for entry in categories().values() if entry.protocol},
        "error": first_error(form) if form.is_bound else "",
    }


def _catalogue() -> list[dict[str, Any]]:
    """The catalogue as the form's list: top categories as headings, those below with their path."""
    groups: list[dict[str, Any]] = []
    for entry in categories().values():
        if entry.level == 1:
            groups.append({"title": entry.label, "entries": [entry]})
        elif groups:
            groups[-1]["entries"].append(entry)
    return groups


def _saved(request: HttpRequest) -> dict[str, str] | None:
    """The call just taken, named with its number."""
    number = request.GET.get("saved", "")
    if not number:
        return None
    try:
        item = find(viewer(request), number)
    except NotVisibleError:
        return None
    return {"number": item.number, "title": title_line(item), "url": item_url(item)}


@require_safe
def similar(request: HttpRequest) -> HttpResponse:
    """The open incidents the call may belong to, as the form stands now."""
    form = PlaceFields(request.GET)
    if not form.is_valid() or form.cleaned_data["lon"] is None or form.cleaned_data["lat"] is None:
        return render(request, "calls/_similar.html", {"same": [], "asked": False})
    data = form.cleaned_data
    lon, lat = as_wgs84(data["lon"], data["lat"], data["system"])
    at = parse_datetime(request.GET.get("received_at", "") or "-") or timezone.now()
    asked = Asked(request.GET.get("category", "")[:40], at, lon, lat, data["radius_m"], data["address"])
    rows = [
        {
            "number": found.item.number,
            "title": title_line(found.item),
            "url": item_url(found.item),
            "priority": found.item.priority,
            "score": round(found.score * 100),
            "strong": found.score >= STRONG,
            "reasons": reasons(dict(found.reasons)),
        }
        for found in proposals(viewer(request), asked)
    ]
    return render(request, "calls/_similar.html", {"same": rows, "asked": True})


@require_safe
def where(request: HttpRequest) -> HttpResponse:
    """Where a point lies, and the point in WGS-84."""
    form = PlaceFields(request.GET)
    if not form.is_valid() or form.cleaned_data["lon"] is None or form.cleaned_data["lat"] is None:
        return JsonResponse({"detail": first_error(form) or _("Give longitude and latitude.")}, status=422)
    data = form.cleaned_data
    lon, lat = as_wgs84(data["lon"], data["lat"], data["system"])
    found = lies(lon, lat)
    names = [{"level": level, "name": name} for level, name in found.names]
    return JsonResponse(
        {"lon": lon, "lat": lat, "area_code": found.area_code, "outside": found.outside, "names": names}
    )


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """The gazetteer, as the combobox asks it."""
    results = [
        {
            "value": found.name,
            "label": found.name,
            "hint": path_label(found.area_code),
            "lon": found.lon,
            "lat": found.lat,
            "radius_m": found.radius_m,
        }
        for found in search_names(request.GET.get("q", "")[:80])
    ]
    return JsonResponse({"results": results})


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """The catalogue, as the combobox asks it: the whole of it, or what fits what was typed."""
    results = [
        {"value": found.code, "label": found.label, "hint": path_of(found.code)}
        for found in search_categories(request.GET.get("q", "")[:80])
    ]
    return JsonResponse({"results": results})


@require_safe
def protocol(request: HttpRequest) -> HttpResponse:
    """The question tree of a category, in the reader's language; an empty object when it has none."""
    tree = tree_of(request.GET.get("category", "")[:40])
    return HttpResponse(
        json.dumps(script_tree(tree) if tree else {}, ensure_ascii=False), content_type="application/json"
    )
