"""The chores of the worker, put together from the kernel and the modules."""

from datetime import datetime
from importlib import import_module

from django.utils import timezone

from anning.domains.calls.services.proposals import propose_new
from anning.gateway.interfaces.webhooks.services import deliver
from anning.gateway.worker import Chore
from anning.kernel.contract import registry
from anning.kernel.figures.services import roll
from anning.kernel.importing.rejects import FOLDER, drop_left_files
from anning.kernel.org.services.tries import drop_sessions, drop_tries
from anning.kernel.people.erasing import erasing
from anning.kernel.people.services import personal_models, purge
from anning.kernel.search.services import index, put
from anning.kernel.work.services.breaches import tick
from anning.kernel.work.services.retention import drop_old_events, purge_words


def chores() -> list[Chore]:
    """Breaches each second, search each two, roll-ups each half minute, retention each hour."""
    return [
        Chore("breaches", 1.0, tick),
        Chore("same-event proposals", 1.0, propose_new),
        Chore("search index", 2.0, index),
        Chore("roll-up of figures", 30.0, roll),
        Chore("old live events", 600.0, drop_old_events),
        Chore("retention", 3600.0, purge_all),
    ]


def messengers() -> list[Chore]:
    """What waits for other systems: in a thread of its own, so that a slow one keeps no breach from being told."""
    return [Chore("webhooks", 1.0, deliver)]


def catch_up() -> None:
    """What the worker would do in the next minute after many rows came in: search index and figures."""
    index()
    roll()


def purge_all(now: datetime | None = None) -> dict[str, int]:
    """End everything past its retention: rows with personal fields, words and files of old work, files left by imports
    that died, tries to sign in, sessions, and what modules declare.

    Returns how many rows of each model (or files) went.
    """
    now = now or timezone.now()
    with erasing():
        gone = {model._meta.label: purge(now, model=model) for model in personal_models()}
        gone |= {"work.Item": purge_words(now, forget=put), FOLDER: drop_left_files(now)}
        gone |= {"axes.AccessAttempt": drop_tries(now), "sessions.Session": drop_sessions(now)}
        for module in registry.modules():
            for rule in module.retention:
                package, name = rule.purge.rsplit(".", 1)
                gone[rule.model] = getattr(import_module(package), name)(now)
    return gone
