"""The guide to another city shows files that are read as they stand in it, and faults as they are said."""

import re
from pathlib import Path

import pytest

from anning.wire.city import CityError, read_folder

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "another-city.md"
FILE = re.compile(r"^`([\w./-]+)`\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LEAST = ("city.toml", "areas/city.geojson", "agencies.toml", "categories.toml")


@pytest.fixture
def shown() -> dict[str, bytes]:
    return {name: text.encode() for name, text in FILE.findall(GUIDE.read_text("utf-8"))}


def test_the_folder_of_the_guide_is_read_with_all_it_shows(shown: dict[str, bytes]) -> None:
    city = read_folder(shown)
    assert len(shown) == 10
    assert [unit.code for unit in city.units] == ["定海01", "定海艇1"]
    assert city.protocols[0].tree["start"] == "in"
    assert [one.code for one in city.categories if one.handled_by == "livelihood"][-1] == "life.neighbour.noise"


def test_the_least_the_guide_names_can_be_loaded(shown: dict[str, bytes]) -> None:
    """Without protocols a category cannot name one; nothing else of the rest is needed."""
    files = {name: shown[name] for name in LEAST}
    files["categories.toml"] = files["categories.toml"].replace(b', protocol = "drowning"', b"")
    assert len(read_folder(files).areas) == 2


def test_faults_are_said_as_the_guide_quotes_them(shown: dict[str, bytes]) -> None:
    told = GUIDE.read_text("utf-8")
    spoilt = {
        **shown,
        "units.csv": shown["units.csv"].replace(b"water-rescue", b"water_rescue"),
        "sites.csv": "code,kind,name,name_en,lon,lat\ns,police,定海派出所,Station,30.02,122.10\n".encode(),
    }
    with pytest.raises(CityError) as caught:
        read_folder(spoilt)
    assert len(caught.value.faults) == 2
    assert all(f"\n{fault}\n" in told for fault in caught.value.faults)
