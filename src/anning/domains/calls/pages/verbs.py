"""The verbs of an incident as forms post them: each calls one service and answers with panel or page."""

from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from anning.domains.calls.forms import RelocateForm, first_error
from anning.domains.calls.pages.acting import carry_out
from anning.domains.calls.selectors.incident import joint_task
from anning.domains.calls.services import changing, joint, merging, units
from anning.domains.calls.states import UNIT_ACTIONS
from anning.kernel.access.middleware import viewer
from anning.kernel.work.errors import ConflictError, RefusedError
from anning.kernel.work.selectors.items import find
from anning.kernel.work.services import items


def reason_of(request: HttpRequest) -> str:
    """What the person gave as the reason."""
    return request.POST.get("reason", "").strip()[:2000]


@require_POST
def assign(request: HttpRequest, number: str) -> HttpResponse:
    """Send the recommended units or the ticked ones; others than the recommended need a reason."""
    seer, codes = viewer(request), request.POST.getlist("units")
    attempt = _("Send units: %(units)s") % {"units": "、".join(codes)}
    recommended = [code for code in request.POST.get("recommended", "")[:2000].split(",") if code]
    return carry_out(
        request,
        number,
        attempt,
        lambda v: units.assign(seer, number, codes, version=v, reason=reason_of(request), recommended=recommended),
    )


@require_POST
def report(request: HttpRequest, number: str) -> HttpResponse:
    """Record a unit's progress by radio, or stand it down."""
    seer, code, action = viewer(request), request.POST.get("unit", ""), request.POST.get("action", "")
    title = UNIT_ACTIONS[action].title if action in UNIT_ACTIONS else action
    attempt = _("%(action)s: %(units)s") % {"action": title, "units": code}
    at = parse_datetime(request.POST.get("at", "") or "-")
    return carry_out(
        request,
        number,
        attempt,
        lambda v: units.report(seer, number, code, action, version=v, reason=reason_of(request), at=at),
    )


@require_POST
def take_over(request: HttpRequest, number: str) -> HttpResponse:
    """Let one unit take over from another."""
    seer, leaving, coming = viewer(request), request.POST.get("leaving", ""), request.POST.get("coming", "")
    attempt = _("%(coming)s takes over from %(leaving)s") % {"coming": coming, "leaving": leaving}
    return carry_out(
        request,
        number,
        attempt,
        lambda v: units.take_over(seer, number, leaving, coming, version=v, reason=reason_of(request)),
    )


@require_POST
def stand_down(request: HttpRequest, number: str) -> HttpResponse:
    """Stand down every unit."""
    seer = viewer(request)
    return carry_out(
        request,
        number,
        _("Stand down all units"),
        lambda v: units.stand_down_all(seer, number, version=v, reason=reason_of(request)),
    )


@require_POST
def reclassify(request: HttpRequest, number: str) -> HttpResponse:
    """Change category or priority."""
    seer, category, text = viewer(request), request.POST.get("category", ""), request.POST.get("priority", "")
    priority = int(text) if text.isdigit() and len(text) == 1 else None
    return carry_out(
        request,
        number,
        _("Change category or priority"),
        lambda v: changing.reclassify(
            seer, number, version=v, category=category, priority=priority, reason=reason_of(request)
        ),
    )


@require_POST
def relocate(request: HttpRequest, number: str) -> HttpResponse:
    """Move it to another place."""
    seer, form = viewer(request), RelocateForm(request.POST)

    def move(version: int | None) -> object:
        if not form.is_valid():
            raise RefusedError(first_error(form))
        return changing.relocate(seer, number, version=version, reason=reason_of(request), **form.cleaned_data)

    return carry_out(request, number, _("Correct the place"), move)


@require_POST
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Ask agencies to take part."""
    seer, codes = viewer(request), request.POST.getlist("agencies")
    what = request.POST.get("what", "")[:200]
    return carry_out(
        request, number, _("Ask agencies to join"), lambda v: joint.ask(seer, number, codes, what, version=v)
    )


@require_POST
def joint_act(request: HttpRequest, number: str, task: str, verb: str) -> HttpResponse:
    """A move of one agency's task on a joint incident."""
    seer = viewer(request)

    def move(version: int | None) -> object:
        found = joint_task(seer, find(seer, number, kind="incident"), task)
        try:
            return items.act(seer, found.item.number, verb, version=version, reason=reason_of(request))
        except ConflictError as error:
            raise RefusedError(
                _("Somebody else changed %(number)s meanwhile: look again.") % {"number": task}
            ) from error

    return carry_out(request, number, _("Joint tasks"), move)


@require_POST
def note(request: HttpRequest, number: str) -> HttpResponse:
    """Add a remark."""
    seer, text = viewer(request), request.POST.get("text", "")[:2000]
    return carry_out(request, number, _("Note"), lambda _v: items.note(seer, number, text), versioned=False)


@require_POST
def merge_into(request: HttpRequest, number: str) -> HttpResponse:
    """Merge it into another incident, by number."""
    seer, into = viewer(request), request.POST.get("into", "").strip()
    return carry_out(
        request,
        number,
        _("Merge into %(number)s") % {"number": into},
        lambda v: merging.merge_into(seer, number, into, version=v, reason=reason_of(request)),
    )


@require_POST
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """A move of the state table: close, reopen."""
    seer = viewer(request)
    return carry_out(
        request, number, verb, lambda v: items.act(seer, number, verb, version=v, reason=reason_of(request))
    )
