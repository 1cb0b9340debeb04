"""The timeline of an incident or matter, in words."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from anning.domains.calls.present.chips import state_chip
from anning.domains.calls.selectors.catalogue import category_label
from anning.domains.calls.states import UNIT_ACTIONS
from anning.kernel.contract import registry
from anning.kernel.contract.text import Text
from anning.kernel.places.selectors import path_label
from anning.kernel.work.models import Change, Item

VERBS: Mapping[str, tuple[Text, str, str]] = {
    "open": (gettext_lazy("Call taken"), "phone", "new"),
    "call-joined": (gettext_lazy("Another call joined"), "phone", "new"),
    "edit": (gettext_lazy("Corrected"), "edit", ""),
    "note": (pgettext_lazy("timeline", "Note"), "chat", ""),
    "breach": (gettext_lazy("Time limit passed"), "alert", "problem"),
    "close": (pgettext_lazy("timeline", "Closed"), "check", "done"),
    "reopen": (pgettext_lazy("timeline", "Reopened"), "refresh", "new"),
    "merge": (gettext_lazy("Merged as the same event"), "merge", "void"),
    "unmerge": (gettext_lazy("Merge undone"), "unlink", "new"),
    "link-accepted": (gettext_lazy("Confirmed as the same event"), "merge", "done"),
    "link-rejected": (gettext_lazy("Not the same event"), "unlink", ""),
    "link-undone": (gettext_lazy("Link undone"), "unlink", ""),
    "ask-joint": (gettext_lazy("Agencies asked to join"), "users", "waiting"),
    "route": (gettext_lazy("Handed over"), "arrow-right", "waiting"),
    "accept": (gettext_lazy("Taken in hand"), "check", "active"),
    "send_back": (gettext_lazy("Sent back"), "left", "problem"),
    "finish": (gettext_lazy("Dealt with"), "check", "done"),
    "wait": (gettext_lazy("Waiting for the caller"), "clock", "waiting"),
    "resume": (gettext_lazy("Going on"), "refresh", "active"),
    "attach": (gettext_lazy("File added"), "clip", ""),
    "import": (gettext_lazy("Imported"), "download", ""),
    "public-alert": (pgettext_lazy("timeline", "Public warned"), "broadcast", "problem"),
}
"""Title, icon and tone of a timeline row, by verb."""
ACTION_ICONS = {
    "assigned": ("car", "waiting"),
    "send": ("car", "waiting"),
    "depart": ("unit-moving", "active"),
    "arrive": ("unit-scene", "active"),
    "clear": ("check", "done"),
    "stand_down": ("unit-off", "void"),
    "take_over": ("users", "waiting"),
    "accept": ("check", "active"),
    "decline": ("unit-off", "problem"),
    "trouble": ("alert", "problem"),
}
STANDINGS: Mapping[str, Text] = {
    "conflict": gettext_lazy("Not entered: it does not agree with the record. The crew is asked."),
    "yielded": gettext_lazy("The crew goes by the record."),
    "insisted": gettext_lazy("The crew stands by its report; the desk is told."),
}
"""What became of a crew's word that was at odds with the record."""
FIELDS: Mapping[str, Text] = {
    "priority": gettext_lazy("Priority"),
    "category": gettext_lazy("Category"),
    "area_code": gettext_lazy("Area"),
    "title": gettext_lazy("Title"),
    "radius_m": gettext_lazy("Radius, m"),
}
_SHOWN: Mapping[str, Callable[[Any], str]] = {"category": category_label, "area_code": path_label}


def entries(item: Item, changes: list[Change]) -> list[dict[str, Any]]:
    """The changes as `components/entry.html` shows them, newest first."""
    return [entry(item, change) for change in reversed(changes)]


def entry(item: Item, change: Change) -> dict[str, Any]:
    """One change as `components/entry.html` shows it."""
    title, icon, tone = _head(item, change)
    moved = change.old and change.old != change.new
    happened = change.data.get("happened")
    shown: dict[str, Any] = {
        "at": datetime.fromisoformat(happened) if happened else change.at,
        "actor": "" if change.actor == "system" else change.actor,
        "icon": icon,
        "tone": tone,
        "title": title,
        "text": _text(item, change),
        "reason": change.reason if change.verb not in ("note", "ask-joint") else "",
    }
    if moved:
        shown["old"] = state_chip(item.kind, change.old)
        shown["new"] = state_chip(item.kind, change.new)
    return shown


def _head(item: Item, change: Change) -> tuple[Text, str, str]:
    action = change.data.get("action", "")
    if action in UNIT_ACTIONS:
        icon, tone = ACTION_ICONS[action]
        tone = "problem" if change.data.get("standing") == "conflict" else tone
        units = "、".join(change.data.get("units", ()))
        title = UNIT_ACTIONS[action].title
        return _("%(action)s: %(units)s") % {"action": title, "units": units}, icon, tone
    if change.verb in VERBS:
        return VERBS[change.verb]
    table = registry.kind(item.kind).table
    move = table.find(change.old or table.first.code, change.verb)
    tone = table.by_code[change.new].tone if change.new in table.by_code else ""
    return (move.title if move else change.verb), ACTION_ICONS.get(change.verb, ("info", ""))[0], tone


def _text(item: Item, change: Change) -> str:
    data = change.data
    if "report" in data:
        return "\n".join([change.reason if change.verb == "note" else "", *_reported(data)]).strip()
    if change.verb in ("note", "ask-joint"):
        return change.reason
    if change.verb == "edit":
        return "\n".join(_changed(name, *pair) for name, pair in data.items() if name in FIELDS)
    if change.verb == "breach":
        return _breach(item, data)
    if change.verb in ("merge", "unmerge", "link-accepted", "link-rejected", "link-undone"):
        return str(data.get("into") or data.get("out_of") or data.get("with") or "")
    if data.get("instead_of"):
        return _("Recommended was: %(units)s") % {"units": "、".join(data["instead_of"])}
    if change.verb == "route":
        return str(data.get("agency", ""))
    return ""


def _reported(data: Mapping[str, Any]) -> Iterator[str]:
    """What is to be said of how a crew's word came: late, held in bounds, at odds, settled."""
    if data.get("late"):
        yield _("Reported late: happened %(happened)s, heard %(heard)s.") % {
            "happened": _clock(data["happened"]),
            "heard": _clock(data["received"]),
        }
    if "said" in data:
        yield _("The device said %(said)s, which cannot be: held within the time of the task.") % {
            "said": _clock(data["said"])
        }
    if "standing" in data:
        yield str(STANDINGS[data["standing"]])
    if data.get("filled"):
        yield _("Entered, since nobody had reported it.")


def _clock(moment: str) -> str:
    return timezone.localtime(datetime.fromisoformat(moment)).strftime("%m-%d %H:%M:%S")


def _changed(name: str, old: Any, new: Any) -> str:
    show = _SHOWN.get(name, lambda value: "—" if value is None else str(value))
    return _("%(field)s: %(old)s → %(new)s") % {"field": FIELDS[name], "old": show(old or ""), "new": show(new or "")}


def _breach(item: Item, data: Mapping[str, Any]) -> str:
    rules = {rule.code: rule.title for rule in registry.kind(item.kind).clocks}
    title = rules.get(data.get("clock", ""), data.get("clock", ""))
    told = "、".join(data.get("told", ())) or _("nobody on duty")
    return _("%(clock)s; told: %(told)s") % {"clock": title, "told": told}


def steps(item: Item, times: Sequence[tuple[Text, datetime | None]]) -> list[dict[str, Any]]:
    """The strip of steps: those with a time are done, the first without one after them is still to come."""
    reached = [k for k, (_title, at) in enumerate(times) if at is not None]
    last = max(reached, default=0)
    made = []
    for k, (title, at) in enumerate(times):
        step = "todo" if at is None else "done"
        if k == last and not item.closed_at:
            step = "now"
        made.append({"label": title, "at": at, "step": step})
    return made
