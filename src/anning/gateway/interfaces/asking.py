"""Which viewer a machine speaks for: by a bearer token, by a token as the password of Basic, or by a key it sends."""

import base64
import binascii

from django.http import HttpRequest
from django.utils import timezone

from anning.kernel.access.middleware import viewer
from anning.kernel.access.scope import NOBODY, Viewer
from anning.kernel.access.selectors import viewer_of
from anning.kernel.org.selectors import user_of_token


def machine(request: HttpRequest, key: str = "") -> Viewer:
    """The viewer of the token in the `Authorization` header or, without one, of `key`; `NOBODY` when neither holds.

    A session counts for nothing here: what is posted needs no proof against forgery, since no browser adds a token.
    """
    token = _token(request.headers.get("Authorization", "")) or key
    return viewer_of(user_of_token(token, timezone.now())) if token else NOBODY


def reader(request: HttpRequest) -> Viewer:
    """The viewer of a token or, where no `Authorization` header was sent, of a signed-in browser. Only for reading."""
    return machine(request) if "Authorization" in request.headers else viewer(request)


def _token(header: str) -> str:
    scheme, _space, rest = header.partition(" ")
    if scheme.casefold() == "bearer":
        return rest.strip()
    if scheme.casefold() != "basic":
        return ""
    try:
        return base64.b64decode(rest, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""
