"""Handing incidents over as EIDO and taking them in: callers for a purpose alone, each call once, scope."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from anning.domains.calls.models import Call
from anning.gateway.interfaces.eido import services
from anning.kernel.access.scope import SYSTEM
from anning.kernel.audit.models import Entry
from anning.kernel.people.services import read
from anning.kernel.work.errors import NotVisibleError, RefusedError
from anning.kernel.work.models import Item
from anning.kernel.work.services.items import act
from anning.wire.eido.codec import decode, encode
from anning.wire.eido.values import Agency, Caller, HandOver, Spot
from anning.wire.eido.values import Call as Told
from tests.factories import AWAY, HOME, NOW, viewer
from tests.wire.eido.test_codec import published, validator

pytestmark = pytest.mark.django_db
AT = "/api/v1/interfaces"
TOLD = HandOver(
    "urn:x:7",
    NOW,
    Agency("fire.example"),
    number="F-7",
    type_code="public",
    type_name="Smoke",
    priority=2,
    spot=Spot(121.2, 29.5, 80.0, "1 Sea Road"),
    calls=(Told("c1", NOW, NOW, "smoke on the roof", Caller("Li", "10012345678")),),
)


def send(client: Client, path: str, body: Any) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body)
    return client.post(f"{AT}/{path}", data, content_type="application/json")


def test_an_incident_is_handed_over_without_who_called(home, machine) -> None:
    number = home.items["busy"].number
    answer = machine("supervisor").get(f"{AT}/items/{number}/eido")
    assert answer.status_code == 200
    told = decode(answer.content)
    assert (told.number, told.type_code, told.type_name) == (number, "public", "public order")
    assert told.agency.id == "anning.3302"
    assert (told.spot.words, told.spot.lon) == (f"{home.mark} busy", home.items["busy"].lon)
    assert [call.said for call in told.calls] == [f"{home.mark} narrative"]
    for word in ("王某", "10012345678"):
        assert word not in answer.content.decode()


def test_who_called_is_told_for_a_purpose_and_leaves_a_trace(home, machine) -> None:
    number, purpose = home.items["busy"].number, "hand over to the fire brigade"
    answer = send(machine("supervisor"), f"items/{number}/eido", {"purpose": purpose})
    assert decode(answer.content).calls[0].caller == Caller("王某", "10012345678")
    assert Entry.objects.filter(action="read", purpose=purpose).count() == 1
    for role, status in (("partner", 422), ("analyst", 422), ("auditor", 404)):
        refused = send(machine(role), f"items/{number}/eido", {"purpose": purpose})
        assert refused.status_code == status, role
        assert "王某" not in refused.content.decode()


@published
@pytest.mark.data
def test_what_is_handed_over_is_valid_by_the_published_schema(home) -> None:
    official = validator()
    for item in home.items.values():
        if item.kind == "incident":
            told = services.hand_over(SYSTEM, item.number, NOW, purpose="a test of the schema")
            official.validate(json.loads(encode(told)))


def test_another_agencys_incident_is_taken_in_once_with_its_caller_sealed(home, machine) -> None:
    answer = send(machine("supervisor"), "eido", encode(TOLD))
    assert answer.json()["calls"] == 1, answer.content
    item = Item.objects.get(pk=int(answer.json()["number"][2:]))
    call = item.calls.get()
    assert (item.kind, item.category, item.priority, item.radius_m) == ("incident", "public", 2, 80.0)
    assert call.narrative.splitlines() == ["smoke on the roof", "Smoke", "EIDO: fire.example, F-7"]
    assert read(viewer(), call.contact_id, "look").phone == "10012345678"
    again = send(machine("supervisor"), "eido", encode(replace(TOLD, status="worse")))
    assert again.json() == {"number": item.number, "calls": 0}
    assert Call.objects.filter(item=item).count() == 1


def test_calls_told_later_join_while_the_incident_is_open(home) -> None:
    item, fresh = services.take_in(SYSTEM, TOLD, "", NOW)
    later = replace(TOLD, calls=(*TOLD.calls, Told("c2", NOW), Told("c3", NOW)))
    assert services.take_in(SYSTEM, later, "", NOW) == (item, 2)
    act(SYSTEM, item.number, "close", version=None, reason="over")
    last = replace(TOLD, calls=(Told("c4", NOW),))
    assert services.take_in(SYSTEM, last, "", NOW)[0].pk != item.pk
    assert fresh == 1


def test_an_object_without_calls_is_an_incident_all_the_same(home) -> None:
    bare = replace(TOLD, id="urn:x:8", calls=())
    item, fresh = services.take_in(SYSTEM, bare, "", NOW)
    assert (fresh, services.take_in(SYSTEM, bare, "", NOW)) == (1, (item, 0))


def test_a_category_we_do_not_have_must_be_named(home, machine) -> None:
    strange = replace(TOLD, type_code="52-D-3")
    with pytest.raises(RefusedError, match="“52-D-3” is not in the catalogue"):
        services.take_in(SYSTEM, strange, "", NOW)
    assert send(machine("supervisor"), "eido?category=public", encode(strange)).status_code == 200
    refused = send(machine("supervisor"), "eido", {"$id": "x"})
    assert refused.status_code == 422
    assert "lastUpdateTimeStamp is missing" in refused.json()["detail"]


def test_another_countys_incidents_do_not_exist(home, away, machine) -> None:
    with pytest.raises(NotVisibleError):
        services.hand_over(viewer("supervisor", AWAY), home.items["busy"].number, NOW)
    theirs = away.items["busy"].number
    assert machine("supervisor").get(f"{AT}/items/{theirs}/eido").status_code == 404
    assert send(machine("supervisor"), f"items/{theirs}/eido", {"purpose": "to look"}).status_code == 404
    beyond = replace(TOLD, spot=Spot(121.7, 29.5))
    with pytest.raises(RefusedError, match="may not take calls"):
        services.take_in(viewer("call_taker", HOME), beyond, "", NOW)
    services.take_in(viewer("call_taker", AWAY), beyond, "", NOW)
    with pytest.raises(NotVisibleError):
        services.take_in(viewer("call_taker", HOME), beyond, "", NOW)
