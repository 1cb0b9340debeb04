"""Making deleted rows unreadable in the database's own files, as far as the database lets us."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def erasing() -> Iterator[None]:
    """A stretch in which what is deleted or overwritten is also wiped from the file of a SQLite database.

    SQLite otherwise leaves the bytes of a deleted row in free pages and in its log. Inside, freed bytes are set to
    zero; at the end the log is folded into the file, unless a transaction is still open. PostgreSQL offers no
    such thing: there the row cannot be read by SQL once deleted, its space is used again after a vacuum, and what
    is left of it is ciphertext (docs/background/personal-data.md).
    """
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete")
        before = cursor.fetchone()[0]
        cursor.execute("PRAGMA secure_delete = ON")
        try:
            yield
        finally:
            cursor.execute(_SETTINGS[before])
            if not connection.in_atomic_block:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


_SETTINGS = {0: "PRAGMA secure_delete = OFF", 1: "PRAGMA secure_delete = ON", 2: "PRAGMA secure_delete = FAST"}
