"""The replay laboratory and the posts planner: scope, bounds, figures, pages, API, scenarios."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from anning.domains.calls.models import Scenario
from anning.domains.calls.selectors.planning import lab, placing
from anning.domains.calls.selectors.planning.asked import AskedPosts, AskedReplay
from anning.domains.calls.selectors.planning.check import check
from anning.domains.calls.selectors.planning.figures import figures
from anning.domains.calls.selectors.planning.log import how_many, read_log
from anning.domains.calls.selectors.planning.roster import changed, today
from anning.domains.calls.selectors.planning.scenarios import scenario, scenarios
from anning.domains.calls.services import scenarios as keeping
from anning.kernel.audit.models import Entry
from anning.kernel.org.services import make_token
from anning.kernel.travel.selectors.matrix import DETOUR, STRAIGHT_KMH
from anning.kernel.work.errors import NotVisibleError, RefusedError

MARCH = {"period": ["own"], "since": ["2026-03-01"], "until": ["2026-03-31"]}
GROUP = "hs~~car"
MANY = 60


@pytest.fixture
def march(world):
    """Sixty incidents of March round the lake, one every half hour; the laboratory's memory is empty."""
    lab.forget()
    placing.forget()
    first = datetime(2026, 3, 3, tzinfo=timezone.get_default_timezone())
    for n in range(MANY):
        world.call(
            received_at=first + timedelta(minutes=30 * n), lon=121.541 + 0.01 * (n % 5), lat=29.868, source_key=f"m{n}"
        )
    yield world
    lab.forget()
    placing.forget()


def asked(**more: str | list[str]) -> AskedReplay:
    given = {name: value if isinstance(value, list) else [value] for name, value in more.items()}
    return AskedReplay.read({**MARCH, **given}, date(2026, 4, 2))


def query(**more: str) -> str:
    return urlencode({**{name: value[0] for name, value in MARCH.items()}, **more})


def test_only_what_lies_in_the_viewers_areas_is_replayed(march) -> None:
    march.call(
        "supervisor", lon=121.9, lat=29.4, received_at=datetime(2026, 3, 5, tzinfo=timezone.get_default_timezone())
    )
    demand = asked().demand
    assert how_many(march.viewer("analyst"), demand) == MANY + 1
    assert how_many(march.viewer("dispatcher"), demand) == MANY
    assert how_many(march.viewer("elsewhere"), demand) == 1
    assert how_many(march.viewer("taker"), demand) == 0, "taking calls is not counting them"
    assert {one.name for one in today(march.viewer("elsewhere"), demand).stands} == {"象山01"}


def test_period_service_area_and_priority_narrow_the_log(march) -> None:
    seer = march.viewer("analyst")
    assert how_many(seer, asked(service="fire").demand) == 0
    assert how_many(seer, asked(area="330225").demand) == 0
    assert how_many(seer, asked(least_urgent="1").demand) == 0
    assert how_many(seer, AskedReplay.read({**MARCH, "since": ["2026-03-10"]}, date(2026, 4, 2)).demand) == 0
    assert len(read_log(seer, asked().demand)) == MANY


def test_reading_a_log_takes_as_many_queries_for_many_as_for_few(march, django_assert_num_queries) -> None:
    seer = march.viewer("analyst")
    read_log(seer, asked().demand)
    with django_assert_num_queries(3):
        read_log(seer, asked().demand)
    with django_assert_num_queries(3):
        today(seer, asked().demand)


def test_without_roads_the_straight_line_is_driven_and_said(march) -> None:
    found = lab.run(march.viewer("analyst"), asked())
    assert isinstance(found, lab.Replayed)
    assert found.same
    assert not found.travel.by_road
    metres = found.travel.seconds[0, 0] * STRAIGHT_KMH / 3.6 / DETOUR
    assert 100 < metres < 5000, "from the unit to the lake's cell"
    page = march.client("analyst").get(f"/calls/replay/?run=1&{query()}", headers={"accept-language": "en"})
    assert "The city has no road network" in page.content.decode()


def test_more_units_never_make_it_later_and_are_compared_call_by_call(march) -> None:
    found = lab.run(march.viewer("analyst"), asked(change=f"{GROUP}:+2", scene_min="120"))
    assert isinstance(found, lab.Replayed)
    assert len(found.after.fleet) == len(found.before.fleet) + 2
    said = figures(found)
    assert said["change"]["incidents"] == MANY
    assert said["change"]["mean_s"]["value"] <= 0
    assert said["today"]["median_s"]["low"] <= said["today"]["median_s"]["value"] <= said["today"]["median_s"]["high"]
    assert said["assumed_scene"] == MANY
    json.dumps(said, allow_nan=False)


def test_taking_units_away_makes_incidents_wait(march) -> None:
    seer = march.viewer("dispatcher")
    found = lab.run(seer, asked(change=f"{GROUP}:-2", scene_min="120"))
    assert isinstance(found, lab.Replayed)
    said = figures(found)
    assert said["proposed"]["units"] == 1
    assert said["proposed"]["waited"] > said["today"]["waited"]
    assert said["change"]["mean_s"]["value"] > 0
    assert check(found, found.after) is None, "one unit cannot keep up: the line would grow for ever"


def test_the_hypercube_stands_beside_the_simulation(march) -> None:
    found = lab.run(march.viewer("dispatcher"), asked(scene_min="20"))
    assert isinstance(found, lab.Replayed)
    checked = check(found, found.before)
    assert checked is not None
    assert checked.exact
    assert checked.busy[0] == pytest.approx(checked.busy[1], rel=0.1)


def test_what_cannot_be_replayed_is_said(march, monkeypatch) -> None:
    seer = march.viewer("dispatcher")
    assert lab.run(seer, asked(change=f"{GROUP}:-9")) == lab.Trouble("nobody_left")
    assert lab.run(seer, asked(service="fire")) == lab.Trouble("no_units")
    nobody = AskedReplay.read({**MARCH, "since": ["2026-03-20"]}, date(2026, 4, 2))
    assert lab.run(seer, nobody) == lab.Trouble("too_few", 0, lab.FEWEST)
    monkeypatch.setattr(lab, "MOST_INCIDENTS", MANY - 1)
    assert lab.run(seer, asked()) == lab.Trouble("too_many", MANY, MANY - 1)
    page = march.client("dispatcher").get(f"/calls/replay/?run=1&{query(service='fire')}")
    assert page.status_code == 200
    assert "没有可派单元" in page.content.decode()


def test_a_group_that_is_not_there_is_named(march) -> None:
    _other, unknown = changed(today(march.viewer("dispatcher"), asked().demand), asked(change="none~~car:+1"))
    assert unknown == ["none~~car"]


def test_posts_stand_in_for_todays_units(march) -> None:
    other, _unknown = changed(today(march.viewer("analyst"), asked().demand), asked(posts="121.5,29.8;121.6,29.9;x,y"))
    assert [one.base for one in other.stands] == [(121.5, 29.8), (121.6, 29.9)]
    assert other.stands[0].able == {"water-rescue"}


def test_a_query_read_back_asks_for_the_same() -> None:
    first = asked(change=f"{GROUP}:+2", policy="reserve", posts="121.5,29.8", target_min="nan", turn_out_s="9999")
    assert first.target_min == 8
    assert first.turn_out_s == 600
    again: dict[str, list[str]] = {}
    for name, value in first.query():
        again.setdefault(name, []).append(value)
    assert AskedReplay.read(again, date(2026, 4, 2)).query() == first.query()
    rows = AskedReplay.read({"group": [GROUP, "", "b"], "delta": ["1", "3", "0"]}, date(2026, 4, 2))
    assert rows.changes == ((GROUP, 1),)


@pytest.mark.parametrize("model", ["p_median", "mclp", "mexclp"])
def test_posts_are_placed_with_a_bound(march, model: str) -> None:
    wanted = AskedPosts.read({**MARCH, "model": [model], "number": ["2"]}, date(2026, 4, 2))
    found = placing.plan(march.viewer("dispatcher"), wanted)
    assert isinstance(found, placing.Plan)
    assert len(found.placement.sites) == 2
    assert found.placement.proven
    value, now = found.value(found.placement.sites), found.value(found.now)
    assert value <= now + 1e-9 if model == "p_median" else value >= now - 1e-9
    assert found.bound == pytest.approx(value)
    share, low, high = found.covered(found.placement.sites)
    assert low <= share <= high


def test_a_scenario_is_kept_seen_by_who_may_count_there_and_deleted_by_its_maker(march) -> None:
    kept = keeping.keep(march.viewer("dispatcher"), " two more ", asked(change=f"{GROUP}:+2"))
    assert kept.name == "two more"
    assert kept.areas == ["330203"]
    assert scenario(march.viewer("analyst"), kept.pk) == kept, "the whole city contains the district"
    assert scenarios(march.viewer("elsewhere")) == []
    with pytest.raises(NotVisibleError):
        keeping.delete(march.viewer("elsewhere"), kept.pk)
    with pytest.raises(RefusedError, match=r"删除|delete"):
        keeping.delete(march.viewer("analyst"), kept.pk)
    keeping.delete(march.viewer("dispatcher"), kept.pk)
    assert not Scenario.objects.exists()
    done = list(
        Entry.objects.filter(action__startswith="calls.scenario").order_by("at").values_list("action", flat=True)
    )
    assert done == ["calls.scenario.keep", "calls.scenario.delete"]


def test_no_scenario_without_a_name_or_a_result(march) -> None:
    with pytest.raises(RefusedError):
        keeping.keep(march.viewer("dispatcher"), "  ", asked())
    with pytest.raises(RefusedError):
        keeping.keep(march.viewer("dispatcher"), "fire", asked(service="fire"))


def test_the_pages(march) -> None:
    client = march.client("analyst")
    assert "推演实验室" in client.get("/calls/replay/").content.decode()
    with_two = query(change=f"{GROUP}:+2", scene_min="120")
    assert "对照" in client.get(f"/calls/replay/?run=1&{with_two}").content.decode()
    cells = client.get(f"/calls/replay/cells.geojson?{with_two}").json()["features"]
    assert cells
    assert {one["properties"]["tone"] for one in cells} <= {"better", "worse", "same"}
    client.post("/calls/replay/keep", {"name": "a", "query": with_two})
    client.post("/calls/replay/keep", {"name": "b", "query": query()})
    ids = [one.pk for one in Scenario.objects.order_by("pk")]
    assert len(ids) == 2
    both = client.get(f"/calls/replay/?compare={ids[0]}&compare={ids[1]}").content.decode()
    assert 'id="compared"' in both
    assert client.get(f"/calls/replay/{ids[0]}.json").json()["result"]["incidents"] == MANY
    client.post(f"/calls/replay/{ids[0]}/delete")
    assert Scenario.objects.count() == 1
    assert client.get("/calls/posts/").status_code == 200
    placed = client.get(f"/calls/posts/?run=1&{query(number='2')}").content.decode()
    assert "posts=" in placed
    for layer in ("now", "proposed", "uncovered", "other"):
        assert client.get(f"/calls/posts/places.geojson?layer={layer}&{query()}").status_code == 200


def test_the_api_says_the_same(march) -> None:
    client = march.client("analyst")
    client.logout()
    header = {"HTTP_AUTHORIZATION": f"Bearer {make_token(None, march.users['analyst'], 'test')}"}
    answer = client.get(f"/api/v1/calls/replay?{query(change=f'{GROUP}:+2')}", **header).json()
    assert answer["figures"]["incidents"] == MANY
    assert answer["figures"]["proposed"]["units"] == answer["figures"]["today"]["units"] + 2
    assert answer["check"]["busy"][0] > 0
    refused = client.get(f"/api/v1/calls/replay?{query(service='fire')}", **header)
    assert refused.status_code == 422
    posts = client.get(f"/api/v1/calls/posts?{query(model='mclp', number='1')}", **header).json()
    assert len(posts["proposed"]["posts"]) == 1
    assert posts["proven"]
    body = {"name": "kept", **{name: value[0] for name, value in MARCH.items()}}
    kept = client.post("/api/v1/calls/replay/scenarios", body, content_type="application/json", **header).json()
    assert client.get("/api/v1/calls/replay/scenarios", **header).json()[0]["id"] == kept["id"]
    one = f"/api/v1/calls/replay/scenarios/{kept['id']}"
    assert client.get(one, **header).json()["result"]["incidents"] == MANY
    assert client.delete(one, **header).json() == {"deleted": True}
    assert client.get(one, **header).status_code == 404
