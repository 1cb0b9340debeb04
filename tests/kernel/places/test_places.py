"""Finding areas by point and name, labels in both languages, caches that follow the city's revision."""

from __future__ import annotations

import pytest
from django.utils import translation

from anning.kernel.places import selectors
from anning.kernel.places.models import Area, City, PlaceName
from tests.factories import AWAY, HOME, area, city

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> City:
    return city()


def test_points_lie_in_the_deepest_area_or_outside(town: City) -> None:
    places = selectors.locate([121.2, 121.7, 125.0], [29.5, 29.5, 29.5])
    assert places == [selectors.locate_one(lon, 29.5) for lon in (121.2, 121.7, 125.0)]
    assert [(place.area_code, place.outside) for place in places] == [
        (f"{HOME}001", False),
        (f"{AWAY}001", False),
        ("", True),
    ]


def test_without_areas_nothing_is_called_outside() -> None:
    selectors.forget()
    assert selectors.locate([121.2], [29.5]) == [selectors.Place("", False)]
    assert selectors.locate_one(121.2, 29.5) == selectors.Place("", False)
    assert selectors.city() is None
    assert selectors.extent() is None


@pytest.mark.parametrize("text", [HOME, f"区{HOME}", f"Area {HOME}", f"  area {HOME} "])
def test_an_area_is_found_by_code_or_either_name(town: City, text: str) -> None:
    assert selectors.area_named(text) == HOME


def test_an_unknown_name_is_no_area_and_of_namesakes_the_shallowest_is_meant(town: City) -> None:
    assert selectors.area_named("nowhere") == selectors.area_named("") == ""
    Area.objects.filter(code=f"{AWAY}001").update(name=f"区{HOME}")
    selectors.forget()
    assert selectors.area_named(f"区{HOME}") == HOME


def test_labels_follow_the_language_and_fall_back_to_the_code(town: City) -> None:
    with translation.override("zh-hans"):
        assert selectors.label(HOME) == f"区{HOME}"
        assert selectors.path_label(f"{HOME}001") == f"区{HOME} · 区{HOME}001"
    with translation.override("en"):
        assert selectors.label(HOME) == f"Area {HOME}"
    assert selectors.label("999") == selectors.path_label("999") == "999"


def test_children_start_with_the_districts(town: City) -> None:
    assert [one.code for one in selectors.children()] == [HOME, AWAY]
    Area.objects.filter(code=f"{HOME}001").update(parent=Area.objects.get(code=HOME))
    assert [one.code for one in selectors.children(HOME)] == [f"{HOME}001"]
    assert not selectors.children(f"{HOME}001").exists()


def test_a_new_revision_makes_the_caches_anew(town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    assert selectors.locate([121.2], [29.5])[0].area_code == f"{HOME}001"
    area(f"{HOME}001001", 4, 121.1, 121.3)
    assert selectors.locate([121.2], [29.5])[0].area_code == f"{HOME}001"
    City.objects.update(revision=town.revision + 1)
    monkeypatch.setattr(selectors, "RECHECK_S", -1.0)
    assert selectors.locate([121.2], [29.5])[0].area_code == f"{HOME}001001"


def test_the_base_map_is_the_citys_own_or_its_districts_outlines(town: City) -> None:
    outlines = selectors.base_map()["features"]
    assert [one["properties"]["name"] for one in outlines] == [f"区{HOME}", f"区{AWAY}"]
    assert outlines[0]["geometry"]["type"] == "Polygon"
    City.objects.update(base_map={"type": "FeatureCollection", "features": []})
    selectors.forget()
    assert selectors.base_map()["features"] == []


def test_the_extent_is_that_of_the_shallowest_areas(town: City) -> None:
    assert selectors.extent() == (121.0, 29.0, 122.0, 30.0)


@pytest.mark.parametrize("query", ["月湖公园", "yuehu", "yhgy", "Moon Lake"])
def test_names_are_found_however_they_are_written(town: City, query: str) -> None:
    PlaceName.objects.create(
        name="月湖公园", name_en="Moon Lake Park", kind="park", lon=121.541, lat=29.868, area_code=HOME
    )
    selectors.forget()
    found = selectors.search_names(query)
    assert (found[0].name, found[0].area_code) == ("月湖公园", HOME)
    assert found[0].why


def test_an_empty_gazetteer_finds_nothing(town: City) -> None:
    assert selectors.search_names("月湖") == []
