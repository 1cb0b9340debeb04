"""The operations a crew's device uses: a word taken once, at odds answered with who did what, and settled."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from anning.domains.calls.present.rows import unit_row
from anning.domains.calls.selectors.board import QUIET_S, board
from anning.domains.calls.services import units
from anning.domains.calls.services.board import report_position
from anning.kernel.org.models import Unit
from anning.kernel.work.models import Event, Item

from .conftest import World
from .test_api import Api, again


@pytest.fixture
def item(world: World) -> Item:
    """An incident the crew's unit was sent to."""
    made = world.call()
    return units.assign(world.viewer("dispatcher"), made.number, ["海曙01"], version=made.version)


def word(item: Item, action: str, **more: object) -> dict[str, object]:
    return {"key": str(uuid4()), "number": item.number, "action": action, "version": item.version, **more}


class TestTell:
    def test_sent_twice_it_is_answered_alike(self, world: World, item: Item) -> None:
        api, body = Api(world, "crew"), word(item, "depart")
        answers = [api.post("units/me/reports", body) for _ in range(2)]
        assert [one.status_code for one in answers] == [200, 200]
        assert answers[0].json() == answers[1].json()
        told = answers[0].json()
        assert (told["standing"], told["stage"], again(item).state) == ("entered", "en_route", "en_route")
        assert told["late"] is False

    def test_at_odds_says_who_did_what_when_and_is_settled(self, world: World, item: Item) -> None:
        units.report(world.viewer("dispatcher"), item.number, "海曙01", "stand_down", reason="报警人撤回")
        api, body = Api(world, "crew"), word(item, "arrive")
        answer = api.post("units/me/reports", body)
        assert answer.status_code == 409
        told = answer.json()
        assert (told["version"], told["report"]["standing"]) == (again(item).version, "conflict")
        assert [(one["actor"], one["reason"], one["data"]["action"]) for one in told["changes"]] == [
            ("dispatcher", "报警人撤回", "stand_down")
        ]
        assert "dispatcher" in told["detail"]
        path = f"units/me/reports/{body['key']}"
        assert api.post(path, {"choice": "insist"}).json()["standing"] == "insisted"
        assert api.post(path, {"choice": "insist"}).status_code == 200
        assert api.post(path, {"choice": "yield"}).status_code == 422
        assert Api(world, "mate").post(path, {"choice": "yield"}).status_code == 404

    @pytest.mark.parametrize(
        "bad", [{"key": "x"}, {"action": "fly"}, {"action": "send"}, {"at": "x"}, {"version": 99}, {"action": "note"}]
    )
    def test_what_makes_no_sense_is_refused(self, world: World, item: Item, bad: dict[str, object]) -> None:
        assert Api(world, "crew").post("units/me/reports", {**word(item, "depart"), **bad}).status_code == 422

    @pytest.mark.parametrize("who", ["dispatcher", "analyst", "faraway"])
    def test_for_others_there_is_nothing_here(self, world: World, item: Item, who: str) -> None:
        assert Api(world, who).post("units/me/reports", word(item, "depart")).status_code == 404

    def test_a_time_without_an_offset_is_the_citys(self, world: World, item: Item) -> None:
        at = timezone.localtime() + timedelta(hours=1)
        told = Api(world, "crew").post("units/me/reports", word(item, "depart", at=at.replace(tzinfo=None).isoformat()))
        assert told.json()["happened_at"] == told.json()["received_at"]


class TestContact:
    def row(self, world: World) -> dict[str, object]:
        rows = {row["code"]: row for row in board(world.viewer("dispatcher"))}
        return unit_row(rows["海曙01"], timezone.now())

    def test_a_unit_sent_and_never_heard_of_is_without_contact(self, world: World, item: Item) -> None:
        Unit.objects.update(position_at=None)
        assert (self.row(world)["quiet"], self.row(world)["heard"]) == (True, None)

    def test_a_word_is_contact(self, world: World, item: Item) -> None:
        Unit.objects.update(position_at=None)
        Api(world, "crew").post("units/me/reports", word(item, "accept"))
        assert self.row(world)["quiet"] is False

    def test_a_position_is_contact_until_it_is_old(self, world: World, item: Item) -> None:
        report_position(world.viewer("crew"), 121.5, 29.8)
        assert self.row(world)["quiet"] is False
        old = timezone.now() - timedelta(seconds=QUIET_S + 1)
        Unit.objects.update(position_at=old)
        assert (self.row(world)["quiet"], self.row(world)["heard"]) == (True, old)

    def test_a_free_unit_need_not_be_heard_of(self, world: World) -> None:
        Unit.objects.update(position_at=None)
        assert self.row(world)["quiet"] is False

    def test_live_boards_are_told_of_every_word(self, world: World, item: Item) -> None:
        for action in ("depart", "depart", "note"):
            before = Event.objects.filter(topic="unit").count()
            Api(world, "crew").post("units/me/reports", word(item, action, text="到桥头" if action == "note" else ""))
            assert Event.objects.filter(topic="unit").count() == before + 1
        told = Event.objects.filter(topic="unit").latest("pk").body
        assert (told["code"], bool(told["contact_at"])) == ("海曙01", True)
