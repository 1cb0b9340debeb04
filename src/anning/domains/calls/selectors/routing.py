"""Who answers for a livelihood matter, by area and category."""

from anning.domains.calls.models import Route
from anning.kernel.org.models import Agency


def responsible(area_code: str, category: str) -> Agency | None:
    """The agency the city's routes name: the longest area, then the longest category, then the lowest order."""
    areas = [area_code[:length] for length in range(len(area_code) + 1)]
    parts = category.split(".")
    above = ["", *(".".join(parts[: depth + 1]) for depth in range(len(parts)))]
    fitting = Route.objects.filter(area_code__in=areas, category__in=above).select_related("agency")
    best = min(fitting, key=lambda one: (-len(one.area_code), -len(one.category), one.order, one.pk), default=None)
    return best.agency if best else None


def agencies() -> list[Agency]:
    """Every agency that can be asked, by kind and name."""
    return list(Agency.objects.order_by("kind", "name"))


def agency_named(pk: int | None) -> Agency | None:
    """The agency with this id, or None."""
    return Agency.objects.filter(pk=pk).first() if pk else None
