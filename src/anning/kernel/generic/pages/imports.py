"""Bulk import: choose a file, watch it go in, mend or drop what was put aside."""

import io
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from anning.kernel.access.middleware import viewer
from anning.kernel.access.scope import Viewer
from anning.kernel.contract.kinds import IMPORT, Kind
from anning.kernel.contract.module import Importer
from anning.kernel.generic.forms import ImportForm
from anning.kernel.generic.present.imports import past_run, reject_lines, run_shown
from anning.kernel.generic.present.items import crumbs
from anning.kernel.generic.selectors import kind_for
from anning.kernel.generic.services import mend_row
from anning.kernel.importing import background
from anning.kernel.importing.models import Reject, Run
from anning.kernel.importing.rejects import OpenRow, open_rows, write_rejects
from anning.kernel.importing.selectors import importers_of, open_rejects, ready_mappings, runs_for
from anning.kernel.importing.services import drop
from anning.kernel.work.errors import NotVisibleError, RefusedError

SHOWN = 200
_GET_OR_POST = ["GET", "HEAD", "POST"]


@require_http_methods(_GET_OR_POST)
def choose(request: HttpRequest, kind: str) -> HttpResponse:
    """Take a file and begin its import."""
    seer = viewer(request)
    declared, importer = _importer(seer, kind)
    form = ImportForm(ready_mappings(importer), request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        try:
            run = background.start(seer, importer, given.name, given.chunks(), form.cleaned_data["mapping"])
        except RefusedError as error:
            form.add_error("file", str(error))
        else:
            return HttpResponseRedirect(reverse("generic:import_run", args=[kind, run.pk]))
    past = [past_run(declared, run) for run in runs_for(seer, declared)[:10]]
    context = {"step": "choose", "form": form, "formats": ", ".join(background.SUFFIXES), "past": past}
    return _page(request, declared, importer, context, status=422 if form.errors else 200)


@require_safe
def run(request: HttpRequest, kind: str, run: int) -> HttpResponse:
    """How far an import is; when it has ended, what was put aside and why."""
    seer = viewer(request)
    declared, importer = _importer(seer, kind)
    found = _run(seer, declared, run)
    shown = run_shown(found, timezone.now())
    context: dict[str, Any] = {"step": "done" if shown["finished"] else "running", "run": shown}
    context["progress_url"] = request.path
    if request.headers.get("HX-Request") == "true":
        answer = render(request, "generic/_import_run.html", context)
        if shown["finished"]:
            answer["HX-Refresh"] = "true"
        return answer
    if shown["finished"]:
        context["rejects"] = [line for row in open_rejects(found)[:SHOWN] for line in reject_lines(declared, row)]
        context["rejects_url"] = reverse("generic:import_rejects", args=[kind, run]) if context["rejects"] else ""
        context["again_url"] = reverse("generic:import", args=[kind])
        context["list_url"] = reverse("generic:list", args=[kind])
    return _page(request, declared, importer, context)


@require_safe
def rejects(request: HttpRequest, kind: str, run: int) -> HttpResponse:
    """The rows put aside as CSV, to be mended in a spreadsheet and imported again."""
    seer = viewer(request)
    found = _run(seer, _importer(seer, kind)[0], run)
    text = io.StringIO()
    write_rejects(seer, found, text)
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="rejects-{found.pk}.csv"'
    return answer


@require_http_methods(_GET_OR_POST)
def row(request: HttpRequest, kind: str, run: int, line: int) -> HttpResponse:
    """One row put aside: mend its values, or drop it for a reason."""
    seer = viewer(request)
    declared, importer = _importer(seer, kind)
    found = _run(seer, declared, run)
    reject = open_rejects(found).filter(line=line).first()
    if reject is None:
        raise NotVisibleError(str(line))
    [opened] = open_rows(seer, [reject])
    form = RowForm(opened, request.POST or None)
    if request.method == "POST" and form.is_valid() and _settled(seer, importer, reject, form):
        messages.success(request, _("Line %(line)d is settled.") % {"line": line})
        return HttpResponseRedirect(reverse("generic:import_run", args=[kind, run]))
    context = {
        "title": _("Line %(line)d of %(file)s") % {"line": line, "file": found.file_name},
        "lead": " · ".join(f"{fault.field}: {fault.value!r} {fault.reason}" for fault in opened.faults),
        "form": form,
        "cancel_url": reverse("generic:import_run", args=[kind, run]),
        "crumbs": crumbs(declared),
    }
    return render(request, "generic/form.html", context, status=422 if form.errors else 200)


class RowForm(forms.Form):
    """The values of a rejected row by its columns, and the reason to drop it instead."""

    def __init__(self, row: OpenRow, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = {f"column_{place}": name for place, name in enumerate(row.raw)}
        for key, name in self.columns.items():
            self.fields[key] = forms.CharField(label=name, required=False, initial=row.raw[name], strip=False)
        self.fields["drop"] = forms.CharField(label=_("Or leave the row out, because"), required=False, max_length=200)

    def raw(self) -> dict[str, str]:
        """The row as mended."""
        return {name: self.cleaned_data[key] for key, name in self.columns.items()}


def _settled(seer: Viewer, importer: Importer, reject: Reject, form: RowForm) -> bool:
    if form.cleaned_data["drop"].strip():
        drop(seer, reject, form.cleaned_data["drop"].strip())
        return True
    left = mend_row(seer, importer, reject, form.raw())
    for fault in left:
        form.add_error(None, f"{fault.field}: {fault.reason}")
    return not left


def _importer(seer: Viewer, kind: str) -> tuple[Kind, Importer]:
    declared = kind_for(seer, kind, IMPORT)
    found = importers_of(kind)
    if not found:
        raise NotVisibleError(kind)
    return declared, found[0]


def _run(seer: Viewer, kind: Kind, pk: int) -> Run:
    found = runs_for(seer, kind).filter(pk=pk).first()
    if found is None:
        raise NotVisibleError(str(pk))
    return found


def _page(
    request: HttpRequest, kind: Kind, importer: Importer, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    title = _("Import: %(what)s") % {"what": importer.title}
    return render(request, "generic/import.html", {"title": title, "crumbs": crumbs(kind), **context}, status=status)
