"""`anning city draft`: a first city folder made from another city's log, to be bettered by hand."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from anning.domains.calls.services.cataloguing import Cataloguer
from anning.engines.space.territories import territories
from anning.kernel.importing.mapping import Mapping as FileMapping
from anning.kernel.importing.reading import read_rows
from anning.kernel.importing.rows import FaultyRowError, map_row

SOURCE = "drawn from the places of the calls in a log; approximate, not a survey"
NOTE = "边界由接警记录推算，为近似示意，非测绘成果。"
NOTE_EN = "Boundaries are inferred from a log of calls: approximate, not a survey."
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LEAST = 3
"""Calls an area needs to get a boundary of its own."""


@dataclass(frozen=True)
class Drafted:
    """What a log says of its city: the places and areas of its calls and the categories they have."""

    code: str
    name: str
    name_en: str
    time_zone: str
    lon: np.ndarray
    lat: np.ndarray
    area: list[str]
    categories: Sequence[Any]
    related: Sequence[Mapping[str, Any]]
    rejected: int


def draft(path: Path, mapping: FileMapping, target: Path, *, code: str, name: str, name_en: str) -> dict[str, int]:
    """Write a city folder: areas, categories, one agency. Returns how many rows were read, and what was made of them.

    `code` has four characters, as a city's; its areas' codes add two.

    Raises:
        FileExistsError: there is a city folder already.
        ValueError: the log has too few calls with a place and an area, or the code is no city's.
    """
    if (target / "city.toml").exists():
        raise FileExistsError(17, "a city folder is there already: name another, or remove it", str(target))
    if not (len(code) == 4 and code.isascii() and code.isalnum()):
        raise ValueError(f"{code!r} is no code of a city: give four digits, such as 9900")
    found = _read(path, mapping, code, name, name_en)
    shapes = _areas(found)
    ground = shapely.union_all([shape for _name, shape in shapes])
    codes = [f"{code}{_two(number)}" for number in range(1, len(shapes) + 1)]
    files = {
        "city.toml": _facts(found),
        "agencies.toml": _toml("agency", [_agency(found)]),
        "categories.toml": "\n".join(_nested(found.categories)),
        "related.toml": _toml("related", found.related),
        "areas/1-city.geojson": _geojson([(found.name, ground)], [code], 1, found.name_en),
        "areas/2-areas.geojson": _geojson(shapes, codes, 2),
    }
    for file, text in files.items():
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        (target / file).write_text(text, encoding="utf-8")
    return {"read": len(found.area) + found.rejected, "areas": len(shapes), "categories": len(found.categories)}


def _read(path: Path, mapping: FileMapping, code: str, name: str, name_en: str) -> Drafted:
    codes, used = Cataloguer(mapping), set()
    lon, lat, area, rejected = [], [], [], 0
    for _line, raw in read_rows(path, mapping):
        try:
            values = map_row(mapping, raw)
        except FaultyRowError:
            rejected += 1
            continue
        used.add(codes.code(values["category"]))
        lon.append(values["lon"] if values.get("lon") is not None else np.nan)
        lat.append(values["lat"] if values.get("lat") is not None else np.nan)
        area.append(values.get("area_name") or "")
    wanted = {".".join(one.split(".")[: depth + 1]) for one in used if one for depth in range(one.count(".") + 1)}
    known = {**codes.known, **codes.fresh}
    entries = [known[one] for one in sorted(wanted) if one in known]
    related = [pair for pair in codes.related if {pair["first"], pair["second"]} <= wanted]
    return Drafted(
        code, name, name_en, mapping.time_zone, np.array(lon), np.array(lat), area, entries, related, rejected
    )


def _areas(found: Drafted) -> list[tuple[str, shapely.Geometry]]:
    """The log's areas by name with their territories; those with hardly any call belong to their neighbours."""
    many = Counter(name for name, x in zip(found.area, found.lon, strict=True) if name and np.isfinite(x))
    names = sorted(name for name, count in many.items() if count >= LEAST)
    number = {name: place for place, name in enumerate(names)}
    label = np.array([number.get(name, -1) for name in found.area])
    placed = np.isfinite(found.lon)
    if not names:
        raise ValueError(
            "the log has no area with three calls whose place is known: no boundaries can be drawn from it"
        )
    low, high = (np.nanquantile([found.lon, found.lat], share, axis=1) for share in (0.001, 0.999))
    spread = np.maximum(high - low, 0.01)
    for values, least, most in zip((found.lon, found.lat), low - spread / 4, high + spread / 4, strict=True):
        placed &= (values >= least) & (values <= most)
    shapes = territories(found.lon[placed], found.lat[placed], label[placed])
    return [(names[mark], shapely.set_precision(shape, 1e-6)) for mark, shape in sorted(shapes.items())]


def _facts(found: Drafted) -> str:
    lon, lat = float(np.nanmedian(found.lon)), float(np.nanmedian(found.lat))
    zone = int((lon + 180) // 6) + 1
    facts = {
        "code": found.code,
        "name": found.name,
        "name_en": found.name_en,
        "time_zone": found.time_zone,
        "crs_epsg": (32600 if lat >= 0 else 32700) + zone,
        "lon": round(lon, 4),
        "lat": round(lat, 4),
        "note": NOTE,
        "note_en": NOTE_EN,
    }
    return "".join(f"{key} = {_value(value)}\n" for key, value in facts.items())


def _agency(found: Drafted) -> dict[str, str]:
    return {
        "code": "centre",
        "name": f"{found.name}指挥中心",
        "name_en": f"{found.name_en} emergency centre",
        "kind": "police",
        "area_code": found.code,
    }


def _nested(entries: Iterable[Any]) -> Iterator[str]:
    """The categories as TOML, each below the one its code begins with."""
    for one in entries:
        depth = one.code.count(".")
        yield f"[[category{'.children' * depth}]]"
        for key in ("code", "name", "name_en", "handled_by", "priority"):
            yield f"{key} = {_value(getattr(one, key))}"


def _toml(key: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Records as an array of TOML tables."""
    lines = []
    for row in rows:
        lines += [f"[[{key}]]", *(f"{name} = {_value(value)}" for name, value in row.items()), ""]
    return "\n".join(lines)


def _value(value: Any) -> str:
    """A text or number as TOML, which writes texts as JSON does."""
    return json.dumps(value, ensure_ascii=False)


def _two(number: int) -> str:
    """A number below 1,296 in two characters: digits as long as they do, then letters too."""
    if number < 100:
        return f"{number:02d}"
    return DIGITS[10 + (number - 100) // 36] + DIGITS[(number - 100) % 36]


def _geojson(shapes: Sequence[tuple[str, Any]], codes: Sequence[str], level: int, name_en: str = "") -> str:
    features = [
        {
            "type": "Feature",
            "properties": {
                "code": code,
                "level": level,
                "name": name,
                "name_en": name_en or (name.title() if name.isupper() else name),
                "approximate": True,
                "source": SOURCE,
            },
            "geometry": shapely.geometry.mapping(shape),
        }
        for code, (name, shape) in zip(codes, shapes, strict=True)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
