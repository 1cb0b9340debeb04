"""The list of one kind of work."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from anning.kernel.access.middleware import viewer
from anning.kernel.access.scope import Viewer
from anning.kernel.contract.kinds import CREATE, EXPORT, IMPORT, VIEW, Kind
from anning.kernel.contract.text import heading
from anning.kernel.generic.forms import MORE_FILTERS, FilterForm
from anning.kernel.generic.present.rows import columns, narrowed_by, page, rows
from anning.kernel.generic.query import ListQuery
from anning.kernel.generic.selectors import details_of, items_page, kind_for
from anning.kernel.importing.selectors import importers_of


@require_safe
def items(request: HttpRequest, kind: str) -> HttpResponse:
    """Items of a kind, newest first, as narrowed in the address; the rows alone when htmx asks."""
    seer = viewer(request)
    declared, query = kind_for(seer, kind), ListQuery.read(request.GET.dict())
    found = items_page(seer, declared, query)
    context: dict[str, Any] = {
        "title": heading(declared.plural),
        "columns": columns(declared),
        "rows": rows(declared, found.rows, details_of(found.rows, declared), timezone.now()),
        "page": page(found, query, request.path),
        "active_filters": narrowed_by(declared, query, request.path),
        "clear_url": request.path,
        "live_topic": "" if query.cursor else f"work.{declared.code}",
        "rows_url": request.get_full_path(),
    }
    if request.headers.get("HX-Request") == "true":
        return render(request, "generic/_rows.html", context)
    context |= {
        "filter_form": FilterForm(declared, seer.scope(declared, VIEW), query),
        "more_fields": MORE_FILTERS,
        "actions": _actions(seer, declared),
        "exports": _exports(seer, declared, query),
        "map_url": f"{reverse('generic:map')}?kind={declared.code}&{query.url(cursor='')}",
    }
    return render(request, "generic/list.html", context)


def _actions(seer: Viewer, kind: Kind) -> list[dict[str, object]]:
    made: list[dict[str, object]] = []
    if seer.scope(kind, IMPORT) and importers_of(kind.code):
        made.append({"title": _("Import"), "url": reverse("generic:import", args=[kind.code]), "icon": "upload"})
    if seer.scope(kind, CREATE) and not kind.opened_by:
        url = reverse("generic:create", args=[kind.code])
        made.append({"title": _("New"), "url": url, "icon": "plus", "primary": True})
    return made


def _exports(seer: Viewer, kind: Kind, query: ListQuery) -> list[dict[str, str]]:
    if not seer.scope(kind, EXPORT):
        return []
    narrowed = query.url(cursor="")
    return [
        {"title": title, "url": f"{reverse('generic:export', args=[kind.code, form])}?{narrowed}"}
        for form, title in (("csv", "CSV"), ("json", "JSON"))
    ]
