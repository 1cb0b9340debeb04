"""Opening an item by a form, and correcting one."""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from anning.kernel.access.middleware import viewer
from anning.kernel.contract.kinds import CREATE, EDIT, Kind
from anning.kernel.generic.forms import CreateForm, EditForm, ReasonedEditForm
from anning.kernel.generic.pages.acting import version_of
from anning.kernel.generic.present.items import crumbs, item_url
from anning.kernel.generic.selectors import kind_for
from anning.kernel.generic.services import edit_work, open_work
from anning.kernel.work.errors import NotVisibleError, RefusedError
from anning.kernel.work.selectors.items import find, involved
from anning.kernel.work.services.items import Draft

OWN = ("title", "priority", "category", "lon", "lat")
_GET_OR_POST = ["GET", "HEAD", "POST"]


@require_http_methods(_GET_OR_POST)
def create(request: HttpRequest, kind: str) -> HttpResponse:
    """A new item; the form's key makes a second submit find the first item."""
    seer = viewer(request)
    declared = kind_for(seer, kind, CREATE)
    if declared.opened_by:
        raise NotVisibleError(kind)
    form = CreateForm(declared, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        key = request.POST.get("idempotency_key", "")[:60]
        draft = Draft(**{name: data[name] for name in OWN}, source_key=key or None)
        try:
            item = open_work(seer, declared, draft, {name: data[name] for name in form.declared if name in data})
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            return HttpResponseRedirect(item_url(item))
    return _form(
        request,
        declared,
        form,
        reverse("generic:list", args=[kind]),
        title=_("New: %(kind)s") % {"kind": declared.title},
    )


@require_http_methods(_GET_OR_POST)
def edit(request: HttpRequest, kind: str, number: str) -> HttpResponse:
    """Correct an item's own columns on the version the person saw."""
    seer = viewer(request)
    declared = kind_for(seer, kind)
    item = find(seer, number, kind=declared.code)
    if declared.page or not seer.scope(declared, EDIT).admits(item.area_code, *involved(item)):
        raise NotVisibleError(number)
    form = ReasonedEditForm(declared, request.POST or None, initial={name: getattr(item, name) for name in OWN})
    version = item.version
    if request.method == "POST":
        version = version_of(request)
        if form.is_valid():
            changed = {name: form.cleaned_data[name] for name in OWN if form.cleaned_data[name] != form.initial[name]}
            if changed:
                edit_work(seer, number, changed, version=version, reason=form.cleaned_data["reason"])
            return HttpResponseRedirect(item_url(item))
    title = _("Correct %(number)s") % {"number": item.number}
    return _form(request, declared, form, item_url(item), title=title, version=version)


def _form(request: HttpRequest, kind: Kind, form: EditForm, cancel_url: str, **more: Any) -> HttpResponse:
    context = {
        "form": form,
        "crumbs": crumbs(kind),
        "cancel_url": cancel_url,
        "idempotency_key": request.POST.get("idempotency_key") or secrets.token_urlsafe(16),
        "map": {
            "id": "pick",
            "label": _("Mark the place"),
            "layers": [],
            "small": True,
            "pick": {"lon": "id_lon", "lat": "id_lat"},
        },
        **more,
    }
    return render(request, "generic/form.html", context, status=422 if form.errors else 200)
