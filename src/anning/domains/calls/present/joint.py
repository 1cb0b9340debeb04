"""A joint incident as its agencies side by side: the owner first, then each that was asked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from anning.domains.calls.folding import stage
from anning.domains.calls.models import JointTask
from anning.domains.calls.present.chips import due_clock, local, state_chip, unit_chip
from anning.domains.calls.selectors.incident import Whole
from anning.kernel.access.scope import Viewer
from anning.kernel.contract import registry
from anning.kernel.org.models import Agency
from anning.kernel.work.models import Task


def columns(seer: Viewer, whole: Whole, owner: Agency | None, now: datetime) -> list[dict[str, Any]]:
    """One column for each agency with a part in the incident that exists for the viewer; none when nobody was asked."""
    if not whole.joint:
        return []
    asked = {task.agency_id for task in whole.joint}
    rest = [task for task in whole.tasks if task.unit.agency_id not in asked]
    return [_owner(whole, owner, rest, now), *(_asked(seer, whole, task, now) for task in whole.joint)]


def _owner(whole: Whole, owner: Agency | None, tasks: Sequence[Task], now: datetime) -> dict[str, Any]:
    item = whole.item
    return {
        "agency": local(owner.name, owner.name_en) if owner else _("the desk"),
        "owner": True,
        "title": _("leads the incident"),
        "number": item.number,
        "state": state_chip(item.kind, item.state),
        "since": item.state_at,
        "clock": due_clock(item, now),
        "units": [_unit(task) for task in tasks if task.ended_at is None],
        "verbs": [],
    }


def _asked(seer: Viewer, whole: Whole, task: JointTask, now: datetime) -> dict[str, Any]:
    item = task.item
    return {
        "agency": local(task.agency.name, task.agency.name_en),
        "owner": False,
        "title": item.title,
        "number": item.number,
        "version": item.version,
        "state": state_chip(item.kind, item.state),
        "since": item.state_at,
        "clock": due_clock(item, now),
        "units": [_unit(one) for one in whole.tasks if one.ended_at is None and one.unit.agency_id == task.agency_id],
        "verbs": _verbs(seer, whole, task),
    }


def _unit(task: Task) -> dict[str, Any]:
    return {"code": task.unit.code, "state": unit_chip(stage(task))}


def _verbs(seer: Viewer, whole: Whole, task: JointTask) -> list[dict[str, Any]]:
    """What the viewer may do with an agency's task now."""
    kind, item = registry.kind("joint"), task.item
    return [
        {
            "verb": move.verb,
            "title": move.title,
            "needs_reason": move.needs_reason,
            "url": reverse("calls:joint_act", args=[whole.item.number, item.number, move.verb]),
        }
        for move in kind.table.from_state(item.state)
        if not move.internal and seer.scope_of(kind.code, move.who).admits(item.area_code, [task.agency_id])
    ]
