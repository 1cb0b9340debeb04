"""Looking at a caller's contact details: purpose first, then the details, and a trace."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from anning.domains.calls.pages.acting import shown
from anning.domains.calls.present.chips import item_url
from anning.domains.calls.selectors.incident import call_with_contact
from anning.domains.calls.services.contacts import LEAST_PURPOSE, reveal_contact
from anning.kernel.access.middleware import viewer
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import CONTACT
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.selectors.items import find
from anning.kernel.work.services.items import require


class PurposeForm(forms.Form):
    """Why the details are needed."""

    purpose = forms.CharField(
        label=gettext_lazy("Purpose"),
        min_length=LEAST_PURPOSE,
        max_length=200,
        help_text=gettext_lazy("For example: call back to find the exact entrance"),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, number: str, call: int) -> HttpResponse:
    """Ask for the purpose; after it, show the details once."""
    seer = viewer(request)
    item = find(seer, number)
    require(seer, item, registry.kind(item.kind), CONTACT)
    call_with_contact(item, call)
    form = PurposeForm(request.POST or None)
    context = {
        "title": _("Look at the caller's details"),
        "item": shown(item),
        "what": _("the caller's name, telephone and note"),
        "form": form,
        "cancel_url": item_url(item),
    }
    if request.method == "POST" and form.is_valid():
        try:
            opened = reveal_contact(seer, number, call, form.cleaned_data["purpose"])
        except RefusedError as error:
            form.add_error("purpose", str(error))
        else:
            names = (_("Name"), _("Telephone"), _("Note"))
            pairs = zip(names, (opened.name, opened.phone, opened.note), strict=True)
            context["values"] = [{"label": title, "value": value} for title, value in pairs]
    return render(request, "generic/reveal.html", context, status=422 if form.errors else 200)
