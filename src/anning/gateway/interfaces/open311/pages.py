"""The addresses of GeoReport v2. Each answers in XML or JSON as its ending asks; a fault is told in the same form."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from anning.gateway.interfaces.asking import machine
from anning.gateway.interfaces.open311 import selectors
from anning.gateway.interfaces.open311.services import taking
from anning.kernel.access.scope import Viewer
from anning.kernel.work.errors import NotVisibleError, RefusedError
from anning.wire.open311.asked import read_report, read_search
from anning.wire.open311.codec import FORMS, Form, encode, encode_definition
from anning.wire.open311.values import Fault, Open311Error, Receipt, Service, ServiceRequest

View = Callable[..., HttpResponse]


class _FaultError(Exception):
    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.fault = Fault(status, words)


def _told(*methods: str) -> Callable[[View], View]:
    """Let a view be asked by `methods` for the city's own jurisdiction, and tell its faults as the standard says."""

    def around(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def asked(request: HttpRequest, *args: Any, form: Form, **given: Any) -> HttpResponse:
            try:
                _check(request, methods)
                return view(request, *args, form=form, **given)
            except _FaultError as error:
                fault = error.fault
            except (Open311Error, RefusedError) as error:
                fault = Fault(400, str(error))
            except NotVisibleError:
                fault = Fault(404, _("There is nothing of that id."))
            except Error:
                fault = Fault(503, _("The database cannot be reached now: send it again, it will be kept once."))
            return _answer(encode(Fault, [fault], form), form, fault.code)

        return cast(View, asked)

    return around


@_told("GET")
def service_list(request: HttpRequest, form: Form) -> HttpResponse:
    """GET services: open to anybody, as the catalogue is no secret."""
    return _answer(encode(Service, selectors.services(), form), form)


@_told("GET")
def service_definition(request: HttpRequest, code: str, form: Form) -> HttpResponse:
    """GET a service's definition."""
    found = selectors.definition(code)
    if found is None:
        raise _FaultError(404, _("service_code “%(code)s” is not offered here.") % {"code": code})
    return _answer(encode_definition(found, form), form)


@_told("GET", "POST")
def requests(request: HttpRequest, form: Form) -> HttpResponse:
    """GET requests within the key's scope; POST a request."""
    return _create(request, form) if request.method == "POST" else _find(request, form)


@_told("GET")
def one_request(request: HttpRequest, number: str, form: Form) -> HttpResponse:
    """GET one request."""
    found = selectors.matter(_asking(request), number)
    return _answer(encode(ServiceRequest, [found], form), form)


@_told("GET")
def token(request: HttpRequest, token: str, form: Form) -> HttpResponse:
    """GET the id of the request that was sent under a key."""
    return _answer(encode(Receipt, [selectors.receipt_of(_asking(request), token)], form), form)


def _find(request: HttpRequest, form: Form) -> HttpResponse:
    search = read_search({name: str(value) for name, value in request.GET.items()}, timezone.now())
    return _answer(encode(ServiceRequest, selectors.matters(_asking(request), search), form), form)


def _create(request: HttpRequest, form: Form) -> HttpResponse:
    rows = [(name, str(value)) for name, values in request.POST.lists() for value in values]
    viewer, key = _asking(request), request.headers.get("Idempotency-Key", "")[:200]
    receipt, created = taking.report(viewer, read_report(rows), key, timezone.now())
    return _answer(encode(Receipt, [receipt], form), form, 201 if created else 200)


def _check(request: HttpRequest, methods: tuple[str, ...]) -> None:
    if (request.method or "").replace("HEAD", "GET") not in methods:
        raise _FaultError(405, _("This is asked for by %(methods)s.") % {"methods": ", ".join(methods)})
    asked, own = _given(request, "jurisdiction_id"), selectors.jurisdiction()
    if asked and asked != own:
        words = _("jurisdiction_id “%(asked)s” was not found: here it is “%(own)s”.")
        raise _FaultError(404, words % {"asked": asked, "own": own})
    if any("\0" in value for values in (*_lists(request),) for value in values):
        raise _FaultError(400, _("A field holds a NUL character, which is no text."))


def _asking(request: HttpRequest) -> Viewer:
    viewer = machine(request, _given(request, "api_key"))
    if viewer.user_id is None:
        raise _FaultError(403, _("api_key was not provided or is not valid: ask the city for one."))
    return viewer


def _given(request: HttpRequest, name: str) -> str:
    return str(request.POST.get(name) or request.GET.get(name) or "")


def _lists(request: HttpRequest) -> list[list[str]]:
    return [[str(one) for one in values] for query in (request.GET, request.POST) for _, values in query.lists()]


def _answer(body: bytes, form: Form, status: int = 200) -> HttpResponse:
    return HttpResponse(body, status=status, headers={"Content-Type": FORMS[form], "Cache-Control": "no-store"})
