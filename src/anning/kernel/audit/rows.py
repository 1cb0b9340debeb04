"""Inserting one row by SQL compiled once per model: the hot path of intake, where the ORM's own compiling costs more
than the database does.

Every column is given, defaults come from the model's constructor as always, and values are adapted by the fields
themselves; only signals and `auto_now` are left out, and models written here use neither.
"""

from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field, Model

M = TypeVar("M", bound=Model)


def insert(row: M) -> M:
    """Insert `row` and set its key. Raises `django.db.IntegrityError` as `save` does."""
    sql, fields, keyed = _compiled(type(row), connection.vendor)
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        if keyed:
            row.pk = cursor.fetchone()[0]
    row._state.adding = False
    row._state.db = "default"
    return row


@lru_cache(maxsize=64)
def _compiled(model: type[Model], _vendor: str) -> tuple[str, list["Field[Any, Any]"], bool]:
    meta = model._meta
    fields = [field for field in meta.concrete_fields if not getattr(field, "db_returning", False)]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({marks})"
    made = next((field for field in meta.concrete_fields if field not in fields), None)
    return (f"{sql} RETURNING {quote(str(made.column))}" if made else sql), fields, made is not None
