"""The city that comes with the platform is whole, and says what of it is approximate."""

from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest
import shapely

from anning.wire.city import City, read_folder, records

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "cities" / "ningbo"
DISTRICTS = {"海曙区", "江北区", "镇海区", "北仑区", "鄞州区", "奉化区", "余姚市", "慈溪市", "象山县", "宁海县"}


@pytest.fixture(scope="module")
def ningbo() -> City:
    found = [path for path in FOLDER.rglob("*") if path.suffix in (".toml", ".csv", ".geojson")]
    return read_folder({str(path.relative_to(FOLDER)): path.read_bytes() for path in found})


def test_it_has_ten_districts_and_2806_communities(ningbo: City) -> None:
    levels = Counter(one.level for one in ningbo.areas)
    assert {one.name for one in ningbo.areas if one.level == 2} == DISTRICTS
    assert (levels[1], levels[2], levels[4]) == (1, 10, 2806)
    assert levels[3] > 140
    assert levels[5] > 0


def test_every_boundary_says_that_it_is_approximate(ningbo: City) -> None:
    assert all(one.approximate and "not a survey" in one.source for one in ningbo.areas)
    assert "非测绘" in ningbo.facts.note


@pytest.mark.parametrize(("level", "below"), [(2, 3), (3, 4)])
def test_areas_fill_those_above_without_gaps_or_overlaps(ningbo: City, level: int, below: int) -> None:
    for one in (one for one in ningbo.areas if one.level == level):
        parts = [two.shape.geometry for two in ningbo.areas if two.level == below and two.code.startswith(one.code)]
        assert sum(part.area for part in parts) == pytest.approx(one.shape.geometry.area, rel=2e-3)
        assert shapely.union_all(parts).area == pytest.approx(one.shape.geometry.area, rel=2e-3)


def test_every_district_has_police_and_every_role_has_a_user(ningbo: City) -> None:
    police = {unit.area_code[:6] for unit in ningbo.units if unit.agency.startswith("police")}
    assert police == {one.code for one in ningbo.areas if one.level == 2}
    assert len(ningbo.units) >= 120
    assert {user.role for user in ningbo.users} == {
        "call_taker", "dispatcher", "supervisor", "unit", "partner", "analyst", "auditor", "administrator"
    }  # fmt: skip
    assert len({user.area_code for user in ningbo.users if user.role == "dispatcher"}) >= 3


def test_every_leaf_can_be_simulated_and_told(ningbo: City) -> None:
    leaves = [one.code for one in ningbo.categories if one.level == 3]
    assert len(leaves) >= 60
    assert all(code in ningbo.rates["mix"] or code.rpartition(".")[0] in ningbo.rates["mix"] for code in leaves)
    assert all("{place}" in text for texts in ningbo.narratives.values() for text in texts)
    assert len(ningbo.places) >= 800


def test_every_field_of_a_city_folder_is_documented() -> None:
    told = (ROOT / "docs" / "reference" / "city-folder.md").read_text("utf-8")
    kinds = [kind for kind in vars(records).values() if isinstance(kind, type) and kind.__module__ == records.__name__]
    assert len(kinds) > 10
    missing = [
        f"{kind.__name__}.{item.name}" for kind in kinds for item in fields(kind) if f"`{item.name}`" not in told
    ]
    assert missing == []


def test_districts_meet_their_neighbours_and_make_the_city(ningbo: City) -> None:
    shapes = {one.code: one.shape.geometry for one in ningbo.areas if one.level == 2}
    (city,) = (one.shape.geometry for one in ningbo.areas if one.level == 1)
    assert sum(one.area for one in shapes.values()) == pytest.approx(city.area, rel=1e-4)
    for left, right in (("330205", "330203"), ("330211", "330206"), ("330213", "330226"), ("330282", "330281")):
        assert shapes[left].buffer(1e-4).intersects(shapes[right])
    assert shapes["330225"].distance(shapes["330212"]) > 0.01


def test_stations_and_units_stand_in_the_district_they_belong_to(ningbo: City) -> None:
    shapes = {one.code: one.shape.geometry for one in ningbo.areas if one.level == 2}
    homes = {one.code: shapely.Point(one.lon, one.lat) for one in ningbo.sites}
    for code, point in homes.items():
        if code.removeprefix("police-")[:6] in shapes:
            assert shapes[code.removeprefix("police-")[:6]].covers(point), code
    for unit in ningbo.units:
        assert shapes[unit.area_code[:6]].covers(shapely.Point(unit.lon, unit.lat)), unit.code
        assert not unit.site_code or shapes[unit.area_code[:6]].covers(homes[unit.site_code]), unit.code


WELL_KNOWN = {
    "天一广场": "江厦街道",
    "天一阁": "月湖街道",
    "老外滩": "外滩街道",
    "石浦渔港古城": "石浦镇",
    "雪窦寺": "溪口镇",
}


@pytest.mark.parametrize("name", WELL_KNOWN)
def test_well_known_places_lie_in_their_streets(ningbo: City, name: str) -> None:
    place = next(one for one in ningbo.places if one.name == name)
    point = shapely.Point(place.lon, place.lat)
    found = [one.name for one in ningbo.areas if one.level == 3 and one.shape.geometry.covers(point)]
    assert found == [WELL_KNOWN[name]]
