"""Copying a database out and in: SQLite by its backup API, PostgreSQL table by table by COPY.

Neither needs the database's own client programs. Both copy one consistent moment while the platform runs.
"""

import sqlite3
from pathlib import Path

from django.db import connection
from django.db.backends.utils import CursorWrapper

from anning.gateway.backup.archive import BackupError

SQLITE_MEMBER = "database/anning.sqlite3"


def copy_out(folder: Path) -> list[tuple[str, Path]]:
    """Copy the database into files of `folder`; returns their member names and paths."""
    return _sqlite_out(folder) if connection.vendor == "sqlite" else _postgresql_out(folder)


def copy_in(folder: Path) -> None:
    """Put a database copied out by `copy_out` in place of the present, migrated and empty, one."""
    if connection.vendor == "sqlite":
        _sqlite_in(folder)
    else:
        _postgresql_in(folder)


def is_empty() -> bool:
    """Whether the database holds no work, no user and no audit entry (or no tables at all)."""
    names = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in ("work_item", "org_user", "audit_entry"):
            if table in names:
                cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")
                if cursor.fetchone():
                    return False
    return True


def _sqlite_out(folder: Path) -> list[tuple[str, Path]]:
    target = folder / "anning.sqlite3"
    connection.ensure_connection()
    with sqlite3.connect(target) as copy:
        connection.connection.backup(copy)
    copy.close()
    return [(SQLITE_MEMBER, target)]


def _sqlite_in(folder: Path) -> None:
    source = folder / SQLITE_MEMBER
    if not source.is_file():
        raise BackupError("this backup is of a PostgreSQL database: point ANNING_DATABASE_URL at one to restore it")
    connection.ensure_connection()
    with sqlite3.connect(source) as copy:
        copy.backup(connection.connection)
    copy.close()
    connection.close()


def _postgresql_out(folder: Path) -> list[tuple[str, Path]]:
    made = []
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for table in sorted(connection.introspection.table_names(cursor)):
            path = folder / f"{table}.copy"
            with path.open("wb") as stream, cursor.copy(f'COPY "{table}" TO STDOUT (FORMAT binary)') as rows:
                for block in rows:
                    stream.write(block)
            made.append((f"database/{table}.copy", path))
        cursor.execute("COMMIT")
    return made


def _postgresql_in(folder: Path) -> None:
    files = sorted((folder / "database").glob("*.copy"))
    if not files:
        raise BackupError("this backup is of a SQLite database: point ANNING_DATABASE_URL at one to restore it")
    with connection.cursor() as cursor:
        known = set(connection.introspection.table_names(cursor))
        unknown = [path.stem for path in files if path.stem not in known]
        if unknown:
            raise BackupError(f"the backup holds tables this version does not know: {unknown}; restore it with its own")
        cursor.execute("BEGIN")
        # A trail in use may not be emptied, except here, where another whole trail takes its place at once.
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_no_truncate")
        cursor.execute("TRUNCATE " + ", ".join(f'"{path.stem}"' for path in files))
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_no_truncate")
        for path in files:
            with (
                path.open("rb") as stream,
                cursor.copy(f'COPY "{path.stem}" FROM STDIN (FORMAT binary)') as rows,
            ):
                while block := stream.read(1 << 20):
                    rows.write(block)
            _reset_sequences(cursor, path.stem)
        cursor.execute("COMMIT")


def _reset_sequences(cursor: CursorWrapper, table: str) -> None:
    for sequence in connection.introspection.get_sequences(cursor, table):
        column = sequence["column"]
        newest = f"""SELECT setval(pg_get_serial_sequence('"{table}"', '{column}'), max("{column}")) FROM "{table}" """
        cursor.execute(newest)
