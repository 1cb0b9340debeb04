"""The GeoReport v2 server: services, new requests kept once, searches within scope, faults in the standard's form."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from anning.domains.calls.models import Call, Category, Protocol
from anning.domains.calls.services import matters
from anning.kernel.people.services import read
from anning.kernel.work.models import Item
from anning.kernel.work.services.items import act
from anning.wire.open311.codec import decode, decode_definition
from anning.wire.open311.values import Choice, Fault, Receipt, Service
from anning.wire.open311.values import ServiceRequest as Request
from tests.contracts.walking import forget
from tests.factories import NOW, viewer

pytestmark = pytest.mark.django_db
POINT = {"lat": "29.5", "long": "121.2"}
REPORT = {"service_code": "life", "description": "a loud shop", **POINT}
V2 = "/open311/v2"


def get(client: Client, path: str, kind: type, form: str = "json", **query: str) -> Any:
    answer = client.get(f"{V2}{path}.{form}", query)
    assert answer.status_code == 200, answer.content
    return decode(kind, answer.content, form)


def fault(answer: Any, form: str = "json") -> Fault:
    (found,) = decode(Fault, answer.content, form)
    assert found.code == answer.status_code
    return found


def post(client: Client, form: str = "json", key: str = "", **fields: str) -> tuple[Receipt, int]:
    headers = {"Idempotency-Key": key} if key else {}
    answer = client.post(f"{V2}/requests.{form}", {**REPORT, **fields}, headers=headers)
    assert answer.status_code < 300, answer.content
    (found,) = decode(Receipt, answer.content, form)
    return found, answer.status_code


@pytest.mark.parametrize("form", ["xml", "json"])
def test_the_services_are_the_livelihood_categories_open_to_anybody(counties, form) -> None:
    Category.objects.create(code="life.noise", name="噪音扰民", name_en="Noise", level=2, handled_by="livelihood")
    forget()
    found = get(Client(headers={"Accept-Language": "en"}), "/services", Service, form)
    assert found == [Service("life.noise", "Noise", "livelihood · Noise", group="livelihood")]
    (chinese,) = get(Client(), "/services", Service, form)
    assert (chinese.name, chinese.group) == ("噪音扰民", "民生")


def test_a_definition_asks_what_the_protocol_asks(counties) -> None:
    answers = [{"id": "yes", "text": {"zh": "是", "en": "Yes"}}]
    tree = {"start": "now", "questions": {"now": {"text": {"zh": "还在？", "en": "Still?"}, "answers": answers}}}
    Protocol.objects.create(code="noise", name="噪音", name_en="noise", tree=tree)
    Category.objects.filter(code="life").update(protocol="noise")
    forget()
    client = Client(headers={"Accept-Language": "en"})
    assert get(client, "/services", Service)[0].metadata
    found = decode_definition(client.get(f"{V2}/services/life.xml").content, "xml")
    (asked,) = found.attributes
    assert (asked.code, asked.description, asked.values) == ("now", "Still?", (Choice("yes", "Yes"),))
    assert fault(client.get(f"{V2}/services/public.json")).code == 404


def test_a_request_opens_a_matter_with_its_call_and_seals_who_made_it(home, machine) -> None:
    person = {"first_name": "Hong", "last_name": "Li", "phone": "10012345678", "email": "li@example.org"}
    receipt, status = post(machine("partner"), **person, address_string="1 Sea Road", media_url="http://x.example/a")
    assert status == 201
    call = Call.objects.get(item__pk=int(receipt.request_id[2:]))
    assert (call.item.kind, call.item.area_code, call.channel) == ("matter", f"{home.code}001", "partner")
    assert (call.narrative, call.address) == ("a loud shop\nhttp://x.example/a", "1 Sea Road")
    kept = read(viewer(), call.contact_id, "look")
    assert (kept.name, kept.phone, kept.note) == ("Hong Li", "10012345678", "li@example.org")
    told = machine("partner").get(f"{V2}/requests/{receipt.request_id}.json").content.decode()
    assert "a loud shop" in told
    assert not [word for word in ("Hong", "10012345678", "li@example.org") if word in told]


@pytest.mark.parametrize("form", ["xml", "json"])
def test_a_request_sent_again_under_its_key_is_kept_once(home, machine, form) -> None:
    client, before = machine("partner"), Item.objects.count()
    first, again = post(client, form, "k1"), post(client, form, "k1")
    assert (first[1], again[1]) == (201, 200)
    assert first[0].request_id == again[0].request_id
    assert Item.objects.count() == before + 1
    assert get(client, "/tokens/k1", Receipt, form) == [Receipt(first[0].request_id, "k1")]
    assert post(client, form)[0].request_id != first[0].request_id


def test_two_clients_may_use_one_key_each_for_a_request_of_its_own(home, machine) -> None:
    mine, theirs = post(machine("partner"), key="1")[0], post(machine("supervisor"), key="1")[0]
    assert mine.request_id != theirs.request_id


def test_an_api_key_does_as_well_as_a_header_and_nothing_does_without(home) -> None:
    assert post(Client(), api_key=home.tokens["partner"])[1] == 201
    for path, fields in (("/requests.json", {}), ("/requests.xml", {"api_key": "wrong"})):
        answer = Client().get(V2 + path, fields)
        assert fault(answer, path.rpartition(".")[2]).code == 403
    session = home.client("supervisor")
    assert fault(session.post(f"{V2}/requests.json", REPORT)).code == 403


def test_how_a_matter_stands_is_told_as_open_or_closed(home, machine) -> None:
    chief, client = viewer("supervisor"), machine("supervisor")
    number = home.items["handed"].number
    (before,) = get(client, f"/requests/{number}", Request)
    assert (before.status, before.agency_responsible) == ("open", home.partner.name)
    assert before.status_notes == "in hand"
    matters.finish(chief, number, "spoken with both", version=None)
    (after,) = get(client, f"/requests/{number}", Request)
    assert (after.status, after.status_notes) == ("closed", "spoken with both")
    act(chief, number, "close", version=None, reason="done")
    span = {"start_date": (NOW - timedelta(days=1)).isoformat(), "end_date": (NOW + timedelta(days=1)).isoformat()}
    assert [one.request_id for one in get(client, "/requests", Request, status="closed", **span)] == [number]
    open_ones = {one.request_id for one in get(client, "/requests", Request, status="open", **span)}
    assert open_ones == {home.items[name].number for name in ("matter", "routed")}


def test_searches_go_by_id_by_service_and_by_time(home, machine) -> None:
    client = machine("supervisor")
    fresh = post(client)[0].request_id
    old = home.items["matter"].number
    assert [one.request_id for one in get(client, "/requests", Request)] == [fresh]
    assert get(client, "/requests", Request, service_code="other") == []
    both = get(client, "/requests", Request, service_request_id=f"{old},{fresh},JQ0000001,none")
    assert [one.request_id for one in both] == [fresh, old]
    later = (timezone.now() + timedelta(days=1)).isoformat()
    assert get(client, "/requests", Request, start_date=later) == []


def test_incidents_are_no_service_requests(home, machine) -> None:
    answer = machine("supervisor").get(f"{V2}/requests/{home.items['busy'].number}.json")
    assert fault(answer).code == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"service_code": ""}, "service_code was not provided"),
        ({"service_code": "public"}, "“public” is not offered here"),
        ({"lat": "north"}, "lat: 'north' is no number"),
        ({"lat": "", "long": "", "address_id": "nowhere"}, "The area “nowhere” does not exist"),
        ({"long": "121.7"}, "You may not take calls in that area"),
        ({"description": "a\0b"}, "a NUL character"),
    ],
)
def test_what_cannot_be_taken_says_why_in_the_form_asked(home, machine, fields, words) -> None:
    for form in ("xml", "json"):
        answer = machine("call_taker").post(f"{V2}/requests.{form}", {**REPORT, **fields})
        found = fault(answer, form)
        assert found.code == 400
        assert words in found.description


def test_another_jurisdiction_and_another_method_are_refused(home, machine) -> None:
    found = fault(machine("supervisor").get(f"{V2}/services.json?jurisdiction_id=sf.gov"))
    assert found == Fault(404, "jurisdiction_id “sf.gov” was not found: here it is “3302”.")
    assert get(machine("supervisor"), "/services", Service, jurisdiction_id="3302")
    assert fault(machine("supervisor").delete(f"{V2}/requests.json")).code == 405


def test_another_countys_requests_do_not_exist(home, away, machine) -> None:
    for role in ("supervisor", "partner", "call_taker", "unit", "analyst"):
        client = machine(role)
        span = {"start_date": (NOW - timedelta(days=1)).isoformat(), "end_date": (NOW + timedelta(days=1)).isoformat()}
        theirs = away.items["matter"].number
        assert theirs not in {one.request_id for one in get(client, "/requests", Request, **span)}
        assert get(client, "/requests", Request, service_request_id=theirs) == []
        answer = client.get(f"{V2}/requests/{theirs}.xml")
        assert fault(answer, "xml").code == 404
        assert away.mark not in answer.content.decode()


@pytest.mark.parametrize("form", ["xml", "json"])
def test_discovery_names_the_endpoint(counties, form) -> None:
    answer = Client().get(f"/open311/discovery.{form}")
    assert answer.status_code == 200
    assert "http://testserver/open311/v2" in answer.content.decode()
    assert "text/xml" in answer.content.decode()
