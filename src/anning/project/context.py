"""What the frame of every page shows."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from anning.kernel.access.middleware import viewer
from anning.kernel.contract import registry
from anning.kernel.places.selectors import city


def shell(request: HttpRequest) -> dict[str, Any]:
    """The city and the menu the viewer's roles open; nothing but the city for people not signed in."""
    if not hasattr(request, "viewer") or not request.user.is_authenticated:
        return {"city": city()}
    return {"city": city(), "menu": _menu(request)}


def _menu(request: HttpRequest) -> list[dict[str, Any]]:
    seer = viewer(request)
    entries = []
    for module in registry.modules():
        for page in module.pages:
            if page.in_menu and seer.holds(page.roles):
                url = reverse(f"{module.code}:{page.name}")
                active = request.path == url
                entries.append({"title": page.title, "url": url, "icon": page.icon, "active": active})
    return entries
