"""Search over everything in the viewer's scope: a number goes straight to its item."""

import time
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from anning.kernel.access.middleware import viewer
from anning.kernel.access.scope import Viewer
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import VIEW
from anning.kernel.contract.text import heading
from anning.kernel.generic.present.items import head, item_url
from anning.kernel.generic.query import ListQuery
from anning.kernel.generic.selectors import overseen, register_page
from anning.kernel.places.selectors import Found, path_label, search_names
from anning.kernel.search.selectors import matching
from anning.kernel.work.errors import NotVisibleError
from anning.kernel.work.models import Item
from anning.kernel.work.selectors.items import find

EACH = 8
"""Results shown of each group."""


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Items by number or words, places by name, rows of registers."""
    started = time.perf_counter()
    seer = viewer(request)
    text = ListQuery.read(request.GET.dict()).text
    straight = _by_number(seer, text)
    if straight:
        return HttpResponseRedirect(straight)
    context: dict[str, Any] = {"search_query": text, "groups": []}
    if text:
        context["groups"] = [*_work(seer, text), *_registers(seer, text), *_places(seer, text)]
        context["took_ms"] = round(1000 * (time.perf_counter() - started))
    return render(request, "generic/search.html", context)


def _by_number(seer: Viewer, text: str) -> str:
    """Where the item called `text` is shown: its page, its history for who only oversees it; empty when it is none."""
    try:
        return item_url(find(seer, text))
    except NotVisibleError:
        pass
    try:
        item = overseen(seer, text)
    except NotVisibleError:
        return ""
    return reverse("generic:history", args=[item.kind, item.number])


def _work(seer: Viewer, text: str) -> Iterator[dict[str, Any]]:
    for kind in registry.kinds():
        found = matching(seer, kind, text, EACH + 1) if seer.scope(kind, VIEW) else []
        if found:
            more = f"{reverse('generic:list', args=[kind.code])}?{ListQuery(text=text).url()}"
            yield _group(heading(kind.plural), [_result(item) for item in found], more)


def _result(item: Item) -> dict[str, Any]:
    area = path_label(item.area_code) if item.area_code else ""
    return {**head(item), "at": item.opened_at, "area": area}


def _registers(seer: Viewer, text: str) -> Iterator[dict[str, Any]]:
    for register in registry.registers():
        searched = any(field.in_search for field in register.fields)
        if not searched or not seer.scope(register, VIEW).areas or register.model == "places.PlaceName":
            continue
        found = register_page(seer, register, ListQuery(text=text, limit=EACH + 1)).rows
        if found:
            more = f"{reverse('generic:register', args=[register.code])}?{ListQuery(text=text).url()}"
            results = [
                {
                    "title": str(row),
                    "url": reverse("generic:register_row", args=[register.code, getattr(row, register.key_field)]),
                }
                for row in found
            ]
            yield _group(register.plural, results, more)


def _places(seer: Viewer, text: str) -> Iterator[dict[str, Any]]:
    found = search_names(text, EACH) if seer.grants else []
    if found:
        yield {"title": _("Places"), "count": len(found), "results": [_place(one) for one in found]}


def _place(found: Found) -> dict[str, Any]:
    name = found.name if (get_language() or "zh").startswith("zh") else found.name_en or found.name
    url = f"{reverse('generic:map')}?at={found.lon:.6f},{found.lat:.6f}"
    return {"title": name, "url": url, "text": path_label(found.area_code) if found.area_code else ""}


def _group(title: Any, results: list[dict[str, Any]], more: str) -> dict[str, Any]:
    full = len(results) > EACH
    return {
        "title": title,
        "count": f"{EACH}+" if full else len(results),
        "more_url": more if full else "",
        "results": results[:EACH],
    }
