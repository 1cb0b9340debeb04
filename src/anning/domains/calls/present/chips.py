"""Small things every page of the domain shows: state chips, clocks, kinds of work."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from anning.kernel.contract import registry
from anning.kernel.org.models import UnitStatus
from anning.kernel.work.models import Clock, Item

UNIT_CHIPS = {
    UnitStatus.FREE: (_("free"), "done", "unit-free"),
    UnitStatus.ASSIGNED: (_("assigned"), "waiting", "unit-sent"),
    UnitStatus.EN_ROUTE: (_("en route"), "active", "unit-moving"),
    UnitStatus.ON_SCENE: (_("on scene"), "active", "unit-scene"),
    UnitStatus.OFF_DUTY: (_("off duty"), "void", "unit-off"),
}
FLAGS = {
    "injured": (_("injured"), "injured"),
    "weapon": (_("weapon"), "weapon"),
    "fire": (_("fire"), "fire"),
    "children": (_("children"), "child"),
    "water": (_("in water"), "waves"),
}
"""Flags by code: what they are called, and their icon."""


def local(zh: str, en: str) -> str:
    """The name in the language in force; the Chinese one where there is no English."""
    return zh if (get_language() or "zh").startswith("zh") or not en else en


def state_chip(kind: str, state: str) -> dict[str, Any]:
    """A state as `components/state.html` shows it."""
    declared = registry.kind(kind).table.by_code[state]
    return {"label": declared.title, "tone": declared.tone}


def unit_chip(status: str) -> dict[str, Any]:
    """A unit's status as `components/state.html` shows it."""
    label, tone, icon = UNIT_CHIPS[UnitStatus(status)]
    return {"label": label, "tone": tone, "icon": icon}


def flag_chip(code: str) -> dict[str, Any]:
    """A flag's name and icon; an unknown code (from an import) is shown as it is."""
    label, icon = FLAGS.get(code, (code, "alert"))
    return {"code": code, "label": label, "icon": icon}


def due_clock(item: Item, now: datetime) -> dict[str, Any] | None:
    """The next limit of an item as `components/clock.html` shows it, or None."""
    if item.due_at is None:
        return None
    return {"label": _("next limit"), "due_at": item.due_at, "state": "late" if item.due_at < now else "running"}


def clock_chip(item: Item, clock: Clock, now: datetime) -> dict[str, Any]:
    """One clock of an item as `components/clock.html` shows it."""
    rules = {rule.code: rule.title for rule in registry.kind(item.kind).clocks}
    met = clock.stopped_at is not None and not clock.breached_at
    if clock.stopped_at:
        state = "met" if met else "late"
    elif clock.paused_at:
        state = "paused"
    else:
        state = "late" if clock.due_at and clock.due_at < now else "running"
    due = clock.due_at or clock.stopped_at or clock.paused_at
    return {"label": rules.get(clock.code, clock.code), "due_at": due, "state": state}


def item_url(item: Item) -> str:
    """The page of an item of this domain."""
    return reverse("calls:matter" if item.kind == "matter" else "calls:incident", args=[item.number])
