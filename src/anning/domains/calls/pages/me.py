"""The page a unit on duty holds in one hand: its task, the next step, what is at odds; and its shell for dead zones."""

from typing import Any
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from anning.domains.calls.pages.maps import scene_map
from anning.domains.calls.present import incident as shown
from anning.domains.calls.present import reports as words
from anning.domains.calls.present.chips import flag_chip
from anning.domains.calls.selectors.incident import whole
from anning.domains.calls.selectors.reports import accepted_tasks, unsettled
from anning.domains.calls.selectors.tasks import current_task, my_unit, units_to_serve_in
from anning.kernel.access.middleware import viewer
from anning.kernel.access.scope import Viewer
from anning.kernel.org.models import Unit
from anning.kernel.places.selectors import path_label
from anning.kernel.work.models import Task

LATEST = 3
"""Calls shown on the phone, newest first."""
NOTHING_PERSONAL: dict[str, Any] = {
    "user": AnonymousUser(),
    "csrf_token": "",
    "messages": (),
    "menu": None,
    "alerts_count": None,
    "duty": None,
    "new_call_url": None,
    "events_url": "",
}
"""What the frame of every page shows of who is signed in, emptied for the shell."""


@never_cache
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """What the viewer's unit is on now, or that it waits, or where to go on duty."""
    seer, now = viewer(request), timezone.now()
    unit = my_unit(seer, now)
    context: dict[str, Any] = {"unit": unit, "odds": words.conflict_cards(seer, unsettled(seer))}
    if unit is None:
        context["to_serve_in"] = list(units_to_serve_in(seer)[:50])
        return render(request, "calls/me.html", context)
    context |= _parts(unit.status)
    task = current_task(unit)
    if task is not None:
        context |= _task(seer, unit, task)
    context["snapshot"] = _snapshot(seer, unit, context)
    return render(request, "calls/me.html", context)


@never_cache
@require_safe
def shell(request: HttpRequest) -> HttpResponse:
    """The same page without a word about anybody or anything: what the phone opens where there is no network."""
    return render(request, "calls/me.html", {**NOTHING_PERSONAL, **_parts("free"), "shell": True, "unit": None})


@never_cache
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The worker that keeps the shell and the static files, and nothing else, for where there is no network."""
    version = getattr(staticfiles_storage, "manifest_hash", "") or "plain"
    context = {"version": version, "shell": reverse("calls:me_shell"), "page": reverse("calls:me")}
    answer = render(request, "calls/worker.js", context, content_type="text/javascript; charset=utf-8")
    answer["Service-Worker-Allowed"] = reverse("calls:me")
    return answer


def _parts(status: str) -> dict[str, Any]:
    return {
        "stage": status,
        "stages": words.stage_chips(),
        "steps": words.steps(),
        "words": words.phone_words(),
    }


def _task(seer: Viewer, unit: Unit, task: Task) -> dict[str, Any]:
    found = whole(seer, task.item.number)
    item = found.item
    stage = words.phone_stage(task, accepted=task.pk in accepted_tasks(item))
    return {
        "task": task,
        "item": shown.head(found, timezone.now()),
        "number": item.number,
        "stage": stage,
        "steps": words.steps(stage),
        "keys": {name: uuid4() for name in ("note", "trouble", "decline")},
        "flags": [flag_chip(flag) for flag in item.incident.flags],
        "place": item.incident.address or path_label(item.area_code),
        "area": path_label(item.area_code),
        "calls": shown.latest_narratives(found.calls)[:LATEST],
        "others": [other for other in found.tasks if other.unit_id != unit.pk and other.ended_at is None],
        "may_decline": task.on_scene_at is None,
        "map": scene_map(item, units=False),
        "geo": f"geo:{item.lat:.6f},{item.lon:.6f}?q={item.lat:.6f},{item.lon:.6f}" if item.lon is not None else "",
    }


def _snapshot(seer: Viewer, unit: Unit, context: dict[str, Any]) -> dict[str, Any]:
    """What the phone may keep while the session lasts, to open in a dead zone: no caller's words."""
    kept: dict[str, Any] = {"owner": seer.user_id, "unit": unit.code, "stage": context["stage"], "task": None}
    if "task" in context:
        kept |= {
            "task": context["task"].pk,
            "number": context["number"],
            "version": context["item"]["version"],
            "priority": context["item"]["priority"],
            "title": context["item"]["title"],
            "place": context["place"],
            "area": context["area"],
        }
    return kept
