"""An item as heads, rows and links show it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anning.kernel.contract import registry
from anning.kernel.contract.kinds import Kind
from anning.kernel.contract.text import heading
from anning.kernel.work.models import Clock, Item


def item_url(item: Item) -> str:
    """The address of an item's page: its kind's own, else the generic one."""
    kind = registry.kind(item.kind)
    return (
        reverse(kind.page, args=[item.number])
        if kind.page
        else reverse("generic:detail", args=[kind.code, item.number])
    )


def state_chip(kind: Kind, code: str) -> dict[str, Any]:
    """A state as `components/state.html` shows it; one the table no longer has by its code."""
    state = kind.table.by_code.get(code)
    return {"label": state.title, "tone": state.tone} if state else {"label": code, "tone": "void"}


def due_clock(item: Item, now: datetime) -> dict[str, Any] | None:
    """The item's next limit as `components/clock.html` shows it; None when no clock runs."""
    if item.due_at is None:
        return None
    return {"label": _("next limit"), "due_at": item.due_at, "state": "late" if item.due_at < now else "running"}


def clock_chips(kind: Kind, clocks: Iterable[Clock], now: datetime) -> list[dict[str, Any]]:
    """The clocks of an item as `components/clock.html` shows them."""
    titles = {rule.code: rule.title for rule in kind.clocks}
    return [
        {
            "label": titles.get(clock.code, clock.code),
            "due_at": clock.due_at or clock.stopped_at or clock.paused_at or clock.started_at,
            "state": _clock_state(clock, now),
        }
        for clock in clocks
    ]


def head(item: Item, clocks: Iterable[Clock] = (), now: datetime | None = None) -> dict[str, Any]:
    """What stands at the top of every page about an item."""
    kind = registry.kind(item.kind)
    return {
        "number": item.number,
        "kind": kind.title,
        "title": item.title,
        "priority": item.priority,
        "state": state_chip(kind, item.state),
        "version": item.version,
        "url": item_url(item),
        "clocks": clock_chips(kind, clocks, now) if now else [],
    }


def crumbs(kind: Kind, item: Item | None = None) -> list[dict[str, Any]]:
    """The way back: the list of the kind, and the item when the page is below it."""
    way: list[dict[str, Any]] = [{"title": heading(kind.plural), "url": reverse("generic:list", args=[kind.code])}]
    return [*way, {"title": item.number, "url": item_url(item)}] if item else way


def _clock_state(clock: Clock, now: datetime) -> str:
    if clock.breached_at or (not clock.stopped_at and clock.due_at and clock.due_at < now):
        return "late"
    if clock.stopped_at:
        return "met"
    return "paused" if clock.paused_at else "running"
