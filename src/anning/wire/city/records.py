"""The records of a city folder. A field without a default has to be given; see docs/reference/city-folder.md."""

from dataclasses import dataclass, field
from typing import Any

from anning.engines.space.areas import Area as Shape


@dataclass(frozen=True)
class CityFacts:
    """`city.toml`: the city as a whole."""

    code: str
    name: str
    name_en: str
    time_zone: str
    crs_epsg: int
    lon: float
    lat: float
    zoom: float = 9.0
    is_demo: bool = False
    note: str = ""
    note_en: str = ""


@dataclass(frozen=True)
class AreaRecord:
    """A feature of `areas/*.geojson`."""

    code: str
    level: int
    name: str
    name_en: str
    shape: Shape
    approximate: bool = False
    source: str = ""


@dataclass(frozen=True)
class AgencyRecord:
    """An entry of `agencies.toml`."""

    code: str
    name: str
    name_en: str
    kind: str
    area_code: str


@dataclass(frozen=True)
class CapabilityRecord:
    """An entry of `capabilities.toml`."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True)
class SiteRecord:
    """A line of `sites.csv`."""

    code: str
    kind: str
    name: str
    name_en: str
    lon: float
    lat: float
    area_code: str = ""
    address: str = ""


@dataclass(frozen=True)
class UnitRecord:
    """A line of `units.csv`; `capabilities` are codes parted by `;`."""

    code: str
    agency: str
    kind: str
    area_code: str
    site_code: str = ""
    capabilities: tuple[str, ...] = ()
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class PlaceRecord:
    """A line of `gazetteer.csv`."""

    name: str
    name_en: str
    kind: str
    lon: float
    lat: float
    radius_m: float = 100.0
    weight: float = 1.0
    area_code: str = ""


@dataclass(frozen=True)
class CategoryRecord:
    """A node of `categories.toml`; `children` holds the next level, `handled_by` is passed down."""

    code: str
    name: str
    name_en: str
    handled_by: str
    priority: int = 3
    protocol: str = ""
    level: int = 1


@dataclass(frozen=True)
class RelatedRecord:
    """An entry of `related.toml`."""

    first: str
    second: str
    weight: float


@dataclass(frozen=True)
class RouteRecord:
    """An entry of `routes.toml`."""

    agency: str
    area_code: str = ""
    category: str = ""
    order: int = 0


@dataclass(frozen=True)
class LimitRecord:
    """An entry of `clocks.toml`: `seconds` for the priorities 1 to 4."""

    kind: str
    clock: str
    seconds: tuple[int, ...]


@dataclass(frozen=True)
class UserRecord:
    """An entry of `users.toml`."""

    username: str
    title: str
    title_en: str
    role: str
    agency: str
    area_code: str = ""
    unit: str = ""


@dataclass(frozen=True)
class ProtocolRecord:
    """A file of `protocols/`: `tree` is the whole question tree, checked."""

    code: str
    name: str
    name_en: str
    tree: dict[str, Any] = field(default_factory=dict)
