"""The live desk: queue, map, units."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from anning.domains.calls.pages.maps import desk_map
from anning.domains.calls.present.chips import UNIT_CHIPS, unit_chip
from anning.domains.calls.present.rows import desk_words, grouped, queue_row, state_templates, unit_row
from anning.domains.calls.selectors.board import QUIET_S, board, tally
from anning.domains.calls.selectors.catalogue import categories
from anning.domains.calls.selectors.queue import MOST, Chosen, queue, tallies
from anning.kernel.access.middleware import viewer
from anning.kernel.contract.roles import COMMAND
from anning.kernel.places.selectors import children, label

SHORTCUTS = (
    ("a", _("Send units")),
    ("f", _("Filter the queue")),
    ("1–4", _("Show one priority (again: all)")),
    ("m", _("Only mine")),
    ("Esc", _("Close the incident beside the queue")),
)


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Queue, map and unit board; kept fresh by live events."""
    seer, now = viewer(request), timezone.now()
    chosen = Chosen.read(request.GET)
    rows = [queue_row(item, now) for item in queue(seer, chosen, now)]
    units = board(seer, chosen.area)
    context = {
        "chosen": chosen,
        "groups": grouped(rows),
        "shown": len(rows),
        "most": MOST,
        "tallies": _tallies(request, tallies(seer, chosen, now), chosen),
        "units": [unit_row(row, now) for row in units],
        "quiet_s": QUIET_S,
        "unit_tallies": _unit_tallies(tally(units)),
        "on_duty": sum(row["status"] != "off_duty" for row in units),
        "map": desk_map(),
        "words": desk_words(),
        "state_templates": state_templates(),
        "unit_states": [{"code": code, "chip": unit_chip(code)} for code in UNIT_CHIPS],
        "districts": [(area.code, label(area.code)) for area in children()],
        "top_categories": [entry for entry in categories().values() if entry.level == 1],
        "priorities": (1, 2, 3, 4),
        "open": request.GET.get("open", "")[:20],
        "may_send": seer.holds(COMMAND),
        "me": seer.label,
        "page_shortcuts": [{"keys": keys, "title": title} for keys, title in SHORTCUTS],
    }
    return render(request, "calls/desk.html", context)


def _tallies(request: HttpRequest, counts: dict[str, int], chosen: Chosen) -> list[dict[str, Any]]:
    names = {
        "waiting": _("To dispatch"),
        "at_work": _("In hand"),
        "ending": _("To close"),
        "late": _("Overdue"),
    }
    made = []
    for code, title in names.items():
        query = request.GET.copy()
        query.pop("open", None)
        query["view"] = "" if chosen.view == code else code
        tone = "problem" if code == "late" and counts[code] else ""
        url = f"{reverse('calls:desk')}?{query.urlencode()}"
        made.append(
            {"code": code, "n": counts[code], "label": title, "url": url, "current": chosen.view == code, "tone": tone}
        )
    return made


def _unit_tallies(counts: dict[str, int]) -> list[dict[str, Any]]:
    shown = ("free", "assigned", "en_route", "on_scene")
    return [{"code": code, "n": counts[code], "label": unit_chip(code)["label"]} for code in shown]
