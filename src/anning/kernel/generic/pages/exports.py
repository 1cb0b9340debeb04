"""Taking data out: streamed, within the viewer's permission to export, and written to the audit trail first."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from anning.kernel.access.middleware import viewer
from anning.kernel.contract.kinds import EXPORT
from anning.kernel.generic.export import FORMATS, Rows, item_columns, item_rows, register_columns, register_rows
from anning.kernel.generic.query import ListQuery
from anning.kernel.generic.selectors import kind_for, register_for
from anning.kernel.generic.services import record_export
from anning.kernel.work.errors import NotVisibleError


@require_safe
def items(request: HttpRequest, kind: str, form: str) -> HttpResponseBase:
    """The items of a list, as narrowed in the address."""
    seer = viewer(request)
    declared, query = kind_for(seer, kind, EXPORT), ListQuery.read(request.GET.dict())
    answer = _stream(kind, form, item_rows(seer, declared, query), item_columns(declared))
    record_export(seer, f"work.{kind}", form, query.url(cursor=""))
    return answer


@require_safe
def register(request: HttpRequest, register: str, form: str) -> HttpResponseBase:
    """The rows of a register, as narrowed in the address."""
    seer = viewer(request)
    declared, query = register_for(seer, register, EXPORT), ListQuery.read(request.GET.dict())
    rows = register_rows(seer, declared, query.text, query.fields)
    answer = _stream(register, form, rows, register_columns(declared))
    record_export(seer, f"register.{register}", form, query.url(cursor=""))
    return answer


def _stream(name: str, form: str, rows: Rows, columns: list[str]) -> StreamingHttpResponse:
    if form not in FORMATS:
        raise NotVisibleError(form)
    write, media_type = FORMATS[form]
    stamp = f"{localtime(timezone.now()):%Y%m%d-%H%M}"
    answer = StreamingHttpResponse(_in_lumps(write(rows, columns)), content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}-{stamp}.{form}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _in_lumps(pieces: Iterator[str], size: int = 65_536) -> Iterator[str]:
    """Small pieces joined: a chunk a line would cost more than the line."""
    held: list[str] = []
    length = 0
    for piece in pieces:
        held.append(piece)
        length += len(piece)
        if length >= size:
            yield "".join(held)
            held, length = [], 0
    yield "".join(held)
