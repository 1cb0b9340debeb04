"""Taking data out by machine: the same streams, permissions and entries of the trail as the pages' exports."""

from typing import Any, Literal

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Query, Router

from anning.kernel.contract.kinds import EXPORT, Field, Kind, Register
from anning.kernel.generic.api.asked import FilterIn, RowsIn
from anning.kernel.generic.api.auth import asking
from anning.kernel.generic.api.declared import asked, parameters
from anning.kernel.generic.api.problems import PROBLEMS
from anning.kernel.generic.export import item_columns, item_rows, register_columns, register_rows
from anning.kernel.generic.selectors import kind_for, register_for
from anning.kernel.generic.services import record_export
from anning.kernel.generic.streaming import stream

Form = Literal["csv", "json"]


def add(routes: Router, kind: Kind) -> None:
    """Give a kind's routes its export."""

    @routes.get(
        "/export/{form}",
        response={200: None, **PROBLEMS},
        operation_id=f"export_{kind.code}",
        openapi_extra=_extra(kind.fields),
    )
    def export(request: HttpRequest, form: Form, given: Query[FilterIn]) -> StreamingHttpResponse:
        """All items the filters leave, as CSV or one JSON array; the export is written to the audit trail."""
        seer = asking(request)
        declared, query = kind_for(seer, kind.code, EXPORT), given.query(asked(request))
        answer = stream(kind.code, form, item_rows(seer, declared, query), item_columns(declared))
        record_export(seer, f"work.{kind.code}", form, query.url())
        return answer


def add_register(routes: Router, register: Register) -> None:
    """Give a register's routes its export."""

    @routes.get(
        "/export/{form}",
        response={200: None, **PROBLEMS},
        operation_id=f"export_register_{register.code}",
        openapi_extra=_extra(register.fields),
    )
    def export(request: HttpRequest, form: Form, given: Query[RowsIn]) -> StreamingHttpResponse:
        """All rows the filters leave, as CSV or one JSON array; the export is written to the audit trail."""
        seer = asking(request)
        declared, query = register_for(seer, register.code, EXPORT), given.query(asked(request))
        rows = register_rows(seer, declared, query.text, query.fields)
        answer = stream(register.code, form, rows, register_columns(declared))
        record_export(seer, f"register.{register.code}", form, query.url(cursor=""))
        return answer


def _extra(fields: tuple[Field, ...]) -> dict[str, Any]:
    content = {"text/csv": {"schema": {"type": "string"}}, "application/json": {"schema": {"type": "array"}}}
    return {**parameters(fields), "responses": {200: {"description": "The data", "content": content}}}
