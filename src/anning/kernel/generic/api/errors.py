"""Turning the kernel's errors into answers: 404, 409 with what happened, 422 with the reason, 503."""

from typing import Any

from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI

from anning.kernel.generic.api.schemas import change_out
from anning.kernel.work.errors import ConflictError, NotVisibleError, RefusedError
from anning.kernel.work.models import Item
from anning.kernel.work.selectors.items import parse_number, since


def install(api: NinjaAPI, explain: Any) -> None:
    """Give `api` its handlers; `explain` puts a fault of the database into words."""

    def missing(request: HttpRequest, _error: Any) -> HttpResponse:
        return api.create_response(request, {"detail": "not found"}, status=404)

    def refused(request: HttpRequest, error: Any) -> HttpResponse:
        return api.create_response(request, {"detail": str(error)}, status=422)

    def conflict(request: HttpRequest, error: Any) -> HttpResponse:
        body = {"detail": str(error), "version": error.current, "changes": _meanwhile(error)}
        return api.create_response(request, body, status=409)

    def broken(request: HttpRequest, error: Any) -> HttpResponse:
        return api.create_response(request, {"detail": explain(error)}, status=503)

    for kind in (NotVisibleError, Http404):
        api.add_exception_handler(kind, missing)
    api.add_exception_handler(RefusedError, refused)
    api.add_exception_handler(ConflictError, conflict)
    api.add_exception_handler(Error, broken)


def _meanwhile(error: ConflictError) -> list[dict[str, Any]]:
    _prefix, pk = parse_number(error.number)
    item = Item.objects.filter(pk=pk).first()
    return [change_out(change).model_dump(mode="json") for change in since(item, error.seen)] if item else []
