"""The page of one incident, and the panel of it beside the queue."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from anning.domains.calls.pages.attaching import files_of
from anning.domains.calls.pages.maps import scene_map
from anning.domains.calls.pages.panel import incident_context, render_panel
from anning.kernel.access.middleware import viewer
from anning.kernel.places.selectors import label


@require_safe
def incident(request: HttpRequest, number: str) -> HttpResponse:
    """Head with clocks, life, calls, units, links, map, files, timeline."""
    context = incident_context(viewer(request), number)
    item = context["whole"].item
    district = item.area_code[:6]
    crumbs = [{"title": _("Desk"), "url": reverse("calls:desk")}]
    if district:
        crumbs.append({"title": label(district), "url": f"{reverse('calls:desk')}?area={district}"})
    context |= {
        "crumbs": crumbs,
        "scene": scene_map(item, ways=context["advice"]["routes_url"] if context["advice"] else ""),
        "live_topic": "work.incident",
        "self_url": request.path,
        "history_url": reverse("generic:history", args=[item.kind, item.number]),
        **files_of(item),
    }
    return render(request, "calls/incident.html", context)


@require_safe
def panel(request: HttpRequest, number: str) -> HttpResponse:
    """The incident beside the queue."""
    return render_panel(request, number)
