"""The pages of last resort, and the plain word for a database that cannot take or give anything."""

import sys

from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from anning.project.faults import explain

RETRY_AFTER_S = 5


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What does not exist for the viewer, whatever the reason."""
    if _wants_json(request):
        return JsonResponse({"detail": "not found"}, status=404)
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of the database is said as what it is (503); any other is a fault of the platform (500).

    Django calls this while it handles the fault, wherever below it arose: also in signing in or in middleware,
    which no handler of the API sees.
    """
    fault = sys.exc_info()[1]
    if isinstance(fault, Error):
        return unavailable(request, fault)
    if _wants_json(request):
        return JsonResponse({"detail": "a fault of the platform; it has been written to its log"}, status=500)
    return HttpResponse(render_plain("500.html"), status=500)


def render_plain(template: str, **context: str) -> str:
    """A page that needs neither request nor database."""
    return render_to_string(template, context)


def unavailable(request: HttpRequest, fault: Error) -> HttpResponse:
    """What is wrong with the database and what to do; reads nothing from it."""
    message, again = explain(fault), {"Retry-After": str(RETRY_AFTER_S)}
    if _wants_json(request):
        return JsonResponse({"detail": message}, status=503, headers=again)
    return HttpResponse(render_plain("503.html", message=message), status=503, headers=again)


def _wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
