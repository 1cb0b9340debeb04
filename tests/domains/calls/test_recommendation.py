"""Whom to send: by the roads as they are now, of the units the viewer may send, everybody else passed over with why."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from anning.domains.calls.selectors import demand, durations
from anning.domains.calls.selectors.recommendation import recommend, ways
from anning.domains.calls.selectors.recommended import Doubt, Passed, Recommendation
from anning.domains.calls.services import joint, units
from anning.kernel.audit.models import Entry
from anning.kernel.contract import registry
from anning.kernel.generic.services import open_work
from anning.kernel.org.models import Capability, Duty, Unit
from anning.kernel.places.models import Site
from anning.kernel.work.errors import NotVisibleError, RefusedError
from anning.kernel.work.models import Change, Item
from anning.kernel.work.services.items import Draft, act
from tests.grid import grid, roads

from .conftest import HAISHU, MOON_LAKE, XIANGSHAN, World

STEP = 0.005


@pytest.fixture(autouse=True)
def streets() -> Iterator[None]:
    """A grid of streets round the lake."""
    with roads(grid(*MOON_LAKE, step=STEP)):
        yield


def put(world: World, code: str, east: float, north: float = 0.0, **more: object) -> Unit:
    """Move a unit so many streets from the lake."""
    at = {"lon": MOON_LAKE[0] + east * STEP, "lat": MOON_LAKE[1] + north * STEP, "position_at": timezone.now()}
    Unit.objects.filter(code=code).update(**{**at, **more})
    return world.unit(code)


def advice(world: World, item: Item, who: str = "dispatcher") -> Recommendation:
    return recommend(world.viewer(who), item, timezone.now())


def order(found: Recommendation) -> list[str]:
    return [one.unit.code for one in found.choices]


def why(found: Recommendation) -> dict[str, Passed]:
    return {one.unit.code: one.why for one in found.passed}


def close_road(world: World, east: float, **fields: object) -> Item:
    """Close the street from the lake towards the east (or make it slow)."""
    point = {"lon": MOON_LAKE[0] + (east + 0.5) * STEP, "lat": MOON_LAKE[1]}
    draft = Draft(title="路面塌陷", area_code=HAISHU, **point)
    return open_work(world.viewer("dispatcher"), registry.kind("road_condition"), draft, fields)


def past_incidents(world: World, minutes: int) -> None:
    """Thirty incidents the police cleared, each as many minutes after it was assigned, five of them on the way."""
    now = timezone.now()
    for n in range(30):
        item, sent = world.call(lon=121.45), now - timedelta(hours=n + 2)
        for place, (state, after) in enumerate((("assigned", 0), ("on_scene", 5), ("cleared", minutes))):
            at = sent + timedelta(minutes=after)
            Change.objects.create(item=item, version=10 + place, verb=state, new=state, at=at, actor="past")
    durations.forget()


class TestRanking:
    def test_the_nearest_by_road_goes(self, world: World) -> None:
        item = world.call()
        for code, east in (("海曙01", 3), ("海曙02", -1), ("海曙03", 2)):
            put(world, code, east)
        found = advice(world, item)
        assert order(found) == ["海曙02", "海曙03", "海曙01"]
        assert found.first == ("海曙02",)
        assert found.doubts == ()
        assert [one.travel_s for one in found.choices] == sorted(one.travel_s or 0 for one in found.choices)
        assert found.choices[0].terms["travel"] == found.choices[0].travel_s

    def test_a_closed_street_is_gone_round_at_once_and_until_lifted(self, world: World) -> None:
        item = world.call()
        put(world, "海曙01", 1)
        before = advice(world, item).choices[0].travel_s
        condition = close_road(world, 0)
        longer = advice(world, item).choices[0].travel_s
        assert before is not None
        round_it = 1 + 2 / math.cos(
            math.radians(MOON_LAKE[1])
        )  # a street east, and two of the longer ones north and south
        assert longer == pytest.approx(round_it * before, rel=0.01)
        act(world.viewer("dispatcher"), condition.number, "lift", version=None)
        assert advice(world, item).choices[0].travel_s == before

    def test_an_incident_on_a_closed_street_is_reached_by_the_nearest_open_one(self, world: World) -> None:
        item = world.call(lon=MOON_LAKE[0] + STEP / 2)
        put(world, "海曙01", 2)
        close_road(world, 0)
        found = advice(world, item)
        assert "海曙01" in order(found)
        assert Doubt.FAR in found.doubts

    def test_crews_with_the_siren_on_may_be_let_through(self, world: World) -> None:
        item = world.call(priority=1)
        put(world, "海曙01", 1)
        before = advice(world, item).choices[0].travel_s
        close_road(world, 0, siren_passes=True)
        assert advice(world, item).choices[0].travel_s == before

    def test_a_condition_holds_from_when_it_begins_until_it_ends(self, world: World) -> None:
        item, now = world.call(), timezone.now()
        put(world, "海曙01", 1)
        before = advice(world, item).choices[0].travel_s
        close_road(world, 0, starts_at=now + timedelta(hours=1))
        close_road(world, 0, until=now - timedelta(hours=1))
        assert advice(world, item).choices[0].travel_s == before

    def test_a_slow_street_takes_its_times_longer(self, world: World) -> None:
        item = world.call()
        put(world, "海曙01", 1)
        before = advice(world, item).choices[0].travel_s or 0.0
        close_road(world, 0, effect="slow", factor=2.0)
        assert advice(world, item).choices[0].travel_s == pytest.approx(2 * before)

    def test_who_can_do_it_comes_before_who_is_nearer(self, world: World) -> None:
        item = world.call(capabilities=["water-rescue"])
        put(world, "海曙01", 3)
        found = advice(world, item)
        assert (found.needs, found.first) == (("water-rescue",), ("海曙01",))
        assert why(found) == {"海曙02": Passed.INCAPABLE, "海曙03": Passed.INCAPABLE}

    def test_several_go_where_no_one_can_do_it_all(self, world: World) -> None:
        item = world.call(capabilities=["water-rescue", "medical"])
        Capability.objects.create(code="medical", name="急救", name_en="medical")
        world.unit("海曙03").capabilities.add(Capability.objects.get(code="medical"))
        assert set(advice(world, item).first) == {"海曙01", "海曙03"}

    def test_nobody_who_can_is_said(self, world: World) -> None:
        found = advice(world, world.call(capabilities=["diving"]))
        assert (found.choices, found.missing) == ((), ("diving",))
        assert set(why(found).values()) == {Passed.INCAPABLE}

    def test_what_an_area_would_lose_counts(self, world: World) -> None:
        past_incidents(world, minutes=60)
        for _n in range(3):
            world.call(received_at=timezone.now(), category="public.noise")
        Unit.objects.filter(code__in=["海曙01", "海曙02"]).update(area_code=XIANGSHAN, agency=world.agencies["hs"])
        world.users["dispatcher"].memberships.update(area_code="3302")
        item = world.call()
        put(world, "海曙03", 1)
        Unit.objects.filter(code="象山01").update(status="off_duty")
        demand.forget()
        lost = {one.unit.code: one.terms["cover"] for one in advice(world, item).choices}
        assert lost["海曙03"] == pytest.approx(60)
        assert lost["海曙01"] == lost["海曙02"] == 0

    def test_a_position_an_hour_old_counts_for_half_a_minute(self, world: World) -> None:
        item = world.call()
        put(world, "海曙01", 1, position_at=timezone.now() - timedelta(hours=5))
        terms = next(one.terms for one in advice(world, item).choices if one.unit.code == "海曙01")
        assert terms["age"] == pytest.approx(36)

    def test_the_terms_add_up(self, world: World) -> None:
        for one in advice(world, world.call()).choices:
            assert one.cost_s == pytest.approx(sum(one.terms.values()))

    def test_once_all_needs_are_met_nobody_is_recommended(self, world: World) -> None:
        item = world.call(capabilities=["water-rescue"])
        units.assign(world.viewer("dispatcher"), item.number, ["海曙01"], version=None)
        found = advice(world, item)
        assert found.settled
        assert (found.first, found.missing) == ((), ())


class TestPassedOver:
    def test_off_duty_busy_and_on_it(self, world: World) -> None:
        item, other = world.call(), world.call(lon=121.56)
        units.assign(world.viewer("dispatcher"), item.number, ["海曙01"], version=None)
        units.assign(world.viewer("dispatcher"), other.number, ["海曙02"], version=None)
        put(world, "海曙03", 0, status="off_duty")
        assert why(advice(world, item)) == {
            "海曙01": Passed.ON_IT,
            "海曙02": Passed.BUSY,
            "海曙03": Passed.OFF_DUTY,
        }

    def test_a_busy_unit_is_free_when_tasks_as_long_were(self, world: World) -> None:
        past_incidents(world, minutes=25)
        item = world.call()
        units.assign(world.viewer("dispatcher"), item.number, ["海曙01"], version=None)
        busy = next(one for one in advice(world, world.call(lon=121.56)).passed if one.unit.code == "海曙01")
        assert busy.unit.free_in_s == pytest.approx(25 * 60, abs=5)

    def test_a_shift_that_ends_too_soon(self, world: World) -> None:
        item = world.call()
        Duty.objects.filter(unit__code="海曙01").update(ends_at=timezone.now() + timedelta(minutes=2))
        assert why(advice(world, item)) == {"海曙01": Passed.SHIFT_ENDS}

    def test_from_the_station_without_a_position(self, world: World) -> None:
        item = world.call()
        Site.objects.create(code="st", kind="police", name="所", lon=MOON_LAKE[0], lat=MOON_LAKE[1])
        put(world, "海曙01", 0, lon=None, lat=None, position_at=None, site_code="st")
        put(world, "海曙02", 0, lon=None, lat=None, position_at=None)
        found = advice(world, item)
        assert found.choices[0].unit.at_station
        assert found.choices[0].travel_s == pytest.approx(0, abs=1)
        assert why(found) == {"海曙02": Passed.NO_POSITION}

    def test_no_way_and_no_road(self, world: World) -> None:
        item = world.call(lon=MOON_LAKE[0] - STEP)
        put(world, "海曙01", 2)
        put(world, "海曙02", 40)
        with roads(grid(*MOON_LAKE, step=STEP, cut=True)):
            found = advice(world, item)
        assert why(found)["海曙01"] is Passed.UNREACHABLE
        assert why(found)["海曙02"] is Passed.NO_ROAD


class TestDoubts:
    def test_without_a_point_nothing_is_said_of_travel(self, world: World) -> None:
        found = advice(world, world.call(lon=None, lat=None, area_code=HAISHU))
        assert found.doubts == (Doubt.NO_POINT,)
        assert {one.travel_s for one in found.choices} == {None}

    def test_without_a_network_minutes_are_of_the_straight_line(self, world: World) -> None:
        with roads(None):
            found = advice(world, world.call())
        assert found.doubts == (Doubt.NO_NETWORK,)
        assert all(one.travel_s for one in found.choices)

    def test_far_from_every_road(self, world: World) -> None:
        found = advice(world, world.call(lat=MOON_LAKE[1] + 4 * STEP + 0.005))
        assert found.doubts == (Doubt.FAR,)
        assert found.place_m == pytest.approx(556, abs=5)


class TestScope:
    def test_another_countys_unit_is_never_shown(self, world: World) -> None:
        put(world, "象山01", 0)
        found = advice(world, world.call())
        assert "象山01" not in order(found) + list(why(found))

    def test_an_agency_shares_its_units_by_taking_its_task_in_hand(self, world: World) -> None:
        item = world.call()
        put(world, "象山01", 0)
        (task,) = joint.ask(world.viewer("dispatcher"), item.number, ["xs"], "封路", version=None)
        assert "象山01" not in order(advice(world, item))
        with pytest.raises(NotVisibleError):
            units.assign(world.viewer("dispatcher"), item.number, ["象山01"], version=None)
        act(world.viewer("supervisor"), task.number, "accept", version=None)
        assert "象山01" in order(advice(world, item))
        assert "象山01" not in order(advice(world, world.call(lon=121.56)))
        units.assign(world.viewer("dispatcher"), item.number, ["象山01"], version=None)
        act(world.viewer("supervisor"), task.number, "finish", version=None, reason="毕")
        units.report(world.viewer("dispatcher"), item.number, "象山01", "depart")
        assert why(advice(world, item))["象山01"] is Passed.ON_IT

    def test_who_does_not_command_has_no_recommendation(self, world: World) -> None:
        number = world.call().number
        for who in ("taker", "analyst", "elsewhere", "crew"):
            for path in ("recommend", "routes.geojson"):
                assert world.client(who).get(f"/calls/{number}/{path}").status_code == 404


class TestSending:
    def test_the_recommended_need_no_reason_others_do(self, world: World) -> None:
        item, seer = world.call(), world.viewer("dispatcher")
        with pytest.raises(RefusedError, match="海曙02"):
            units.assign(seer, item.number, ["海曙01"], version=None, recommended=["海曙02"])
        units.assign(seer, item.number, ["海曙01"], version=None, recommended=["海曙02"], reason="更熟悉地形")
        change = item.changes.latest("version")
        assert (change.reason, change.data["instead_of"]) == ("更熟悉地形", ["海曙02"])
        assert "更熟悉" not in str(Entry.objects.latest("pk").body)

    def test_more_than_the_recommended_need_none(self, world: World) -> None:
        item = world.call()
        both = ["海曙02", "海曙01"]
        units.assign(world.viewer("dispatcher"), item.number, both, version=None, recommended=["海曙02"])
        assert "instead_of" not in item.changes.latest("version").data

    def test_the_timeline_says_who_was_recommended(self, world: World) -> None:
        item, client = world.call(), world.client("dispatcher")
        form = {"version": item.version, "units": ["海曙01"], "recommended": "海曙02"}
        client.post(f"/calls/{item.number}/assign", form)
        assert world.unit("海曙01").status == "free"
        client.post(f"/calls/{item.number}/assign", {**form, "reason": "熟悉地形"})
        page = client.get(f"/calls/{item.number}").content.decode()
        assert world.unit("海曙01").status == "assigned"
        assert "熟悉地形" in page
        assert "原推荐：海曙02" in page


class TestPages:
    def test_the_page_shows_minutes_terms_and_reasons(self, world: World) -> None:
        item = world.call(capabilities=["water-rescue"])
        put(world, "海曙01", 2, position_at=timezone.now() - timedelta(hours=2))
        ends = timezone.now() + timedelta(minutes=20)
        Duty.objects.filter(unit__code="海曙01").update(ends_at=ends)
        page = world.client("dispatcher").get(f"/calls/{item.number}").content.decode()
        for said in ("派谁去", "水域救援", "2 分钟", "位置已过", " 下班", "不具备所需能力", "data-accept"):
            assert said in page, said

    def test_the_fragment_is_reckoned_anew(self, world: World) -> None:
        item, client = world.call(), world.client("dispatcher")
        put(world, "海曙03", 0)
        assert b'value="\xe6\xb5\xb7\xe6\x9b\x9903"' in client.get(f"/calls/{item.number}/recommend").content

    def test_ways_of_the_first_three_and_of_the_one_looked_at(self, world: World) -> None:
        item, client = world.call(), world.client("dispatcher")
        for code, east in (("海曙01", 3), ("海曙02", 1), ("海曙03", 2)):
            put(world, code, east)
        Unit.objects.create(
            code="海曙04",
            agency=world.agencies["hs"],
            kind="car",
            area_code=HAISHU,
            status="free",
            lon=MOON_LAKE[0] + 4 * STEP,
            lat=MOON_LAKE[1],
        )
        answer = client.get(f"/calls/{item.number}/routes.geojson").json()
        assert [one["properties"]["key"] for one in answer["features"]] == ["海曙02", "海曙03", "海曙01"]
        assert [one["properties"]["first"] for one in answer["features"]] == [True, False, False]
        assert answer["features"][0]["geometry"]["coordinates"][-1] == pytest.approx(MOON_LAKE, abs=1e-5)
        (one,) = client.get(f"/calls/{item.number}/routes.geojson?unit=海曙04").json()["features"]
        assert one["properties"]["key"] == "海曙04"
        assert client.get(f"/calls/{item.number}/routes.geojson?unit=象山01").json()["features"] == []

    def test_no_way_is_drawn_without_a_point(self, world: World) -> None:
        item = world.call(lon=None, lat=None, area_code=HAISHU)
        assert ways(world.viewer("dispatcher"), item, timezone.now()) == []

    def test_queries_do_not_grow_with_units(self, world: World) -> None:
        item = world.call()

        def asked() -> int:
            advice(world, item)
            with CaptureQueriesContext(connection) as found:
                advice(world, item)
            return len(found)

        few = asked()
        for n in range(20):
            Unit.objects.create(code=f"增{n}", agency=world.agencies["hs"], kind="car", area_code=HAISHU, status="free")
        assert asked() == few <= 9
        assert XIANGSHAN not in {one.unit.area_code for one in advice(world, item).choices}
