"""Starting, pausing and stopping clocks as items move. Telling breaches is `services.breaches`."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from anning.kernel.contract.clocks import ClockRule
from anning.kernel.contract.kinds import Kind
from anning.kernel.work import calendars
from anning.kernel.work.models import Clock, Item
from anning.kernel.work.selectors.clocks import limit_of


def first(item: Item, kind: Kind, now: datetime) -> list[Clock]:
    """The clocks of a new item in its first state, not stored yet; the item's next limit is set."""
    fresh = [_started(item, rule, now) for rule in kind.clocks if item.state in rule.starts]
    item.due_at = min((clock.due_at for clock in fresh if clock.due_at), default=None)
    return fresh


def enter(item: Item, kind: Kind, old: str, new: str, now: datetime) -> None:
    """Move every clock of `kind` as the item goes from state `old` to `new`; the caller saves the item."""
    if not kind.clocks or old == new:
        return
    running = {clock.code: clock for clock in Clock.objects.filter(item=item, stopped_at=None)}
    for clock in _moved(item, kind, running, new, now):
        clock.save()
    item.due_at = _next_due(running.values())


def standing(item: Item, kind: Kind, walk: Iterable[tuple[str, datetime]]) -> list[Clock]:
    """The clocks still running on an item that went through the states of `walk` at those times.

    They are not stored yet; the item's next limit is set. None for an item that is closed.
    """
    clocks: dict[str, Clock] = {}
    for state, at in walk:
        _moved(item, kind, clocks, state, at)
        clocks = {code: clock for code, clock in clocks.items() if clock.stopped_at is None}
    item.due_at = _next_due(clocks.values())
    return list(clocks.values())


def retime(item: Item, kind: Kind, now: datetime) -> None:
    """Give running clocks the limit of the item's new priority; the caller saves the item."""
    rules = {rule.code: rule for rule in kind.clocks}
    dues = []
    for clock in Clock.objects.filter(item=item, stopped_at=None):
        rule = rules[clock.code]
        if clock.paused_at is None:
            clock.spent_s = _spent_s(clock, rule, now)
        clock.limit_s = limit_of(kind.code, rule, item.priority)
        if clock.paused_at is None:
            _run(clock, rule, now)
        clock.save()
        dues.append(clock.due_at)
    item.due_at = min((due for due in dues if due), default=None)


def _moved(item: Item, kind: Kind, running: dict[str, Clock], new: str, now: datetime) -> list[Clock]:
    """Bring the running clocks (by code) to the state `new`, new ones among them; returns those that changed."""
    changed = []
    for rule in kind.clocks:
        clock = running.get(rule.code)
        if clock is None and new in rule.starts:
            running[rule.code] = clock = _started(item, rule, now)
        elif clock and (new in rule.stops or kind.table.by_code[new].final):
            _stop(clock, now)
        elif clock and new in rule.pauses and clock.paused_at is None:
            _pause(clock, rule, now)
        elif clock and clock.paused_at and new not in rule.pauses:
            _resume(clock, rule, now)
        else:
            continue
        changed.append(clock)
    return changed


def _next_due(clocks: Iterable[Clock]) -> datetime | None:
    return min((clock.due_at for clock in clocks if clock.due_at and not clock.stopped_at), default=None)


def _started(item: Item, rule: ClockRule, now: datetime) -> Clock:
    limit = limit_of(item.kind, rule, item.priority)
    due = calendars.add(rule.calendar, now, limit)
    clock = Clock(item=item, code=rule.code, started_at=now, limit_s=limit, due_at=due)
    clock.next_at = next_rung(rule, clock)
    return clock


def next_rung(rule: ClockRule, clock: Clock) -> datetime | None:
    """When the next step of the ladder is to be told; None when there is none left or the clock stands still."""
    if clock.due_at is None or clock.rung >= len(rule.ladder):
        return None
    return clock.due_at + timedelta(seconds=rule.ladder[clock.rung].after_s)


def _stop(clock: Clock, now: datetime) -> None:
    clock.stopped_at, clock.next_at, clock.unheard = now, None, ""


def _pause(clock: Clock, rule: ClockRule, now: datetime) -> None:
    clock.spent_s = _spent_s(clock, rule, now)
    clock.paused_at, clock.due_at, clock.next_at = now, None, None


def _resume(clock: Clock, rule: ClockRule, now: datetime) -> None:
    clock.paused_at = None
    _run(clock, rule, now)


def _run(clock: Clock, rule: ClockRule, now: datetime) -> None:
    """Let the clock run on from `now` with what is left of its limit (nothing, when it is overdrawn)."""
    clock.due_at = calendars.add(rule.calendar, now, max(clock.limit_s - clock.spent_s, 0))
    clock.next_at = next_rung(rule, clock)


def _spent_s(clock: Clock, rule: ClockRule, now: datetime) -> float:
    """How much of the limit a running clock has used by `now`, counted back from when it is due."""
    if clock.due_at is None:
        return clock.spent_s
    if now <= clock.due_at:
        return clock.limit_s - calendars.between(rule.calendar, now, clock.due_at)
    return clock.limit_s + calendars.between(rule.calendar, clock.due_at, now)
