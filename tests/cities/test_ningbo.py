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
