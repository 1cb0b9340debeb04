"""A crew's word from its own device: taken once, ordered by when it happened, never overwriting and never lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from anning.domains.calls.models import Standing, UnitReport
from anning.domains.calls.module import INCIDENT_KIND
from anning.domains.calls.reporting import CONFLICT, ENDS, ENTERED, LATE, ORDER, Verdict, fits, judge
from anning.domains.calls.selectors.reports import record_of, report_kept, served_in, task_told_of
from anning.domains.calls.selectors.tasks import my_unit
from anning.domains.calls.services.board import tell_units
from anning.domains.calls.services.telling import tell_dispatchers
from anning.domains.calls.services.units import enter
from anning.domains.calls.states import NOTE, TOLD, UNIT_ACTIONS
from anning.kernel.access.scope import Viewer
from anning.kernel.audit.services import fingerprint, record
from anning.kernel.audit.transactions import writing
from anning.kernel.work.errors import NotVisibleError, RefusedError
from anning.kernel.work.models import Change, Item, Task
from anning.kernel.work.selectors.items import find
from anning.kernel.work.services import tasks
from anning.kernel.work.services.timeline import log_on, subject, trace

STAGE = {"depart": "en_route", "arrive": "on_scene"}
VERB = "unit-report"
CHOICES = {"yield": Standing.YIELDED, "insist": Standing.INSISTED}
MOST_SKEW_S = 86_400.0


@dataclass(frozen=True)
class Word:
    """What a device sends. `at` is by the server's clock as the device reckons it, `skew_s` how far its own is ahead.

    `task` and `version` are those the device showed; without them the unit's newest task and the present version.
    """

    key: UUID
    number: str
    action: str
    at: datetime | None = None
    task: int | None = None
    version: int | None = None
    text: str = ""
    skew_s: float = 0.0

    def digest(self) -> str:
        """Tells a retry from another word under the same id; the time may be reckoned anew for a retry."""
        return fingerprint({"number": self.number.upper(), "action": self.action, "text": self.text.strip()})


def tell(viewer: Viewer, word: Word, now: datetime | None = None) -> UnitReport:
    """Take a crew's word; a retry answers with what the first was answered.

    Its `standing` says what became of it: `entered`, `known`, or `conflict` (kept on the timeline, nothing changed,
    to be settled by `settle_report`).

    Raises:
        NotVisibleError: the incident or the task does not exist for the viewer.
        RefusedError: no such report, words missing, the viewer is not of the unit's crew, or the id was used.
    """
    now = now or timezone.now()
    try:
        with writing():
            return _same(report_kept(viewer, word.key), word) or _taken(viewer, word, now)
    except IntegrityError:
        with writing():
            first = _same(report_kept(viewer, word.key), word)
        if first is None:
            raise
        return first


def settle_report(viewer: Viewer, key: UUID, choice: str, now: datetime | None = None) -> UnitReport:
    """The crew's choice about a word at odds with the record; made once, a repeated choice changes nothing.

    `yield`: the record stands. `insist`: the desk on duty is told, and a stage nobody reported is entered where its
    time contradicts nothing; the state and what others reported are left alone.

    Raises:
        NotVisibleError: the viewer has said no such word.
        RefusedError: no such choice, or the other choice was made.
    """
    now = now or timezone.now()
    if choice not in CHOICES:
        raise RefusedError(_("Choose to go by the record or to stand by your report."))
    with writing():
        report = UnitReport.objects.filter(key=key, actor_id=viewer.user_id or 0).first()
        if report is None:
            raise NotVisibleError(str(key))
        item = Item.objects.select_for_update().get(pk=report.item_id)
        report = UnitReport.objects.select_related("item", "task__unit").get(pk=report.pk)
        if report.standing == CHOICES[choice]:
            return report
        if report.standing != Standing.CONFLICT:
            raise RefusedError(_("That report is settled already."))
        report.item, report.standing = item, CHOICES[choice]
        filled = choice == "insist" and _fill(viewer, report)
        if choice == "insist":
            tell_dispatchers(item, f"report:{report.key}", now)
        report.save()
        data = _data(report, now) | ({"filled": True} if filled else {})
        _written(viewer, item, log_on(viewer, item, VERB, now, data=data), now)
    return report


def _same(kept: UnitReport | None, word: Word) -> UnitReport | None:
    if kept and kept.digest != word.digest():
        raise RefusedError(_("This id belongs to another report."))
    return kept


def _taken(viewer: Viewer, word: Word, now: datetime) -> UnitReport:
    _check(word)
    item = find(viewer, word.number, lock=True, kind=INCIDENT_KIND.code)
    first = _same(report_kept(viewer, word.key), word)
    if first:
        return first
    said = word.at or now
    task = task_told_of(item, my_unit(viewer, now), word.task)
    if not served_in(viewer, task.unit, now, min(said, now)):
        raise RefusedError(_("You are not on duty in %(unit)s.") % {"unit": task.unit.code})
    if word.version is not None and word.version > item.version:
        raise RefusedError(_("%(number)s has no such version yet.") % {"number": item.number})
    standing = record_of(viewer, task)
    verdict = judge(standing, word.action, said, now)
    report = UnitReport(
        key=word.key,
        item=item,
        task=task,
        action=word.action,
        said_at=said,
        happened_at=verdict.at,
        received_at=now,
        skew_s=max(-MOST_SKEW_S, min(word.skew_s, MOST_SKEW_S)),
        seen=item.version if word.version is None else word.version,
        standing=verdict.what,
        digest=word.digest(),
        actor_id=viewer.user_id,
    )
    return _kept(viewer, report, word.text.strip(), verdict, now)


def _check(word: Word) -> None:
    if word.action not in TOLD:
        raise RefusedError(_("“%(action)s” is nothing a unit can report.") % {"action": word.action})
    if word.action == NOTE and not word.text.strip():
        raise RefusedError(_("The remark is empty."))
    if word.action != NOTE and UNIT_ACTIONS[word.action].needs_reason and not word.text.strip():
        raise RefusedError(_("“%(verb)s” needs a reason.") % {"verb": UNIT_ACTIONS[word.action].title})


def _kept(viewer: Viewer, report: UnitReport, text: str, verdict: Verdict, now: datetime) -> UnitReport:
    """Store the word, and enter it where its verdict says so; the audit entry comes last."""
    item = report.item
    if verdict.what not in (ENTERED, CONFLICT):
        report.save()
        tell_units([report.task.unit.code], item)
        record(viewer, "report-known", subject(item), {"report": str(report.key), "action": report.action}, at=now)
        return report
    report.version = item.version + 1
    report.save()
    if verdict.what == CONFLICT:
        change = log_on(viewer, item, VERB, now, reason=text, data=_data(report, now))
        tell_units([report.task.unit.code], item)
        _written(viewer, item, change, now)
        return report
    if report.action in ("decline", "trouble"):
        tell_dispatchers(item, f"report:{report.key}", now)
    _entered(viewer, report, text, now)
    return report


def _entered(viewer: Viewer, report: UnitReport, text: str, now: datetime) -> None:
    """Write the word into the record: stage or end of the running task, history of one that ended, or a remark."""
    item, task, at = report.item, report.task, report.happened_at
    data = _data(report, now)
    if report.action in STAGE and (task.ended_at or _behind(report.action, task)):
        tasks.fill(task, STAGE[report.action], at)
    elif report.action in STAGE:
        tasks.reach(task, STAGE[report.action], at)
    elif report.action in ENDS:
        tasks.end(task, ENDS[report.action], at)
    if (task.ended_at and report.action not in ENDS) or report.action == NOTE:
        verb = NOTE if report.action == NOTE else VERB
        change = log_on(viewer, item, verb, now, reason=text, data=data)
        tell_units([task.unit.code], None if task.ended_at else item)
        _written(viewer, item, change, now)
        return
    enter(viewer, item, UNIT_ACTIONS[report.action], now, at=at, reason=text, data=data)


def _behind(action: str, task: Task) -> bool:
    return action == ORDER[0] and task.on_scene_at is not None


def _fill(viewer: Viewer, report: UnitReport) -> bool:
    """Enter the stage of a word insisted on, where it contradicts nothing."""
    if not fits(record_of(viewer, report.task), report.action, report.happened_at):
        return False
    tasks.fill(report.task, STAGE[report.action], report.happened_at)
    return True


def _data(report: UnitReport, now: datetime) -> dict[str, Any]:
    """What the timeline row of a word holds: codes and times."""
    data: dict[str, Any] = {"action": report.action, "units": [report.task.unit.code], "report": str(report.key)}
    if report.action == NOTE:
        del data["action"]
    if report.standing != Standing.ENTERED:
        data["standing"] = str(report.standing)
    late = report.received_at - report.happened_at > LATE
    if late or report.standing != Standing.ENTERED:
        data |= {"happened": report.happened_at.isoformat(), "received": report.received_at.isoformat(), "late": late}
    if abs((report.said_at - report.happened_at).total_seconds()) > 1:
        data["said"] = report.said_at.isoformat()
    return data


def _written(viewer: Viewer, item: Item, change: Change, now: datetime) -> None:
    body: Mapping[str, Any] = {**change.data, **trace(change)}
    record(viewer, VERB, subject(item), body, at=now)
