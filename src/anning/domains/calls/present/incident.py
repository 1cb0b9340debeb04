"""What the incident page and the panel beside the queue show."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anning.domains.calls.folding import stage
from anning.domains.calls.models import Call
from anning.domains.calls.present.chips import clock_chip, flag_chip, item_url, local, state_chip, unit_chip
from anning.domains.calls.present.timeline import entries, steps
from anning.domains.calls.selectors.board import capability_names
from anning.domains.calls.selectors.catalogue import categories, category_label
from anning.domains.calls.selectors.incident import Whole
from anning.kernel.contract import registry
from anning.kernel.places.selectors import path_label
from anning.kernel.work.models import Item, Link, Task
from anning.kernel.work.models.link import LinkState

NEXT_STAGE = {"assigned": ("depart", "arrive"), "en_route": ("arrive", "clear"), "on_scene": ("clear",)}
"""What a unit can report next, the likely one first."""


def head(whole: Whole, now: datetime) -> dict[str, Any]:
    """The head every item page has."""
    item = whole.item
    flags = item.incident.flags if item.kind == "incident" else []
    return {
        "number": item.number,
        "kind": registry.kind(item.kind).title,
        "title": title_line(item),
        "priority": item.priority,
        "state": state_chip(item.kind, item.state),
        "version": item.version,
        "url": item_url(item),
        "flags": [flag_chip(flag)["label"] for flag in flags],
        "clocks": [clock_chip(item, clock, now) for clock in whole.clocks],
    }


def title_line(item: Item) -> str:
    """An item in one line: what it is, and where or what was said."""
    what = category_label(item.category)
    return f"{what} · {item.title}" if what and what != item.title else item.title


def life(whole: Whole) -> list[dict[str, Any]]:
    """The strip from ring to close, each step with its time."""
    item, calls, tasks = whole.item, whole.calls, whole.tasks
    first = calls[0] if calls else None
    times = [
        (_("Rang"), first.received_at if first else item.opened_at),
        (_("Answered"), first.answered_at if first else None),
        (_("Located"), first.saved_at if first and item.lon is not None else None),
        (_("Assigned"), min((task.assigned_at for task in tasks), default=None)),
        (_("En route"), min((task.en_route_at for task in tasks if task.en_route_at), default=None)),
        (_("On scene"), min((task.on_scene_at for task in tasks if task.on_scene_at), default=None)),
        (_("Cleared"), whole.first_at("cleared")),
        (_("Closed"), item.closed_at),
    ]
    return steps(item, times)


def facts(whole: Whole) -> list[dict[str, Any]]:
    """The facts of the incident, for `generic/detail.html`."""
    item = whole.item
    fields: list[dict[str, Any]] = [
        {"label": _("Category"), "value": category_path(item.category)},
        {"label": _("Address"), "value": _address(item)},
        {"label": _("Area"), "value": path_label(item.area_code) or (_("outside the city") if item.outside else "")},
        {"label": _("Rang"), "kind": "time", "value": item.opened_at},
    ]
    if item.lon is not None and item.lat is not None:
        fields.append({"label": _("Position (WGS-84)"), "value": f"{item.lon:.6f}, {item.lat:.6f}"})
    if item.radius_m:
        fields.append({"label": _("Radius of uncertainty"), "value": _("%(metres)d m") % {"metres": item.radius_m}})
    if item.kind == "incident" and item.incident.capabilities:
        names = capability_names()
        asked = "、".join(names.get(code, code) for code in item.incident.capabilities)
        fields.append({"label": _("Asked for"), "value": asked})
    return [{"title": _("Facts"), "fields": fields}]


def category_path(code: str) -> str:
    """A category with those above it."""
    parts = code.split(".")
    names = [category_label(".".join(parts[: depth + 1])) for depth in range(len(parts))]
    return " › ".join(names) if code in categories() else code


def _address(item: Item) -> str:
    return item.incident.address if item.kind == "incident" else item.matter.address


def call_rows(whole: Whole, may_reveal: bool) -> list[dict[str, Any]]:
    """The calls of the incident, those of merged incidents too."""
    return [_call(whole.item, call, may_reveal) for call in whole.calls]


def _call(item: Item, call: Call, may_reveal: bool) -> dict[str, Any]:
    revealable = may_reveal and call.contact_id is not None
    return {
        "channel": call.get_channel_display(),
        "at": call.received_at,
        "taken_by": call.taken_by,
        "text": call.narrative,
        "purged": call.purged_at is not None,
        "anonymous": call.contact_id is None,
        "of": call.item.number if call.item_id != item.pk else "",
        "reveal_url": reverse("calls:contact", args=[call.item.number, call.pk]) if revealable else "",
    }


def unit_rows(whole: Whole, may_report: bool, may_command: bool) -> list[dict[str, Any]]:
    """The units sent, those at work first, with what can be reported for them next."""
    rows = [_unit(task, may_report, may_command) for task in whole.tasks]
    return sorted(rows, key=lambda row: row["ended"])


def _unit(task: Task, may_report: bool, may_command: bool) -> dict[str, Any]:
    ended = task.ended_at is not None
    at_stage = stage(task)
    return {
        "code": task.unit.code,
        "agency": local(task.unit.agency.name, task.unit.agency.name_en),
        "state": ended_chip(task) if ended else unit_chip(at_stage),
        "times": [
            (_("Assigned"), task.assigned_at),
            (_("En route"), task.en_route_at),
            (_("On scene"), task.on_scene_at),
            (_("Ended"), task.ended_at),
        ],
        "ended": ended,
        "next": [] if ended or not may_report else list(NEXT_STAGE[at_stage]),
        "may_stand_down": may_command and not ended,
    }


def ended_chip(task: Task) -> dict[str, Any]:
    """How a task ended, as `components/state.html` shows it."""
    words = {
        "cleared": (_("cleared"), "done"),
        "stood_down": (_("stood down"), "void"),
        "taken_over": (_("taken over"), "void"),
        "declined": (_("could not take it"), "problem"),
    }
    label, tone = words.get(task.outcome, (task.outcome, "void"))
    return {"label": label, "tone": tone}


def link_rows(whole: Whole, may_link: bool) -> list[dict[str, Any]]:
    """Same-event links, for `generic/_links.html`."""
    return [_link(whole.item, link, may_link) for link in whole.links]


def _link(item: Item, link: Link, may_link: bool) -> dict[str, Any]:
    other = link.target if link.source_id == item.pk else link.source
    row: dict[str, Any] = {
        "number": other.number,
        "title": title_line(other),
        "url": item_url(other),
        "label": _("Merged into it") if link.source_id == item.pk else _("Merged into this one"),
        "state": link.state,
        "version": link.source.version,
        "score": round((link.score or 0) * 100),
        "reasons": reasons(link.reasons),
    }
    if may_link and link.state == LinkState.PROPOSED:
        row["accept_url"] = reverse("calls:merge", args=[link.pk])
        row["reject_url"] = reverse("calls:reject", args=[link.pk])
    elif may_link:
        row["undo_url"] = reverse("calls:unmerge", args=[link.pk])
    return row


def reasons(terms: dict[str, Any]) -> list[str]:
    """The terms of a same-event score, in words."""
    words = []
    if "distance_m" in terms:
        words.append(_("%(metres)d m apart") % {"metres": terms["distance_m"]})
    if "gap_s" in terms:
        minutes = round(terms["gap_s"] / 60)
        words.append(ngettext("%(count)d minute apart", "%(count)d minutes apart", minutes) % {"count": minutes})
    if terms.get("category", 0) >= 1:
        words.append(_("same category"))
    elif terms.get("category", 0) > 0:
        words.append(_("related category"))
    if terms.get("address"):
        words.append(_("addresses %(percent)d %% alike") % {"percent": round(terms["address"] * 100)})
    if "by" in terms:
        words.append(_("found by %(who)s") % {"who": terms["by"]})
    return words


def timeline_rows(whole: Whole) -> list[dict[str, Any]]:
    """The timeline, newest first."""
    return entries(whole.item, list(whole.changes))


def latest_narratives(calls: Sequence[Call]) -> list[Call]:
    """The calls with something said, newest first, for the panel."""
    return [call for call in reversed(calls) if call.narrative]
