"""The page of one item of a kind without a page of its own."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from anning.kernel.access.middleware import viewer
from anning.kernel.access.scope import Viewer
from anning.kernel.contract.kinds import EDIT, Kind
from anning.kernel.generic.forms import AttachForm
from anning.kernel.generic.present import detail as shown
from anning.kernel.generic.present.items import crumbs, head, item_url
from anning.kernel.generic.present.timeline import entries
from anning.kernel.generic.selectors import kind_for
from anning.kernel.work.models import Item
from anning.kernel.work.selectors.clocks import clocks_of
from anning.kernel.work.selectors.items import find, involved, timeline


@require_safe
def item(request: HttpRequest, kind: str, number: str) -> HttpResponse:
    """One item with all that hangs on it; a kind with a page of its own is shown there."""
    seer = viewer(request)
    declared = kind_for(seer, kind)
    found = find(seer, number, kind=declared.code)
    if declared.page:
        return HttpResponseRedirect(item_url(found))
    return render(request, "generic/detail.html", _context(seer, declared, found))


def _context(seer: Viewer, kind: Kind, item: Item) -> dict[str, Any]:
    place = [kind.code, item.number]
    actions = []
    if seer.scope(kind, EDIT).admits(item.area_code, *involved(item)):
        actions.append({"title": _("Correct"), "url": reverse("generic:edit", args=place), "icon": "edit"})
    return {
        "crumbs": crumbs(kind),
        "item": head(item, clocks_of(item), timezone.now()),
        "actions": actions,
        "sections": shown.sections(kind, item),
        "verbs": shown.verbs(seer, item),
        "entries": entries(item, timeline(item)),
        "links": shown.links(seer, item),
        "attachments": shown.files(item),
        "attach_url": reverse("generic:attach", args=place),
        "attach_form": AttachForm(),
        "history_url": reverse("generic:history", args=place),
        "map": shown.scene(item),
        "live_topic": f"work.{kind.code}",
        "self_url": item_url(item),
    }
