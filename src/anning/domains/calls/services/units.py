"""Sending units and following them: one verb, one transaction, one audit entry; the incident's state is folded."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from anning.domains.calls.folding import CLEARED, STAGES, STOOD_DOWN, TAKEN_OVER, fold, stage
from anning.domains.calls.module import INCIDENT_KIND
from anning.domains.calls.selectors.tasks import tasks_since_opening, unit_for, working_task
from anning.domains.calls.services.board import tell_units
from anning.domains.calls.states import AT_WORK, INCIDENT, SEND, TAKE_OVER, UNIT_ACTIONS, UnitAction
from anning.kernel.access.scope import Viewer
from anning.kernel.audit.services import record
from anning.kernel.audit.transactions import writing
from anning.kernel.contract.states import STAY, Transition
from anning.kernel.org.models import Unit
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.models import Change, Item, Task
from anning.kernel.work.selectors.items import find, involved
from anning.kernel.work.services import tasks
from anning.kernel.work.services.items import apply, check_version
from anning.kernel.work.services.timeline import subject, trace

_STAGE = {"depart": "en_route", "arrive": "on_scene"}
_OUTCOME = {"clear": CLEARED, "stand_down": STOOD_DOWN}


def assign(
    viewer: Viewer,
    number: str,
    codes: Sequence[str],
    *,
    version: int | None,
    reason: str = "",
    recommended: Sequence[str] = (),
    now: datetime | None = None,
) -> Item:
    """Send the units called `codes` to an incident, all or none.

    `recommended` are the units that were recommended when somebody chose; who leaves one of them out says why, and
    the timeline keeps both.

    Raises:
        NotVisibleError: the incident or a unit does not exist for the viewer.
        ConflictError: somebody changed the incident since `version`.
        RefusedError: no unit named, a unit is not free, the incident is closed, or a recommended unit was left out
            without a reason.
    """
    now = now or timezone.now()
    wanted = list(dict.fromkeys(codes))
    if not wanted:
        raise RefusedError(_("Name at least one unit to send."))
    passed = [code for code in dict.fromkeys(recommended) if code not in wanted]
    if passed and not reason.strip():
        raise RefusedError(_("Say why you do not send %(units)s, as recommended.") % {"units": "、".join(passed)})
    with writing():
        item = _held(viewer, number, version, SEND, reason)
        _refuse_closed(item)
        units = [unit_for(viewer, code, item) for code in wanted]
        for unit in units:
            tasks.send(item, unit, now)
        instead = {"instead_of": passed} if passed else {}
        enter(viewer, item, SEND, now, reason=reason, data={"units": wanted, **instead})
    return item


def report(
    viewer: Viewer,
    number: str,
    code: str,
    action: str,
    *,
    version: int | None = None,
    reason: str = "",
    at: datetime | None = None,
    now: datetime | None = None,
) -> Item:
    """Record that a unit departs, arrives or clears, or stand it down; a repeated report changes nothing.

    `at` is when it happened if that is not now (a report by radio, or one that waited for the network).

    Raises:
        NotVisibleError: the incident or the unit does not exist for the viewer.
        ConflictError: `version` was given and somebody changed the incident since.
        RefusedError: the unit is not on this incident, or the time is impossible.
    """
    now = now or timezone.now()
    at = at or now
    with writing():
        item = find(viewer, number, lock=True, kind=INCIDENT_KIND.code)
        what = _action(action)
        unit = unit_for(viewer, code, item)
        if _done_already(item, unit, action):
            return item
        _check(viewer, item, what, version, reason, [unit.pk])
        task = working_task(item, unit)
        _check_time(task, at, now)
        if action in _STAGE:
            tasks.reach(task, _STAGE[action], at)
        else:
            tasks.end(task, _OUTCOME[action], at)
        enter(viewer, item, what, now, at=at, reason=reason, data={"units": [code]})
    return item


def stand_down_all(
    viewer: Viewer, number: str, *, version: int | None, reason: str, now: datetime | None = None
) -> Item:
    """Stand down every unit still on an incident, so that it waits again.

    An incident from an import may stand at work without a unit of its own; that is set right by the same verb.

    Raises: as `report`; `RefusedError` when no unit is out and the incident does not say so either.
    """
    now = now or timezone.now()
    with writing():
        what = _action("stand_down")
        item = _held(viewer, number, version, what, reason)
        working = list(Task.objects.filter(item=item, ended_at=None).select_related("unit").order_by("pk"))
        if not working and item.state not in AT_WORK:
            raise RefusedError(_("No unit is on this incident."))
        for task in working:
            tasks.end(task, STOOD_DOWN, now)
        enter(viewer, item, what, now, reason=reason, data={"units": [task.unit.code for task in working]})
    return item


def take_over(
    viewer: Viewer,
    number: str,
    leaving: str,
    coming: str,
    *,
    version: int | None,
    reason: str,
    now: datetime | None = None,
) -> Item:
    """Let the unit `coming` take over from the unit `leaving`, in one step. Raises as `assign` and `report`."""
    now = now or timezone.now()
    with writing():
        item = _held(viewer, number, version, TAKE_OVER, reason)
        task = working_task(item, unit_for(viewer, leaving, item))
        tasks.send(item, unit_for(viewer, coming, item), now)
        tasks.end(task, TAKEN_OVER, now)
        data = {"units": [leaving, coming], "leaving": leaving, "coming": coming}
        enter(viewer, item, TAKE_OVER, now, reason=reason, data=data)
    return item


def _action(code: str) -> UnitAction:
    action = UNIT_ACTIONS.get(code)
    if action is None or code not in (*_STAGE, *_OUTCOME):
        raise RefusedError(_("“%(action)s” is nothing a unit can report.") % {"action": code})
    return action


def _held(viewer: Viewer, number: str, version: int | None, action: UnitAction, reason: str) -> Item:
    """The incident, locked, after every check that needs no task."""
    item = find(viewer, number, lock=True, kind=INCIDENT_KIND.code)
    _check(viewer, item, action, version, reason, involved(item)[1])
    return item


def _check(viewer: Viewer, item: Item, action: UnitAction, version: int | None, reason: str, units: list[int]) -> None:
    check_version(item, version)
    if not viewer.scope_of(item.kind, action.who).admits(item.area_code, (), units):
        raise RefusedError(_("Your role may not do “%(verb)s”.") % {"verb": action.title})
    if action.needs_reason and not reason.strip():
        raise RefusedError(_("“%(verb)s” needs a reason.") % {"verb": action.title})


def _refuse_closed(item: Item) -> None:
    if item.closed_at:
        raise RefusedError(_("%(number)s is closed: reopen it before sending units.") % {"number": item.number})


def _done_already(item: Item, unit: Unit, action: str) -> bool:
    """Whether the unit's newest task here has this behind it: a double tap, or a report sent twice."""
    task = Task.objects.filter(item=item, unit=unit).order_by("-pk").first()
    if task is None:
        return False
    if action in _STAGE:
        return task.ended_at is None and STAGES.index(stage(task)) >= STAGES.index(_STAGE[action])
    return task.outcome == _OUTCOME[action]


def _check_time(task: Task, at: datetime, now: datetime) -> None:
    last = task.on_scene_at or task.en_route_at or task.assigned_at
    if at < last:
        clock = timezone.localtime(last).strftime("%H:%M:%S")
        raise RefusedError(
            _("%(unit)s cannot have done that before %(time)s, its last report.")
            % {"unit": task.unit.code, "time": clock}
        )
    if at > now:
        raise RefusedError(_("A report cannot lie in the future: check the clock of the sender."))


def enter(
    viewer: Viewer,
    item: Item,
    action: UnitAction,
    now: datetime,
    *,
    at: datetime | None = None,
    reason: str,
    data: Mapping[str, Any],
) -> Change:
    """Fold the incident's state, write timeline, clocks, events and the one audit entry, in the caller's transaction.

    `at` is when it happened if that is not now; the incident itself never moves to before where it stands.
    """
    old, target = item.state, fold(tasks_since_opening(item))
    what, move = {"action": action.code, **data}, _move(old, target)
    moment = at or now
    if move.target != STAY:
        moment = max(moment, item.state_at)
    change = apply(viewer, item, INCIDENT_KIND, move, now=moment, reason=reason, data=what)
    tell_units(data["units"], item)
    body = {"from": old, "to": item.state, **what, **trace(change)}
    record(viewer, action.code, subject(item), body, at=now)
    return change


def _move(state: str, target: str) -> Transition:
    """The internal move of the table from `state` to the folded state."""
    wanted = STAY if target == state else target
    for move in INCIDENT.from_state(state):
        if move.internal and move.target == wanted:
            return move
    raise RefusedError(_("The incident cannot go from “%(old)s” to “%(new)s”.") % {"old": state, "new": target})
