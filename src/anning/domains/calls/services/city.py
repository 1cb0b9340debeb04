"""Loading a city's catalogue of calls, its protocols, routes and time limits, inside the caller's transaction."""

from anning.domains.calls.models import Category, Protocol, RelatedCategories, Route
from anning.domains.calls.selectors import board, catalogue, proposals, protocols
from anning.kernel.org.models import Agency
from anning.kernel.work.services.limits import set_limits
from anning.wire.city.folder import City


def load(city: City) -> dict[str, int]:
    """Store the city's part for calls; categories no longer in the folder stay, since calls may bear them.

    Returns how many of each were stored.
    """
    fields = ["name", "name_en", "level", "priority", "handled_by", "protocol", "order"]
    Category.objects.bulk_create(
        [
            Category(order=order, **{name: getattr(one, name) for name in ("code", *fields) if name != "order"})
            for order, one in enumerate(city.categories)
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=fields,
    )
    RelatedCategories.objects.bulk_create(
        [RelatedCategories(first=one.first, second=one.second, weight=one.weight) for one in city.related],
        update_conflicts=True,
        unique_fields=["first", "second"],
        update_fields=["weight"],
    )
    _protocols(city)
    _routes(city)
    set_limits(None, [(one.kind, one.clock, place, s) for one in city.limits for place, s in enumerate(one.seconds, 1)])
    for cached in (board, catalogue, proposals, protocols):
        cached.forget()
    return {"categories": len(city.categories), "protocols": len(city.protocols), "routes": len(city.routes)}


def _protocols(city: City) -> None:
    Protocol.objects.exclude(code__in=[one.code for one in city.protocols]).delete()
    Protocol.objects.bulk_create(
        [Protocol(code=one.code, name=one.name, name_en=one.name_en, tree=one.tree) for one in city.protocols],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "name_en", "tree"],
    )


def _routes(city: City) -> None:
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    Route.objects.all().delete()
    Route.objects.bulk_create(
        [
            Route(area_code=one.area_code, category=one.category, agency=agencies[one.agency], order=one.order)
            for one in city.routes
        ]
    )
