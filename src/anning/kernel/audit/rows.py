"""Inserting one row by SQL compiled once per model: the hot path of intake, where the ORM's own compiling costs more
than the database does.

Every column is given, defaults come from the model's constructor as always, and values are adapted by the fields
themselves where they are not what the database takes as it is; only signals and `auto_now` are left out, and models
written here use neither.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from json import dumps
from operator import attrgetter
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models

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
    keyed: bool


def insert(row: M) -> M:
    """Insert `row` and set its key. Raises `django.db.IntegrityError` as `save` does."""
    base = connections[DEFAULT_DB_ALIAS]
    plan = _plan(type(row), base.vendor)
    values = [
        value if (kind := type(value)) is plain or kind is NONE else adapt(value)
        for value, (plain, adapt) in zip(plan.read(row), plan.ready, strict=True)
    ]
    with base.cursor() as cursor:
        cursor.execute(plan.sql, values)
        if plan.keyed:
            row.pk = cursor.fetchone()[0]
    row._state.adding = False
    row._state.db = base.alias
    return row


@lru_cache(maxsize=64)
def _plan(model: type[models.Model], vendor: str) -> _Insert:
    base, meta = connections[DEFAULT_DB_ALIAS], model._meta
    fields = [field for field in meta.concrete_fields if not getattr(field, "db_returning", False)]
    quote = base.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({marks})"
    made = next((field for field in meta.concrete_fields if field not in fields), None)
    return _Insert(
        f"{sql} RETURNING {quote(str(made.column))}" if made else sql,
        attrgetter(*(field.attname for field in fields)),
        tuple((_plain(field), _adapter(field, vendor)) for field in fields),
        made is not None,
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
