"""The addresses of OGC API Features. Landing page, API and conformance are open; collections are for a viewer."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from anning.gateway.interfaces.asking import reader
from anning.gateway.interfaces.ogc import selectors
from anning.kernel.access.scope import Viewer
from anning.kernel.places.selectors import city
from anning.kernel.work.errors import NotVisibleError
from anning.wire.ogc import documents
from anning.wire.ogc.asked import read_query, refuse_unknown
from anning.wire.ogc.openapi import openapi
from anning.wire.ogc.values import OgcError

View = Callable[..., HttpResponse]


class _UnknownError(Exception):
    """Nobody we know asks."""


def _told(view: View) -> View:
    """Answer a fault as the standard's exception; a stranger is asked for a token."""

    @require_safe
    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
        try:
            return view(request, *args, **given)
        except OgcError as error:
            return _answer(documents.fault("InvalidParameterValue", str(error)), status=400)
        except _UnknownError:
            answer = _answer(documents.fault("Unauthorized", _("Send a token: Bearer, or Basic with it.")), status=401)
            answer["WWW-Authenticate"] = 'Basic realm="Anning"'
            return answer
        except NotVisibleError:
            return _answer(documents.fault("NotFound", _("There is nothing of that id.")), status=404)
        except Error:
            words = _("The database cannot be reached now: ask again in a moment.")
            return _answer(documents.fault("ServerBusy", words), status=503)

    return asked


@_told
def landing(request: HttpRequest) -> HttpResponse:
    """The landing page."""
    _plain(request)
    description = _("Work and map layers of the city, within what exists for who asks.")
    return _answer(documents.landing(_root(request), _title(), description))


@_told
def conformance(request: HttpRequest) -> HttpResponse:
    """The conformance classes."""
    _plain(request)
    return _answer(documents.conformance())


@_told
def api(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, with the collections of who asks."""
    _plain(request)
    found = selectors.collections(reader(request))
    return _answer(openapi(_root(request), _title(), found), documents.OPENAPI)


@_told
def collections(request: HttpRequest) -> HttpResponse:
    """The collections."""
    _plain(request)
    return _answer(documents.collections(_root(request), selectors.collections(_asking(request))))


@_told
def collection(request: HttpRequest, code: str) -> HttpResponse:
    """One collection."""
    _plain(request)
    return _answer(documents.collection(_root(request), selectors.collection(_asking(request), code)))


@_told
def queryables(request: HttpRequest, code: str) -> HttpResponse:
    """What one can ask of a collection."""
    _plain(request)
    found = selectors.collection(_asking(request), code)
    return _answer(documents.queryables(_root(request), found), documents.SCHEMA)


@_told
def items(request: HttpRequest, code: str) -> HttpResponse:
    """A page of a collection's features."""
    viewer = _asking(request)
    found, asked = selectors.collection(viewer, code), _given(request)
    page = selectors.features(viewer, code, read_query(asked, found.filters))
    root, now = _root(request), timezone.now()
    told = documents.page(root, found, asked, page.features, now, cursor=page.cursor, matched=page.matched)
    return _answer(told, documents.GEOJSON)


@_told
def item(request: HttpRequest, code: str, feature: str) -> HttpResponse:
    """One feature."""
    _plain(request)
    viewer = _asking(request)
    found = selectors.collection(viewer, code)
    return _answer(
        documents.feature(_root(request), found, selectors.feature(viewer, code, feature)), documents.GEOJSON
    )


def _asking(request: HttpRequest) -> Viewer:
    viewer = reader(request)
    if viewer.user_id is None:
        raise _UnknownError
    return viewer


def _given(request: HttpRequest) -> dict[str, str]:
    return {name: str(value) for name, value in request.GET.items()}


def _plain(request: HttpRequest) -> None:
    refuse_unknown(_given(request))


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("ogc:landing")).rstrip("/")


def _title() -> str:
    found = city()
    return f"Anning · {found.name}" if found else "Anning"


def _answer(told: documents.Document, kind: str = documents.JSON, status: int = 200) -> HttpResponse:
    body = json.dumps(told, ensure_ascii=False, allow_nan=False).encode()
    return HttpResponse(body, status=status, headers={"Content-Type": kind, "Cache-Control": "no-store"})
