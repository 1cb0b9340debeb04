"""Where a point lies, what a name means, and the areas above and below; cached per process.

The caches hold immutable indexes of one `City.revision`; a new revision, looked for every few seconds, makes
them anew.
"""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

import numpy as np
from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from shapely.geometry import mapping

from anning.engines.space.areas import from_wkb
from anning.engines.space.gazetteer import GazetteerIndex
from anning.engines.space.locate import Locator
from anning.kernel.places.models import Area, City, Level, PlaceName, Site

RECHECK_S = 5.0


@dataclass(frozen=True)
class Place:
    """Where a point lies: the code of the deepest area holding it, and whether it is outside the city."""

    area_code: str
    outside: bool


@dataclass(frozen=True)
class AreaLabel:
    """An area's names, for showing a code to people."""

    name: str
    name_en: str
    level: int


@dataclass(frozen=True)
class Found:
    """A name found in the gazetteer, with how well and why it matched."""

    name: str
    name_en: str
    kind: str
    lon: float
    lat: float
    radius_m: float
    area_code: str
    score: float
    why: str


def site_points(codes: Collection[str]) -> dict[str, tuple[float, float]]:
    """Where the sites called so lie, lon and lat by code."""
    found = Site.objects.filter(code__in=codes).values_list("code", "lon", "lat")
    return {code: (lon, lat) for code, lon, lat in found}


def city() -> City | None:
    """The city this installation serves, or None before one is loaded; its base map is read only when asked for."""
    return City.objects.defer("base_map").order_by("pk").first()


def base_map() -> dict[str, Any]:
    """The city's base map as GeoJSON; the outlines of its districts where the city brings none."""
    return _base_map(revision())


def extent() -> tuple[float, float, float, float] | None:
    """The city's bounding box (west, south, east, north, degrees); None before any area is loaded."""
    return _extent(revision())


def locate(lon: Sequence[float] | np.ndarray, lat: Sequence[float] | np.ndarray) -> list[Place]:
    """The place of each point (WGS-84 degrees); without any areas loaded nothing is called outside."""
    codes = area_codes(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))
    known = bool(_locators(revision()))
    return [Place(code, known and not code) for code in codes]


def locate_one(lon: float, lat: float) -> Place:
    """The place of one point (WGS-84 degrees): as `locate`, many times faster for one."""
    known = _locators(revision())
    for locator, names in reversed(known):
        row = locator.locate_one(lon, lat)
        if row >= 0:
            return Place(names[row], False)
    return Place("", bool(known))


def area_codes(lon: np.ndarray, lat: np.ndarray) -> list[str]:
    """The code of the deepest area holding each point, empty outside."""
    codes = np.full(len(lon), "", dtype=object)
    for locator, names in _locators(revision()):
        found = locator.locate(lon, lat)
        inside = found >= 0
        codes[inside] = names[found[inside]]
    return [str(code) for code in codes]


def label(code: str) -> str:
    """An area's name in the language in force; the code itself when unknown."""
    known = labels(revision()).get(code)
    if known is None:
        return code
    return known.name if (get_language() or "zh").startswith("zh") else known.name_en or known.name


def path_label(code: str) -> str:
    """The names from the district down to the area, for one line of text."""
    known = labels(revision())
    parts = (code[:length] for length in range(1, len(code) + 1))
    above = [part for part in parts if part in known and known[part].level > Level.CITY]
    return " · ".join(label(part) for part in above) or label(code)


def area_named(text: str) -> str:
    """The code of the area called `text` (its code, its name or its English name, in any case); '' when there is none.

    Where several areas share a name, the shallowest is meant.
    """
    return _names(revision()).get(text.strip().casefold(), "")


def near_areas(text: str, limit: int = 5) -> list[Area]:
    """The areas somebody may mean who gives `text` as a code: those it begins, those it goes on from, those nearly so
    or so called; best first. For messages: it reads every area."""
    rows = {row.code: row for row in Area.objects.defer("shape").order_by("level", "code")}
    begun = [code for code in rows if text and code.startswith(text)]
    above = [code for code in reversed(rows) if code and text.startswith(code)]
    called = [row.code for row in rows.values() if text and text.casefold() in f"{row.name} {row.name_en}".casefold()]
    close = get_close_matches(text, rows, limit)
    return [rows[code] for code in list(dict.fromkeys([*called, *begun, *close, *above]))[:limit]]


def children(code: str = "") -> QuerySet[Area]:
    """The areas directly below `code`; the districts when it is empty."""
    if not code:
        return Area.objects.filter(level=Level.DISTRICT).order_by("code")
    return Area.objects.filter(parent__code=code).order_by("code")


def search_names(query: str, limit: int = 10) -> list[Found]:
    """Places called `query`, by Chinese, pinyin, initials or nearly so, best first."""
    index, rows = _gazetteer(revision())
    found = index.search(query, limit) if rows else []
    return [Found(*rows[hit.row], hit.score, hit.why) for hit in found]


_seen = {"at": -RECHECK_S, "revision": 0}


def revision() -> int:
    """The city's revision, at most a few seconds old."""
    now = time.monotonic()
    if now - _seen["at"] > RECHECK_S:
        newest = City.objects.order_by("pk").values_list("revision", flat=True).first()
        _seen.update(at=now, revision=newest or 0)
    return int(_seen["revision"])


def forget() -> None:
    """Drop every cache, so that the next look reads the database (after loading a city; between tests)."""
    _seen["at"] = -RECHECK_S
    for cached in (_locators, labels, _names, _gazetteer, _base_map, _extent):
        cached.cache_clear()


@lru_cache(maxsize=1)
def labels(_revision: int) -> dict[str, AreaLabel]:
    """Every area's names by code, shallow areas first."""
    rows = Area.objects.order_by("level", "code").values_list("code", "name", "name_en", "level")
    return {code: AreaLabel(name, name_en, level) for code, name, name_en, level in rows}


@lru_cache(maxsize=1)
def _names(revision_: int) -> dict[str, str]:
    named: dict[str, str] = {}
    for code, one in labels(revision_).items():
        for name in (code, one.name, one.name_en):
            if name:
                named.setdefault(name.casefold(), code)
    return named


@lru_cache(maxsize=1)
def _locators(_revision: int) -> list[tuple[Locator, np.ndarray]]:
    made = []
    for level in Level:
        rows = list(Area.objects.filter(level=level).order_by("code").values_list("code", "shape"))
        if rows:
            names = np.array([code for code, _ in rows], dtype=object)
            made.append((Locator(list(names), [from_wkb(bytes(shape)) for _, shape in rows]), names))
    return made


@lru_cache(maxsize=1)
def _base_map(_revision: int) -> dict[str, Any]:
    drawn: dict[str, Any] = City.objects.order_by("pk").values_list("base_map", flat=True).first() or {}
    if drawn:
        return drawn
    rows = Area.objects.filter(level=Level.DISTRICT).order_by("code").values_list("name", "name_en", "shape")
    features = [
        {
            "type": "Feature",
            "geometry": mapping(from_wkb(bytes(shape))),
            "properties": {"kind": "area", "level": "district", "name": name, "name_en": name_en},
        }
        for name, name_en, shape in rows
    ]
    return {"type": "FeatureCollection", "features": features}


@lru_cache(maxsize=1)
def _extent(_revision: int) -> tuple[float, float, float, float] | None:
    top = Area.objects.order_by("level").values_list("level", flat=True).first() or Level.CITY
    shapes = [from_wkb(bytes(shape)) for shape in Area.objects.filter(level=top).values_list("shape", flat=True)]
    if not shapes:
        return None
    west, south, east, north = np.array([shape.bounds for shape in shapes]).T
    return float(west.min()), float(south.min()), float(east.max()), float(north.max())


@lru_cache(maxsize=1)
def _gazetteer(_revision: int) -> tuple[GazetteerIndex, list[tuple[str, str, str, float, float, float, str]]]:
    rows = list(
        PlaceName.objects.order_by("pk").values_list(
            "name", "name_en", "kind", "lon", "lat", "radius_m", "area_code", "weight"
        )
    )
    index = GazetteerIndex([row[0] for row in rows], [row[1] for row in rows], [row[7] for row in rows])
    return index, [row[:7] for row in rows]


def matching(text: str) -> Q:
    """A filter on areas whose code or name contains `text`."""
    return Q(code__startswith=text) | Q(name__icontains=text) | Q(name_en__icontains=text)
