"""Who is asking: a bearer token, or the session of a browser with its CSRF proof; never both."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import APIKeyCookie, HttpBearer

from anning.kernel.access.middleware import viewer
from anning.kernel.access.scope import Viewer
from anning.kernel.org.models import User
from anning.kernel.org.selectors import user_of_token


class TokenAuth(HttpBearer):
    """`Authorization: Bearer …` with a token made by `anning token make`."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """The user the token speaks for; the request's viewer becomes theirs."""
        user = user_of_token(token, timezone.now())
        if user:
            request.user = user
        return user


class SessionAuth(APIKeyCookie):
    """The session cookie of a signed-in browser; writes need the CSRF header. Ignored beside a bearer token."""

    param_name = "anning_session"

    def __init__(self) -> None:
        super().__init__(csrf=True)

    def __call__(self, request: HttpRequest) -> Any | None:
        """Nobody when an `Authorization` header was sent: a wrong token is not covered up by a cookie."""
        return None if "Authorization" in request.headers else super().__call__(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        """The signed-in user."""
        return request.user if isinstance(request.user, User) and request.user.is_authenticated else None


AUTH = [TokenAuth(), SessionAuth()]


def asking(request: HttpRequest) -> Viewer:
    """The viewer behind an authenticated API request."""
    return viewer(request)
