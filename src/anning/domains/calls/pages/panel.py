"""An open incident beside the queue: read at a glance, acted on by one key."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from anning.domains.calls.present import incident as shown
from anning.domains.calls.present.chips import local
from anning.domains.calls.present.joint import columns
from anning.domains.calls.present.recommendation import recommendation
from anning.domains.calls.selectors.catalogue import categories
from anning.domains.calls.selectors.incident import Whole, whole
from anning.domains.calls.selectors.recommendation import recommend
from anning.domains.calls.selectors.routing import agencies, owner_of
from anning.domains.calls.states import FIELD
from anning.kernel.access.middleware import viewer
from anning.kernel.access.scope import Viewer
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import CONTACT, EDIT, LINK
from anning.kernel.contract.roles import COMMAND
from anning.kernel.places.selectors import path_label
from anning.kernel.work.models import Item
from anning.kernel.work.selectors.items import verbs_for


def render_panel(request: HttpRequest, number: str, status: int = 200, **more: Any) -> HttpResponse:
    """The panel of one incident, with a conflict or refusal on top when there was one."""
    context = {**incident_context(viewer(request), number), **more, "panel": True}
    return render(request, "calls/_panel.html", context, status=status)


def incident_context(seer: Viewer, number: str) -> dict[str, Any]:
    """Everything the panel and the page of an incident show. Raises `NotVisibleError`."""
    found, now = whole(seer, number), timezone.now()
    item = found.item
    may = permissions(seer, found)
    send = may["command"] and not item.closed_at
    return {
        "item": shown.head(found, now),
        "number": item.number,
        "whole": found,
        "place": path_label(item.area_code),
        "address": item.incident.address,
        "life": shown.life(found),
        "sections": shown.facts(found),
        "calls": shown.call_rows(found, may["contact"]),
        "units": shown.unit_rows(found, may["report"], may["command"]),
        "joint": columns(seer, found, owner_of(item) if found.joint else None, now),
        "shared": [local(share.agency.name, share.agency.name_en) for share in found.shares],
        "related": shown.link_rows(found, may["link"]),
        "entries": shown.timeline_rows(found),
        "may": may,
        "advice": recommendation(item, recommend(seer, item, now), now) if send else None,
        "agencies": agencies() if send else [],
        "closable": item.state in ("new", "cleared") and may["command"],
        "verbs_left": [move for move in verbs_for(seer, item) if move.verb in ("close", "reopen")],
        "categories": [entry for entry in categories().values() if entry.handled_by != "livelihood"],
        "priorities": (1, 2, 3, 4),
    }


def permissions(seer: Viewer, found: Whole) -> dict[str, bool]:
    """What the viewer may do with this very incident."""
    item: Item = found.item
    kind = registry.kind(item.kind)
    units = [task.unit_id for task in found.tasks]
    agency_ids = [task.unit.agency_id for task in found.tasks]
    return {
        "command": seer.scope_of(kind.code, COMMAND).admits(item.area_code),
        "report": seer.scope_of(kind.code, FIELD).admits(item.area_code, agency_ids, units),
        "edit": seer.scope(kind, EDIT).admits(item.area_code),
        "link": seer.scope(kind, LINK).admits(item.area_code),
        "contact": seer.scope(kind, CONTACT).admits(item.area_code),
    }
