"""A city folder drafted from a log can be loaded, and the log then lies in its areas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from anning.domains.calls.models import Category
from anning.gateway import cities, drafting
from anning.kernel.access.scope import SYSTEM
from anning.kernel.importing import selectors, services
from anning.kernel.places.models import City
from anning.kernel.work.models import Item
from anning.wire.city import read_folder

pytestmark = pytest.mark.django_db
PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "data" / "calls" / "montgomery_911.csv"


def log(folder: Path, rows: int = 60) -> Path:
    """Calls in two towns, west and east, one of an unknown town, one in a town of its own, one far off."""
    rng = np.random.default_rng(5)
    lines = []
    for number, (lon, lat) in enumerate(rng.random((rows, 2)).round(4)):
        town = "WEST TOWN" if lon < 0.5 else "EAST TOWN"
        lines.append(f"{40 + lat},{-75 + lon},EMS: FALL VICTIM,2016-01-15 12:{number % 60:02d},{town},A ST")
    lines.append("40.5,-74.4,Traffic: VEHICLE ACCIDENT -,2016-01-15 13:00,,B ST")
    lines.append("40.5,-74.9,EMS: FALL VICTIM,2016-01-15 13:01,HAMLET,C ST")
    lines.append("north,-74.9,EMS: FALL VICTIM,2016-01-15 13:02,HAMLET,C ST")
    path = folder / "log.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def draft(path: Path, target: Path, code: str = "9900") -> dict[str, int]:
    importer = selectors.importer("calls")
    mapping = selectors.mapping_for(importer, path)
    return drafting.draft(path, mapping, target, code=code, name="双镇", name_en="Two Towns")


def test_a_draft_is_whole_says_it_is_approximate_and_can_be_loaded(tmp_path: Path) -> None:
    counts = draft(log(tmp_path), tmp_path / "city")
    assert counts == {"read": 63, "areas": 2, "categories": 5}
    city = cities.read(tmp_path / "city")
    assert [(one.code, one.name, one.name_en) for one in city.areas if one.level == 2] == [
        ("990001", "EAST TOWN", "East Town"),
        ("990002", "WEST TOWN", "West Town"),
    ]
    assert all(one.approximate and "not a survey" in one.source for one in city.areas)
    assert (city.facts.time_zone, city.facts.crs_epsg) == ("America/New_York", 32618)
    assert "非测绘" in city.facts.note
    assert [one.code for one in city.categories if one.level == 1] == ["us"]
    cities.load(city)
    assert City.objects.get().name == "双镇"
    assert Category.objects.get(code="us.ems.fall-victim").name == "跌倒受伤"


def test_the_log_then_lies_in_the_areas_it_named(tmp_path: Path) -> None:
    path = log(tmp_path)
    draft(path, tmp_path / "city")
    cities.load(cities.read(tmp_path / "city"))
    importer = selectors.importer("calls")
    found = services.run_import(SYSTEM, importer, path, selectors.mapping_for(importer, path))
    assert (found.imported, found.rejected) == (62, 1)
    named = {"EAST TOWN": "990001", "WEST TOWN": "990002"}
    rows = Item.objects.values_list("area_code", "changes__data__area")
    assert all(code == named[area] for code, area in rows if area in named)
    assert not Item.objects.filter(outside=True).exists()


def test_a_folder_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    draft(log(tmp_path), tmp_path / "city")
    with pytest.raises(FileExistsError, match="a city folder is there already"):
        draft(log(tmp_path), tmp_path / "city")


@pytest.mark.parametrize("code", ["99", "99000", "宁波宁波", "99-0"])
def test_a_code_that_is_no_citys_is_refused(tmp_path: Path, code: str) -> None:
    with pytest.raises(ValueError, match="is no code of a city"):
        draft(log(tmp_path), tmp_path / "city", code)


def test_a_log_without_areas_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    path = log(tmp_path)
    path.write_text(path.read_text().replace("WEST TOWN", "").replace("EAST TOWN", ""))
    with pytest.raises(ValueError, match="no area with three calls"):
        draft(path, tmp_path / "city")
    assert not (tmp_path / "city").exists()


def test_many_areas_get_letters_in_their_codes() -> None:
    codes = [drafting._two(number) for number in range(1, 1000)]
    assert codes[:2] == ["01", "02"]
    assert codes[98:101] == ["99", "A0", "A1"]
    assert len(set(codes)) == len(codes)
    assert all(len(code) == 2 for code in codes)


@pytest.mark.data
def test_a_county_is_drafted_from_its_published_log(tmp_path: Path) -> None:
    if not PUBLISHED.is_file():
        pytest.skip("the Montgomery County log is not beside this checkout")
    assert draft(PUBLISHED, tmp_path / "city") == {"read": 3051, "areas": 65, "categories": 78}
    files = {str(path.relative_to(tmp_path / "city")): path.read_bytes() for path in (tmp_path / "city").rglob("*.*")}
    assert len(read_folder(files).areas) == 66
