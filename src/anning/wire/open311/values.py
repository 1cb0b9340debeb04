"""What GeoReport v2 talks of, as values. Field names are ours; `records` holds theirs. Degrees WGS-84, times aware."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

OPEN, CLOSED = "open", "closed"
STATUSES = (OPEN, CLOSED)
DATATYPES = ("string", "number", "datetime", "text", "singlevaluelist", "multivaluelist")


class Open311Error(ValueError):
    """Something is not as GeoReport v2 says: what, where, and what would be right."""


@dataclass(frozen=True)
class Service:
    """A kind of request one can make. `metadata` says whether its definition asks further questions."""

    code: str
    name: str
    description: str = ""
    metadata: bool = False
    type: str = "realtime"
    keywords: str = ""
    group: str = ""


@dataclass(frozen=True)
class Choice:
    """One answer of a list."""

    key: str
    name: str


@dataclass(frozen=True)
class Attribute:
    """A further question of a service; `variable` is false for a mere text to read."""

    code: str
    description: str
    datatype: str = "string"
    variable: bool = True
    required: bool = False
    datatype_description: str = ""
    order: int = 1
    values: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Definition:
    """The further questions of one service."""

    service_code: str
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True)
class ServiceRequest:
    """A request and how it stands; nothing of who made it."""

    request_id: str
    status: str = OPEN
    status_notes: str = ""
    service_name: str = ""
    service_code: str = ""
    description: str = ""
    agency_responsible: str = ""
    service_notice: str = ""
    requested_at: datetime | None = None
    updated_at: datetime | None = None
    expected_at: datetime | None = None
    address: str = ""
    address_id: str = ""
    zipcode: str = ""
    lat: float | None = None
    lon: float | None = None
    media_url: str = ""


@dataclass(frozen=True)
class Receipt:
    """The answer to a new request: its id, or a token by which the id can be asked for later."""

    request_id: str = ""
    token: str = ""
    service_notice: str = ""
    account_id: str = ""


@dataclass(frozen=True)
class Fault:
    """Why something was not done: an HTTP status and words."""

    code: int
    description: str
