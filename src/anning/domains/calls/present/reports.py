"""A crew's words as its phone shows them: the steps it can take, what became of a word, what is at odds."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from anning.domains.calls.folding import stage
from anning.domains.calls.models import UnitReport
from anning.domains.calls.present.chips import UNIT_CHIPS, unit_chip
from anning.domains.calls.present.incident import ended_chip, title_line
from anning.domains.calls.present.timeline import entries
from anning.domains.calls.reporting import LATE
from anning.domains.calls.selectors.reports import meanwhile
from anning.domains.calls.states import NOTE, UNIT_ACTIONS
from anning.kernel.access.scope import Viewer
from anning.kernel.contract.text import Text
from anning.kernel.work.models import Task

STEPS: Mapping[str, tuple[str, ...]] = {
    "assigned": ("accept", "depart"),
    "accepted": ("depart", "arrive"),
    "en_route": ("arrive", "clear"),
    "on_scene": ("clear",),
}
"""What a crew is offered at each stage on its phone, the likely one first."""
AFTER: Mapping[str, str] = {"accept": "accepted", "depart": "en_route", "arrive": "on_scene", "clear": "over"}
"""The stage a step leads to on the phone, before the desk has heard of it."""
_ICONS = {"accept": "check", "depart": "unit-moving", "arrive": "unit-scene", "clear": "check"}
_NEXT: Mapping[str, Text] = {
    "accept": pgettext_lazy("unit step", "Take the task"),
    "depart": pgettext_lazy("unit step", "Set off"),
    "arrive": pgettext_lazy("unit step", "We are there"),
    "clear": pgettext_lazy("unit step", "Done, free again"),
}
"""What the buttons say: what one does, where the timeline says what was done."""


def phone_stage(task: Task, *, accepted: bool) -> str:
    """How far a unit got, as its phone tells it apart."""
    reached = stage(task)
    return "accepted" if accepted and reached == "assigned" else reached


def steps(at: str = "") -> list[dict[str, Any]]:
    """Every step as the dock shows it at a stage: the likely one big, a second one small, the others hidden."""
    offered = STEPS.get(at, ())
    return [
        {
            "code": code,
            "title": title,
            "icon": _ICONS[code],
            "key": uuid4(),
            "after": AFTER[code],
            "stages": " ".join(stage for stage, codes in STEPS.items() if code in codes),
            "first": " ".join(stage for stage, codes in STEPS.items() if codes[0] == code),
            "hidden": code not in offered,
            "primary": offered[:1] == (code,),
        }
        for code, title in _NEXT.items()
    ]


def stage_chips() -> list[dict[str, Any]]:
    """Every state the phone may show, before the desk has heard of it too."""
    shown = [{"code": str(status), "chip": unit_chip(status)} for status in UNIT_CHIPS]
    taken = {"label": _("task taken"), "tone": "waiting", "icon": "check"}
    over = {"label": _("task ended"), "tone": "done", "icon": "check"}
    return [*shown, {"code": "accepted", "chip": taken}, {"code": "over", "chip": over}]


def action_title(action: str) -> Text:
    """What a word of a crew is called."""
    return gettext_lazy("Remark from the scene") if action == NOTE else UNIT_ACTIONS[action].title


def conflict_cards(viewer: Viewer, reports: Iterable[UnitReport]) -> list[dict[str, Any]]:
    """Words at odds with the record, a card for each task: the crew's version beside what others did."""
    by_task: dict[int, list[UnitReport]] = {}
    for report in reports:
        by_task.setdefault(report.task_id, []).append(report)
    return [_card(viewer, words) for words in by_task.values()]


def _card(viewer: Viewer, words: Sequence[UnitReport]) -> dict[str, Any]:
    item, task = words[0].item, words[0].task
    done = {change.version: change for word in words for change in meanwhile(viewer, word)}
    return {
        "key": ",".join(str(word.key) for word in words),
        "number": item.number,
        "title": title_line(item),
        "mine": [
            {"title": action_title(word.action), "at": word.happened_at, "received_at": word.received_at}
            for word in sorted(words, key=lambda word: word.happened_at)
        ],
        "entries": entries(item, [done[version] for version in sorted(done)]),
        "stands": ended_chip(task) if task.ended_at else unit_chip(stage(task)),
    }


def answer(viewer: Viewer, report: UnitReport) -> dict[str, Any]:
    """What a device is told became of its word."""
    return {
        "key": str(report.key),
        "number": report.item.number,
        "task": report.task_id,
        "action": report.action,
        "standing": str(report.standing),
        "happened_at": report.happened_at.isoformat(),
        "received_at": report.received_at.isoformat(),
        "late": report.received_at - report.happened_at > LATE,
        "version": report.version,
        "stage": "" if report.task.ended_at else stage(report.task),
        "outcome": report.task.outcome,
    }


def refusal_of(viewer: Viewer, report: UnitReport) -> str:
    """Who did what when instead, in a sentence; for a device that shows nothing else."""
    done = entries(report.item, meanwhile(viewer, report))
    if not done:
        return _("Your report does not agree with the record.")
    latest = done[0]
    return _("Your report does not agree with the record: %(what)s (%(who)s).") % {
        "what": latest["title"],
        "who": latest["actor"],
    }


def phone_words() -> dict[str, Text]:
    """What the phone's script says."""
    return {
        "unsent": gettext_lazy("{count} not yet sent"),
        "age": gettext_lazy("made {age} ago"),
        "sending": gettext_lazy("Sending…"),
        "waiting": gettext_lazy("No link to the desk. Sent by itself when the link is back."),
        "full": gettext_lazy("{count} reports wait already. Tell the desk by radio."),
        "lost": gettext_lazy("This browser keeps nothing: a report without a link is lost when the page closes."),
        "signed_out": gettext_lazy("You are signed out. Sign in again: what is not yet sent is kept for you."),
        "old": gettext_lazy("Too old to be sent by itself. Tell the desk."),
        "refused": gettext_lazy("Not taken: {why}"),
        "ahead": gettext_lazy("This phone's clock is {seconds} s ahead. Times are corrected."),
        "behind": gettext_lazy("This phone's clock is {seconds} s behind. Times are corrected."),
        "now": gettext_lazy("Now: {state}"),
        "now_unsent": gettext_lazy("Now: {state}, not yet sent"),
        "away": gettext_lazy("{distance} to the scene, straight line"),
    }
