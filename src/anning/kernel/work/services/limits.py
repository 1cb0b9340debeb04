"""A city's own time limits."""

from collections.abc import Iterable

from anning.kernel.audit.services import Actor, record
from anning.kernel.audit.transactions import writing
from anning.kernel.work.models import ClockLimit
from anning.kernel.work.selectors.clocks import forget_limits


def set_limits(actor: Actor | None, rows: Iterable[tuple[str, str, int, int]]) -> int:
    """Store limits given as (kind, clock, priority, seconds); those not named stay. Returns how many."""
    limits = [ClockLimit(kind=k, clock=c, priority=p, seconds=s) for k, c, p, s in rows]
    with writing():
        ClockLimit.objects.bulk_create(
            limits,
            update_conflicts=True,
            unique_fields=["kind", "clock", "priority"],
            update_fields=["seconds"],
        )
        record(actor, "limits", "work.clocklimit", {"count": len(limits)})
    forget_limits()
    return len(limits)
