"""The chores of the worker, put together from the kernel and the modules."""

from anning.gateway.worker import Chore
from anning.kernel.figures.services import roll
from anning.kernel.search.services import index
from anning.kernel.work.services.clocks import tick
from anning.kernel.work.services.retention import drop_old_events


def chores() -> list[Chore]:
    """Breaches each second, roll-ups each half minute, retention each hour."""
    return [
        Chore("breaches", 1.0, tick),
        Chore("search index", 2.0, index),
        Chore("roll-up of figures", 30.0, roll),
        Chore("old live events", 600.0, drop_old_events),
    ]
