"""Deciding on same-event proposals."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from anning.domains.calls.pages.acting import carry_out
from anning.domains.calls.pages.verbs import reason_of
from anning.domains.calls.selectors.proposals import link_for
from anning.domains.calls.services import merging
from anning.kernel.access.middleware import viewer
from anning.kernel.work.models import Link


@require_POST
def merge(request: HttpRequest, link: int) -> HttpResponse:
    """Confirm: the newer incident is merged into the older one."""
    return _decide(request, link, _("Merge"), merging.merge)


@require_POST
def reject(request: HttpRequest, link: int) -> HttpResponse:
    """Say that they are two events."""
    return _decide(request, link, _("Not the same"), merging.reject)


@require_POST
def unmerge(request: HttpRequest, link: int) -> HttpResponse:
    """Undo a merge."""
    return _decide(request, link, _("Undo the merge"), merging.unmerge)


def _decide(request: HttpRequest, link_id: int, attempt: str, decision: Callable[..., Link]) -> HttpResponse:
    """Decide on the version of the newer incident the person saw, then show the one that stands: the older."""
    seer = viewer(request)
    older = link_for(seer, link_id).target
    return carry_out(
        request,
        older.number,
        attempt,
        lambda version: decision(seer, link_id, version=version, reason=reason_of(request)),
    )
