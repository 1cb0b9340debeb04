"""Taking data out: streamed, within the viewer's permission to export, and written to the audit trail first."""

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from anning.kernel.access.middleware import viewer
from anning.kernel.contract.kinds import EXPORT
from anning.kernel.generic.export import item_columns, item_rows, register_columns, register_rows
from anning.kernel.generic.query import ListQuery
from anning.kernel.generic.selectors import kind_for, register_for
from anning.kernel.generic.services import record_export
from anning.kernel.generic.streaming import stream


@require_safe
def items(request: HttpRequest, kind: str, form: str) -> HttpResponseBase:
    """The items of a list, as narrowed in the address."""
    seer = viewer(request)
    declared, query = kind_for(seer, kind, EXPORT), ListQuery.read(request.GET.dict())
    answer = stream(kind, form, item_rows(seer, declared, query), item_columns(declared))
    record_export(seer, f"work.{kind}", form, query.url(cursor=""))
    return answer


@require_safe
def register(request: HttpRequest, register: str, form: str) -> HttpResponseBase:
    """The rows of a register, as narrowed in the address."""
    seer = viewer(request)
    declared, query = register_for(seer, register, EXPORT), ListQuery.read(request.GET.dict())
    rows = register_rows(seer, declared, query.text, query.fields)
    answer = stream(register, form, rows, register_columns(declared))
    record_export(seer, f"register.{register}", form, query.url(cursor=""))
    return answer
