"""Sending units, following them, and sharing an item with an agency; inside the caller's transaction."""

from datetime import datetime

from django.utils.translation import gettext as _

from anning.kernel.org.models import Agency, Unit, UnitStatus
from anning.kernel.org.selectors import crew
from anning.kernel.org.services import set_unit_status
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.models import Alert, Item, Share, Task

_STAGE_FIELD = {"en_route": "en_route_at", "on_scene": "on_scene_at"}


def send(item: Item, unit: Unit, now: datetime) -> Task:
    """Send a free unit to an item and tell its crew on duty.

    Raises:
        RefusedError: the unit is off duty or busy.
    """
    locked = Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    if locked.status != UnitStatus.FREE or Task.objects.filter(unit=locked, ended_at=None).exists():
        status = UnitStatus(locked.status).label
        raise RefusedError(_("%(unit)s is not free: %(status)s.") % {"unit": locked.code, "status": status})
    task = Task.objects.create(item=item, unit=locked, assigned_at=now)
    set_unit_status(locked.pk, UnitStatus.ASSIGNED, now)
    told = [Alert(user=user, item=item, cause=f"task:{task.pk}", at=now) for user in crew(locked.pk, now)]
    Alert.objects.bulk_create(told, ignore_conflicts=True)
    share(item, locked.agency, now)
    return task


def reach(task: Task, stage: str, now: datetime) -> None:
    """Record that a unit is `en_route` or `on_scene`.

    Raises:
        RefusedError: the task has ended, or the time lies before the stage before it.
    """
    if task.ended_at:
        raise RefusedError(_("%(unit)s has ended this task.") % {"unit": task.unit.code})
    if now < (task.en_route_at or task.assigned_at):
        raise RefusedError(_("That time lies before the stage before it."))
    setattr(task, _STAGE_FIELD[stage], now)
    task.save()
    set_unit_status(task.unit_id, stage, now)


def fill(task: Task, stage: str, at: datetime) -> None:
    """Enter when a unit reached a stage, heard of after what came next; what the unit does now is left alone."""
    setattr(task, _STAGE_FIELD[stage], at)
    task.save()


def end(task: Task, outcome: str, now: datetime) -> None:
    """End a task (`cleared`, `declined`, `stood_down`) and free its unit."""
    task.ended_at, task.outcome = now, outcome
    task.save()
    set_unit_status(task.unit_id, UnitStatus.FREE, now)


def share(item: Item, agency: Agency, now: datetime) -> Share:
    """Let an agency take part in an item; it then sees the item wherever it is."""
    return Share.objects.get_or_create(item=item, agency=agency, defaults={"at": now})[0]
