"""For tests of what happens at once, and of what somebody with the database owner's rights could do to the trail."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from django.db import connection

_TRIGGERS = import_module("anning.kernel.audit.migrations.0002_append_only")


def at_once(*jobs: Callable[[], object]) -> list[Any]:
    """Run the jobs in threads released together; returns what each returned or raised, in their order."""
    gate = threading.Barrier(len(jobs))
    results: list[Any] = [None] * len(jobs)

    def run(place: int, job: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            gate.wait(20)
            results[place] = job()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def unlock_trail() -> None:
    """Take the triggers away that make the trail append-only."""
    _execute(_TRIGGERS.DROP[connection.vendor])


@contextmanager
def trail_unlocked() -> Iterator[None]:
    """A stretch without those triggers."""
    unlock_trail()
    yield
    _execute(_TRIGGERS.MAKE[connection.vendor])


def _execute(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
