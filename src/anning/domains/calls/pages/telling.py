"""What a unit's phone posts: words of the crew, its choices, duty and position."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from anning.domains.calls.forms import PlaceFields, WordForm, first_error
from anning.domains.calls.models import Standing, UnitReport
from anning.domains.calls.present.reports import answer, refusal_of
from anning.domains.calls.services import board
from anning.domains.calls.services.reports import Word, settle_report, tell
from anning.kernel.access.middleware import viewer
from anning.kernel.work.errors import NotVisibleError, RefusedError

MOST_AT_ONCE = 100


@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Taken, cannot take it, en route, on scene, cleared, help needed, or a remark; a repeated word changes nothing."""
    form, seer = WordForm(request.POST), viewer(request)

    def told() -> UnitReport:
        if not form.is_valid():
            raise RefusedError(first_error(form))
        return tell(seer, Word(**form.cleaned_data))

    return _answered(request, told)


@require_POST
def settle(request: HttpRequest) -> HttpResponse:
    """The crew's choice about words at odds with the record; `key` holds one id or more, by commas."""
    seer, choice = viewer(request), request.POST.get("choice", "")

    def settled() -> UnitReport:
        try:
            keys = [UUID(key) for key in request.POST.get("key", "").split(",")][:MOST_AT_ONCE]
        except ValueError:
            raise RefusedError(_("The form does not say which report it is about.")) from None
        return [settle_report(seer, key, choice) for key in keys][-1]

    return _answered(request, settled)


@require_POST
def duty(request: HttpRequest) -> HttpResponse:
    """Go on duty in a unit, or off duty."""
    seer, code = viewer(request), request.POST.get("unit", "")
    starts = request.POST.get("verb") == "start"
    _status, why, _done = _tried(lambda: board.start_duty(seer, code) if starts else board.end_duty(seer))
    if why:
        messages.error(request, why)
    return HttpResponseRedirect(reverse("calls:me"))


@require_POST
def position(request: HttpRequest) -> HttpResponse:
    """Where the unit's own device is; taken only while on duty."""
    form = PlaceFields(request.POST)
    if not form.is_valid() or form.cleaned_data["lon"] is None or form.cleaned_data["lat"] is None:
        return JsonResponse({"detail": _("Give longitude and latitude.")}, status=422)
    lon, lat = form.cleaned_data["lon"], form.cleaned_data["lat"]
    at = parse_datetime(request.POST.get("at", "") or "-")
    status, why, kept = _tried(lambda: board.report_position(viewer(request), lon, lat, at))
    return JsonResponse({"detail": why} if why else {"kept": kept}, status=status)


def _tried(verb: Callable[[], Any]) -> tuple[int, str, Any]:
    """Status, why not, and what the verb gave."""
    try:
        return 200, "", verb()
    except RefusedError as error:
        return 422, str(error), None
    except NotVisibleError:
        return 404, _("That incident is no longer yours."), None


def _answered(request: HttpRequest, verb: Callable[[], UnitReport]) -> HttpResponse:
    """JSON for the page's script (409 for a word at odds), else the page again, with what is wrong said on it."""
    seer = viewer(request)
    status, why, told = _tried(verb)
    at_odds = told is not None and told.standing == Standing.CONFLICT
    if at_odds:
        status, why = 409, refusal_of(seer, told)
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"detail": why, **(answer(seer, told) if told else {})}, status=status)
    if why and not at_odds:
        messages.error(request, why)
    return HttpResponseRedirect(reverse("calls:me"))
