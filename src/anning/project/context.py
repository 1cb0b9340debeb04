"""What the frame of every page shows. Each part is worked out when a template first asks for it."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from anning.kernel.access.middleware import viewer
from anning.kernel.access.scope import Viewer
from anning.kernel.generic.menu import entries, quick_action
from anning.kernel.org.models import Duty
from anning.kernel.org.selectors import on_duty
from anning.kernel.places.selectors import base_map, city, extent, revision
from anning.kernel.work.selectors.alerts import unseen_count
from anning.kernel.work.selectors.items import extent_of_work
from anning.project.live import events_url


def shell(request: HttpRequest) -> dict[str, Any]:
    """The city, and for people signed in the menu, alerts, duty and map; nothing else for the others."""
    here = SimpleLazyObject(city)
    if not hasattr(request, "viewer"):
        return {"city": here}
    return {
        "city": here,
        "menu": _for(request, lambda seer: entries(seer, request.path)),
        "alerts_count": _for(request, unseen_count),
        "duty": _for(request, _duty),
        "new_call_url": _for(request, quick_action),
        "events_url": cache(lambda: events_url(request)),
        "alerts_url": reverse("generic:alerts"),
        "search_url": reverse("generic:search"),
        "map_base": cache(_map_base),
    }


def _for(request: HttpRequest, make: Callable[[Viewer], Any]) -> Callable[[], Any]:
    """`make` for the viewer, once; nothing for somebody not signed in."""
    return cache(lambda: make(viewer(request)) if request.user.is_authenticated else None)


def _duty(seer: Viewer) -> dict[str, Any]:
    duty = on_duty(timezone.now()).filter(user_id=seer.user_id or 0).select_related("agency", "unit").first()
    if duty is None:
        return {"label": _("Off duty"), "tone": "void"}
    return {"label": _("On duty: %(where)s") % {"where": _serving(duty)}, "tone": "done"}


def _serving(duty: Duty) -> str:
    if duty.unit:
        return duty.unit.code
    chinese = (get_language() or "zh").startswith("zh")
    return duty.agency.name if chinese else duty.agency.name_en or duty.agency.name


def _map_base() -> dict[str, str]:
    bounds = extent() or extent_of_work()
    return {
        "geojson_url": f"{reverse('generic:base_map')}?v={revision()}",
        "style_url": settings.MAP_STYLE_URL,
        "bounds": ",".join(f"{degree:.5f}" for degree in bounds) if bounds else "",
        "attribution": str(base_map().get("attribution", "")),
    }
