"""Asking other systems over HTTP: a plain request with a time limit, and faults that say what to do."""

from collections.abc import Mapping
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

TIMEOUT_S = 30.0
LARGEST_BYTES = 16 * 1024 * 1024


class OtherSystemError(RuntimeError):
    """Another system could not be asked, or refused; says which address, how, and what to look at.

    `body` is what it answered, `status` the HTTP status, 0 when it did not answer at all.
    """

    def __init__(self, message: str, status: int = 0, body: bytes = b"") -> None:
        super().__init__(message)
        self.status = status
        self.body = body


class _NoRedirect(HTTPRedirectHandler):
    """A token is not carried on to wherever an answer points."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """None: a redirection is answered as the fault it then is."""


def ask(url: str, *, data: bytes | None = None, headers: Mapping[str, str] | None = None) -> bytes:
    """The body of the answer to a GET or, with `data`, a POST.

    Raises:
        ValueError: the address is no http or https address.
        OtherSystemError: there is no answer, one of 300 and above, or one too large.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError(f"{url} is no http or https address")
    request = Request(url, data=data, headers=dict(headers or {}))  # noqa: S310  # the scheme is checked above
    try:
        with build_opener(_NoRedirect).open(request, timeout=TIMEOUT_S) as answer:
            body: bytes = answer.read(LARGEST_BYTES + 1)
    except HTTPError as error:
        said = f"{shown(url)} answered {error.code} {error.reason}"
        raise OtherSystemError(said, error.code, error.read()) from error
    except (URLError, OSError) as error:
        why = getattr(error, "reason", error)
        raise OtherSystemError(f"{shown(url)} cannot be reached ({why}): check address and network") from error
    if len(body) > LARGEST_BYTES:
        raise OtherSystemError(f"{shown(url)} answered with more than {LARGEST_BYTES:,} bytes")
    return body


def shown(url: str) -> str:
    """An address without its query, which may hold a key."""
    return url.partition("?")[0]
