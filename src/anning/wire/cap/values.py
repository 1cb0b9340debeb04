"""A CAP message as values. Points are lon, lat (WGS-84 degrees), times aware, radii metres, heights feet as in CAP."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

STATUS = ("Actual", "Exercise", "System", "Test", "Draft")
MESSAGE = ("Alert", "Update", "Cancel", "Ack", "Error")
SCOPE = ("Public", "Restricted", "Private")
CATEGORY = (
    *("Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other"),
)
RESPONSE = ("Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None")
URGENCY = ("Immediate", "Expected", "Future", "Past", "Unknown")
SEVERITY = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
CERTAINTY = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")
Point = tuple[float, float]


class CapError(ValueError):
    """A message is not as CAP 1.2 says: which element, what is wrong, what would be right."""


@dataclass(frozen=True)
class Reference:
    """An earlier message: who sent it, its id, when."""

    sender: str
    identifier: str
    sent: datetime


@dataclass(frozen=True)
class Named:
    """A value of some system of codes: `name` says which."""

    name: str
    value: str


@dataclass(frozen=True)
class Circle:
    """A circle around a point."""

    lon: float
    lat: float
    radius_m: float


@dataclass(frozen=True)
class Area:
    """A part of the earth in words, and its shape: closed rings of at least four points, circles, codes."""

    description: str
    polygons: tuple[tuple[Point, ...], ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[Named, ...] = ()
    altitude_ft: float | None = None
    ceiling_ft: float | None = None


@dataclass(frozen=True)
class Resource:
    """A file that belongs to the message."""

    description: str
    mime_type: str
    size_bytes: int | None = None
    uri: str = ""
    content: str = ""
    """The file itself in base64 (`derefUri`)."""
    digest: str = ""


@dataclass(frozen=True)
class Info:
    """What is warned of, in one language."""

    categories: tuple[str, ...]
    event: str
    urgency: str
    severity: str
    certainty: str
    language: str = "en-US"
    responses: tuple[str, ...] = ()
    audience: str = ""
    event_codes: tuple[Named, ...] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[Named, ...] = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True)
class Alert:
    """One message. `identifier`, `sender` and `sent` together name it for ever."""

    identifier: str
    sender: str
    sent: datetime
    status: str
    message: str
    scope: str
    source: str = ""
    restriction: str = ""
    addresses: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[Reference, ...] = ()
    incidents: tuple[str, ...] = ()
    infos: tuple[Info, ...] = ()

    @property
    def reference(self) -> Reference:
        """How a later message names this one."""
        return Reference(self.sender, self.identifier, self.sent)
