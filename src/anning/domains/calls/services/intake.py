"""Taking a call: one durable transaction, once per idempotency key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from anning.domains.calls.models import Call, Channel, Incident, Matter
from anning.domains.calls.module import CONTACT_DAYS, INCIDENT_KIND, MATTER_KIND
from anning.domains.calls.selectors.catalogue import categories, title_of
from anning.kernel.access.scope import Viewer
from anning.kernel.audit.services import record
from anning.kernel.audit.transactions import writing
from anning.kernel.contract.kinds import CREATE, Kind
from anning.kernel.people.services import keep
from anning.kernel.places.selectors import Place, locate
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.models import Item
from anning.kernel.work.selectors.items import find
from anning.kernel.work.services import clocks, events
from anning.kernel.work.services.items import OPEN, Draft, insert
from anning.kernel.work.services.timeline import log_on, subject


@dataclass(frozen=True)
class Intake:
    """A call as it comes in. Times aware; `lon`, `lat` WGS-84 degrees; `priority` 1 (most urgent) to 4.

    `join` is the number of an incident the call-taker found to be the same event.
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
    radius_m: float | None = None
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

    A second submit with the same key returns the first call and writes nothing.

    Raises:
        RefusedError: the category is unknown, times are impossible, or the viewer may not take calls there.
        NotVisibleError: the incident to join does not exist for the viewer.
    """
    now = now or timezone.now()
    known = _kept(intake.source_key)
    if known:
        return known, False
    kind = check(viewer, intake, now)
    place = _place(intake)
    if not viewer.scope(kind, CREATE).admits(place.area_code):
        raise RefusedError(_("You may not take calls in that area."))
    try:
        with writing():
            return _write(viewer, kind, intake, place, now), True
    except IntegrityError:
        known = _kept(intake.source_key)
        if known is None:
            raise
        return known, False


def check(viewer: Viewer, intake: Intake, now: datetime) -> Kind:
    """The kind of work the call opens. Raises `RefusedError` naming the field that cannot be."""
    category = categories().get(intake.category)
    if category is None:
        raise RefusedError(_("The category “%(code)s” is not in the catalogue.") % {"code": intake.category})
    if intake.answered_at and intake.answered_at < intake.received_at:
        raise RefusedError(_("The call cannot be answered before it rang."))
    if (intake.received_at - now).total_seconds() > 300:
        raise RefusedError(_("The call cannot ring in the future: check the clock of the sender."))
    if intake.priority is not None and intake.priority not in (1, 2, 3, 4):
        raise RefusedError(_("The priority is a number from 1 to 4."))
    return MATTER_KIND if category.handled_by == "livelihood" else INCIDENT_KIND


def _write(viewer: Viewer, kind: Kind, intake: Intake, place: Place, now: datetime) -> Call:
    item = _join(viewer, intake, now) if intake.join else _open(viewer, kind, intake, place, now)
    call = _call(viewer, item, intake, place, now)
    body = {"call": call.pk, "key": intake.source_key, "state": item.state, "joined": bool(intake.join)}
    record(viewer, "take-call", subject(item), body, at=now)
    return call


def _open(viewer: Viewer, kind: Kind, intake: Intake, place: Place, now: datetime) -> Item:
    draft = Draft(
        title=title_of(intake.category, intake.address, intake.narrative),
        category=intake.category,
        priority=_priority(intake),
        area_code=place.area_code,
        outside=place.outside,
        lon=intake.lon,
        lat=intake.lat,
        radius_m=intake.radius_m,
        opened_at=intake.received_at,
    )
    item, change = insert(viewer, kind, draft, now)
    if kind is INCIDENT_KIND:
        needs, flags = list(intake.capabilities), list(intake.flags)
        Incident.objects.create(item=item, address=intake.address[:200], capabilities=needs, flags=flags)
    else:
        Matter.objects.create(item=item, address=intake.address[:200])
    clocks.enter(item, kind, "", item.state, change.at)
    events.tell(item, OPEN)
    return item


def _join(viewer: Viewer, intake: Intake, now: datetime) -> Item:
    item = find(viewer, intake.join, lock=True, kind=INCIDENT_KIND.code)
    if item.closed_at:
        raise RefusedError(_("%(number)s is closed: reopen it or open a new incident.") % {"number": item.number})
    log_on(viewer, item, "call-joined", now, reason=intake.narrative)
    return item


def _call(viewer: Viewer, item: Item, intake: Intake, place: Place, now: datetime) -> Call:
    contact = keep(
        name=intake.caller_name,
        phone=intake.caller_phone,
        note=intake.caller_note,
        area_code=place.area_code,
        reason="call-back about the call",
        days=CONTACT_DAYS,
        now=now,
    )
    return Call.objects.create(
        item=item,
        source_key=intake.source_key,
        channel=intake.channel,
        received_at=intake.received_at,
        answered_at=intake.answered_at,
        saved_at=now,
        category=intake.category,
        priority=_priority(intake),
        narrative=intake.narrative,
        address=intake.address[:200],
        lon=intake.lon,
        lat=intake.lat,
        radius_m=intake.radius_m,
        area_code=place.area_code,
        flags=list(intake.flags),
        answers=dict(intake.answers),
        language=intake.language,
        contact=contact,
        taken_by=viewer.label,
    )


def _kept(source_key: str) -> Call | None:
    return Call.objects.select_related("item").filter(source_key=source_key).first()


def _priority(intake: Intake) -> int:
    return intake.priority or categories()[intake.category].priority


def _place(intake: Intake) -> Place:
    if intake.lon is None or intake.lat is None:
        return Place("", False)
    return locate([intake.lon], [intake.lat])[0]
