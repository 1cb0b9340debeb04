"""Looking at a caller's details by machine: a purpose, a trace, and nothing for whom it is not; a unit's position."""

from __future__ import annotations

import pytest

from anning.domains.calls.models import Call
from anning.kernel.audit.models import Entry
from anning.kernel.work.models import Item

from .conftest import World
from .test_api import Api

PHONE = "13800000000"


@pytest.fixture
def item(world: World) -> Item:
    return world.call(caller_name="王某", caller_phone=PHONE, caller_note="耳背")


def look(world: World, who: str, item: Item, purpose: str = "回拨问清入口", call: int = 0):
    call = call or Call.objects.filter(item=item).latest("pk").pk
    return Api(world, who).post(f"items/{item.number}/contact/{call}", {"purpose": purpose})


def reads() -> list[tuple[str, str, str]]:
    """Who looked at what, and why."""
    return list(Entry.objects.filter(action="read").values_list("actor", "subject", "purpose"))


def test_the_details_are_told_for_a_purpose_which_is_kept(world: World, item: Item) -> None:
    answer = look(world, "taker", item)
    assert answer.json() == {"name": "王某", "phone": PHONE, "note": "耳背"}
    [(actor, _subject, purpose)] = reads()
    assert (actor, purpose) == ("taker", "回拨问清入口")


@pytest.mark.parametrize("purpose", ["", "x", "   ", "p" * 201])
def test_without_a_purpose_nothing_is_told(world: World, item: Item, purpose: str) -> None:
    answer = look(world, "taker", item, purpose)
    assert answer.status_code == 422
    assert PHONE not in answer.content.decode()
    assert reads() == []


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("dispatcher", 200),
        ("supervisor", 200),
        ("elsewhere", 404),
        ("auditor", 404),
        ("analyst", 422),
        ("partner", 404),
    ],
)
def test_it_is_for_the_desk_of_the_county(world: World, item: Item, who: str, status: int) -> None:
    answer = look(world, who, item)
    assert answer.status_code == status
    assert (PHONE in answer.content.decode()) is (status == 200)
    assert len(reads()) == (status == 200)


def test_a_call_of_another_item_or_without_details_does_not_exist(world: World, item: Item) -> None:
    bare = world.call(category="life.noise")
    other = Call.objects.get(item=bare).pk
    assert look(world, "taker", item, call=other).status_code == 404
    assert look(world, "taker", bare).status_code == 404
    assert look(world, "taker", item, call=10**9).status_code == 404


def test_lists_and_the_item_itself_tell_none_of_it(world: World, item: Item) -> None:
    api = Api(world, "taker")
    for path in ("", f"/{item.number}", f"/{item.number}/timeline", "/layer"):
        text = api.client.get(f"/api/v1/work/incident{path}").content.decode()
        assert PHONE not in text
        assert "王某" not in text


def test_a_crews_device_tells_where_the_unit_is(world: World) -> None:
    answer = Api(world, "crew").post("units/me/position", {"lon": 121.55, "lat": 29.87})
    assert answer.json() == {"kept": True}
    assert (world.unit("海曙01").lon, world.unit("海曙01").lat) == (121.55, 29.87)


@pytest.mark.parametrize("body", [{"lon": 181, "lat": 0}, {"lat": 0}, {"lon": "x", "lat": 0}, {}])
def test_a_position_that_is_none_is_refused(world: World, body: dict[str, object]) -> None:
    assert Api(world, "crew").post("units/me/position", body).status_code == 422


def test_positions_are_of_units_on_duty_only(world: World) -> None:
    assert Api(world, "dispatcher").post("units/me/position", {"lon": 121.55, "lat": 29.87}).status_code == 422
