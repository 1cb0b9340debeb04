"""URLs assembled from the modules' declarations, and the generic pages' own under `generic`."""

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path

from anning.kernel.access.middleware import viewer
from anning.kernel.contract import registry
from anning.kernel.contract.module import Module, Page
from anning.kernel.generic.pages import acting, detail, editing, exports, history, home, imports, lists, maps, registers
from anning.kernel.generic.pages.searching import search
from anning.kernel.work.errors import NotVisibleError

ITEM = "work/<slug:kind>/<str:number>"
View = Callable[..., HttpResponseBase]


def _at(route: str, view: View, name: str) -> URLPattern:
    return path(route, login_required(view), name=name)


_PATTERNS = [
    _at("", home.home, "home"),
    _at("search", search, "search"),
    _at("alerts", home.alerts, "alerts"),
    _at("alerts/seen", home.seen, "alerts_seen"),
    _at("duty", home.duty, "duty"),
    _at("map/", maps.city_map, "map"),
    path("map/base.geojson", maps.base, name="base_map"),
    _at("map/layers/<slug:kind>.geojson", maps.work_layer, "work_layer"),
    _at("map/layers/<slug:module>/<slug:layer>.geojson", maps.module_layer, "module_layer"),
    _at("registers/", registers.index, "registers"),
    _at("registers/<slug:register>/", registers.rows, "register"),
    _at("registers/<slug:register>/export.<slug:form>", exports.register, "register_export"),
    _at("registers/<slug:register>/rows/<path:key>", registers.row, "register_row"),
    _at("work/<slug:kind>/", lists.items, "list"),
    _at("work/<slug:kind>/new", editing.create, "create"),
    _at("work/<slug:kind>/export.<slug:form>", exports.items, "export"),
    _at("work/<slug:kind>/import/", imports.choose, "import"),
    _at("work/<slug:kind>/import/<int:run>", imports.run, "import_run"),
    _at("work/<slug:kind>/import/<int:run>/rejects.csv", imports.rejects, "import_rejects"),
    _at("work/<slug:kind>/import/<int:run>/rows/<int:line>", imports.row, "import_row"),
    _at(ITEM, detail.item, "detail"),
    _at(f"{ITEM}/edit", editing.edit, "edit"),
    _at(f"{ITEM}/history", history.history, "history"),
    _at(f"{ITEM}/act/<slug:verb>", acting.act, "act"),
    _at(f"{ITEM}/note", acting.note, "note"),
    _at(f"{ITEM}/links/<int:link>/<slug:state>", acting.link, "link"),
    _at(f"{ITEM}/files", acting.attach, "attach"),
    _at(f"{ITEM}/files/<slug:sha256>", acting.file, "file"),
]


def generic_patterns() -> tuple[list[URLPattern], str]:
    """The generic pages with their namespace; only the base map is open to anybody."""
    return _PATTERNS, "generic"


def module_patterns() -> list[URLResolver]:
    """One URL namespace for each module with pages of its own."""
    return [
        path(f"{module.code}/", include((_pages(module), module.code))) for module in registry.modules() if module.pages
    ]


def _pages(module: Module) -> list[URLPattern]:
    return [path(page.path, _guarded(page), name=page.name) for page in module.pages]


def _guarded(page: Page) -> View:
    """The page's view behind the sign-in; it does not exist for who holds none of its roles."""
    package, name = page.view.rsplit(".", 1)
    view: View = getattr(import_module(package), name)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not viewer(request).holds(page.roles):
            raise NotVisibleError(page.name)
        return view(request, *args, **kwargs)

    return login_required(guarded)
