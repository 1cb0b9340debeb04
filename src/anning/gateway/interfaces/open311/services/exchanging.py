"""Bringing a partner's requests in and handing matters to it, each once."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from anning.domains.calls.models import Call, Channel, Matter
from anning.domains.calls.module import MATTER_KIND
from anning.domains.calls.services.contacts import reveal_contact
from anning.domains.calls.services.intake import Intake, take_call
from anning.domains.calls.services.matters import finish
from anning.gateway.interfaces.models import Handover
from anning.gateway.interfaces.open311.client import Endpoint
from anning.gateway.interfaces.web import OtherSystemError
from anning.kernel.access.scope import Viewer
from anning.kernel.audit.services import record
from anning.kernel.audit.transactions import writing
from anning.kernel.org.models import Agency
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.models import Item
from anning.kernel.work.selectors.items import visible
from anning.kernel.work.services.items import act
from anning.kernel.work.services.timeline import subject
from anning.wire.open311.asked import Report
from anning.wire.open311.values import CLOSED
from anning.wire.open311.values import ServiceRequest as Request

Say = Callable[[str], None]
WAITING = ("routed", "accepted", "waiting")
"""The states in which a matter is with an agency."""


@dataclass
class Pulled:
    """How many requests were read, added, known already, and refused."""

    read: int = 0
    added: int = 0
    known: int = 0
    refused: int = 0

    def counts(self) -> dict[str, int]:
        """The figures by name."""
        return asdict(self)


@dataclass
class Pushed:
    """How many matters were sent and refused, and of those sent earlier how many the partner has ended."""

    sent: int = 0
    refused: int = 0
    followed: int = 0
    ended: int = 0

    def counts(self) -> dict[str, int]:
        """The figures by name."""
        return asdict(self)


def pull(
    viewer: Viewer, partner: Endpoint, since: datetime, until: datetime, categories: Mapping[str, str], say: Say
) -> Pulled:
    """Take in the partner's requests of a stretch of time; those in already are left as they are.

    `categories` maps the partner's service codes to ours; a code without an entry is taken as ours. What cannot be
    taken is said, with its id and the reason, and counted.

    Raises:
        OtherSystemError, Open311Error: as `Endpoint.requests`.
    """
    done = Pulled()
    for one in partner.requests(since, until):
        done.read += 1
        try:
            _call, fresh = take_call(viewer, _intake(partner, one, categories, until), now=until)
        except RefusedError as error:
            done.refused += 1
            say(f"request {one.request_id}: {error}")
            continue
        done.added, done.known = done.added + fresh, done.known + (not fresh)
    return done


def push(viewer: Viewer, partner: Endpoint, agency: Agency, now: datetime, say: Say, *, purpose: str = "") -> Pushed:
    """Send the partner the matters that are with its agency and were not sent yet; follow those sent earlier.

    Who called is told to the partner only with a `purpose`, which goes to the audit trail. A matter the partner has
    closed is finished here with the partner's words.

    Raises:
        Agency.DoesNotExist: there is no such agency.
        OtherSystemError: the partner cannot be reached at all.
    """
    done = Pushed()
    ours = visible(viewer, MATTER_KIND).filter(agency_id=agency.pk, state__in=WAITING)
    for item in ours.exclude(handovers__endpoint=partner.url).order_by("pk"):
        try:
            _send(viewer, partner, item, now, purpose)
            done.sent += 1
        except (OtherSystemError, RefusedError) as error:
            if isinstance(error, OtherSystemError) and not error.status:
                raise
            done.refused += 1
            say(f"{item.number}: {error}")
    for handover in Handover.objects.filter(endpoint=partner.url, ended_at=None, item__in=ours).select_related("item"):
        done.followed += 1
        done.ended += _follow(viewer, partner, handover, now)
    return done


def _intake(partner: Endpoint, one: Request, categories: Mapping[str, str], now: datetime) -> Intake:
    key = hashlib.sha256(f"{partner.url} {one.request_id}".encode()).hexdigest()[:48]
    return Intake(
        source_key=f"o311-in-{key}",
        category=categories.get(one.service_code, one.service_code),
        received_at=one.requested_at or now,
        channel=Channel.PARTNER,
        narrative="\n".join(filter(None, (one.description, one.media_url))),
        address=one.address,
        lon=one.lon if one.lat is not None else None,
        lat=one.lat if one.lon is not None else None,
    )


def _send(viewer: Viewer, partner: Endpoint, item: Item, now: datetime, purpose: str) -> None:
    call = Call.objects.filter(item=item).order_by("pk").first()
    name = phone = ""
    if purpose and call and call.contact_id:
        opened = reveal_contact(viewer, item.number, call.pk, purpose)
        name, phone = opened.name, opened.phone
    address = Matter.objects.filter(pk=item.pk).values_list("address", flat=True).first() or ""
    report = Report(
        service_code=item.category,
        lat=item.lat,
        lon=item.lon,
        address=address or ("" if item.lat is not None else item.area_code),
        description=call.narrative if call else "",
        first_name=name,
        phone=phone,
    )
    receipt = partner.send(report, item.number)
    with writing():
        remote = receipt.request_id or receipt.token
        Handover.objects.create(item=item, endpoint=partner.url, remote_id=remote[:80], at=now)
        record(viewer, "hand-over", subject(item), {"to": partner.url, "their_number": remote[:80]}, at=now)


def _follow(viewer: Viewer, partner: Endpoint, handover: Handover, now: datetime) -> bool:
    """Ask how a matter stands there; whether it is ended."""
    found = partner.request(handover.remote_id)
    if found is None or found.status != CLOSED:
        return False
    number = handover.item.number
    if handover.item.state == "waiting":
        act(viewer, number, "resume", version=None, now=now)
    if handover.item.state == "routed":
        act(viewer, number, "accept", version=None, now=now)
    finish(viewer, number, found.status_notes or f"closed as {found.request_id}", version=None, now=now)
    with writing():
        Handover.objects.filter(pk=handover.pk).update(ended_at=now)
    return True
