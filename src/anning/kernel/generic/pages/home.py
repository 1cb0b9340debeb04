"""The start page, one's alerts, and one's duty."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from anning.kernel.access.middleware import viewer
from anning.kernel.generic.forms import DutyForm
from anning.kernel.generic.menu import entries
from anning.kernel.generic.present.alerts import alert_shown
from anning.kernel.org.selectors import is_on_duty, user_by_id
from anning.kernel.org.services import DutyError, end_duty, start_duty
from anning.kernel.work.selectors.alerts import unseen_alerts
from anning.kernel.work.services.alerts import mark_seen


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """To the first page of the viewer's menu; to their duty when nothing is open to them."""
    menu = entries(viewer(request))
    return HttpResponseRedirect(menu[0].url if menu else reverse("generic:duty"))


@require_safe
def alerts(request: HttpRequest) -> HttpResponse:
    """What the viewer was told and has not seen, newest first."""
    shown = [alert_shown(alert) for alert in unseen_alerts(viewer(request))]
    return render(request, "generic/alerts.html", {"alerts": shown, "seen_url": reverse("generic:alerts_seen")})


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Mark alerts of one's own as seen."""
    mark_seen(
        viewer(request),
        [int(pk) for pk in request.POST.getlist("id")[:200] if pk.isascii() and pk.isdecimal() and len(pk) < 19],
    )
    return HttpResponseRedirect(reverse("generic:alerts"))


@require_http_methods(["GET", "HEAD", "POST"])
def duty(request: HttpRequest) -> HttpResponse:
    """Start or end one's duty."""
    seer, now = viewer(request), timezone.now()
    serving = is_on_duty(seer.user_id or 0, now)
    form = None if serving else DutyForm(seer.user_id or 0, now, request.POST or None)
    if request.method == "POST":
        user = user_by_id(seer.user_id or 0)
        try:
            if form is None:
                end_duty(seer, user, now)
            elif form.is_valid():
                start_duty(seer, user, *form.place(), now)
        except DutyError as error:
            messages.error(request, str(error))
        if form is None or form.is_valid():
            return HttpResponseRedirect(reverse("generic:duty"))
    if form is None:
        context: dict[str, Any] = {
            "title": _("You are on duty"),
            "question": _("End your duty? Alerts then go to those who are still on duty."),
            "submit_title": _("End duty"),
            "cancel_url": "/",
        }
        return render(request, "generic/confirm.html", context)
    context = {"title": _("Start your duty"), "form": form, "submit_title": _("Start duty"), "cancel_url": "/"}
    return render(request, "generic/form.html", context, status=422 if form.errors else 200)
