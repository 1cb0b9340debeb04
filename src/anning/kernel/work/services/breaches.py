"""Telling that a time limit has passed: each step of the ladder once, to people on duty for whom the item exists.

Two workers may do this at once and any of them may be killed: a step and what says it was told are one transaction,
behind a lock on the item. Where nobody who should hear is on duty the step is kept and told to the first who comes.
"""

from datetime import datetime

from django.utils import timezone

from anning.kernel.access.scope import SYSTEM
from anning.kernel.audit.services import record
from anning.kernel.audit.transactions import writing
from anning.kernel.contract import registry
from anning.kernel.contract.clocks import ClockRule
from anning.kernel.org.models import User
from anning.kernel.org.selectors import duties_to_brief
from anning.kernel.org.services import mark_briefed
from anning.kernel.work.models import Alert, Clock, Item
from anning.kernel.work.selectors.hearers import hearers
from anning.kernel.work.services.clocks import next_rung
from anning.kernel.work.services.timeline import log_on, subject

BATCH = 500


def tick(now: datetime | None = None) -> int:
    """Tell every step that is due, then brief those who came on duty. Returns how many steps were told."""
    now, told = now or timezone.now(), 0
    due = Clock.objects.filter(next_at__lte=now).order_by("next_at").values_list("pk", "item_id")
    for pk, item_id in list(due[:BATCH]):
        with writing():
            told += _escalate(pk, item_id, now)
    return told + _brief(now)


def _escalate(pk: int, item_id: int, now: datetime) -> int:
    clock, rule = _locked(pk, item_id)
    if clock.next_at is None or clock.next_at > now or clock.stopped_at:
        return 0
    if rule is None or clock.rung >= len(rule.ladder):
        clock.next_at = None
        clock.save(update_fields=["next_at"])
        return 0
    clock.rung += 1
    clock.breached_at = clock.breached_at or now
    clock.next_at = next_rung(rule, clock)
    reached = _tell(clock, rule, clock.rung, now)
    if not reached:
        clock.unheard = ",".join(filter(None, [clock.unheard, str(clock.rung)]))
    clock.save(update_fields=["rung", "breached_at", "next_at", "unheard"])
    _write_down(clock, rule, clock.rung, reached, now)
    return 1


def _brief(now: datetime) -> int:
    """Tell those whose duty has begun what nobody heard; nothing to do, and one question, when no duty has."""
    fresh = list(duties_to_brief(now).values_list("pk", flat=True)[:BATCH])
    if not fresh:
        return 0
    told = 0
    waiting = Clock.objects.filter(unheard__gt="", stopped_at=None).order_by("pk")
    for pk, item_id in list(waiting.values_list("pk", "item_id")):
        with writing():
            told += _tell_late(pk, item_id, now)
    mark_briefed(fresh, now)
    return told


def _tell_late(pk: int, item_id: int, now: datetime) -> int:
    clock, rule = _locked(pk, item_id)
    rungs = [int(rung) for rung in clock.unheard.split(",") if rung]
    if rule is None or clock.stopped_at:
        return 0
    steps = range(1, len(rule.ladder) + 1)
    heard = {rung: reached for rung in rungs if rung in steps and (reached := _tell(clock, rule, rung, now))}
    if heard:
        clock.unheard = ",".join(str(rung) for rung in rungs if rung not in heard)
        clock.save(update_fields=["unheard"])
    for rung, reached in heard.items():
        _write_down(clock, rule, rung, reached, now)
    return len(heard)


def _locked(pk: int, item_id: int) -> tuple[Clock, ClockRule | None]:
    """The clock and its rule, the item locked first as every verb does; no rule when none is declared any more."""
    item = Item.objects.select_for_update().get(pk=item_id)
    clock = Clock.objects.select_for_update().get(pk=pk)
    clock.item = item
    kinds = {kind.code: kind for kind in registry.kinds()}
    rules = kinds[item.kind].clocks if item.kind in kinds else ()
    return clock, next((rule for rule in rules if rule.code == clock.code), None)


def _tell(clock: Clock, rule: ClockRule, rung: int, now: datetime) -> list[User]:
    reached = hearers(clock.item, rule.ladder[rung - 1].role, now)
    cause = f"breach:{clock.code}:{clock.started_at:%Y%m%d%H%M%S}:{rung}"
    alerts = [Alert(user=user, item=clock.item, cause=cause, at=now) for user in reached]
    Alert.objects.bulk_create(alerts, ignore_conflicts=True)
    return reached


def _write_down(clock: Clock, rule: ClockRule, rung: int, reached: list[User], now: datetime) -> None:
    told = [user.username for user in reached]
    data = {"clock": clock.code, "rung": rung, "role": rule.ladder[rung - 1].role, "told": told}
    log_on(SYSTEM, clock.item, "breach", now, data=data)
    record(None, "breach", subject(clock.item), data, at=now)
