"""What the city map draws: points while there are few, counts by cell when there are many, within the scope."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import pytest

from anning.engines.space.cells import parent_cells, point_cells
from anning.kernel.generic import layers
from anning.kernel.generic.layers import Box, features, resolution_at
from anning.kernel.generic.query import ListQuery
from anning.kernel.places.models import City
from anning.kernel.work.models import Item
from tests import factories, pages

EVERYTHING = ListQuery()


def scatter(count: int, west: float = 121.1, east: float = 121.4, area: str = factories.HOME) -> list[Item]:
    """Wells on a diagonal."""
    places = np.linspace(west, east, count)
    cells = point_cells(places, np.full(count, 29.5), 9)
    rows = [
        Item(
            kind="well",
            state="reported",
            title="well",
            lon=float(lon),
            lat=29.5,
            cell=int(cell),
            area_code=f"{area}001",
            opened_at=factories.NOW,
            state_at=factories.NOW,
        )
        for lon, cell in zip(places, cells, strict=True)
    ]
    return Item.objects.bulk_create(rows)


def drawn(role: str = "supervisor", area: str = "", query: ListQuery = EVERYTHING, box: str = "", zoom: int = 9):
    return features(factories.viewer(role, area), pages.WELL, query, Box.read(box), zoom)


def test_few_items_are_points(here) -> None:
    [item] = scatter(1, 121.25)
    [feature] = drawn()
    assert feature["geometry"] == {"type": "Point", "coordinates": [121.25, 29.5]}
    assert feature["properties"]["number"] == item.number
    assert feature["properties"]["url"] == f"/work/well/{item.number}"
    assert feature["properties"]["priority"] == 3
    assert feature["properties"]["text"]


def test_many_items_are_counts_that_add_up(here, monkeypatch) -> None:
    monkeypatch.setattr(layers, "MOST_POINTS", 10)
    scatter(40)
    found = drawn(zoom=9)
    assert {feature["geometry"]["type"] for feature in found} == {"Polygon"}
    assert sum(feature["properties"]["value"] for feature in found) == 40
    ring = found[0]["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    assert all(120 < lon < 123 and 29 < lat < 30 for lon, lat in ring)


def test_cells_are_the_parents_of_the_stored_ones(here, monkeypatch) -> None:
    monkeypatch.setattr(layers, "MOST_POINTS", 10)
    items = scatter(40)
    for zoom in (6, 9, 11, 14):
        expected = np.unique(parent_cells([item.cell for item in items], resolution_at(zoom)), return_counts=True)[1]
        assert sorted(f["properties"]["value"] for f in drawn(zoom=zoom)) == sorted(expected.tolist())


def test_exactly_as_many_as_can_be_drawn_are_points(here, monkeypatch) -> None:
    monkeypatch.setattr(layers, "MOST_POINTS", 5)
    scatter(5)
    assert len(drawn()) == 5
    scatter(1)
    assert drawn()[0]["geometry"]["type"] == "Polygon"


def test_the_box_decides_what_is_drawn(here, monkeypatch) -> None:
    monkeypatch.setattr(layers, "MOST_POINTS", 10)
    scatter(20, 121.1, 121.2)
    [far] = scatter(1, 121.9, area=factories.AWAY)
    found = drawn(box="121.8,29,122,30")
    assert [feature["properties"]["number"] for feature in found] == [far.number]
    assert drawn(box="10,10,11,11") == []


def test_another_countys_items_are_neither_drawn_nor_counted(here, monkeypatch) -> None:
    scatter(3)
    scatter(4, 121.6, 121.9, factories.AWAY)
    assert len(drawn(area=factories.AWAY)) == 4
    monkeypatch.setattr(layers, "MOST_POINTS", 1)
    assert sum(f["properties"]["value"] for f in drawn(area=factories.AWAY)) == 4
    assert drawn(role="auditor") == []


def test_without_a_period_the_last_thirty_days_are_drawn(here) -> None:
    scatter(1)
    old = scatter(1, 121.3)
    Item.objects.filter(pk=old[0].pk).update(opened_at=factories.NOW - timedelta(days=31))
    assert len(drawn()) == 1
    assert len(drawn(query=ListQuery(since=factories.NOW - timedelta(days=40)))) == 2
    assert len(drawn(query=ListQuery(until=factories.NOW - timedelta(days=30)))) == 1


def test_open_items_are_drawn_however_old(here) -> None:
    scatter(1)
    Item.objects.update(opened_at=factories.NOW - timedelta(days=400))
    assert len(drawn(query=ListQuery(open_only=True))) == 1


def test_filters_of_the_list_filter_the_map(here) -> None:
    scatter(2)
    assert drawn(query=ListQuery(state="covered")) == []
    assert len(drawn(query=ListQuery(area=factories.HOME))) == 2
    assert drawn(query=ListQuery(area=factories.AWAY)) == []


def test_items_without_a_place_are_left_out(here) -> None:
    pages.well()
    assert drawn() == []


def test_an_empty_city_draws_nothing(here) -> None:
    assert drawn() == []
    assert drawn(box="121,29,122,30") == []


@pytest.mark.parametrize(
    "text",
    ["", "1,2,3", "a,b,c,d", "nan,0,1,1", "0,2,1,1", "inf,0,1,1", "1,2,3,4,5"],
)
def test_what_is_no_box_is_none(text: str) -> None:
    assert Box.read(text) is None


def test_a_box_is_cut_to_the_earth() -> None:
    assert Box.read("-400,-100,400,100") == Box(-180, -90, 180, 90)


def test_nearer_views_have_finer_cells() -> None:
    found = [resolution_at(zoom) for zoom in range(25)]
    assert found == sorted(found)
    assert (found[0], found[-1]) == (5, 9)


# the addresses


def test_the_layer_is_geojson_with_a_tag(supervisor) -> None:
    scatter(2)
    response = supervisor.get("/map/layers/well.geojson?bbox=121,29,122,30&zoom=9")
    assert response["Content-Type"] == "application/geo+json"
    body = json.loads(response.content)
    assert body["type"] == "FeatureCollection"
    assert len(body["features"]) == 2
    again = supervisor.get(
        "/map/layers/well.geojson?bbox=121,29,122,30&zoom=9", headers={"If-None-Match": response["ETag"]}
    )
    assert again.status_code == 304
    assert again.content == b""
    scatter(1)
    changed = supervisor.get(
        "/map/layers/well.geojson?bbox=121,29,122,30&zoom=9", headers={"If-None-Match": response["ETag"]}
    )
    assert changed.status_code == 200


@pytest.mark.parametrize("query", ["zoom=abc", "zoom=999", "bbox=x", "since=never", "zoom=-1"])
def test_what_cannot_be_read_is_left_aside(supervisor, query: str) -> None:
    scatter(1)
    response = supervisor.get(f"/map/layers/well.geojson?{query}")
    assert len(json.loads(response.content)["features"]) == 1


def test_a_persons_layer_is_not_kept_by_others(supervisor) -> None:
    assert "private" in supervisor.get("/map/layers/well.geojson")["Cache-Control"]


def test_a_modules_layer_is_drawn_for_its_roles(supervisor) -> None:
    item = factories.incident()
    Item.objects.filter(pk=item.pk).update(lon=121.2, lat=29.5)
    body = json.loads(supervisor.get("/map/layers/calls/incidents.geojson").content)
    assert [feature["properties"]["number"] for feature in body["features"]] == [item.number]
    for path in ("/map/layers/calls/nosuch.geojson", "/map/layers/nosuch/incidents.geojson"):
        assert supervisor.get(path).status_code == 404
    assert pages.browser_of("auditor").get("/map/layers/calls/incidents.geojson").status_code == 404


def test_a_modules_layer_keeps_to_the_scope(neighbour) -> None:
    item = factories.incident()
    Item.objects.filter(pk=item.pk).update(lon=121.2, lat=29.5)
    assert json.loads(neighbour.get("/map/layers/calls/incidents.geojson").content)["features"] == []


def test_the_base_map_is_the_citys(client, here) -> None:
    City.objects.update(base_map={"type": "FeatureCollection", "features": [], "attribution": "made up"})
    response = client.get("/map/base.geojson")
    assert json.loads(response.content)["attribution"] == "made up"
    assert response["Cache-Control"].startswith("public")
    assert client.get("/map/base.geojson", headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_without_a_base_map_the_districts_are_drawn(client, here) -> None:
    body = json.loads(client.get("/map/base.geojson").content)
    assert [feature["properties"]["name"] for feature in body["features"]] == [
        f"区{factories.HOME}",
        f"区{factories.AWAY}",
    ]
    assert body["features"][0]["geometry"]["type"] == "Polygon"


def test_without_a_city_there_is_an_empty_base_map(client, db) -> None:
    from anning.kernel.places import selectors as places

    places.forget()
    assert json.loads(client.get("/map/base.geojson").content)["features"] == []


# the page


def test_the_page_offers_the_layers_one_may_see(supervisor) -> None:
    scatter(2)
    context = supervisor.get("/map/?kind=well").context
    layers_shown = {layer["id"]: layer for layer in context["map"]["layers"]}
    assert layers_shown["work-well"]["on"]
    assert not layers_shown["work-incident"]["on"]
    assert "{bbox}" in layers_shown["work-well"]["url"]
    assert "calls-units" in layers_shown
    assert len(context["rows"]) == 2
    unit = pages.browser(factories.user("unit", in_unit=factories.unit()))
    assert "calls-units" not in {layer["id"] for layer in unit.get("/map/").context["map"]["layers"]}


def test_the_pages_filters_reach_its_layers_and_rows(supervisor) -> None:
    scatter(1)
    context = supervisor.get("/map/?kind=well&since=2026-03-05&open=on").context
    work = [layer["url"] for layer in context["map"]["layers"] if layer["id"].startswith("work-")]
    assert work
    assert all("since=2026-03-05" in url and "open=1" in url for url in work)
    assert context["rows"] == []
    assert context["filter_form"]["kind"].value() == "well"
    assert "since=2026-03-05" in context["list_url"]


def test_an_unknown_kind_shows_the_first_there_is(supervisor) -> None:
    assert supervisor.get("/map/?kind=nosuch").context["filter_form"]["kind"].value() == "incident"


def test_a_place_is_marked(supervisor) -> None:
    shown = supervisor.get("/map/?at=121.25,29.5").context["map"]
    assert shown["point"] == shown["centre"] == "121.250000,29.500000"
    for wrong in ("", "121", "x,y", "nan,nan"):
        assert "point" not in supervisor.get(f"/map/?at={wrong}").context["map"]


def test_the_map_is_for_those_who_see_work(here) -> None:
    assert pages.browser_of("auditor").get("/map/").status_code == 404
