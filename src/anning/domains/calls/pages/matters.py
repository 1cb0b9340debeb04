"""The page of one livelihood matter: who answers for it, until when, and how it ended."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from anning.domains.calls.pages.acting import carry_out
from anning.domains.calls.pages.attaching import files_of
from anning.domains.calls.pages.maps import scene_map
from anning.domains.calls.present import incident as shown
from anning.domains.calls.present.chips import local
from anning.domains.calls.selectors.incident import Whole, whole
from anning.domains.calls.selectors.routing import agencies, agency_named, responsible
from anning.domains.calls.services import matters
from anning.domains.calls.states import MATTER, OWNING
from anning.kernel.access.middleware import viewer
from anning.kernel.access.scope import Viewer
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import CONTACT
from anning.kernel.contract.roles import DESK
from anning.kernel.work.selectors.items import involved, verbs_for
from anning.kernel.work.services import items


@require_safe
def matter(request: HttpRequest, number: str) -> HttpResponse:
    """Facts, calls, timeline, and what can be done now."""
    seer = viewer(request)
    found = whole(seer, number, "matter")
    context = {
        "item": shown.head(found, timezone.now()),
        "number": found.item.number,
        "crumbs": [{"title": _("Desk"), "url": reverse("calls:desk")}],
        "sections": _sections(found),
        "calls": shown.call_rows(found, seer.scope(registry.kind("matter"), CONTACT).admits(found.item.area_code)),
        "entries": shown.timeline_rows(found),
        "scene": scene_map(found.item, units=False),
        "live_topic": "work.matter",
        "self_url": request.path,
        "history_url": reverse("generic:history", args=["matter", found.item.number]),
        **files_of(found.item),
        **_may(seer, found),
    }
    return render(request, "calls/matter.html", context)


def _sections(found: Whole) -> list[dict[str, Any]]:
    sections = shown.facts(found)
    agency = agency_named(found.item.agency_id)
    name = local(agency.name, agency.name_en) if agency else ""
    sections[0]["fields"].append({"label": _("Answered by"), "value": name})
    if found.item.matter.outcome:
        sections[0]["fields"].append({"label": _("Outcome"), "kind": "long", "value": found.item.matter.outcome})
    return sections


def _may(seer: Viewer, found: Whole) -> dict[str, Any]:
    item = found.item
    agency_ids, units = involved(item)
    may_route = bool(MATTER.find(item.state, "route")) and seer.scope_of("matter", DESK).admits(item.area_code)
    may_finish = bool(MATTER.find(item.state, "finish"))
    proposed = responsible(item.area_code, item.category) if may_route else None
    return {
        "may_route": may_route,
        "may_finish": may_finish and seer.scope_of("matter", OWNING).admits(item.area_code, agency_ids, units),
        "proposed": proposed,
        "proposed_name": local(proposed.name, proposed.name_en) if proposed else "",
        "agencies": agencies() if may_route else [],
        "moves": verbs_for(seer, item),
    }


@require_POST
def route(request: HttpRequest, number: str) -> HttpResponse:
    """Hand it over."""
    seer, code = viewer(request), request.POST.get("agency", "")
    reason = request.POST.get("reason", "").strip()
    return carry_out(
        request,
        number,
        _("Hand over to an agency"),
        lambda v: matters.route(seer, number, code, version=v, reason=reason),
    )


@require_POST
def finish(request: HttpRequest, number: str) -> HttpResponse:
    """Say how it was dealt with."""
    seer, outcome = viewer(request), request.POST.get("outcome", "")[:2000]
    return carry_out(request, number, _("Dealt with"), lambda v: matters.finish(seer, number, outcome, version=v))


@require_POST
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """A move of the state table."""
    seer, reason = viewer(request), request.POST.get("reason", "").strip()
    return carry_out(request, number, verb, lambda v: items.act(seer, number, verb, version=v, reason=reason))
