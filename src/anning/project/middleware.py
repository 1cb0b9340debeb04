"""Signing in by API token, and turning the kernel's errors into answers."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from anning.kernel.access.middleware import viewer
from anning.kernel.org.selectors import user_of_token
from anning.kernel.work.errors import ConflictError, NotVisibleError, RefusedError
from anning.kernel.work.selectors.items import find, since

Handler = Callable[[HttpRequest], HttpResponse]


class TokenMiddleware:
    """Signs a request in by `Authorization: Bearer …`; such a request carries no cookie, so needs no CSRF proof."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return self.get_response(request)
        user = user_of_token(token.strip(), timezone.now())
        if user is None:
            return JsonResponse({"detail": "unknown or expired API token"}, status=401)
        request.user = user
        return self.get_response(request)


class ErrorMiddleware:
    """Pages: what does not exist for the viewer is 404, a conflict 409 with what happened, a refusal 422."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The answer to an error raised by a service or selector below a page."""
        if isinstance(error, NotVisibleError):
            raise Http404 from error
        if isinstance(error, ConflictError):
            return conflict(request, error)
        if isinstance(error, RefusedError):
            return render(request, "422.html", {"message": str(error)}, status=422)
        return None


def conflict(request: HttpRequest, error: ConflictError) -> HttpResponse:
    """The page that shows what somebody else did meanwhile."""
    item = find(viewer(request), error.number)
    context = {"item": item, "changes": since(item, error.seen), "message": str(error)}
    return render(request, "generic/conflict.html", context, status=409)
