"""EIDO 1.0 as JSON and back. Written with the components an incident needs; read from whatever others put in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from anning.wire.eido.location import read_place, write_place
from anning.wire.eido.values import Agency, Call, Caller, EidoError, HandOver, Spot
from anning.wire.xml import fit

VERSION = "1.0"
CONTENT_TYPE = "application/json"
EMERGENCY = "emergency"
FIRST_YEAR, LAST_YEAR = 1900, 2200
_CONTACT = re.compile(r'(?:"((?:[^"\\]|\\.)*)"\s*)?<tel:([^>]*)>\Z')
Component = dict[str, Any]


def encode(told: HandOver) -> bytes:
    """The object as JSON. Raises `EidoError` when it names no incident or no agency."""
    if not told.id.strip() or not told.agency.id.strip():
        raise EidoError("an EIDO names its incident and the agency that tells of it: one of them is empty")
    spot = told.spot
    whole: Component = {
        **_head(told, told.id),
        "eidoVersion": VERSION,
        "issuingElementIdentification": told.agency.id,
        "incidentComponent": _incident(told),
        "agencyComponent": [
            _head(told, told.agency.id)
            | {"agencyRoleDescriptionRegistryText": list(told.agency.roles), "agencyType": list(told.agency.kinds)}
        ],
    }
    if spot:
        whole["locationComponent"] = [_location(told, spot)]
    if told.calls:
        whole["callComponent"] = [_call(told, call) for call in told.calls]
    notes = [_head(told, f"{call.id}:said") | {"notesActionComments": call.said} for call in told.calls if call.said]
    if notes:
        whole["notesComponent"] = notes
    callbacks = [_callback(told, call, call.caller) for call in told.calls if call.caller]
    if callbacks:
        whole["callbackComponent"] = callbacks
    return json.dumps(whole, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def decode(data: bytes) -> HandOver:
    """The incident in an object; components we have no use for are passed over.

    Raises:
        EidoError: names the component and the field that is missing or cannot be read.
    """
    try:
        whole = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise EidoError(f"the EIDO is no JSON ({error})") from error
    if not isinstance(whole, dict):
        raise EidoError("the EIDO is no JSON object")
    if whole.get("eidoVersion", VERSION) != VERSION:
        raise EidoError(f"eidoVersion: {whole['eidoVersion']!r} is not read, {VERSION} is")
    incident = whole.get("incidentComponent") or {}
    if not isinstance(incident, dict):
        raise EidoError("incidentComponent: is no object")
    priority = incident.get("incidentCommonPriorityNumber")
    return HandOver(
        id=_text(whole, "$id", "the EIDO", needed=True),
        at=_time(whole, "lastUpdateTimeStamp", "the EIDO"),
        agency=_agency(whole),
        number=_text(incident, "internalIncidentId", "incidentComponent"),
        type_code=_text(incident, "incidentTypeInternalCode", "incidentComponent"),
        type_name=_text(incident, "incidentTypeInternalText", "incidentComponent")
        or _text(incident, "incidentTypeCommonRegistryText", "incidentComponent"),
        status=next(iter(_texts(incident, "incidentStatusInternalText")), ""),
        priority=priority if isinstance(priority, int) and not isinstance(priority, bool) else None,
        spot=_spot(whole),
        calls=tuple(_read_call(whole, one) for one in _components(whole, "callComponent")),
    )


def _head(told: HandOver, name: str) -> Component:
    """What every component begins with."""
    at = told.at.isoformat(timespec="seconds")
    return {"$id": name, "lastUpdateTimeStamp": at, "updatedByAgencyReference": {"$ref": told.agency.id}}


def _incident(told: HandOver) -> Component:
    made = _head(told, f"{told.id}:incident") | {"incidentTypeCommonRegistryText": told.type_name or "Other"}
    plain = {
        "internalIncidentId": told.number,
        "incidentTypeInternalCode": told.type_code,
        "incidentTypeInternalText": told.type_name,
        "incidentStatusInternalText": [told.status] if told.status else [],
        "incidentCommonPriorityNumber": told.priority,
        "locationReference": [{"$ref": f"{told.id}:place"}] if told.spot else [],
    }
    return made | {name: value for name, value in plain.items() if value not in ("", [], None)}


def _location(told: HandOver, spot: Spot) -> Component:
    made = _head(told, f"{told.id}:place") | {"locationTypeDescriptionRegistryText": "IncidentLocation"}
    if spot.words:
        made["locationDescriptionText"] = spot.words
    if spot.lon is not None and spot.lat is not None:
        made["locationByValue"] = write_place(fit(told.id), spot.lon, spot.lat, spot.radius_m)
    return made


def _call(told: HandOver, call: Call) -> Component:
    made = _head(told, call.id) | {
        "standardPrimaryCallType": EMERGENCY,
        "direction": "incoming",
        "callStartTimestamp": call.received_at.isoformat(timespec="seconds"),
        "callStateRegistryText": "callAnswered" if call.answered_at else "callReceived",
    }
    if call.answered_at:
        made["answerDate"] = call.answered_at.isoformat(timespec="seconds")
    if call.said:
        made["notesReference"] = [{"$ref": f"{call.id}:said"}]
    if call.caller:
        made["callBackReference"] = {"$ref": f"{call.id}:callback"}
    return made


def _callback(told: HandOver, call: Call, caller: Caller) -> Component:
    made = _head(told, f"{call.id}:callback")
    name = caller.name.replace("\\", "\\\\").replace('"', '\\"')
    shown = f'"{name}" ' if name else ""
    if caller.phone:
        made["callBackInformationUri"] = [f"tel:{caller.phone}"]
    return made | {"deviceContactHeader": f"{shown}<tel:{caller.phone}>"}


def _agency(whole: Component) -> Agency:
    named = _text(whole, "issuingElementIdentification", "the EIDO")
    teller = _reference(whole.get("updatedByAgencyReference")) or named
    if not teller:
        raise EidoError("the EIDO: updatedByAgencyReference and issuingElementIdentification are missing")
    for one in _components(whole, "agencyComponent"):
        if one.get("$id") == teller:
            kinds, roles = _texts(one, "agencyType"), _texts(one, "agencyRoleDescriptionRegistryText")
            return Agency(teller, tuple(kinds), tuple(roles))
    return Agency(teller, (), ())


def _spot(whole: Component) -> Spot | None:
    """The first place with a point, else the first in words."""
    found = None
    for one in _components(whole, "locationComponent"):
        words = _text(one, "locationDescriptionText", "locationComponent")
        place = read_place(one["locationByValue"]) if isinstance(one.get("locationByValue"), str) else None
        if place:
            return Spot(*place, words)
        if words and found is None:
            found = Spot(words=words)
    return found


def _read_call(whole: Component, one: Component) -> Call:
    where = f"callComponent {one.get('$id', '')}".strip()
    answered = _time(one, "answerDate", where) if one.get("answerDate") else None
    notes = {note.get("$id"): note for note in _components(whole, "notesComponent")}
    wanted = [_reference(reference) for reference in _listed(one, "notesReference")]
    said = [_text(notes[name], "notesActionComments", "notesComponent") for name in wanted if name in notes]
    return Call(
        id=_text(one, "$id", where, needed=True),
        received_at=_time(one, "callStartTimestamp", where),
        answered_at=answered,
        said="\n".join(said),
        caller=_caller(whole, _reference(one.get("callBackReference"))),
    )


def _caller(whole: Component, name: str) -> Caller | None:
    for one in _components(whole, "callbackComponent"):
        if name and one.get("$id") == name:
            phones = [uri[4:] for uri in _texts(one, "callBackInformationUri") if uri.startswith("tel:")]
            shown = _CONTACT.match(_text(one, "deviceContactHeader", "callbackComponent"))
            called = re.sub(r"\\(.)", r"\1", shown[1] or "") if shown else ""
            phone = next(iter(phones), shown[2] if shown else "")
            return Caller(called, phone) if called or phone else None
    return None


def _components(whole: Component, name: str) -> Iterator[Component]:
    rows = whole.get(name) or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise EidoError(f"{name}: is no list of objects")
    yield from rows


def _listed(one: Component, name: str) -> list[Any]:
    rows = one.get(name) or []
    return rows if isinstance(rows, list) else []


def _reference(value: Any) -> str:
    return fit(str(value.get("$ref", ""))) if isinstance(value, dict) else ""


def _texts(one: Component, name: str) -> list[str]:
    rows = one.get(name) or []
    return [fit(row) for row in rows if isinstance(row, str)] if isinstance(rows, list) else []


def _text(one: Component, name: str, where: str, *, needed: bool = False) -> str:
    value = one.get(name, "")
    if not isinstance(value, str):
        raise EidoError(f"{where}: {name}: {value!r} is no text")
    value = fit(value)
    if needed and not value.strip():
        raise EidoError(f"{where}: {name} is missing")
    return value


def _time(one: Component, name: str, where: str) -> datetime:
    text = _text(one, name, where, needed=True)
    try:
        at = datetime.fromisoformat(re.sub(r"(\.\d{1,5})(?=[Z+-])", lambda part: part[1].ljust(7, "0"), text))
    except ValueError:
        raise EidoError(f"{where}: {name}: {text!r} is no time: write it as 2026-03-04T10:00:00+08:00") from None
    if at.tzinfo is None:
        raise EidoError(f"{where}: {name}: the time {text!r} has no offset")
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise EidoError(f"{where}: {name}: {text!r} is nobody's time: a typing error")
    return at
