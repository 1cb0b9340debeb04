"""The page a unit on duty holds in one hand: its task, big buttons, nothing else."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from anning.domains.calls.folding import stage
from anning.domains.calls.forms import PlaceFields
from anning.domains.calls.pages.maps import scene_map
from anning.domains.calls.present import incident as shown
from anning.domains.calls.present.chips import flag_chip, unit_chip
from anning.domains.calls.selectors.incident import whole
from anning.domains.calls.selectors.tasks import current_task, my_unit, units_to_serve_in
from anning.domains.calls.services import board, units
from anning.domains.calls.states import UNIT_ACTIONS
from anning.kernel.access.middleware import viewer
from anning.kernel.access.scope import Viewer
from anning.kernel.org.models import Unit
from anning.kernel.places.selectors import path_label
from anning.kernel.work.errors import NotVisibleError, RefusedError
from anning.kernel.work.models import Task
from anning.kernel.work.services import items

ICONS = {"depart": "unit-moving", "arrive": "unit-scene", "clear": "check"}
LATEST = 3
"""Calls shown on the phone, newest first."""


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """What the viewer's unit is on now, or that it waits, or where to go on duty."""
    seer = viewer(request)
    unit = my_unit(seer, timezone.now())
    context: dict[str, Any] = {"unit": unit}
    if unit is None:
        context["to_serve_in"] = list(units_to_serve_in(seer)[:50])
        return render(request, "calls/me.html", context)
    context["state"] = unit_chip(unit.status)
    task = current_task(unit)
    if task is not None:
        context |= _task(seer, unit, task)
    return render(request, "calls/me.html", context)


def _task(seer: Viewer, unit: Unit, task: Task) -> dict[str, Any]:
    found = whole(seer, task.item.number)
    item = found.item
    return {
        "task": task,
        "item": shown.head(found, timezone.now()),
        "number": item.number,
        "flags": [flag_chip(flag) for flag in item.incident.flags],
        "place": item.incident.address or path_label(item.area_code),
        "area": path_label(item.area_code),
        "calls": shown.latest_narratives(found.calls)[:LATEST],
        "others": [other for other in found.tasks if other.unit_id != unit.pk and other.ended_at is None],
        "stages": [
            {"code": code, "title": UNIT_ACTIONS[code].title, "icon": ICONS[code]}
            for code in shown.NEXT_STAGE[stage(task)]
        ],
        "map": scene_map(item, units=False),
        "geo": f"geo:{item.lat:.6f},{item.lon:.6f}?q={item.lat:.6f},{item.lon:.6f}" if item.lon is not None else "",
    }


@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """En route, on scene, cleared; a repeated report changes nothing."""
    seer, number = viewer(request), request.POST.get("number", "")
    at = parse_datetime(request.POST.get("at", "") or "-")
    action = request.POST.get("action", "")

    def tell() -> None:
        unit = my_unit(seer, timezone.now())
        if unit is None:
            raise RefusedError(_("You are not on duty in a unit."))
        units.report(seer, number, unit.code, action, at=min(at, timezone.now()) if at else None)

    return _answer(request, tell)


@require_POST
def duty(request: HttpRequest) -> HttpResponse:
    """Go on duty in a unit, or off duty."""
    seer, code = viewer(request), request.POST.get("unit", "")
    if request.POST.get("verb") == "start":
        return _answer(request, lambda: board.start_duty(seer, code))
    return _answer(request, lambda: board.end_duty(seer))


@require_POST
def note(request: HttpRequest) -> HttpResponse:
    """A remark from the scene."""
    seer, number = viewer(request), request.POST.get("number", "")
    return _answer(request, lambda: items.note(seer, number, request.POST.get("text", "")[:2000]))


@require_POST
def position(request: HttpRequest) -> HttpResponse:
    """Where the unit's own device is; taken only while on duty."""
    form = PlaceFields(request.POST)
    if not form.is_valid() or form.cleaned_data["lon"] is None or form.cleaned_data["lat"] is None:
        return JsonResponse({"detail": _("Give longitude and latitude.")}, status=422)
    try:
        kept = board.report_position(
            viewer(request),
            form.cleaned_data["lon"],
            form.cleaned_data["lat"],
            parse_datetime(request.POST.get("at", "") or "-"),
        )
    except RefusedError as error:
        return JsonResponse({"detail": str(error)}, status=422)
    return JsonResponse({"kept": kept})


def _answer(request: HttpRequest, verb: Callable[[], object]) -> HttpResponse:
    """JSON for the page's script, else back to the page with a message when it was refused."""
    why = ""
    try:
        verb()
    except RefusedError as error:
        why = str(error)
    except NotVisibleError:
        why = _("That incident is no longer yours.")
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"detail": why}, status=422 if why else 200)
    if why:
        messages.error(request, why)
    return HttpResponseRedirect(reverse("calls:me"))
