"""Turning the kernel's errors into pages, and opening the content security policy for the live feed."""

from collections.abc import Callable

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from anning.kernel.generic.present import conflict
from anning.kernel.work.errors import ConflictError, NotVisibleError, RefusedError
from anning.project.errors import not_found, unavailable
from anning.project.live import events_url, origin

Handler = Callable[[HttpRequest], HttpResponse]


class LiveFeedMiddleware:
    """Lets a page connect to the live feed when that has an origin of its own, and to no other."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        feed = origin(events_url(request))
        if feed:
            response._csp_update = {"connect-src": [feed]}  # type: ignore[attr-defined]  # django-csp's own channel
        return response


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
