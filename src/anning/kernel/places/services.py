"""Loading a city's areas, sites and names, inside the caller's transaction."""

from collections.abc import Sequence

from anning.engines.space.areas import label_point, to_wkb
from anning.kernel.places import selectors
from anning.kernel.places.models import Area, City, PlaceName, Site
from anning.wire.city.folder import City as Folder
from anning.wire.city.records import AreaRecord, PlaceRecord, SiteRecord

BATCH = 500


def load_places(city: Folder) -> dict[str, int]:
    """Store the city's areas, sites and gazetteer in place of what was loaded before; returns how many of each."""
    _areas(city)
    Site.objects.exclude(code__in=[one.code for one in city.sites]).delete()
    fields = ["kind", "name", "name_en", "lon", "lat", "area_code", "address"]
    Site.objects.bulk_create(
        [
            Site(**{name: getattr(one, name) for name in ("code", *fields)} | {"area_code": one.area_code or code})
            for one, code in zip(city.sites, _codes(city.sites), strict=True)
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=fields,
    )
    _names(city)
    return {"areas": len(city.areas), "sites": len(city.sites), "names": PlaceName.objects.count()}


def _areas(city: Folder) -> None:
    kept = [one.code for one in city.areas]
    for level in range(5, 0, -1):
        Area.objects.filter(level=level).exclude(code__in=kept).delete()
    known: dict[str, int] = {}
    for level in range(1, 6):
        rows = [_area(one, known) for one in city.areas if one.level == level]
        Area.objects.bulk_create(
            rows,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["level", "name", "name_en", "parent", "shape", "lon", "lat", "approximate", "source"],
        )
        known |= dict(Area.objects.filter(level=level).values_list("code", "pk"))
    _city(city)


def _area(one: AreaRecord, known: dict[str, int]) -> Area:
    lon, lat = label_point(one.shape.geometry)
    above = max((code for code in known if one.code.startswith(code)), key=len, default=None)
    return Area(
        code=one.code,
        level=one.level,
        name=one.name,
        name_en=one.name_en,
        parent_id=known[above] if above else None,
        shape=to_wkb(one.shape.geometry),
        lon=lon,
        lat=lat,
        approximate=one.approximate,
        source=one.source,
    )


def _city(city: Folder) -> None:
    facts = city.facts
    before = City.objects.order_by("pk").first()
    made = before or City(code=facts.code)
    for name in (
        "code",
        "name",
        "name_en",
        "time_zone",
        "crs_epsg",
        "lon",
        "lat",
        "zoom",
        "note",
        "note_en",
        "is_demo",
    ):
        setattr(made, name, getattr(facts, name))
    made.base_map = dict(city.base_map)
    made.revision = before.revision + 1 if before else 1
    made.save()
    selectors.forget()


def _names(city: Folder) -> None:
    PlaceName.objects.all().delete()
    codes = _codes(city.places)
    rows = [
        PlaceName(
            name=one.name,
            name_en=one.name_en,
            kind=one.kind,
            lon=one.lon,
            lat=one.lat,
            radius_m=one.radius_m,
            weight=one.weight,
            area_code=one.area_code or code,
        )
        for one, code in zip(city.places, codes, strict=True)
    ]
    PlaceName.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


def _codes(records: Sequence[SiteRecord] | Sequence[PlaceRecord]) -> list[str]:
    places = selectors.locate([one.lon for one in records], [one.lat for one in records])
    return [place.area_code for place in places]
