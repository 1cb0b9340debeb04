"""Where the interfaces are mounted."""

from dataclasses import dataclass

from django.apps import apps
from django.urls import URLResolver, include, path


@dataclass(frozen=True)
class Mount:
    """One interface: the start of its addresses, its URLconf, and the domain it speaks of (empty: any)."""

    prefix: str
    urls: str
    domain: str = ""


MOUNTS = (
    Mount("open311/", "anning.gateway.interfaces.open311.urls", "anning.domains.calls"),
    Mount("feeds/cap/", "anning.gateway.interfaces.cap.urls"),
    Mount("ogc/", "anning.gateway.interfaces.ogc.urls"),
)


def interface_patterns() -> list[URLResolver]:
    """The addresses other systems ask; those of a domain only where it is installed."""
    return [
        path(mount.prefix, include(mount.urls))
        for mount in MOUNTS
        if not mount.domain or apps.is_installed(mount.domain)
    ]
