"""GeoReport v2 as bytes: there and back, the specification's own examples, and faults that name their field."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.wire.open311.codec import decode, decode_definition, encode, encode_definition
from anning.wire.open311.values import Attribute, Choice, Definition, Fault, Open311Error, Receipt, Service
from anning.wire.open311.values import ServiceRequest as Request
from tests.wire.open311.made import DEFINITIONS, OF_EACH_KIND

FORMS = ("xml", "json")
EVERY = st.sampled_from(list(OF_EACH_KIND)).flatmap(
    lambda kind: st.tuples(st.just(kind), st.lists(OF_EACH_KIND[kind], max_size=4))
)


@given(EVERY, st.sampled_from(FORMS))
def test_what_is_encoded_is_decoded_as_it_was(made, form) -> None:
    kind, values = made
    assert decode(kind, encode(kind, values, form), form) == values


@given(DEFINITIONS, st.sampled_from(FORMS))
def test_so_is_a_definition(value, form) -> None:
    assert decode_definition(encode_definition(value, form), form) == value


@given(st.binary(max_size=300), st.sampled_from(FORMS), st.sampled_from(list(OF_EACH_KIND)))
def test_any_bytes_are_decoded_or_refused(data, form, kind) -> None:
    try:
        assert isinstance(decode(kind, data, form), list)
    except Open311Error as error:
        assert str(error)


def test_the_names_and_the_order_are_those_of_the_specification() -> None:
    root = ET.fromstring(encode(Request, [Request("638344")], "xml"))
    assert root.tag == "service_requests"
    assert [child.tag for child in root[0]] == [
        *("service_request_id", "status", "status_notes", "service_name", "service_code", "description"),
        *("agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime"),
        *("address", "address_id", "zipcode", "lat", "long", "media_url"),
    ]
    services = ET.fromstring(encode(Service, [Service("001", "Cans")], "xml"))
    named = ["service_code", "service_name", "description", "metadata", "type", "keywords", "group"]
    assert [child.tag for child in services[0]] == named
    assert services[0].find("metadata").text == "false"
    errors = encode(Fault, [Fault(403, "Invalid api_key")], "json")
    assert json.loads(errors) == [{"code": 403, "description": "Invalid api_key"}]


def test_documents_say_that_they_are_utf_8() -> None:
    assert encode(Fault, [], "xml").startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    assert "噪音".encode() in encode(Service, [Service("a", "噪音")], "json")


def test_a_receipt_tells_only_what_it_has() -> None:
    assert json.loads(encode(Receipt, [Receipt(token="12345")], "json")) == [{"token": "12345"}]


DEFINED = """<?xml version="1.0" encoding="utf-8"?>
<service_definition>
  <service_code>DMV66</service_code>
  <attributes><attribute>
    <variable>true</variable><code>WHISHETN</code><datatype>singlevaluelist</datatype><required>true</required>
    <datatype_description></datatype_description><order>1</order><description>What is it?</description>
    <values><value><key>123</key><name>Ford</name></value><value><key>124</key><name>Chrysler</name></value></values>
  </attribute></attributes>
</service_definition>"""


def test_a_definition_as_the_specification_shows_it() -> None:
    found = decode_definition(DEFINED.encode(), "xml")
    choices = (Choice("123", "Ford"), Choice("124", "Chrysler"))
    asked = Attribute("WHISHETN", "What is it?", "singlevaluelist", required=True, values=choices)
    assert found == Definition("DMV66", (asked,))


def test_an_answer_of_another_server_is_read_with_what_it_adds_and_lacks() -> None:
    text = '{"service_requests": [{"service_request_id": 638344, "status": "Closed", "lat": "37.7", "extra": [1]}]}'
    assert decode(Request, text.encode(), "json") == [Request("638344", "closed", lat=37.7)]
    at = "2010-04-14T06:37:38-08:00"
    row = f"<request><service_request_id>1</service_request_id><requested_datetime>{at}</requested_datetime></request>"
    (found,) = decode(Request, f"<service_requests>{row}</service_requests>".encode(), "xml")
    assert found.requested_at == datetime(2010, 4, 14, 14, 37, 38, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        (Request, '[{"status": "open"}]', "request 1: service_request_id: is missing"),
        (Request, '[{"service_request_id": "1", "status": "maybe"}]', "status: 'maybe' is no status"),
        (Request, '[{"service_request_id": "1", "lat": "north"}]', "lat: 'north' is no number"),
        (Request, '[{"service_request_id": "1", "requested_datetime": "2010-04-14"}]', "has no offset"),
        (Request, '[{"service_request_id": "1", "requested_datetime": "soon"}]', "'soon' is no time"),
        (Service, '[{"service_code": "1"}]', "service 1: service_name: is missing"),
        (Service, '{"a": 1}', "a list of services was expected, not dict"),
        (Service, "[1]", "service 1: a Service is a set of named fields"),
        (Fault, '[{"code": "x"}]', "code: 'x' is no whole number"),
        (Service, "<html/>", "is no JSON"),
    ],
)
def test_a_fault_names_the_entry_and_the_field(kind, text, words) -> None:
    with pytest.raises(Open311Error, match=words):
        decode(kind, text.encode(), "json")


def test_a_page_of_html_is_said_to_be_none_of_it() -> None:
    with pytest.raises(Open311Error, match="holds <html> where <services> was expected"):
        decode(Service, b"<html/>", "xml")
    with pytest.raises(Open311Error, match="is no list"):
        decode_definition(b'{"service_code": "1", "attributes": "none"}', "json")
