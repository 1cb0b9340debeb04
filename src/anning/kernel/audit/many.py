"""Inserting very many rows at once, as plain values: what takes an object and a statement apiece takes neither here.

Only for rows whose values the caller has made himself (history, imports): no signals, no defaults, no checks but
the database's own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, models

from anning.kernel.audit.rows import naive_utc

Row = Sequence[Any]
Convert = Callable[[Any], Any]


def reserve_ids(model: type[models.Model], count: int) -> range | list[int]:
    """`count` primary keys of a table that nobody else will be given, inside the caller's transaction.

    Insert rows with them before anything else is inserted there: SQLite, which has one writer at a time, counts on
    from the highest key that was used.
    """
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
            last = cursor.fetchone()[0]
            return range(last + 1, last + count + 1)
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [table, model._meta.pk.column, count],
        )
        return [found for (found,) in cursor.fetchall()]


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows of values for the fields `names`, inside the caller's transaction.

    Every field must be named that has no default in the database.

    Raises:
        django.db.Error: what the database says to a row it does not take; then none of them is in.
    """
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    ready = _converted(rows, [(place, convert) for place, field in enumerate(fields) if (convert := _converter(field))])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in ready:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # names of a model, no input
            cursor.executemany(statement, ready)


def _converted(rows: Iterable[Row], converters: Sequence[tuple[int, Convert]]) -> list[Row]:
    made: list[Row] = []
    for row in rows:
        values = list(row)
        for place, convert in converters:
            if values[place] is not None:
                values[place] = convert(values[place])
        made.append(values)
    return made


def _converter(field: Any) -> Convert | None:
    if isinstance(field, models.JSONField):
        return json.dumps
    if isinstance(field, models.DateTimeField) and connection.vendor == "sqlite":
        return naive_utc
    return None
