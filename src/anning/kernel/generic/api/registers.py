"""The operations of one register: list and get."""

from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from ninja import Query, Router, Schema

from anning.kernel.contract.kinds import Register
from anning.kernel.generic.api import exports
from anning.kernel.generic.api.asked import RowsIn
from anning.kernel.generic.api.auth import asking
from anning.kernel.generic.api.declared import asked, parameters
from anning.kernel.generic.api.problems import PROBLEMS
from anning.kernel.generic.api.schemas import Text, plain
from anning.kernel.generic.selectors import register_for, register_page, register_row, value_of


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
    exports.add_register(routes, register)

    @routes.get(
        "",
        response={200: RowsOut, **PROBLEMS},
        operation_id=f"list_register_{register.code}",
        openapi_extra=parameters(register.fields),
    )
    def list_rows(request: HttpRequest, given: Query[RowsIn]) -> RowsOut:
        """The rows in the order of their keys."""
        seer = asking(request)
        query = given.query(asked(request))
        page = register_page(seer, register_for(seer, register.code), query)
        return RowsOut(rows=[_row(register, row) for row in page.rows], next=page.next or None)

    @routes.get("/{path:key}", response={200: RowOut, **PROBLEMS}, operation_id=f"get_register_{register.code}")
    def get_row(request: HttpRequest, key: str) -> RowOut:
        """One row."""
        seer = asking(request)
        return _row(register, register_row(seer, register_for(seer, register.code), key))

    return routes


def _row(register: Register, row: Model) -> RowOut:
    fields = {field.name: plain(value_of(row, field)) for field in register.fields}
    return RowOut(key=str(getattr(row, register.key_field)), fields=fields)
