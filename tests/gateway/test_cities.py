"""Loading a city folder: everything, once, in one transaction, and again to bring it up to date."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import DatabaseError

from anning.domains.calls.models import Category, Protocol, RelatedCategories, Route
from anning.domains.calls.services import city as calls_part
from anning.gateway import cities
from anning.kernel.audit.models import Entry
from anning.kernel.org.models import Agency, Membership, Unit, User
from anning.kernel.places.models import Area, City, PlaceName, Site
from anning.kernel.places.selectors import area_named, city, locate, search_names
from anning.kernel.work.models import ClockLimit
from anning.wire.city.faults import CityError
from tests.gateway.conftest import written
from tests.wire.city.folder import area, areas

pytestmark = pytest.mark.django_db
MODELS = (
    Agency,
    Area,
    Category,
    City,
    ClockLimit,
    Membership,
    PlaceName,
    Protocol,
    RelatedCategories,
    Route,
    Site,
    Unit,
)
DEMO = (
    'is_demo=true\ncode="3302"\nname="宁波"\nname_en="Ningbo"\ntime_zone="Asia/Shanghai"\n'
    "crs_epsg=4549\nlon=121\nlat=29\n"
)


def contents() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in MODELS}


def test_a_folder_is_loaded_whole(tmp_path: Path) -> None:
    counts = cities.load(cities.read(written(tmp_path)))
    assert counts["areas"] == Area.objects.count() == 4
    assert counts["categories"] == Category.objects.count() == 4
    assert Area.objects.get(code="330203001001").parent == Area.objects.get(code="330203001")
    assert Unit.objects.get().capabilities.get().code == "patrol"
    assert Site.objects.get().area_code == PlaceName.objects.get().area_code == "330203001001"
    assert ClockLimit.objects.get(priority=2).seconds == 120
    assert Category.objects.get(code="fire.home").protocol == Protocol.objects.get().code == "fire"
    assert city().revision == 1
    assert search_names("gulou")[0].name == "鼓楼"
    assert Entry.objects.filter(action="load-city").count() == 1


def test_loading_again_changes_nothing_but_the_revision(tmp_path: Path) -> None:
    found = cities.read(written(tmp_path))
    first = cities.load(found), contents()
    ids = set(Area.objects.values_list("pk", flat=True)), Unit.objects.get().pk
    assert (cities.load(found), contents()) == first
    assert (set(Area.objects.values_list("pk", flat=True)), Unit.objects.get().pk) == ids
    assert city().revision == 2


def test_what_changed_in_the_folder_changes_in_the_database(tmp_path: Path) -> None:
    cities.load(cities.read(written(tmp_path)))
    assert locate([121.5], [29.5])[0].area_code == "330203001001"
    ground = areas(area("3302", 1), area("330203", 2), {**area("330204", 2), "geometry": GONE})
    text = "code,kind,name,name_en,lon,lat,area_code,address\n"
    cities.load(cities.read(written(tmp_path, areas__all_geojson=ground, sites_csv=text, units_csv=UNIT)))
    assert locate([121.5], [29.5])[0].area_code == "330203"
    assert area_named("area 330204") == "330204"
    assert not Site.objects.exists()
    assert Category.objects.count() == 4


UNIT = "code,agency,kind,area_code,site_code,capabilities,lon,lat\nU1,police,car,330203,,patrol,121.5,29.5\n"
GONE = {"type": "Polygon", "coordinates": [[[123, 29], [124, 29], [124, 30], [123, 29]]]}


def test_every_fault_is_said_and_nothing_is_loaded(tmp_path: Path) -> None:
    spoilt = written(tmp_path, routes_toml='route=[{agency="nobody"}]\n', related_toml="related=[{first=1}]\n")
    with pytest.raises(CityError) as caught:
        cities.load(cities.read(spoilt))
    assert "nobody" in str(caught.value)
    assert "related.toml" in str(caught.value)
    assert not any(contents().values())


def test_a_fault_of_the_database_in_the_last_part_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_city: object) -> dict[str, int]:
        raise DatabaseError("database or disk is full")

    monkeypatch.setattr(calls_part, "load", full)
    with pytest.raises(DatabaseError, match="full"):
        cities.load(cities.read(written(tmp_path)))
    assert not any(contents().values())


def test_no_folder_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="is no city folder"):
        cities.read(tmp_path / "nowhere")


@pytest.mark.parametrize(("text", "users"), [(DEMO, 1), (DEMO.replace("is_demo=true", ""), 0)], ids=["demo", "real"])
def test_users_are_made_only_for_a_demonstration(tmp_path: Path, text: str, users: int) -> None:
    folder = written(tmp_path, city_toml=text)
    for _time in range(2):
        cities.load(cities.read(folder))
        assert User.objects.count() == Membership.objects.count() == users
    if users:
        assert User.objects.get().check_password("Sea-Wall-2026")
        assert Membership.objects.get().unit.code == "U1"
