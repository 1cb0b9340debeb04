"""Counts by category, area, hour and month, with their change on the year and what may be said of it."""

import csv

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from anning.domains.calls.present import statistics as shown
from anning.domains.calls.selectors.asked import PERIODS, AskedFigures
from anning.domains.calls.selectors.catalogue import categories, category_label
from anning.domains.calls.selectors.statistics import board
from anning.kernel.access.middleware import viewer
from anning.kernel.contract import registry
from anning.kernel.figures.selectors import Figure
from anning.kernel.places.selectors import children, label

BOM = "\ufeff"


def periods() -> list[tuple[str, str]]:
    """The periods a page can be asked for, with their names."""
    words = {
        "week": _("Last 7 days"),
        "month": _("Last 30 days"),
        "quarter": _("Last 91 days"),
        "year": _("Last 365 days"),
        "last_month": _("Last month"),
        "last_year": _("Last year"),
        "own": _("From … to …"),
    }
    return [(name, words[name]) for name in PERIODS]


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The board of figures and charts."""
    asked = AskedFigures.read(request.GET.dict(), timezone.localdate())
    found = board(viewer(request), asked)
    context = {
        "asked": asked,
        "periods": periods(),
        "kinds": [(kind, registry.kind(kind).plural) for kind in ("incident", "matter")],
        "districts": [(area.code, label(area.code)) for area in children()],
        "categories": [entry for entry in categories().values() if entry.level <= 2],
        "headline": shown.headline(asked, found),
        "figures": shown.cards(asked, found),
        "charts": shown.charts(asked, found),
        "tables": [
            {"id": "categories", "title": _("By category"), "rows": _rows(asked, found.categories, "category")},
            {"id": "areas", "title": _("By area"), "rows": _rows(asked, found.areas, "area")},
        ],
        "csv_url": f"{reverse('calls:statistics_csv')}?{request.GET.urlencode()}",
        "as_of": found.as_of,
        "nothing": found.total.now == 0 and found.total.before == 0,
    }
    return render(request, "calls/statistics.html", context)


@require_safe
def statistics_csv(request: HttpRequest) -> HttpResponse:
    """The same counts as a table file: by category, then by area."""
    asked = AskedFigures.read(request.GET.dict(), timezone.localdate())
    found = board(viewer(request), asked)
    answer = HttpResponse(BOM, content_type="text/csv; charset=utf-8")
    name = f"{asked.kind}-{asked.period.start}-{asked.period.end}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    out = csv.writer(answer)
    out.writerow(["breakdown", "code", "name", "count", "year_before", "change", "low", "high", "verdict"])
    for breakdown, rows in (("total", [found.total]), ("category", found.categories), ("area", found.areas)):
        names = {"total": lambda _key: pgettext("row", "all"), "category": category_label, "area": shown.area_name}
        for one in rows:
            words = {-1: "fell", 0: "not distinguishable", 1: "rose"}[one.verdict]
            figures = [one.now, one.before, one.change, one.low, one.high]
            out.writerow([breakdown, one.key, names[breakdown](one.key), *figures, words])
    return answer


def _rows(asked: AskedFigures, rows: list[Figure], field: str) -> list[dict[str, object]]:
    return shown.table(asked, rows, category_label if field == "category" else shown.area_name, field)
