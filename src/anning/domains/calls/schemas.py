"""What the operations of `calls` take and give."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

from anning.domains.calls.models import Channel
from anning.domains.calls.selectors.recommended import Recommendation
from anning.domains.calls.selectors.whereabouts import WGS84
from anning.kernel.generic.api.schemas import CityMoment, Conflict, ItemOut


class CallIn(Schema):
    """A call as a partner's system hands it in. Degrees; times with their offset."""

    source_key: str = Field("", max_length=80, description="Idempotency key; the header Idempotency-Key does as well.")
    category: str = Field(max_length=40)
    received_at: CityMoment
    channel: Channel = Channel.PARTNER
    answered_at: CityMoment | None = None
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
    received_at: CityMoment | None = None
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
    """Units to send, by callsign; `recommended` are those that were recommended when they were chosen."""

    units: list[str] = Field(max_length=50)
    recommended: list[str] = Field([], max_length=50)


class ReportIn(Schema):
    """What a unit did; a repeated report changes nothing."""

    unit: str = Field(max_length=40)
    action: str = Field(description="depart, arrive, clear or stand_down")
    at: CityMoment | None = None
    version: int | None = Field(None, ge=0)
    reason: str = Field("", max_length=2000)


class TellIn(Schema):
    """A crew's word as its device sends it; sent again under the same key it is answered as the first time."""

    key: UUID = Field(description="Made by the device, another for each word.")
    number: str = Field(max_length=20)
    action: Literal["accept", "decline", "depart", "arrive", "clear", "trouble", "note"]
    at: CityMoment | None = Field(None, description="When it happened, by the server's clock as the device reckons it.")
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
    at: CityMoment | None = None


class ProposalOut(Schema):
    """An open incident that may be the same event: the score (0 to 1) and the terms it is made of."""

    score: float
    reasons: dict[str, Any]
    incident: ItemOut


class ChoiceOut(Schema):
    """A unit that could be sent: seconds until it is there by its terms; null where nothing is known of its way."""

    unit: str
    agency: str
    kind: str
    first: bool
    travel_s: float | None
    cost_s: float
    terms: dict[str, float]
    brings: list[str]
    lacks: list[str]
    at_station: bool
    position_at: datetime | None


class PassedOut(Schema):
    """A unit that was passed over: why, and when a busy one is likely to be free."""

    unit: str
    agency: str
    why: str = Field(description="on_it, off_duty, busy, incapable, no_position, no_road, unreachable or shift_ends")
    free_in_s: float | None


class RecommendationOut(Schema):
    """Whom to send: the callsigns to send together, everybody who could go best first, and everybody passed over."""

    first: list[str]
    choices: list[ChoiceOut]
    passed: list[PassedOut]
    needs: list[str]
    missing: list[str] = Field(description="needs that nobody at hand covers")
    doubts: list[str] = Field(description="no_point, no_network, ambiguous, far or nowhere")
    place_m: float | None


def advice_out(found: Recommendation) -> dict[str, Any]:
    """A recommendation as JSON."""
    return {
        "first": list(found.first),
        "choices": [
            {
                "unit": one.unit.code,
                "agency": one.unit.agency,
                "kind": one.unit.kind,
                "first": one.first,
                "travel_s": one.travel_s,
                "cost_s": one.cost_s,
                "terms": dict(one.terms),
                "brings": list(one.brings),
                "lacks": list(one.lacks),
                "at_station": one.unit.at_station,
                "position_at": one.unit.position_at,
            }
            for one in found.choices
        ],
        "passed": [
            {"unit": one.unit.code, "agency": one.unit.agency, "why": one.why, "free_in_s": one.unit.free_in_s}
            for one in found.passed
        ],
        "needs": list(found.needs),
        "missing": list(found.missing),
        "doubts": list(found.doubts),
        "place_m": found.place_m,
    }


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
