"""What stands about a unit's task, who said so, and what a crew's word was answered with."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from anning.domains.calls.models import Standing, UnitReport
from anning.domains.calls.reporting import Record
from anning.domains.calls.selectors.tasks import working_task
from anning.kernel.access.scope import Viewer
from anning.kernel.org.models import Unit
from anning.kernel.org.selectors import on_duty
from anning.kernel.work.errors import NotVisibleError, RefusedError
from anning.kernel.work.models import Change, Item, Task

_MOVED = ("close", "reopen", "merge", "unmerge")
"""Verbs that move the world on for every unit of an incident."""
_TIMES = {"depart": "en_route_at", "arrive": "on_scene_at"}


def report_kept(viewer: Viewer, key: UUID) -> UnitReport | None:
    """The viewer's own word under this id, None when it has not been heard yet.

    Raises:
        RefusedError: somebody else used the id.
    """
    kept = UnitReport.objects.select_related("item", "task__unit").filter(key=key).first()
    if kept and kept.actor_id != viewer.user_id:
        raise RefusedError(_("This id belongs to another report."))
    return kept


def unsettled(viewer: Viewer) -> QuerySet[UnitReport]:
    """The viewer's words that are at odds with the record and wait for their choice, oldest first."""
    words = UnitReport.objects.filter(actor_id=viewer.user_id or 0, standing=Standing.CONFLICT)
    return words.select_related("item", "task__unit").order_by("pk")


def task_told_of(item: Item, unit: Unit | None, task_id: int | None) -> Task:
    """The task a word is about: the one named, else the unit's running or newest one on the incident.

    Raises:
        NotVisibleError: the incident has no such task.
        RefusedError: none is named and the sender's unit was never on the incident.
    """
    of_item = Task.objects.select_related("unit").filter(item=item)
    if task_id is not None:
        named = of_item.filter(pk=task_id).first()
        if named is None:
            raise NotVisibleError(item.number)
        return named
    if unit is None:
        raise RefusedError(_("You are not on duty in a unit."))
    return of_item.filter(unit=unit).order_by("-pk").first() or working_task(item, unit)


def served_in(viewer: Viewer, unit: Unit, *moments: datetime) -> bool:
    """Whether the viewer was on duty in the unit at one of these moments."""
    return any(on_duty(at).filter(user_id=viewer.user_id or 0, unit=unit).exists() for at in moments)


def record_of(viewer: Viewer, task: Task) -> Record:
    """What stands about a task, and which of it somebody other than the viewer said; three queries."""
    reached = {action: at for action, name in _TIMES.items() if (at := getattr(task, name))}
    accepted = UnitReport.objects.filter(task=task, action="accept", standing=Standing.ENTERED).first()
    if accepted:
        reached["accept"] = accepted.happened_at
    said = _said_by(task)
    others = frozenset(action for action, who in said.items() if who != viewer.user_id)
    return Record(task.assigned_at, reached, task.ended_at, task.outcome, others)


def _said_by(task: Task) -> dict[str, int | None]:
    """Who entered what about a task, by action: from the timeline, since the unit was sent on this task."""
    before = Task.objects.filter(item_id=task.item_id, unit_id=task.unit_id, pk__lt=task.pk).count()
    code, sent, said = task.unit.code, -1, dict[str, int | None]()
    changes = Change.objects.filter(item_id=task.item_id).order_by("version")
    for data, actor_id in changes.values_list("data", "actor_id"):
        action = data.get("action", "") if code in data.get("units", ()) else ""
        if action == "send" or (action == "take_over" and data.get("coming") == code):
            sent += 1
        elif action and sent == before and "standing" not in data:
            said[action] = actor_id
    return said


def meanwhile(viewer: Viewer, report: UnitReport) -> list[Change]:
    """What others did, since the version the crew saw, to its task or to the whole incident; newest last.

    When nothing came after that version (the page had shown it, or the word names none), the last thing others did.
    """
    code = report.task.unit.code
    changes = report.item.changes.filter(version__lt=report.version or 0).order_by("version")
    concern = [change for change in changes if _concerns(change, code) and change.actor_id != viewer.user_id]
    return [change for change in concern if change.version > report.seen] or concern[-1:]


def _concerns(change: Change, code: str) -> bool:
    if "standing" in change.data:
        return False
    return change.verb in _MOVED or code in change.data.get("units", ())


def accepted_tasks(item: Item) -> dict[int, datetime]:
    """When the crews said that they take their task, by task id."""
    taken = UnitReport.objects.filter(item=item, action="accept", standing=Standing.ENTERED)
    return dict(taken.values_list("task_id", "happened_at"))
