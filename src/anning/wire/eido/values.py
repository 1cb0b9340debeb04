"""An incident as one agency tells it to another. Degrees WGS-84, metres, times aware."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


class EidoError(ValueError):
    """The object is not as EIDO 1.0 says: which component, which field, what is wrong."""


@dataclass(frozen=True)
class Agency:
    """Who tells: an id that is unique in the world (a domain name), and what kind of agency it is."""

    id: str
    kinds: tuple[str, ...] = ("psap",)
    roles: tuple[str, ...] = ("CallReceiving",)


@dataclass(frozen=True)
class Spot:
    """A place: a point with how far off it may be, words, or both."""

    lon: float | None = None
    lat: float | None = None
    radius_m: float | None = None
    words: str = ""


@dataclass(frozen=True)
class Caller:
    """How the person who called can be reached. Only told where there is a purpose."""

    name: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Call:
    """One call about the incident."""

    id: str
    received_at: datetime
    answered_at: datetime | None = None
    said: str = ""
    caller: Caller | None = None


@dataclass(frozen=True)
class HandOver:
    """The whole object. `id` names the incident for ever; `type_code` is the teller's own code of what it is."""

    id: str
    at: datetime
    agency: Agency
    number: str = ""
    type_code: str = ""
    type_name: str = ""
    status: str = ""
    priority: int | None = None
    spot: Spot | None = None
    calls: tuple[Call, ...] = ()
