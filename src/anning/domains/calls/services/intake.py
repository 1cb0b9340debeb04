"""Taking a call: one durable transaction, once per idempotency key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from anning.domains.calls.models import Call, Channel, Incident, Matter
from anning.domains.calls.module import CONTACT_DAYS, INCIDENT_KIND, MATTER_KIND
from anning.domains.calls.selectors.catalogue import categories, title_of
from anning.domains.calls.selectors.protocols import outcome_of
from anning.domains.calls.selectors.whereabouts import WGS84, as_wgs84
from anning.domains.calls.services.merging import raise_priority
from anning.domains.calls.services.rows import tell_row
from anning.kernel.access.scope import Scope, Viewer
from anning.kernel.audit import rows
from anning.kernel.audit.services import record
from anning.kernel.audit.transactions import piped, writing
from anning.kernel.contract.kinds import CREATE, Kind
from anning.kernel.people.models import Contact
from anning.kernel.people.services import to_keep
from anning.kernel.places.selectors import Place, labels, locate_one, revision
from anning.kernel.work.errors import NotVisibleError, RefusedError
from anning.kernel.work.models import Item, Share
from anning.kernel.work.selectors.items import find
from anning.kernel.work.services.items import OPEN, Draft, Fresh, fresh, store
from anning.kernel.work.services.timeline import log_on, subject

FLAGS = ("injured", "weapon", "fire", "children", "water")
CLOCK_SKEW_S = 300


@dataclass(frozen=True)
class Intake:
    """A call as it comes in. Times aware; `lon`, `lat` in degrees of `system`; `priority` 1 (most urgent) to 4.

    `area_code` says where it is when there is no point. `answers` maps a protocol's questions to answers; what
    they decide is added to `flags`, `capabilities` and, when none is given, `priority`. `join` is the number of
    an incident the call-taker found to be the same event. Caller fields may all be empty: anonymous calls are legal.
    """

    source_key: str
    category: str
    received_at: datetime
    channel: str = Channel.PHONE
    answered_at: datetime | None = None
    priority: int | None = None
    narrative: str = ""
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    system: str = WGS84
    radius_m: float | None = None
    area_code: str = ""
    flags: Sequence[str] = ()
    capabilities: Sequence[str] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    caller_name: str = ""
    caller_phone: str = ""
    caller_note: str = ""
    join: str = ""


def take_call(viewer: Viewer, intake: Intake, *, now: datetime | None = None) -> tuple[Call, bool]:
    """Keep a call with the work it opens or joins; returns it and whether it is new.

    A second submit with the same key returns the first call and writes nothing. That the call may tell of an event
    known already is proposed by the worker a moment later (`proposals.propose_new`), so that a storm of calls about
    one event does not slow their taking.

    Raises:
        RefusedError: a field cannot be (the message names it), or the viewer may not take calls there.
        NotVisibleError: the incident to join does not exist for the viewer.
    """
    now = now or timezone.now()
    kind = check(intake, now)
    intake = _completed(intake)
    place = _place(intake)
    scope = viewer.scope(kind, CREATE)
    if not _may_take(viewer, scope, place):
        raise RefusedError(_("You may not take calls in that area."))
    made = _Made(_call(viewer, intake, place, now), _contact(intake, place, now), sorted(scope.agencies))
    opened = None if intake.join else fresh(kind, _draft(intake, place), now)
    try:
        with writing():
            return _write(viewer, intake, made, opened, now), True
    except IntegrityError:
        known = _kept(viewer, intake.source_key)
        if known is None:
            raise
        return known, False


def check(intake: Intake, now: datetime) -> Kind:
    """The kind of work the call opens. Raises `RefusedError` naming the field that cannot be."""
    category = categories().get(intake.category)
    if category is None:
        raise RefusedError(_("The category “%(code)s” is not in the catalogue.") % {"code": intake.category})
    if not intake.source_key.strip() or len(intake.source_key) > 80:
        raise RefusedError(_("The idempotency key must have 1 to 80 characters."))
    if intake.answered_at and intake.answered_at < intake.received_at:
        raise RefusedError(_("The call cannot be answered before it rang."))
    if (intake.received_at - now).total_seconds() > CLOCK_SKEW_S:
        raise RefusedError(_("The call cannot ring in the future: check the clock of the sender."))
    if intake.priority is not None and intake.priority not in (1, 2, 3, 4):
        raise RefusedError(_("The priority is a number from 1 to 4."))
    unknown = sorted(set(intake.flags) - set(FLAGS))
    if unknown:
        raise RefusedError(_("“%(flag)s” is no known flag.") % {"flag": unknown[0]})
    if (intake.lon is None) != (intake.lat is None):
        raise RefusedError(_("Give longitude and latitude together, or neither."))
    if intake.area_code and intake.area_code not in labels(revision()):
        raise RefusedError(_("The area “%(code)s” does not exist.") % {"code": intake.area_code})
    return MATTER_KIND if category.handled_by == "livelihood" else INCIDENT_KIND


def _completed(intake: Intake) -> Intake:
    """The intake with its point in WGS-84 and with what the protocol's answers decide."""
    if intake.lon is not None and intake.lat is not None:
        lon, lat = as_wgs84(intake.lon, intake.lat, intake.system)
        intake = replace(intake, lon=lon, lat=lat, system=WGS84)
    decided = outcome_of(intake.category, intake.answers)
    return replace(
        intake,
        priority=intake.priority or decided.priority or categories()[intake.category].priority,
        flags=[flag for flag in FLAGS if flag in {*intake.flags, *decided.flags}],
        capabilities=sorted({*intake.capabilities, *decided.capabilities}),
    )


def _may_take(viewer: Viewer, scope: Scope, place: Place) -> bool:
    """Desk staff take calls in their area; a partner agency hands in calls within the area it is a member for."""
    if scope.admits(place.area_code):
        return True
    areas = [grant.area_code for grant in viewer.grants if grant.agency_id in scope.agencies]
    return any(place.area_code.startswith(area) for area in areas)


@dataclass(frozen=True)
class _Made:
    """What is made of a call before its transaction begins: while one writes, others wait."""

    call: Call
    contact: Contact | None
    agencies: list[int]


def _write(viewer: Viewer, intake: Intake, made: _Made, opened: Fresh | None, now: datetime) -> Call:
    if opened:
        with piped():
            rows.reserve(opened.item, made.call, made.contact)
            return _kept_on(viewer, _open(viewer, opened, intake, made.agencies, now), intake, made, now)
    item = _join(viewer, intake, now)
    raise_priority(viewer, item, made.call.priority, now)
    return _kept_on(viewer, item, intake, made, now)


def _kept_on(viewer: Viewer, item: Item, intake: Intake, made: _Made, now: datetime) -> Call:
    call = made.call
    call.item = item
    call.contact = rows.insert(made.contact) if made.contact else None
    rows.insert(call)
    body = {"call": call.pk, "key": intake.source_key, "state": item.state, "joined": bool(intake.join)}
    record(viewer, "take-call", subject(item), body, at=now)
    return call


def _draft(intake: Intake, place: Place) -> Draft:
    return Draft(
        title=title_of(intake.category, intake.address, intake.narrative),
        category=intake.category,
        priority=intake.priority or 3,
        area_code=place.area_code,
        outside=place.outside,
        lon=intake.lon,
        lat=intake.lat,
        radius_m=intake.radius_m,
        opened_at=intake.received_at,
    )


def _open(viewer: Viewer, opened: Fresh, intake: Intake, agencies: list[int], now: datetime) -> Item:
    item = opened.item
    store(viewer, opened, now)
    flags = list(intake.flags)
    if item.kind == INCIDENT_KIND.code:
        needs = list(intake.capabilities)
        rows.insert(Incident(item=item, address=intake.address[:200], capabilities=needs, flags=flags))
    else:
        rows.insert(Matter(item=item, address=intake.address[:200]))
    for agency in agencies:
        rows.insert(Share(item=item, agency_id=agency, at=now), keyed=False)
    tell_row(item, OPEN, flags=flags, calls=1, agencies=agencies)
    return item


def _join(viewer: Viewer, intake: Intake, now: datetime) -> Item:
    item = find(viewer, intake.join, lock=True, kind=INCIDENT_KIND.code)
    if item.closed_at:
        raise RefusedError(_("%(number)s is closed: reopen it or open a new incident.") % {"number": item.number})
    log_on(viewer, item, "call-joined", now, data={"channel": intake.channel})
    return item


def _contact(intake: Intake, place: Place, now: datetime) -> Contact | None:
    return to_keep(
        name=intake.caller_name,
        phone=intake.caller_phone,
        note=intake.caller_note,
        area_code=place.area_code,
        reason="call-back about the call",
        days=CONTACT_DAYS,
        now=now,
    )


def _call(viewer: Viewer, intake: Intake, place: Place, now: datetime) -> Call:
    return Call(
        source_key=intake.source_key,
        channel=intake.channel,
        received_at=intake.received_at,
        answered_at=intake.answered_at,
        saved_at=now,
        category=intake.category,
        priority=intake.priority or 3,
        narrative=intake.narrative,
        address=intake.address[:200],
        lon=intake.lon,
        lat=intake.lat,
        radius_m=intake.radius_m,
        area_code=place.area_code,
        flags=list(intake.flags),
        answers=dict(intake.answers),
        language=intake.language,
        taken_by=viewer.label,
    )


def _kept(viewer: Viewer, source_key: str) -> Call | None:
    """The call already kept under the key; a key that others used is refused, and nothing of theirs is shown."""
    call = Call.objects.select_related("item").filter(source_key=source_key).first()
    if call is None:
        return None
    try:
        find(viewer, call.item.number)
    except NotVisibleError:
        raise RefusedError(_("That idempotency key is taken: use a new random one for each call.")) from None
    return call


def _place(intake: Intake) -> Place:
    if intake.lon is None or intake.lat is None:
        return Place(intake.area_code, False)
    return locate_one(intake.lon, intake.lat)
