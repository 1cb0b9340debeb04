"""Rows of the queue and the unit board, and the words the desk's script builds live rows from."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.timezone import get_default_timezone_name

from anning.domains.calls.present.chips import FLAGS, due_clock, flag_chip, item_url, local, state_chip, unit_chip
from anning.domains.calls.selectors.board import QUIET_S
from anning.domains.calls.selectors.catalogue import categories, category_label
from anning.domains.calls.selectors.queue import GROUPS, flags_of, group_of
from anning.domains.calls.states import AT_WORK
from anning.kernel.contract import registry
from anning.kernel.places.models import Level
from anning.kernel.places.selectors import label, labels, path_label, revision
from anning.kernel.work.models import Item


def queue_row(item: Item, now: datetime) -> dict[str, Any]:
    """One row of the queue."""
    return {
        "item": item,
        "number": item.number,
        "url": item_url(item),
        "panel_url": reverse("calls:panel", args=[item.number]) if item.kind == "incident" else "",
        "group": group_of(item.state),
        "category": category_label(item.category),
        "text": item.title,
        "area": path_label(item.area_code),
        "state": state_chip(item.kind, item.state),
        "clock": due_clock(item, now),
        "late": item.due_at is not None and item.due_at < now,
        "flags": [flag_chip(flag) for flag in flags_of(item)],
        "calls": getattr(item, "call_count", 1),
    }


def grouped(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows under the three headings of the queue, empty ones too (live rows may fill them)."""
    return [{"code": group, "rows": [row for row in rows if row["group"] == group]} for group in GROUPS]


def unit_row(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    """One row of the unit board."""
    heard = datetime.fromisoformat(row["contact_at"]) if row["contact_at"] else None
    return {
        **row,
        "state": unit_chip(row["status"]),
        "agency_name": local(row["agency"], row["agency_en"]),
        "since": datetime.fromisoformat(row["status_at"]) if row["status_at"] else None,
        "url": reverse("calls:incident", args=[row["number"]]) if row["number"] else "",
        "heard": heard,
        "quiet": row["status"] in AT_WORK and (heard is None or (now - heard).total_seconds() > QUIET_S),
    }


def desk_words() -> dict[str, Any]:
    """Names by code for live rows: categories, districts and streets, flags."""
    known = labels(revision())
    near = {code: label(code) for code, entry in known.items() if Level.DISTRICT <= entry.level <= Level.STREET}
    return {
        "categories": {code: entry.label for code, entry in categories().items()},
        "areas": near,
        "flags": {code: {"label": str(title), "icon": icon} for code, (title, icon) in FLAGS.items()},
        "time_zone": get_default_timezone_name(),
        "row_url": reverse("calls:incident", args=["NUMBER"]),
        "matter_url": reverse("calls:matter", args=["NUMBER"]),
        "panel_url": reverse("calls:panel", args=["NUMBER"]),
    }


def state_templates() -> list[dict[str, Any]]:
    """Every state chip a live row may need, by kind and state."""
    return [
        {"kind": kind, "code": state.code, "chip": state_chip(kind, state.code)}
        for kind in ("incident", "matter")
        for state in registry.kind(kind).table.states
        if not state.final
    ]
