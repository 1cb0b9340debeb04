"""Puts the viewer on every request."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from anning.kernel.access.scope import Viewer
from anning.kernel.access.selectors import viewer_of
from anning.kernel.org.models import User


class ViewerMiddleware:
    """Sets `request.viewer`, worked out when first asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.viewer = SimpleLazyObject(lambda: viewer_of(cast(User, request.user)))  # type: ignore[attr-defined]  # a request carries what middleware puts on it
        return self.get_response(request)


def viewer(request: HttpRequest) -> Viewer:
    """The viewer of `request`."""
    return cast(Viewer, request.viewer)  # type: ignore[attr-defined]  # a request carries what middleware puts on it
