"""The domain's own API operations: what its pages do, machines do too, within the same rules."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from anning.domains.calls.models import Call, Matter
from anning.domains.calls.services.proposals import propose_new
from anning.kernel.org.services import make_token
from anning.kernel.work.models import Item, Link

from .conftest import MOON_LAKE, World

ROOT = "/api/v1/calls/"


class Api:
    """A machine speaking for a user by token."""

    def __init__(self, world: World, who: str) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {make_token(None, world.users[who], 'test')}"})

    def post(self, path: str, body: dict[str, Any], **headers: str) -> Any:
        return self.client.post(ROOT + path, body, content_type="application/json", headers=headers)

    def get(self, path: str, query: dict[str, Any] | None = None) -> Any:
        return self.client.get(ROOT + path, query or {})


def call(**fields: object) -> dict[str, Any]:
    plain = {
        "category": "public.fight", "received_at": "2026-03-02T10:00:00+08:00", "lon": MOON_LAKE[0],
        "lat": MOON_LAKE[1], "narrative": "打架",
    }  # fmt: skip
    return {**plain, **fields}


def again(item: Item) -> Item:
    return Item.objects.get(pk=item.pk)


class TestTake:
    def test_a_partner_hands_in_a_call_and_finds_it(self, world: World) -> None:
        api = Api(world, "rescuer")
        answer = api.post("take", call(source_key="p-1"))
        assert answer.status_code == 200
        body = answer.json()
        assert (body["created"], body["state"]) == (True, "new")
        assert Call.objects.get().channel == "partner"
        found = api.client.get(f"/api/v1/work/incident/{body['number']}")
        assert found.status_code in (200, 404)
        assert Item.objects.get().number == body["number"]

    def test_again_it_is_the_same_call(self, world: World) -> None:
        api = Api(world, "taker")
        first = api.post("take", call(source_key="k")).json()
        second = api.post("take", call(source_key="k")).json()
        assert (first["number"], first["created"], second["created"]) == (second["number"], True, False)

    def test_the_key_may_stand_in_the_header(self, world: World) -> None:
        api = Api(world, "taker")
        for created in (True, False):
            assert api.post("take", call(), **{"Idempotency-Key": "h-1"}).json()["created"] is created
        assert Call.objects.get().source_key == "h-1"

    def test_gcj02_is_converted(self, world: World) -> None:
        Api(world, "taker").post("take", call(source_key="k", lon=121.554158, lat=29.867417, system="gcj02"))
        assert Call.objects.get().lon == pytest.approx(121.55, abs=2e-6)

    @pytest.mark.parametrize(
        "fields",
        [
            {},
            {"source_key": "k", "category": "nothing"},
            {"source_key": "k", "priority": 9},
            {"source_key": "k", "lon": 999},
        ],
    )
    def test_what_cannot_be_is_422_and_nothing_is_kept(self, world: World, fields: dict[str, Any]) -> None:
        assert Api(world, "taker").post("take", call(**fields)).status_code == 422
        assert not Call.objects.exists()

    def test_without_a_token(self, world: World) -> None:
        answer = Client().post(ROOT + "take", call(source_key="k"), content_type="application/json")
        assert answer.status_code in (401, 403)
        assert not Call.objects.exists()


class TestIncident:
    def test_from_assign_to_clear(self, world: World) -> None:
        item, api = world.call(), Api(world, "dispatcher")
        advice = api.get(f"incidents/{item.number}/recommendation").json()
        assert {one["unit"] for one in advice["choices"]} == {"海曙01", "海曙02", "海曙03"}
        path = f"incidents/{item.number}/"
        assert api.post(path + "assign", {"version": item.version, "units": ["海曙01"]}).json()["state"] == "assigned"
        crew = Api(world, "crew")
        for action, state in (("depart", "en_route"), ("arrive", "on_scene"), ("clear", "cleared")):
            assert crew.post(path + "report", {"unit": "海曙01", "action": action}).json()["state"] == state

    def test_take_over_and_stand_down(self, world: World) -> None:
        item, api = world.call(), Api(world, "dispatcher")
        path = f"incidents/{item.number}/"
        version = api.post(path + "assign", {"version": item.version, "units": ["海曙01"]}).json()["version"]
        body = {"version": version, "leaving": "海曙01", "coming": "海曙02", "reason": "换班"}
        version = api.post(path + "take-over", body).json()["version"]
        assert api.post(path + "stand-down", {"version": version, "reason": "误报"}).json()["state"] == "new"

    def test_a_conflict_is_409_and_says_what_happened(self, world: World) -> None:
        item, api = world.call(), Api(world, "dispatcher")
        body = {"version": item.version, "units": ["海曙01"]}
        api.post(f"incidents/{item.number}/assign", body)
        answer = api.post(f"incidents/{item.number}/assign", {**body, "units": ["海曙02"]})
        assert answer.status_code == 409

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("incidents/{}/assign", {"version": 1, "units": ["象山01"]}),
            ("incidents/{}/report", {"unit": "海曙01", "action": "arrive"}),
            ("incidents/{}/take-over", {"version": 1, "leaving": "海曙01", "coming": "海曙02", "reason": "x"}),
            ("incidents/{}/stand-down", {"version": 1, "reason": "x"}),
            ("incidents/{}/merge", {"version": 1, "into": "JQ1"}),
            ("incidents/{}/ask", {"version": 1, "agencies": ["rescue"], "what": "x"}),
            ("items/{}/reclassify", {"version": 1, "priority": 1}),
            ("items/{}/relocate", {"version": 1, "lon": 121.5, "lat": 29.8}),
        ],
    )
    def test_other_counties_items_do_not_exist(self, world: World, path: str, body: dict[str, Any]) -> None:
        item = world.call()
        assert Api(world, "elsewhere").post(path.format(item.number), body).status_code == 404
        assert again(item).version == item.version

    def test_corrections(self, world: World) -> None:
        item, api = world.call(), Api(world, "dispatcher")
        version = api.post(f"items/{item.number}/reclassify", {"version": item.version, "priority": 1}).json()[
            "version"
        ]
        body = {"version": version, "lon": 121.45, "lat": 29.75, "address": "高桥"}
        assert api.post(f"items/{item.number}/relocate", body).json()["area_code"] == "330203"

    def test_asking_agencies(self, world: World) -> None:
        item = world.call()
        body = {"version": item.version, "agencies": ["rescue"], "what": "送绳索"}
        (task,) = Api(world, "dispatcher").post(f"incidents/{item.number}/ask", body).json()
        assert (task["kind"], task["state"]) == ("joint", "asked")


class TestSameEvent:
    def test_asked_decided_and_undone(self, world: World) -> None:
        now = timezone.now()
        older, newer = world.call(received_at=now), world.call(received_at=now)
        propose_new()
        api = Api(world, "dispatcher")
        asked = {"category": "public.fight", "received_at": now.isoformat(), "lon": MOON_LAKE[0], "lat": MOON_LAKE[1]}
        found = api.post("similar", asked).json()
        assert {one["incident"]["number"] for one in found} == {older.number, newer.number}
        assert all(0 <= one["score"] <= 1 and "distance_m" in one["reasons"] for one in found)
        link = Link.objects.get()
        assert api.post(f"links/{link.pk}/merge", {}).json()["state"] == "accepted"
        assert again(newer).state == "merged"
        assert api.post(f"links/{link.pk}/unmerge", {}).json()["state"] == "undone"
        assert api.post(f"links/{link.pk}/shrug", {}).status_code == 422

    def test_merging_by_number(self, world: World) -> None:
        first, second = world.call(), world.call()
        body = {"version": second.version, "into": first.number, "reason": "同一件事"}
        answer = Api(world, "dispatcher").post(f"incidents/{second.number}/merge", body).json()
        assert (answer["state"], again(second).state) == ("merged", "merged")


class TestMatters:
    def test_routed_and_finished(self, world: World) -> None:
        item = world.call(category="life.noise")
        routed = Api(world, "taker").post(f"matters/{item.number}/route", {"version": item.version}).json()
        assert routed["state"] == "routed"
        from anning.kernel.work.services.items import act

        act(world.viewer("partner"), item.number, "accept", version=routed["version"])
        body = {"version": again(item).version, "outcome": "已劝停"}
        assert Api(world, "partner").post(f"matters/{item.number}/finish", body).json()["state"] == "done"
        assert Matter.objects.get(item=item).outcome == "已劝停"
