"""The unit board as a page of its own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from anning.domains.calls.pages.maps import units_map
from anning.domains.calls.present.chips import UNIT_CHIPS, unit_chip
from anning.domains.calls.present.rows import unit_row
from anning.domains.calls.selectors.board import QUIET_S, board, tally
from anning.kernel.access.middleware import viewer
from anning.kernel.places.selectors import children, label


@require_safe
def board_page(request: HttpRequest) -> HttpResponse:
    """Every unit in the viewer's scope: status, task, since when, position."""
    area = request.GET.get("area", "")[:20]
    rows = board(viewer(request), area)
    context = {
        "units": [unit_row(row, timezone.now()) for row in rows],
        "quiet_s": QUIET_S,
        "tallies": [{"n": n, "state": unit_chip(code)} for code, n in tally(rows).items()],
        "on_duty": sum(row["status"] != "off_duty" for row in rows),
        "unit_states": [{"code": code, "chip": unit_chip(code)} for code in UNIT_CHIPS],
        "districts": [(one.code, label(one.code)) for one in children()],
        "area": area,
        "map": units_map(),
    }
    return render(request, "calls/units.html", context)
