"""Where a point lies, what a name means, and the areas of the city."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field as Bound

from anning.kernel.generic.api.problems import PROBLEMS
from anning.kernel.generic.api.schemas import Code, Latitude, Line, Longitude
from anning.kernel.places.selectors import Place, children, locate, locate_one, path_label, search_names
from anning.kernel.work.errors import RefusedError

MOST = 10_000
routes = Router(tags=["places"])


class PointIn(Schema):
    """A position, WGS-84 degrees."""

    lon: Longitude
    lat: Latitude


class PlaceOut(Schema):
    """The deepest area a position lies in, empty outside the city."""

    area_code: str
    area: str
    outside: bool


class NameOut(Schema):
    """A place found by its name."""

    name: str
    name_en: str
    kind: str
    lon: float
    lat: float
    radius_m: float
    area_code: str
    score: float
    why: str


class AreaOut(Schema):
    """An area."""

    code: str
    level: int
    name: str
    name_en: str
    lon: float
    lat: float
    approximate: bool


class NamesIn(Schema):
    """A name to look for: Chinese, pinyin, initials, or nearly so."""

    q: Line
    limit: int = Bound(10, ge=1, le=50)


@routes.post("/locate", response={200: list[PlaceOut], **PROBLEMS}, operation_id="locate")
def locate_points(request: HttpRequest, points: list[PointIn]) -> list[PlaceOut]:
    """The place of each point, at most 10,000 at once."""
    if len(points) > MOST:
        raise RefusedError(_("At most %(most)d points can be placed at once.") % {"most": MOST})
    found = locate([point.lon for point in points], [point.lat for point in points]) if points else []
    return [_place(place) for place in found]


@routes.get("/locate", response={200: PlaceOut, **PROBLEMS}, operation_id="locate_one")
def locate_point(request: HttpRequest, given: Query[PointIn]) -> PlaceOut:
    """The place of one point."""
    return _place(locate_one(given.lon, given.lat))


@routes.get("/names", response={200: list[NameOut], **PROBLEMS}, operation_id="search_names")
def names(request: HttpRequest, given: Query[NamesIn]) -> list[NameOut]:
    """Places of the gazetteer, best match first."""
    return [NameOut(**vars(found)) for found in search_names(given.q, given.limit)]


@routes.get("/areas", response={200: list[AreaOut], **PROBLEMS}, operation_id="list_areas")
def areas(request: HttpRequest, below: Code = "") -> list[AreaOut]:
    """The areas directly below one, the districts when none is named."""
    names = ("code", "level", "name", "name_en", "lon", "lat", "approximate")
    return [AreaOut(**{name: getattr(area, name) for name in names}) for area in children(below)]


def _place(place: Place) -> PlaceOut:
    area = path_label(place.area_code) if place.area_code else ""
    return PlaceOut(area_code=place.area_code, area=area, outside=place.outside)
