"""Where browsers find the live feed, as an address and as an origin for the content security policy."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest

PATH = "/events"


def events_url(request: HttpRequest) -> str:
    """The address of the feed: as set, on the set port of the host asked, or on the same origin."""
    if settings.EVENTS_URL:
        return str(settings.EVENTS_URL)
    host = _host(request) if settings.EVENTS_PORT else ""
    return f"{request.scheme}://{host}:{settings.EVENTS_PORT}{PATH}" if host else PATH


def origin(url: str) -> str:
    """Scheme, host and port of an absolute address; empty for one on the same origin."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _host(request: HttpRequest) -> str:
    """The host asked, without its port; empty when it is none this installation answers to."""
    try:
        host = urlsplit(f"//{request.get_host()}").hostname or ""
    except DisallowedHost:
        return ""
    return f"[{host}]" if ":" in host else host
