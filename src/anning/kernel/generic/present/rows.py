"""A page of a list: columns, rows, what it is narrowed by, and the way to the next page."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anning.kernel.contract.kinds import Field, Kind
from anning.kernel.contract.text import heading
from anning.kernel.generic.present.cells import cell
from anning.kernel.generic.present.items import due_clock, item_url, state_chip
from anning.kernel.generic.query import ListQuery, moment_text
from anning.kernel.generic.selectors import Page
from anning.kernel.places.selectors import label, path_label
from anning.kernel.work.models import Item
from anning.kernel.work.selectors.naming import category_names

_COLUMNS = (
    gettext_lazy("Priority"),
    gettext_lazy("Number"),
    gettext_lazy("State"),
    gettext_lazy("Title"),
    gettext_lazy("Category"),
    gettext_lazy("Area"),
)
_LAST = (gettext_lazy("Opened at"), gettext_lazy("Next limit"))


def columns(kind: Kind) -> list[dict[str, Any]]:
    """The columns of a kind's list: the item's own, then the declared ones."""
    titles = [*_COLUMNS, *(heading(field.title) for field in listed(kind)), *_LAST]
    return [{"key": str(place), "title": title, "numeric": False} for place, title in enumerate(titles)]


def listed(kind: Kind) -> tuple[Field, ...]:
    """The declared fields that lists show."""
    return tuple(field for field in kind.fields if field.in_list)


def rows(kind: Kind, items: Sequence[Item], details: Mapping[int, Model], now: datetime) -> list[dict[str, Any]]:
    """The rows of a kind's list, as `generic/_rows.html` shows them."""
    names = category_names(kind)
    return [_row(kind, item, details.get(item.pk), names, now) for item in items]


def page(shown: Page[Any], query: ListQuery, path: str) -> dict[str, Any]:
    """What `components/pagination.html` needs."""
    return {
        "shown": len(shown.rows),
        "total": None,
        "previous_url": f"{path}?{query.url(cursor=shown.previous)}" if shown.previous else "",
        "next_url": f"{path}?{query.url(cursor=shown.next)}" if shown.next else "",
    }


def narrowed_by(kind: Kind, query: ListQuery, path: str) -> list[dict[str, Any]]:
    """The filters in force, each with the address that takes it away."""
    names = category_names(kind)
    state = kind.table.by_code.get(query.state)
    said = {
        "text": query.text and f"“{query.text}”",
        "state": query.state and (state.title if state else query.state),
        "open_only": query.open_only and _("open only"),
        "priority": query.priority and _("priority %(level)d") % {"level": query.priority},
        "category": query.category and names.get(query.category, query.category),
        "area": query.area and label(query.area),
        "since": query.since and _("from %(day)s") % {"day": moment_text(query.since)},
        "until": query.until and _("until %(day)s") % {"day": moment_text(query.until, end=True)},
    }
    return [
        {"label": what, "remove_url": f"{path}?{query.url(cursor='', **{name: _NOTHING[name]})}"}
        for name, what in said.items()
        if what
    ]


_NOTHING: Mapping[str, object] = {
    "text": "",
    "state": "",
    "open_only": False,
    "priority": None,
    "category": "",
    "area": "",
    "since": None,
    "until": None,
}


def _row(kind: Kind, item: Item, detail: Model | None, names: Mapping[str, str], now: datetime) -> dict[str, Any]:
    declared = [cell(detail, field) if detail else {"kind": "text", "value": ""} for field in listed(kind)]
    cells = [
        {"kind": "priority", "value": item.priority},
        {"kind": "main", "value": item.number},
        {"kind": "state", "value": state_chip(kind, item.state)},
        {"kind": "long", "value": item.title, "title": item.title},
        {"kind": "text", "value": names.get(item.category, item.category), "label": _COLUMNS[4]},
        {"kind": "text", "value": path_label(item.area_code) if item.area_code else "", "label": _COLUMNS[5]},
        *declared,
        {"kind": "time", "value": item.opened_at},
        {"kind": "clock", "value": due_clock(item, now)},
    ]
    return {"url": item_url(item), "priority": item.priority, "cells": cells}
