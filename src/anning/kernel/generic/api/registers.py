"""The operations of one register: list and get."""

from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field as Bound

from anning.kernel.contract.kinds import Register
from anning.kernel.generic.api.auth import asking
from anning.kernel.generic.api.problems import PROBLEMS
from anning.kernel.generic.api.schemas import Line, Text, plain
from anning.kernel.generic.query import ListQuery
from anning.kernel.generic.selectors import register_for, register_page, register_row, value_of


class RowsIn(Schema):
    """What of a register is asked for."""

    q: Line = ""
    after: Line = ""
    limit: int = Bound(50, ge=1, le=200)


class RowOut(Schema):
    """A row of a register."""

    key: Text
    fields: dict[str, Any]


class RowsOut(Schema):
    """A page of a register, and the key after which the next one starts."""

    rows: list[RowOut]
    next: str | None


def router(register: Register) -> Router:
    """The routes of `register`."""
    routes = Router(tags=[register.code])

    @routes.get("", response={200: RowsOut, **PROBLEMS}, operation_id=f"list_register_{register.code}")
    def list_rows(request: HttpRequest, given: Query[RowsIn]) -> RowsOut:
        """The rows in the order of their keys."""
        seer = asking(request)
        query = ListQuery(text=given.q, cursor=given.after, limit=given.limit)
        page = register_page(seer, register_for(seer, register.code), query)
        return RowsOut(rows=[_row(register, row) for row in page.rows], next=page.next or None)

    @routes.get("/{key}", response={200: RowOut, **PROBLEMS}, operation_id=f"get_register_{register.code}")
    def get_row(request: HttpRequest, key: str) -> RowOut:
        """One row."""
        seer = asking(request)
        return _row(register, register_row(seer, register_for(seer, register.code), key))

    return routes


def _row(register: Register, row: Model) -> RowOut:
    fields = {field.name: plain(value_of(row, field)) for field in register.fields}
    return RowOut(key=str(getattr(row, register.key_field)), fields=fields)
