"""Inserting one row by SQL compiled once per model: the hot path of intake, where the ORM's own compiling costs more
than the database does.

Every column is given, defaults come from the model's constructor as always, and values are adapted by the fields
themselves where they are not what the database takes as it is; only signals and `auto_now` are left out, and models
written here use neither.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from json import dumps
from operator import attrgetter
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from psycopg import Cursor

M = TypeVar("M", bound=models.Model)
Adapt = Callable[[Any], Any]
NONE = type(None)
_PLAIN: dict[type[models.Field[Any, Any]], type] = {
    models.CharField: str,
    models.TextField: str,
    models.FloatField: float,
    models.BooleanField: bool,
    models.BigAutoField: int,
    models.BigIntegerField: int,
    models.PositiveIntegerField: int,
    models.PositiveBigIntegerField: int,
    models.PositiveSmallIntegerField: int,
}
"""The type of the values that a column of each kind takes just as they are."""


@dataclass(frozen=True)
class _Insert:
    """How rows of one model are inserted: the statement, how to read their values, and how each is made ready."""

    sql: str
    read: Callable[[models.Model], tuple[Any, ...]]
    ready: tuple[tuple[type, Adapt], ...]
    key: str


def insert(row: M, *, keyed: bool = True) -> M:
    """Insert `row` and set its key, if it has none yet. Raises `django.db.IntegrityError` as `save` does.

    `keyed=False` spares PostgreSQL's answer where nobody needs the key: it is then not set.
    """
    base = connections[DEFAULT_DB_ALIAS]
    plan = _plan(type(row), base.vendor, row.pk is not None)
    values = [
        value if (kind := type(value)) is plain or kind is NONE else adapt(value)
        for value, (plain, adapt) in zip(plan.read(row), plan.ready, strict=True)
    ]
    if base.vendor == "sqlite":
        made = run(plan.sql, values)
        if plan.key:
            row.pk = made.lastrowid
    elif plan.key and keyed:
        row.pk = run(f"{plan.sql} RETURNING {plan.key}", values).fetchone()[0]
    else:
        run(plan.sql, values)
    row._state.adding = False
    row._state.db = base.alias
    return row


def reserve(*rows: models.Model | None) -> None:
    """Give rows that are still to be inserted their keys, all in one question, where the database hands keys out.

    SQLite, which tells a key with the row for nothing, is not asked.
    """
    wanted = [row for row in rows if row is not None]
    if connections[DEFAULT_DB_ALIAS].vendor == "sqlite":
        return
    sequences = (f"nextval(pg_get_serial_sequence('{row._meta.db_table}', '{row._meta.pk.column}'))" for row in wanted)
    for row, key in zip(wanted, run(f"SELECT {', '.join(sequences)}", ()).fetchone(), strict=True):
        row.pk = key


def run(sql: str, values: Sequence[Any]) -> Any:
    """Run one statement of the hot path, kept prepared by the connection, and return the database's own cursor.

    Django's cursors are gone round only while nobody listens to them.
    """
    base = connections[DEFAULT_DB_ALIAS]
    base.ensure_connection()
    if base.execute_wrappers or base.queries_logged:
        cursor = base.cursor()
        cursor.execute(sql, values)
        return cursor
    with base.wrap_database_errors:
        if base.vendor == "sqlite":
            return base.connection.execute(sql.replace("%s", "?"), values)
        return Cursor(base.connection).execute(sql, values, prepare=True)


@lru_cache(maxsize=128)
def _plan(model: type[models.Model], vendor: str, given: bool) -> _Insert:
    """The plan for rows of `model`; `given` says whether they bring their keys, where keys are handed out at all."""
    base, meta = connections[DEFAULT_DB_ALIAS], model._meta
    fields = [field for field in meta.concrete_fields if given or not getattr(field, "db_returning", False)]
    quote = base.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    made = next((field for field in meta.concrete_fields if field not in fields), None)
    return _Insert(
        f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({marks})",
        attrgetter(*(field.attname for field in fields)),
        tuple((_plain(field), _adapter(field, vendor)) for field in fields),
        quote(str(made.column)) if made else "",
    )


def _plain(field: models.Field[Any, Any]) -> type:
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return _PLAIN.get(type(field), NONE)


def _adapter(field: models.Field[Any, Any], vendor: str) -> Adapt:
    if type(field) is models.JSONField:
        return dumps
    if type(field) is models.DateTimeField and vendor == "sqlite":
        return naive_utc
    return lambda value: field.get_db_prep_save(value, connections[DEFAULT_DB_ALIAS])


def naive_utc(moment: datetime) -> str:
    """An aware moment as SQLite keeps it."""
    return str(moment.astimezone(UTC).replace(tzinfo=None))
