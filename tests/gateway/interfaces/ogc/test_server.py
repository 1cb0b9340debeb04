"""OGC API Features: collections and features within scope, pages that join, filters, faults."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from anning.kernel.work.models import Item
from tests.factories import HOME, NOW

pytestmark = pytest.mark.django_db
AT = "/ogc/collections"


def get(client: Client, path: str, **query: Any) -> Any:
    answer = client.get(path, query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def numbers(told: dict) -> list[str]:
    return [one["properties"]["number"] for one in told["features"]]


def pages(client: Client, path: str, **query: Any) -> list[str]:
    """The numbers of every page, by the links from one to the next."""
    told, found = get(client, path, **query), []
    while True:
        found += numbers(told)
        onward = [link["href"] for link in told["links"] if link["rel"] == "next"]
        if not onward:
            return found
        told = get(client, onward[0])


def test_landing_page_api_and_conformance_are_open_and_collections_are_not(counties) -> None:
    stranger = Client()
    assert get(stranger, "/ogc/")["links"][0]["href"] == "http://testserver/ogc/"
    assert get(stranger, "/ogc/conformance")
    assert get(stranger, "/ogc/api")["servers"] == [{"url": "http://testserver/ogc"}]
    for path in (AT, f"{AT}/incident", f"{AT}/incident/items", f"{AT}/incident/queryables"):
        answer = stranger.get(path)
        assert answer.status_code == 401, path
        assert answer["WWW-Authenticate"] == 'Basic realm="Anning"'
        assert answer.json()["code"] == "Unauthorized"


def test_the_collections_are_the_kinds_and_layers_of_the_role(machine) -> None:
    found = {one["id"] for one in get(machine("supervisor"), AT)["collections"]}
    kinds = {"incident", "matter", "joint", "road_condition"}
    assert found == kinds | {"calls-incidents", "calls-units", "travel-conditions"}
    assert {one["id"] for one in get(machine("unit"), AT)["collections"]} == kinds | {"travel-conditions"}
    assert get(machine("auditor"), AT)["collections"] == []


def test_a_token_may_come_as_the_password_of_basic_and_a_browser_by_its_session(home) -> None:
    basic = base64.b64encode(f"qgis:{home.tokens['supervisor']}".encode()).decode()
    assert get(Client(headers={"Authorization": f"Basic {basic}"}), AT)["collections"]
    assert get(home.client("supervisor"), AT)["collections"]
    for wrong in ("Basic none", "Basic ////", "Bearer wrong", "Digest x"):
        assert Client(headers={"Authorization": wrong}).get(AT).status_code == 401
    session = home.client("supervisor")
    assert session.get(AT, headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_features_say_no_words_and_nothing_personal(home, machine) -> None:
    answer = machine("supervisor").get(f"{AT}/incident/items")
    text = answer.content.decode()
    assert answer["Content-Type"] == "application/geo+json"
    for word in (home.mark, "narrative", "王某", "10012345678"):
        assert word not in text
    one = answer.json()["features"][0]
    assert one["id"] == one["properties"]["number"]
    assert one["geometry"]["type"] == "Point"
    assert one["properties"]["area_code"] == f"{HOME}001"
    assert get(machine("supervisor"), f"{AT}/incident/items/{one['id']}")["properties"] == one["properties"]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_join_into_the_whole_newest_first(home, machine, limit) -> None:
    ours = Item.objects.filter(kind="incident", area_code__startswith=home.code).order_by("-opened_at", "-pk")
    assert pages(machine("supervisor"), f"{AT}/incident/items", limit=limit) == [item.number for item in ours]


def test_features_are_narrowed_by_box_time_and_property(home, machine) -> None:
    client, at = machine("supervisor"), f"{AT}/incident/items"
    busy = home.items["busy"]
    west = f"{busy.lon - 0.0001},29.4,{busy.lon + 0.0001},29.6"
    assert numbers(get(client, at, bbox=west)) == [busy.number]
    assert numbers(get(client, at, bbox=f"{busy.lon - 0.0001},29.4,-179,29.6", limit=1))
    assert get(client, at, bbox="0,0,1,1")["numberMatched"] == 0
    assert numbers(get(client, at, datetime=NOW.isoformat())) == [busy.number]
    assert numbers(get(client, at, datetime=f"../{(NOW - timedelta(days=1)).isoformat()}")) == []
    assert numbers(get(client, at, state="closed")) == [home.items["shut"].number]
    assert numbers(get(client, at, number=busy.number, area_code=HOME)) == [busy.number]
    assert numbers(get(client, at, number=home.items["matter"].number)) == []
    assert get(client, at, priority="1")["numberMatched"] == 2


def test_the_layers_of_the_map_are_collections_too(home, machine) -> None:
    client = machine("supervisor")
    open_ones = get(client, f"{AT}/calls-incidents/items")
    assert home.items["busy"].number in numbers(open_ones)
    assert "url" not in open_ones["features"][0]["properties"]
    first, rest = pages(client, f"{AT}/calls-incidents/items", limit=1), numbers(open_ones)
    assert first == rest
    units = get(client, f"{AT}/calls-units/items", bbox="121.1,29,121.3,30")["features"]
    assert {one["id"] for one in units} == {home.unit.code, home.free.code}
    assert get(client, f"{AT}/calls-units/items", bbox="0,0,1,1")["features"] == []
    assert get(client, f"{AT}/calls-units/items/{home.unit.code}")["id"] == home.unit.code


def test_another_countys_features_do_not_exist(home, away, machine) -> None:
    theirs = {item.number for item in away.items.values()} | {away.unit.code, away.free.code}
    for role in ("supervisor", "dispatcher", "partner", "unit", "analyst", "call_taker"):
        client = machine(role)
        for one in get(client, AT)["collections"]:
            at = f"{AT}/{one['id']}/items"
            told = get(client, at, limit=1000)
            assert not theirs & {feature["id"] for feature in told["features"]}, (role, at)
            for gone in theirs:
                assert client.get(f"{at}/{gone}").status_code == 404


def test_an_item_without_a_point_is_no_feature(home, machine) -> None:
    Item.objects.filter(pk=home.items["busy"].pk).update(lon=None, lat=None)
    number = home.items["busy"].number
    assert number not in numbers(get(machine("supervisor"), f"{AT}/incident/items"))
    assert machine("supervisor").get(f"{AT}/incident/items/{number}").status_code == 404


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        (f"{AT}/incident/items?colour=red", 400, "'colour' is unknown here"),
        (f"{AT}/incident/items?category_name=x", 400, "'category_name' is unknown here"),
        (f"{AT}/incident/items?bbox=1", 400, "bbox: '1' is not"),
        (f"{AT}/incident/items?cursor=zz", 400, "cursor: is none of ours"),
        (f"{AT}/calls-units/items?cursor=zz", 400, "cursor: is none of ours"),
        (f"{AT}/incident/items?priority=9", 400, "priority: is a number from 1 to 4"),
        (f"{AT}/incident?limit=1", 400, "'limit' is unknown here: use none"),
        ("/ogc/?f=html", 400, "only json"),
        (f"{AT}/nothing", 404, "nothing of that id"),
        (f"{AT}/nothing/items", 404, "nothing of that id"),
        (f"{AT}/incident/items/JQ9999999", 404, "nothing of that id"),
        (f"{AT}/calls-units/items/none", 404, "nothing of that id"),
    ],
)
def test_faults_are_told_as_the_standard_says(machine, path, status, words) -> None:
    answer = machine("supervisor").get(path)
    assert answer.status_code == status
    assert set(answer.json()) == {"code", "description"}
    assert words in answer.json()["description"]


def test_nothing_can_be_posted(machine) -> None:
    assert machine("supervisor").post(AT).status_code == 405


def test_queryables_are_what_the_filters_take(machine) -> None:
    told = get(machine("supervisor"), f"{AT}/incident/queryables")
    assert set(told["properties"]) == {"number", "state", "priority", "category", "area_code"}
