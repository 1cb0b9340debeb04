"""Handing an incident over as an EIDO, and taking one in. Who called is told only for a purpose, with a trace."""

import hashlib
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from anning.domains.calls.models import Call as Kept
from anning.domains.calls.models import Channel, Incident
from anning.domains.calls.selectors.catalogue import categories, category_label
from anning.domains.calls.services.contacts import reveal_contact
from anning.domains.calls.services.intake import Intake, take_call
from anning.domains.calls.states import INCIDENT
from anning.gateway.interfaces.cap.selectors import sender
from anning.kernel.access.scope import Viewer
from anning.kernel.audit.transactions import writing
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.models import Item
from anning.kernel.work.selectors.items import find
from anning.wire.eido.values import Agency, Call, Caller, HandOver, Spot

INCIDENT_CODE = "incident"


def hand_over(viewer: Viewer, number: str, now: datetime, *, purpose: str = "") -> HandOver:
    """An incident of the viewer's as another agency gets it; callers only with a `purpose`, each look traced.

    Raises:
        NotVisibleError: the incident does not exist for the viewer.
        RefusedError: a purpose is given and the role may not see contacts, or it says nothing.
    """
    item = find(viewer, number, kind=INCIDENT_CODE)
    own = sender()
    with writing():
        calls = tuple(_call(viewer, item, call, own, purpose) for call in Kept.objects.filter(item=item).order_by("pk"))
    address = Incident.objects.filter(pk=item.pk).values_list("address", flat=True).first() or ""
    placed = item.lon is not None or bool(address)
    return HandOver(
        id=f"urn:emergency:uid:incidentid:{item.number}:{own}",
        at=now.replace(microsecond=0),
        agency=Agency(own),
        number=item.number,
        type_code=item.category,
        type_name=category_label(item.category),
        status=str(INCIDENT.by_code[item.state].title),
        priority=item.priority,
        spot=Spot(item.lon, item.lat, item.radius_m, address) if placed else None,
        calls=calls,
    )


def take_in(viewer: Viewer, told: HandOver, category: str, now: datetime) -> tuple[Item, int]:
    """Take another agency's incident in; returns it and how many of its calls were new. Told again it adds nothing.

    Each call of the object is kept as a call. `category` is one of the city's; empty: the teller's own code, where
    the city has it too. While the incident is open, calls told later join it.

    Raises:
        RefusedError: no category fits, or a call cannot be taken; the message says why.
    """
    category = category or told.type_code
    if category not in categories():
        raise RefusedError(
            _("The category “%(code)s” is not in the catalogue: name one of the city's.") % {"code": category}
        )
    calls = told.calls or (Call(told.id, told.at),)
    with writing():
        item, fresh = None, 0
        for call in calls:
            kept, new = _take(viewer, told, call, category, now)
            item, fresh = kept.item, fresh + new
    assert item is not None
    return item, fresh


def key_of(told: HandOver, call: str) -> str:
    """What a call of an object is kept under: the agency that tells, the incident and the call."""
    return "eido-" + hashlib.sha256(f"{told.agency.id} {told.id} {call}".encode()).hexdigest()[:48]


def _call(viewer: Viewer, item: Item, call: Kept, own: str, purpose: str) -> Call:
    made = Call(f"urn:emergency:uid:callid:{call.pk}:{own}", call.received_at, call.answered_at, said=call.narrative)
    if not (purpose and call.contact_id):
        return made
    opened = reveal_contact(viewer, item.number, call.pk, purpose)
    return replace(made, caller=Caller(opened.name, opened.phone))


def _take(viewer: Viewer, told: HandOver, call: Call, category: str, now: datetime) -> tuple[Kept, bool]:
    key = key_of(told, call.id)
    kept = Kept.objects.select_related("item").filter(source_key=key).first()
    if kept is not None:
        find(viewer, kept.item.number)
        return kept, False
    spot, caller = told.spot or Spot(), call.caller or Caller()
    source = f"EIDO: {told.agency.id}, {told.number or told.id}"
    return take_call(
        viewer,
        Intake(
            source_key=key,
            category=category,
            received_at=min(call.received_at, now),
            answered_at=call.answered_at if call.answered_at and call.answered_at >= call.received_at else None,
            channel=Channel.PARTNER,
            priority=told.priority if told.priority in (1, 2, 3, 4) else None,
            narrative="\n".join(filter(None, (call.said, told.type_name, source)))[:4000],
            address=spot.words[:200],
            lon=spot.lon,
            lat=spot.lat,
            radius_m=spot.radius_m,
            caller_name=caller.name[:80],
            caller_phone=caller.phone[:40],
            join=_open_incident(viewer, told),
        ),
        now=now,
    )


def _open_incident(viewer: Viewer, told: HandOver) -> str:
    """The number of the open incident that another call of the object opened; empty when there is none."""
    keys = [key_of(told, call) for call in (told.id, *(call.id for call in told.calls))]
    found = Kept.objects.filter(source_key__in=keys, item__closed_at=None, item__kind=INCIDENT_CODE)
    newest = found.select_related("item").order_by("-pk").first()
    return find(viewer, newest.item.number).number if newest else ""
