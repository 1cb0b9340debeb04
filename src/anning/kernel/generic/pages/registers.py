"""The registers: which there are, the rows of one, one row."""

from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from anning.kernel.access.middleware import viewer
from anning.kernel.access.scope import Viewer
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import EXPORT, VIEW, Register
from anning.kernel.contract.text import heading
from anning.kernel.generic.forms import RegisterFilterForm
from anning.kernel.generic.present.cells import cell, fact, shown
from anning.kernel.generic.query import ListQuery
from anning.kernel.generic.selectors import Page, register_for, register_page, register_row
from anning.kernel.work.errors import NotVisibleError


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The registers the viewer may look at."""
    seer = viewer(request)
    found = [register for register in registry.registers() if seer.scope(register, VIEW).areas]
    if not found:
        raise NotVisibleError("registers")
    rows = [
        {"url": reverse("generic:register", args=[one.code]), "cells": [{"kind": "main", "value": one.plural}]}
        for one in found
    ]
    context = {
        "title": _("Registers"),
        "columns": [{"title": _("Register")}],
        "rows": rows,
        "page": {"shown": len(rows), "total": len(rows)},
    }
    return render(request, "generic/list.html", context)


@require_safe
def rows(request: HttpRequest, register: str) -> HttpResponse:
    """The rows of a register in the order of their keys; the rows alone when htmx asks."""
    seer = viewer(request)
    declared, query = register_for(seer, register), ListQuery.read(request.GET.dict())
    found = register_page(seer, declared, query)
    fields = [field for field in declared.fields if field.in_list]
    context: dict[str, Any] = {
        "title": declared.plural,
        "columns": [{"key": field.name, "title": heading(field.title)} for field in fields],
        "rows": [_row(declared, row) for row in found.rows],
        "page": _page(found, query, request.path),
        "rows_url": request.get_full_path(),
    }
    if request.headers.get("HX-Request") == "true":
        return render(request, "generic/_rows.html", context)
    context |= {"filter_form": RegisterFilterForm(declared, query), "exports": _exports(seer, declared, query)}
    return render(request, "generic/list.html", context)


@require_safe
def row(request: HttpRequest, register: str, key: str) -> HttpResponse:
    """One row of a register with its place."""
    seer = viewer(request)
    declared = register_for(seer, register)
    found = register_row(seer, declared, key)
    context = {
        "title": str(found),
        "crumbs": [{"title": declared.plural, "url": reverse("generic:register", args=[declared.code])}],
        "kind": declared.title,
        "fields": [fact(found, field) for field in declared.fields],
        "map": _place(declared, found),
    }
    return render(request, "generic/register.html", context)


def _row(register: Register, row: Model) -> dict[str, Any]:
    fields = [field for field in register.fields if field.in_list]
    key = str(getattr(row, register.key_field))
    first = {"kind": "main", "value": shown(row, fields[0]) or key}
    url = reverse("generic:register_row", args=[register.code, key])
    return {"url": url, "cells": [first, *(cell(row, field) for field in fields[1:])]}


def _page(found: Page[Model], query: ListQuery, path: str) -> dict[str, Any]:
    next_url = f"{path}?{query.url(cursor=found.next)}" if found.next else ""
    return {"shown": len(found.rows), "total": None, "next_url": next_url, "previous_url": ""}


def _exports(seer: Viewer, register: Register, query: ListQuery) -> list[dict[str, str]]:
    if not seer.scope(register, EXPORT).areas:
        return []
    narrowed = query.url(cursor="")
    return [
        {"title": title, "url": f"{reverse('generic:register_export', args=[register.code, form])}?{narrowed}"}
        for form, title in (("csv", "CSV"), ("json", "JSON"))
    ]


def _place(register: Register, row: Model) -> dict[str, Any] | None:
    lon, lat = (getattr(row, name) for name in register.point_fields) if register.point_fields else (None, None)
    if lon is None or lat is None:
        return None
    point = f"{lon:.6f},{lat:.6f}"
    return {
        "id": "place",
        "label": str(row),
        "centre": point,
        "zoom": "13",
        "point": point,
        "layers": [],
        "small": True,
    }
