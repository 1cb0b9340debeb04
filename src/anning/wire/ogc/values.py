"""A collection as OGC API Features describes it, and a query for its items."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees; west may be east of east, across the antimeridian."""
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
DEFAULT_LIMIT, MOST = 100, 10_000


class OgcError(ValueError):
    """A parameter of a query is unknown or cannot be read: which, why, and what would be right."""


@dataclass(frozen=True)
class Property:
    """A property of features: its JSON type and format; `filters` when one can ask for a value of it."""

    name: str
    title: str
    type: str = "string"
    format: str = ""
    filters: bool = False


@dataclass(frozen=True)
class Collection:
    """A set of features of one kind. `box` is where they lie, as far as known."""

    id: str
    title: str
    description: str = ""
    properties: tuple[Property, ...] = ()
    box: Box | None = None

    @property
    def filters(self) -> tuple[str, ...]:
        """The properties one can ask for a value of."""
        return tuple(one.name for one in self.properties if one.filters)


@dataclass(frozen=True)
class Query:
    """Which items are asked for; times are inclusive, an absent one leaves that side open."""

    limit: int = DEFAULT_LIMIT
    box: Box | None = None
    start: datetime | None = None
    end: datetime | None = None
    cursor: str = ""
    filters: dict[str, str] = field(default_factory=dict)
