"""EIDO 1.0: there and back, valid by NENA's schema, NENA's own sample read, faults that name their field."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anning.wire.eido.codec import decode, encode
from anning.wire.eido.values import Agency, Call, Caller, EidoError, HandOver, Spot
from anning.wire.xml import fit
from tests.engines.published import ABSENT, FOLDER

SCHEMA, SAMPLE = FOLDER / "calls" / "openapi.yaml", FOLDER / "calls" / "sample_call_transfer.json"
published = pytest.mark.skipif(not SCHEMA.is_file(), reason=ABSENT)
SLOW = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
LINE = st.text(max_size=12).map(fit)
NAME = st.text("abc019:.-", min_size=1, max_size=12)
ZONES = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENT = st.datetimes(datetime(1950, 1, 1), datetime(2150, 1, 1), timezones=st.one_of(st.just(UTC), ZONES)).map(
    lambda at: at.replace(microsecond=0)
)
PHONE = st.text("0123456789+", min_size=1, max_size=12)
CALLERS = st.builds(Caller, LINE, PHONE)
CALLS = st.builds(Call, NAME, MOMENT, st.none() | MOMENT, LINE, st.none() | CALLERS)
POINT = st.builds(Spot, st.floats(-180, 180), st.floats(-90, 90), st.none() | st.floats(1, 1e5), LINE)
WORDS = st.builds(Spot, words=LINE.filter(bool))
OVERS = st.builds(
    HandOver,
    id=NAME,
    at=MOMENT,
    agency=st.builds(Agency, NAME),
    number=LINE,
    type_code=LINE,
    type_name=LINE.filter(str.strip),
    status=LINE,
    priority=st.none() | st.integers(1, 5),
    spot=st.none() | POINT | WORDS,
    calls=st.lists(CALLS, max_size=2, unique_by=lambda call: call.id).map(tuple),
)


@SLOW
@given(OVERS)
def test_what_is_encoded_is_decoded_as_it_was(told: HandOver) -> None:
    assert decode(encode(told)) == told


def validator() -> Any:
    """A validator of the whole object by NENA's schema; types of other files are taken as they come."""
    jsonschema_rs = pytest.importorskip("jsonschema_rs")
    yaml = pytest.importorskip("yaml")
    document = _local(yaml.safe_load(SCHEMA.read_text("utf-8")))
    document["$ref"] = "#/components/schemas/EmergencyIncidentDataObjectType"
    wrapped = {"components": document["components"], "allOf": [{"$ref": document["$ref"]}]}
    return jsonschema_rs.Draft201909Validator(wrapped, validate_formats=True)


def _local(node: Any) -> Any:
    """The schema with what a JSON schema may hold: numbers as numbers, and only references within the file."""
    if isinstance(node, list):
        return [_local(one) for one in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        return {"$ref": node["$ref"]} if node["$ref"].startswith("#") else {}
    made = {name: _local(one) for name, one in node.items()}
    if isinstance(made.get("minItems"), str):
        made["minItems"] = int(made["minItems"].strip(","))
    return made


@published
@pytest.mark.data
def test_what_is_encoded_is_valid_by_the_published_schema() -> None:
    official = validator()

    @SLOW
    @given(OVERS)
    def validates(told: HandOver) -> None:
        official.validate(json.loads(encode(told)))

    validates()


@published
@pytest.mark.data
def test_the_schema_finds_what_is_wrong() -> None:
    official = validator()
    whole = json.loads(encode(TOLD))
    for spoil in (lambda one: one.pop("agencyComponent"), lambda one: one["callComponent"][0].pop("direction")):
        wrong = json.loads(json.dumps(whole))
        spoil(wrong)
        assert official.is_valid(whole)
        assert not official.is_valid(wrong)


@published
@pytest.mark.data
def test_the_published_sample_is_read() -> None:
    told = decode(SAMPLE.read_bytes())
    assert told.id == "urn:emergency:uid:incidentid:a56e556d871:bcf.state.pa.us"
    assert told.agency == Agency("state.pa.us", ("psap",), ("CallReceiving",))
    (call,) = told.calls
    assert call.received_at == datetime(2021, 4, 30, 18, 40, tzinfo=UTC)
    assert call.caller == Caller("", "8195551212")


AT = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
TOLD = HandOver(
    "urn:x:1",
    AT,
    Agency("ningbo.example"),
    type_name="Fire",
    spot=Spot(121.5, 29.8, 50.0, "1 Sea Road"),
    calls=(Call("c1", AT, AT, "smoke", Caller('Li "Q"', "10012345678")),),
)


def test_a_name_with_quotation_marks_comes_back() -> None:
    assert decode(encode(TOLD)).calls[0].caller == Caller('Li "Q"', "10012345678")


def test_without_a_caller_nothing_of_one_is_written() -> None:
    silent = encode(replace(TOLD, calls=(replace(TOLD.calls[0], caller=None),))).decode()
    assert "callback" not in silent.lower().replace("callbackreference", "callback") or "10012345678" not in silent
    assert "callbackComponent" not in silent


@given(st.binary(max_size=100))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    with pytest.raises(EidoError, match="EIDO"):
        decode(data)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"$id": ""}, r"the EIDO: \$id is missing"),
        ({"$id": 1}, r"\$id: 1 is no text"),
        ({"lastUpdateTimeStamp": "soon"}, "lastUpdateTimeStamp: 'soon' is no time"),
        ({"lastUpdateTimeStamp": "2026-03-04T10:00:00"}, "has no offset"),
        ({"lastUpdateTimeStamp": "0001-01-01T00:00:00+14:00"}, "is nobody's time"),
        ({"notesComponent": [], "callComponent": [{"$id": "c", "notesReference": 7}]}, "callStartTimestamp is missing"),
        ({"eidoVersion": "2.0"}, "'2.0' is not read, 1.0 is"),
        ({"callComponent": {}, "locationComponent": "x"}, "locationComponent: is no list"),
        ({"callComponent": [{"$id": "c9"}]}, "callComponent c9: callStartTimestamp is missing"),
        ({"incidentComponent": []}, None),
        ({"incidentComponent": [1]}, "incidentComponent: is no object"),
        ({"locationComponent": [{"locationByValue": "<a"}]}, "locationByValue: is not well-formed"),
        ({"locationComponent": [{"locationByValue": "<a><pos>x y</pos></a>"}]}, "'x y' is no point"),
        ({"locationComponent": [{"locationByValue": "<a><pos>91 0</pos></a>"}]}, "lies outside"),
        ({"updatedByAgencyReference": None, "issuingElementIdentification": ""}, "issuingElementIdentification are"),
    ],
)
def test_a_fault_names_the_component_and_the_field(change, words) -> None:
    data = json.dumps({**json.loads(encode(TOLD)), **change}).encode()
    if words is None:
        assert decode(data).type_name == ""
        return
    with pytest.raises(EidoError, match=words):
        decode(data)


def test_an_object_that_names_nothing_is_not_written() -> None:
    with pytest.raises(EidoError, match="one of them is empty"):
        encode(replace(TOLD, id=" "))
