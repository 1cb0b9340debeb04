"""Turning the kernel's errors into pages, and opening the content security policy for the live feed."""

from collections.abc import Callable

from csp.middleware import CSPMiddleware, PolicyParts
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from anning.kernel.generic.present import conflict
from anning.kernel.work.errors import ConflictError, NotVisibleError, RefusedError
from anning.project.errors import not_found, unavailable
from anning.project.live import events_url, origin

Handler = Callable[[HttpRequest], HttpResponse]


class PolicyMiddleware(CSPMiddleware):
    """The content security policy, which lets pages connect to the live feed where that has an origin of its own."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """The parts of the settings, and the feed's origin for this request's host."""
        parts = super().get_policy_parts(request, response, report_only)
        feed = origin(events_url(request))
        if feed:
            parts.update = {**(parts.update or {}), "connect-src": [feed]}
        return parts


class ErrorMiddleware:
    """Pages: what does not exist for the viewer is 404, a conflict 409, a refusal 422, a fault of the database 503."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The answer to an error raised below a page; None leaves it to Django."""
        try:
            return _answer(request, error)
        except NotVisibleError as gone:
            return not_found(request, gone)
        except Error as fault:
            return unavailable(request, fault)


def _answer(request: HttpRequest, error: Exception) -> HttpResponse | None:
    if isinstance(error, NotVisibleError):
        return not_found(request, error)
    if isinstance(error, ConflictError):
        return render(request, "generic/conflict.html", conflict.context(request, error), status=409)
    if isinstance(error, RefusedError):
        return render(request, "422.html", {"message": str(error)}, status=422)
    if isinstance(error, Error):
        return unavailable(request, error)
    return None
