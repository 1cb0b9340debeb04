"""Who answers for a livelihood matter, by area and category."""

from collections.abc import Iterable
from functools import cache

from anning.domains.calls.models import Route
from anning.kernel.org.models import Agency
from anning.kernel.work.models import Item


def responsible(area_code: str, category: str) -> Agency | None:
    """The agency the city's routes name: the longest area, then the longest category, then the lowest order."""
    areas = [area_code[:length] for length in range(len(area_code) + 1)]
    return _named(Route.objects.filter(area_code__in=areas).select_related("agency"), area_code, category)


def responsible_for(wanted: Iterable[tuple[str, str]]) -> list[Agency | None]:
    """The agency the city's routes name for each (area code, category); the routes are read once."""
    routes = list(Route.objects.select_related("agency"))
    named = cache(lambda area_code, category: _named(routes, area_code, category))
    return [named(area_code, category) for area_code, category in wanted]


def _named(routes: Iterable[Route], area_code: str, category: str) -> Agency | None:
    within = f"{category}."
    fitting = [
        one
        for one in routes
        if area_code.startswith(one.area_code) and (not one.category or within.startswith(f"{one.category}."))
    ]
    best = min(fitting, key=lambda one: (-len(one.area_code), -len(one.category), one.order, one.pk), default=None)
    return best.agency if best else None


def agencies() -> list[Agency]:
    """Every agency that can be asked, by kind and name."""
    return list(Agency.objects.order_by("kind", "name"))


def agency_named(pk: int | None) -> Agency | None:
    """The agency with this id, or None."""
    return Agency.objects.filter(pk=pk).first() if pk else None


def owner_of(item: Item) -> Agency | None:
    """The one agency that leads an incident: the one it was given to, else the police of the smallest area round it."""
    if item.agency_id:
        return agency_named(item.agency_id)
    areas = [item.area_code[:length] for length in range(len(item.area_code) + 1)]
    police = list(Agency.objects.filter(kind="police", area_code__in=areas))
    return max(police, key=lambda one: (len(one.area_code), -one.pk), default=None)
