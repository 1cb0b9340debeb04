"""The timeline of an item in words, for any kind of work."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from anning.kernel.contract import registry
from anning.kernel.contract.kinds import Kind
from anning.kernel.contract.text import Text
from anning.kernel.generic.present.items import state_chip
from anning.kernel.places.selectors import path_label
from anning.kernel.work.models import Change, Item
from anning.kernel.work.selectors.naming import category_names

_HEADS: Mapping[str, tuple[Text, str, str]] = {
    "open": (pgettext_lazy("timeline", "Opened"), "plus", "new"),
    "edit": (pgettext_lazy("timeline", "Corrected"), "edit", ""),
    "note": (pgettext_lazy("timeline", "Remark"), "chat", ""),
    "attach": (pgettext_lazy("timeline", "File added"), "clip", ""),
    "public-alert": (pgettext_lazy("timeline", "Public warned"), "broadcast", "problem"),
    "breach": (pgettext_lazy("timeline", "Time limit passed"), "alert", "problem"),
    "link-accepted": (pgettext_lazy("timeline", "Link accepted"), "link", "done"),
    "link-rejected": (pgettext_lazy("timeline", "Link rejected"), "unlink", ""),
    "link-undone": (pgettext_lazy("timeline", "Link undone"), "unlink", ""),
}
_COLUMNS: Mapping[str, Text] = {
    "title": gettext_lazy("title"),
    "priority": gettext_lazy("priority"),
    "category": gettext_lazy("category"),
    "area_code": gettext_lazy("area"),
    "lon": gettext_lazy("longitude"),
    "lat": gettext_lazy("latitude"),
}


def entries(item: Item, changes: Iterable[Change]) -> list[dict[str, Any]]:
    """The changes (oldest first) as `components/entry.html` shows them, newest first."""
    kind = registry.kind(item.kind)
    return [_entry(kind, change) for change in reversed(list(changes))]


def verb_title(kind: Kind, verb: str) -> Text:
    """What a verb is called: by the state table, else by the kernel's own words, else its code."""
    for move in kind.table.transitions:
        if move.verb == verb:
            return move.title
    return _HEADS[verb][0] if verb in _HEADS else verb


def changed_fields(kind: Kind, change: Change) -> list[dict[str, Any]]:
    """What a change altered: each field before and after, the state too when it moved."""
    pairs = [(name, pair) for name, pair in change.data.items() if _is_pair(pair)] if change.verb == "edit" else []
    rows = [
        {"label": _label(kind, name), "old": _shown(kind, name, a), "new": _shown(kind, name, b)}
        for name, (a, b) in pairs
    ]
    if change.old != change.new:
        names = kind.table.by_code
        old, new = (names[code].title if code in names else code or None for code in (change.old, change.new))
        rows.append({"label": _("state"), "old": old, "new": new})
    return rows


def _entry(kind: Kind, change: Change) -> dict[str, Any]:
    _title, icon, tone = _HEADS.get(change.verb, ("", "info", ""))
    shown: dict[str, Any] = {
        "at": change.at,
        "actor": "" if change.actor == "system" else change.actor,
        "icon": icon,
        "tone": tone,
        "title": verb_title(kind, change.verb),
        "text": change.reason if change.verb == "note" else _text(kind, change),
        "reason": "" if change.verb == "note" else change.reason,
    }
    if change.old and change.old != change.new:
        shown["old"], shown["new"] = state_chip(kind, change.old), state_chip(kind, change.new)
        shown["tone"] = shown["new"]["tone"]
    return shown


def _text(kind: Kind, change: Change) -> str:
    if change.verb == "edit":
        line = _("%(field)s: %(old)s → %(new)s")
        return "\n".join(
            line % {"field": row["label"], "old": row["old"] or "—", "new": row["new"] or "—"}
            for row in changed_fields(kind, change)
        )
    if change.verb == "breach":
        titles = {rule.code: str(rule.title) for rule in kind.clocks}
        clock = str(change.data.get("clock", ""))
        return titles.get(clock, clock)
    return str(change.data.get("name") or change.data.get("with") or "")


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2


def _label(kind: Kind, name: str) -> Text:
    declared = {field.name: field.title for field in kind.fields}
    return declared.get(name) or _COLUMNS.get(name, name)


def _shown(kind: Kind, name: str, value: Any) -> Any:
    if name == "area_code":
        return path_label(value) if value else None
    if name == "category":
        return category_names(kind).get(value, value) or None
    return value
