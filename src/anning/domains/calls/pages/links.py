"""Deciding on same-event proposals."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from anning.domains.calls.pages.acting import is_htmx
from anning.domains.calls.pages.panel import render_panel
from anning.domains.calls.present.chips import item_url
from anning.domains.calls.selectors.proposals import link_for
from anning.domains.calls.services import merging
from anning.kernel.access.middleware import viewer
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.models import Link


@require_POST
def merge(request: HttpRequest, link: int) -> HttpResponse:
    """Confirm: the newer incident is merged into the older one."""
    return _decide(request, link, lambda reason: merging.merge(viewer(request), link, reason=reason))


@require_POST
def reject(request: HttpRequest, link: int) -> HttpResponse:
    """Say that they are two events."""
    return _decide(request, link, lambda reason: merging.reject(viewer(request), link, reason=reason))


@require_POST
def unmerge(request: HttpRequest, link: int) -> HttpResponse:
    """Undo a merge."""
    return _decide(request, link, lambda reason: merging.unmerge(viewer(request), link, reason=reason))


def _decide(request: HttpRequest, link_id: int, decision: Callable[[str], Link]) -> HttpResponse:
    """Decide, then show the incident that stands: the older one."""
    older = link_for(viewer(request), link_id).target
    refusal = ""
    try:
        decision(request.POST.get("reason", "").strip())
    except RefusedError as error:
        refusal = str(error)
    if is_htmx(request):
        return render_panel(request, older.number, status=422 if refusal else 200, refusal=refusal)
    if refusal:
        messages.error(request, refusal)
    return HttpResponseRedirect(item_url(older))
