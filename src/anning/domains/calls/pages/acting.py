"""Carrying out a verb asked for by a form: done, refused or in conflict, in the panel or on a page of its own."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from anning.domains.calls.pages.panel import render_panel
from anning.domains.calls.present.chips import item_url, state_chip
from anning.domains.calls.present.incident import title_line
from anning.domains.calls.present.timeline import entries
from anning.kernel.access.middleware import viewer
from anning.kernel.work.errors import ConflictError, RefusedError
from anning.kernel.work.models import Item
from anning.kernel.work.selectors.items import find, since

Verb = Callable[[int | None], object]


def version_of(request: HttpRequest) -> int:
    """The version of the item the person saw. Raises `RefusedError` when the form does not say."""
    text = request.POST.get("version", "")
    if not text.isdigit() or len(text) > 9:
        raise RefusedError(_("The form does not say which version you saw: reload the page."))
    return int(text)


def carry_out(request: HttpRequest, number: str, attempt: str, verb: Verb, *, versioned: bool = True) -> HttpResponse:
    """Run `verb` with the version seen and answer with the panel (htmx) or the item's page.

    A conflict shows what others did and offers the same form again on the present version.
    """
    try:
        verb(version_of(request) if versioned else None)
    except ConflictError as error:
        return _conflict(request, error, attempt)
    except RefusedError as error:
        return _refused(request, number, str(error))
    if is_htmx(request):
        return render_panel(request, number)
    return HttpResponseRedirect(item_url(find(viewer(request), number)))


def is_htmx(request: HttpRequest) -> bool:
    """Whether the panel beside the queue asks."""
    return request.headers.get("HX-Request") == "true"


def _refused(request: HttpRequest, number: str, why: str) -> HttpResponse:
    if is_htmx(request):
        return render_panel(request, number, status=422, refusal=why)
    messages.error(request, why)
    return HttpResponseRedirect(item_url(find(viewer(request), number)))


def _conflict(request: HttpRequest, error: ConflictError, attempt: str) -> HttpResponse:
    item = find(viewer(request), error.number)
    changes = entries(item, since(item, error.seen))
    retry = _retry(request, item, attempt)
    if is_htmx(request):
        return render_panel(request, error.number, status=409, conflict=changes, attempt=attempt, retry=retry)
    context = {"item": shown(item), "attempt": attempt, "entries": changes, "retry": retry}
    return render(request, "generic/conflict.html", context, status=409)


def _retry(request: HttpRequest, item: Item, attempt: str) -> dict[str, Any]:
    """The same form again, on the version as it is now."""
    skipped = ("csrfmiddlewaretoken", "version", "idempotency_key")
    fields = [(name, value) for name, values in request.POST.lists() if name not in skipped for value in values]
    return {"url": request.path, "version": item.version, "fields": fields, "title": attempt}


def shown(item: Item) -> dict[str, Any]:
    """What small pages about an item show of it."""
    return {
        "number": item.number,
        "title": title_line(item),
        "state": state_chip(item.kind, item.state),
        "url": item_url(item),
        "version": item.version,
        "priority": item.priority,
    }
