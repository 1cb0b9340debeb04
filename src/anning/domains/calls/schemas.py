"""What the operations of `calls` take and give."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

from anning.domains.calls.models import Channel
from anning.domains.calls.selectors.whereabouts import WGS84
from anning.kernel.generic.api.schemas import Conflict, ItemOut


class CallIn(Schema):
    """A call as a partner's system hands it in. Degrees; times with their offset."""

    source_key: str = Field("", max_length=80, description="Idempotency key; the header Idempotency-Key does as well.")
    category: str = Field(max_length=40)
    received_at: datetime
    channel: Channel = Channel.PARTNER
    answered_at: datetime | None = None
    priority: int | None = Field(None, ge=1, le=4)
    narrative: str = Field("", max_length=4000)
    address: str = Field("", max_length=200)
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    system: str = Field(WGS84, description="wgs84, gcj02 or bd09")
    radius_m: float | None = Field(None, ge=0, le=50_000)
    area_code: str = Field("", max_length=20)
    flags: list[str] = []
    capabilities: list[str] = []
    answers: dict[str, str] = {}
    language: str = Field("", max_length=10)
    caller_name: str = Field("", max_length=80)
    caller_phone: str = Field("", max_length=40)
    caller_note: str = Field("", max_length=400)
    join: str = Field("", max_length=20)


class CallOut(Schema):
    """What was kept: the number to quote, and whether this submit made it."""

    number: str
    call: int
    created: bool
    state: str
    version: int


class AskedIn(Schema):
    """A call to be compared with open incidents."""

    category: str = Field("", max_length=40)
    received_at: datetime | None = None
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    system: str = WGS84
    radius_m: float | None = Field(None, ge=0, le=50_000)
    address: str = Field("", max_length=200)


class Versioned(Schema):
    """The version of the item that was seen, and why."""

    version: int = Field(ge=0)
    reason: str = Field("", max_length=2000)


class AssignIn(Versioned):
    """Units to send, by callsign."""

    units: list[str] = Field(max_length=50)


class ReportIn(Schema):
    """What a unit did; a repeated report changes nothing."""

    unit: str = Field(max_length=40)
    action: str = Field(description="depart, arrive, clear or stand_down")
    at: datetime | None = None
    version: int | None = Field(None, ge=0)
    reason: str = Field("", max_length=2000)


class TellIn(Schema):
    """A crew's word as its device sends it; sent again under the same key it is answered as the first time."""

    key: UUID = Field(description="Made by the device, another for each word.")
    number: str = Field(max_length=20)
    action: Literal["accept", "decline", "depart", "arrive", "clear", "trouble", "note"]
    at: datetime | None = Field(None, description="When it happened, by the server's clock as the device reckons it.")
    task: int | None = Field(None, ge=1, description="The task it is about; the unit's newest on it by default.")
    version: int | None = Field(None, ge=0, description="The version of the incident the device showed.")
    text: str = Field("", max_length=2000)
    skew_s: float = Field(0, description="How far the device's clock is ahead, for the record.")


class ToldOut(Schema):
    """What became of a word (`entered`, `known`, `conflict`, `yielded`, `insisted`), and when it counts as happened."""

    key: UUID
    number: str
    task: int
    action: str
    standing: str
    happened_at: datetime
    received_at: datetime
    late: bool
    version: int | None
    stage: str
    outcome: str


class AtOddsOut(Conflict):
    """A word at odds with the record: nothing was changed, it is kept, and waits for the crew's choice."""

    report: ToldOut


class SettleIn(Schema):
    """What the crew chooses: `yield` to the record, or `insist` and tell the desk."""

    choice: Literal["yield", "insist"]


class TakeOverIn(Versioned):
    """Which unit takes over from which."""

    leaving: str = Field(max_length=40)
    coming: str = Field(max_length=40)


class ReclassifyIn(Versioned):
    """A category, a priority, or both."""

    category: str = Field("", max_length=40)
    priority: int | None = Field(None, ge=1, le=4)


class RelocateIn(Versioned):
    """Another place."""

    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    system: str = WGS84
    radius_m: float | None = Field(None, ge=0, le=50_000)
    address: str = Field("", max_length=200)


class MergeIn(Versioned):
    """The incident to merge into."""

    into: str = Field(max_length=20)


class RouteIn(Versioned):
    """The agency to hand over to; empty: the one the city's routes name."""

    agency: str = Field("", max_length=40)


class FinishIn(Schema):
    """How a matter was dealt with."""

    version: int = Field(ge=0)
    outcome: str = Field(min_length=1, max_length=2000)


class AskIn(Schema):
    """Agencies to ask, and what they are asked to do."""

    version: int = Field(ge=0)
    agencies: list[str] = Field(max_length=20)
    what: str = Field(min_length=1, max_length=200)


class PurposeIn(Schema):
    """What the contact details are needed for; it is kept in the trail."""

    purpose: str = Field(min_length=1, max_length=200)


class ContactOut(Schema):
    """A caller's contact details."""

    name: str
    phone: str
    note: str


class PositionIn(Schema):
    """Where the device of one's unit is, and when it was there."""

    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    at: datetime | None = None


class ProposalOut(Schema):
    """An open incident that may be the same event: the score (0 to 1) and the terms it is made of."""

    score: float
    reasons: dict[str, Any]
    incident: ItemOut


class SendableOut(Schema):
    """A free unit: the straight line to it in metres (null where its position is unknown), and what it lacks."""

    unit: str
    agency: str
    distance_m: float | None
    position_at: datetime | None
    lacks: list[str]


class MergedOut(ItemOut):
    """The incident that was merged away, and the link by which the merge can be undone."""

    link: int


class DecidedOut(Schema):
    """A same-event link and where it stands now."""

    link: int
    state: str


class CountOut(Schema):
    """A count beside the year before; what is not finite (nothing a year ago) is null.

    `change` is the ratio less one with its interval `low` to `high`; `verdict` is −1 for a fall, 1 for a rise, 0 where
    chance alone could do it; `small` marks counts too small to say much.
    """

    key: str
    now: int
    before: int
    change: float | None
    low: float | None
    high: float | None
    verdict: int
    small: bool


class StatisticsOut(Schema):
    """Counts of a period, whole and in groups; `as_of` is when they were last brought up to date."""

    kind: str
    since: date
    until: date
    as_of: datetime | None
    total: CountOut
    groups: list[CountOut]
