"""What is true of every incident and livelihood matter, whoever wrote it: a desk by the services, or a generator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from anning.domains.calls.folding import fold, stage
from anning.domains.calls.models import Call, Incident, Matter
from anning.domains.calls.selectors.tasks import tasks_since_opening
from anning.domains.calls.states import AT_WORK
from anning.kernel.contract import registry
from anning.kernel.contract.states import STAY
from anning.kernel.org.models import Agency, Unit
from anning.kernel.work.models import Change, Clock, Item, Share, Task

Rule = Callable[[Item, list[Change]], bool]
_STAY = frozenset({"note", "edit", "call-joined", "attach", "breach", "ask-joint", "unit"})
_TOLD = (("send", "assigned_at"), ("depart", "en_route_at"), ("arrive", "on_scene_at"))


def broken() -> Iterator[str]:
    """Every rule some incident, matter or unit breaks, with its number."""
    for item in Item.objects.filter(kind__in=("incident", "matter")).order_by("pk"):
        changes = list(Change.objects.filter(item=item).order_by("version"))
        for rule in (*RULES, *(INCIDENT_RULES if item.kind == "incident" else MATTER_RULES)):
            if not rule(item, changes):
                yield f"{item.number} ({item.state}): {rule.__doc__}"
    for unit in Unit.objects.order_by("code"):
        yield from (f"{unit.code}: {rule.__doc__}" for rule in UNIT_RULES if not rule(unit))


def _whole_timeline(item: Item, changes: list[Change]) -> bool:
    """the timeline has one row for each version, in the order of time"""
    versions = [change.version for change in changes]
    return versions == list(range(1, item.version + 1)) and all(a.at <= b.at for a, b in pairwise(changes))


def _legal_walk(item: Item, changes: list[Change]) -> bool:
    """it was opened in the first state, and went on by moves of the table alone, with a reason where one is needed"""
    table = registry.kind(item.kind).table
    if (changes[0].verb, changes[0].old, changes[0].new) != ("open", "", table.first.code):
        return False
    return all(after.old == before.new and _legal(item, after) for before, after in pairwise(changes))


def _legal(item: Item, change: Change) -> bool:
    if change.old == change.new and (change.verb in _STAY or change.verb.startswith("link-")):
        return True
    table = registry.kind(item.kind).table
    move = table.find(change.old, change.verb)
    if move is None or table.target_of(change.old, move).code != change.new:
        return False
    return bool(change.reason) or not move.needs_reason


def _says_its_state(item: Item, changes: list[Change]) -> bool:
    """its state, since when it is in it and when it was closed are those of the timeline"""
    table = registry.kind(item.kind).table
    moves = [(table.find(change.old, change.verb), change.at) for change in changes[1:]]
    since = [item.opened_at, *(at for move, at in moves if move and move.target != STAY)][-1]
    final = table.by_code[item.state].final
    return (item.state, item.state_at, item.closed_at) == (changes[-1].new, since, since if final else None)


def _runs_its_clocks(item: Item, changes: list[Change]) -> bool:
    """the clocks its states started and did not stop run on it and no others, and it says which is due next"""
    running: set[str] = set()
    table = registry.kind(item.kind).table
    for change in changes:
        for rule in registry.kind(item.kind).clocks if change.old != change.new else ():
            if rule.code not in running and change.new in rule.starts:
                running.add(rule.code)
            elif change.new in rule.stops or table.by_code[change.new].final:
                running.discard(rule.code)
    clocks = list(Clock.objects.filter(item=item, stopped_at=None))
    due = min((clock.due_at for clock in clocks if clock.due_at), default=None)
    return {clock.code for clock in clocks} == running and item.due_at == due


def _is_folded(item: Item, _changes: list[Change]) -> bool:
    """its state is the furthest stage of any unit on it; with a final state no unit is on it"""
    if item.closed_at:
        return not Task.objects.filter(item=item, ended_at=None).exists()
    return item.state == fold(tasks_since_opening(item))


def _tells_of_its_units(item: Item, changes: list[Change]) -> bool:
    """every stage of every unit on it stands on the timeline at its time, in order, and its agency takes part"""
    said = {(one.data.get("action"), code, one.at) for one in changes for code in one.data.get("units", ())}
    shared = set(Share.objects.filter(item=item).values_list("agency_id", flat=True))
    return all(
        task.unit.agency_id in shared
        and (task.ended_at is None) is (task.outcome == "")
        and _in_order(task)
        and all(getattr(task, name) is None or (action, task.unit.code, getattr(task, name)) in said
                for action, name in _TOLD)
        and (task.outcome != "cleared" or ("clear", task.unit.code, task.ended_at) in said)
        for task in Task.objects.filter(item=item).select_related("unit")
    )  # fmt: skip


def _in_order(task: Task) -> bool:
    times = [task.assigned_at, task.en_route_at, task.on_scene_at, task.ended_at]
    return all(a <= b for a, b in pairwise([at for at in times if at is not None]))


def _has_its_calls(item: Item, changes: list[Change]) -> bool:
    """it has its particulars, the call that opened it, and each call that joined it is on the timeline"""
    joined = sum(change.verb == "call-joined" for change in changes)
    return Incident.objects.filter(item=item).exists() and Call.objects.filter(item=item).count() == 1 + joined


def _has_who_answers(item: Item, changes: list[Change]) -> bool:
    """once handed over it names the agency that answers for it, which takes part, as the timeline says"""
    if item.state == "received" or not any(change.verb == "route" for change in changes):
        return item.state in ("received", "closed")
    said = [change.data["agency"] for change in changes if change.verb == "route"][-1]
    agency = Agency.objects.filter(pk=item.agency_id).first()
    return agency is not None and agency.code == said and Share.objects.filter(item=item, agency=agency).exists()


def _has_its_outcome(item: Item, changes: list[Change]) -> bool:
    """it has its one call and its particulars, and once dealt with it says how"""
    if Call.objects.filter(item=item).count() != 1:
        return False
    matter = Matter.objects.get(item=item)
    dealt_with = any(change.verb == "finish" for change in changes)
    return bool(matter.outcome) or not dealt_with


def _shows_its_stage(unit: Unit) -> bool:
    """its status is the stage of the task it is on, and no stage when it is on none"""
    task = Task.objects.filter(unit=unit, ended_at=None).first()
    return unit.status == stage(task) if task else unit.status not in AT_WORK


def _is_in_one_place(unit: Unit) -> bool:
    """it never was on two tasks at once"""
    tasks = Task.objects.filter(unit=unit).order_by("assigned_at")
    return all(one.ended_at is not None and one.ended_at <= two.assigned_at for one, two in pairwise(tasks))


RULES: tuple[Rule, ...] = (_whole_timeline, _legal_walk, _says_its_state, _runs_its_clocks)
INCIDENT_RULES: tuple[Rule, ...] = (_is_folded, _tells_of_its_units, _has_its_calls)
MATTER_RULES: tuple[Rule, ...] = (_has_who_answers, _has_its_outcome)
UNIT_RULES: tuple[Callable[[Unit], bool], ...] = (_shows_its_stage, _is_in_one_place)
