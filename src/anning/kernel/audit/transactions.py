"""One write transaction, with SQLite's writers queued instead of racing.

SQLite lets one writer in at a time and makes the others sleep and retry, which gives waits of half a second at
the tail. A file lock taken before `BEGIN` queues them in order; on other databases it is not needed.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, transaction

_local = threading.local()


@contextmanager
def writing() -> Iterator[None]:
    """A write transaction: all that happens inside is committed together, durably, or not at all.

    Nested calls join the outer transaction.
    """
    if connection.in_atomic_block or connection.vendor != "sqlite":
        with transaction.atomic():
            yield
        return
    with _queued(str(connection.settings_dict["NAME"])), transaction.atomic():
        yield


@contextmanager
def piped() -> Iterator[None]:
    """Inside `writing()`: send PostgreSQL statements without waiting for the answer to each; the last is waited for.

    For inserts by `audit.rows` and for reading. Not for `save` and `update`, which ask at once how many rows there
    were, nor for `COPY`. A fault shows at the next answer asked for, or at the end. SQLite has nobody to wait for.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


@contextmanager
def _queued(name: str) -> Iterator[None]:
    if name == ":memory:" or name.startswith("file:"):
        yield
        return
    lock = _lock_file(name)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(lock, fcntl.LOCK_UN)


def _lock_file(name: str) -> int:
    held: dict[str, int] = _local.__dict__.setdefault("held", {})
    if name not in held:
        held[name] = os.open(Path(f"{name}.writer"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    return held[name]
