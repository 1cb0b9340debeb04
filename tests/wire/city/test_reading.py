"""Reading city folders: a whole one, and every kind of fault named with its file, record, field and value."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.wire.city import City, CityError, read_folder
from tests.wire.city.folder import TEXTS, area, areas, files


def faults(**changed: str | None) -> list[str]:
    with pytest.raises(CityError) as caught:
        read_folder(files(**changed))
    assert str(len(caught.value.faults)) in str(caught.value)
    return [str(fault) for fault in caught.value.faults]


def spoilt(name: str, old: str, new: str) -> dict[str, str]:
    text = TEXTS[name]
    assert old in text, f"{name} does not hold {old}"
    return {name.replace("/", "__").replace(".", "_"): text.replace(old, new)}


def test_a_whole_folder_is_read_with_every_record() -> None:
    city = read_folder(files())
    assert isinstance(city, City)
    assert [one.code for one in city.areas] == ["3302", "330203", "330203001"]
    assert [(one.code, one.level, one.handled_by) for one in city.categories] == [
        ("fire", 1, "fire"),
        ("fire.home", 2, "fire"),
    ]
    assert city.units[0].capabilities == ("patrol",)
    assert city.limits[0].seconds == (60, 120, 300, 900)
    assert city.protocols[0].tree["start"] == "q"
    assert (city.places[0].radius_m, city.places[0].weight) == (100.0, 2.0)
    assert city.users[0].unit == "U1"


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("city.toml", "Asia/Shanghai", "Nowhere", ["city.toml", "time_zone 'Nowhere'", "is not a time zone"]),
        ("city.toml", 'code="3302"', 'code="9999"', ["code '9999'", "no area of level 1"]),
        ("city.toml", "lon=121.5", 'lon="east"', ["lon 'east'", "is not a number"]),
        ("city.toml", "crs_epsg=4549", "crs_epsg=45.5", ["crs_epsg '45.5'", "is not a whole number"]),
        ("city.toml", 'name_en="Ningbo"\n', "", ["city.toml", "name_en has to be given"]),
        ("city.toml", "lat=29.5", "lat=29.5\nmayor=1", ["mayor is no field here"]),
        ("city.toml", "code=", "code", ["city.toml", "is not valid TOML"]),
        ("agencies.toml", 'area_code="3302"', 'area_code="77"', ["agency police", "area_code '77'", "is no area"]),
        ("units.csv", "U1,police,", "U1,army,", ["unit U1", "agency 'army'", "not in agencies.toml"]),
        ("units.csv", ",s1,", ",s9,", ["unit U1", "site_code 's9'", "not in sites.csv"]),
        ("units.csv", ",patrol,", ",patrol;fly,", ["capabilities 'fly'", "not in capabilities.toml"]),
        ("units.csv", "U1,police,car", "U1,police", ["units.csv, line 2", "another number of fields"]),
        ("units.csv", "code,agency,kind", "code,office,kind", ["units.csv, the header", "office is no field here"]),
        ("units.csv", "code,agency,kind", "code,office,kind", ["units.csv, the header", "agency has to be given"]),
        ("units.csv", "site_code,", "kind,", ["units.csv, the header", "kind stands 2 times"]),
        ("units.csv", "U1,", '"U1,', ["units.csv, after line 1", "is not valid CSV"]),
        ("units.csv", "121.5,29.5", "121.5,", ["unit U1", "'121.5, None'", "both, or neither"]),
        ("units.csv", "121.5,29.5", "29.5,121.5", ["units.csv, unit U1", "swapped"]),
        ("city.toml", "lat=29.5", "lat=12.5", ["city.toml: lon, lat '121.5, 12.5'", "far outside"]),
        ("areas/all.geojson", '"features"', '"parts"', ["areas/all.geojson", "no GeoJSON FeatureCollection"]),
        ("sites.csv", "29.5,,", "29.5,330299,", ["派出所", "area_code '330299'", "is no area"]),
        ("agencies.toml", 'agency=[{code="police"', 'agency=["x",{code="police"', ["entry 1", "is no table"]),
        ("agencies.toml", "agency=[", "office=[", ["agencies.toml", "office is no field here"]),
        ("capabilities.toml", 'capability=[{code="patrol",name="巡逻",name_en="patrol"}]', "capability=1", ["a list"]),
        ("sites.csv", "121.5,29.5", "29.5,121.5", ["派出所", "lies far outside", "swapped"]),
        ("gazetteer.csv", "121.5,29.6", "abc,29.6", ["gazetteer.csv, line 2", "lon 'abc'", "is not a number"]),
        ("categories.toml", 'handled_by="fire"', 'handled_by="army"', ["category fire", "handled_by 'army'"]),
        ("categories.toml", 'code="fire.home"', 'code="home"', ["category home", "parent's code"]),
        ("categories.toml", "priority=1", "priority=9", ["category fire.home", "priority '9'", "1 to 4"]),
        ("categories.toml", 'protocol="fire"', 'protocol="flood"', ["protocol 'flood'", "not in protocols/"]),
        ("related.toml", 'second="fire.home"', 'second="flood"', ["second 'flood'", "not in categories.toml"]),
        ("related.toml", "weight=0.5", "weight=5", ["weight '5.0'", "0 to 1"]),
        ("related.toml", "[{", '[{first="fire",second="fire.home",weight=1},{', ["'fire, fire.home' stands 2 times"]),
        ("routes.toml", 'agency="police"', 'agency="army"', ["routes.toml", "agency 'army'"]),
        ("routes.toml", 'category="fire"', 'category="flood"', ["category 'flood'"]),
        ("clocks.toml", "[60,120,300,900]", "[60,120]", ["incident assign", "four numbers"]),
        ("clocks.toml", "[60,120,300,900]", "60", ["seconds '60'", "is not a list"]),
        ("users.toml", 'role="dispatcher"', 'role="king"', ["user d1", "role 'king'"]),
        ("users.toml", 'unit="U1"', 'unit="U9"', ["user d1", "unit 'U9'", "not in units.csv"]),
        ("users.toml", "Sea-Wall-2026", "short", ["password", "eight characters"]),
        (
            "protocols/fire.toml",
            'category="fire.home"',
            'category="flood"',
            ["protocols/fire.toml", "answer yes", "'flood'"],
        ),
        ("protocols/fire.toml", "priority=1\n", "", ["protocols/fire.toml", "ends without priority"]),
        ("protocols/fire.toml", '["patrol"]', '["fly"]', ["capabilities 'fly'"]),
        ("protocols/fire.toml", "priority=1", 'priority=1\nflags=["many"]', ["answer yes", "flags 'many'", "water"]),
        ("protocols/fire.toml", 'start="q"', 'start="z"', ["start 'z' is no question"]),
        ("protocols/fire.toml", 'code="fire"', 'code="blaze"', ["code 'blaze'", "call it blaze.toml"]),
        ("protocols/fire.toml", 'start="q"', 'start="q"\nmood="grim"', ["mood is no field here"]),
        ("basemap.geojson", '"features": []', '"features": [{"properties": {"kind": "sky"}}]', ["feature 0", "'sky'"]),
        ("basemap.geojson", "{", "[{", ["basemap.geojson", "is not valid JSON"]),
        ("rates.toml", "yearly=1000", "yearly=0", ["rates.toml", "yearly '0'", "above 0"]),
        ("rates.toml", "weekday=[1, ", "weekday=[", ["weekday", "needs 7 weights"]),
        ("rates.toml", "weekday=[1, ", "weekday=[-1, ", ["weekday", "none below 0"]),
        ("rates.toml", '"fire.home"={', '"flood"={', ["mix 'flood'", "is not in categories.toml"]),
        ("rates.toml", "scene_s=900", "scene_s=0", ["mix.fire.home.scene_s '0'"]),
        ("rates.toml", ",callers=0.5", "", ["mix.fire.home", "needs weight, callers, scene_s"]),
        ("rates.toml", "weight=1", "weight=0", ["mix needs a weight above 0"]),
        ("rates.toml", "yearly", "tide=1\nyearly", ["tide is no field here"]),
        ("rates.toml", "[mix]", '[hours]\n"fire"=[1,2]\n[mix]', ["hours.fire", "needs 24 weights"]),
        ("rates.toml", "[mix]", f'[hours]\n"fire"={[0] * 24}\n[mix]', ["hours.fire", "above 0"]),
        ("rates.toml", "[mix]", f'[hours]\n"sea"={[1] * 24}\n[mix]', ["hours 'sea'", "is not in categories.toml"]),
        ("rates.toml", "[mix]", "[where]\nfire={share=0.5}\n[mix]", ["where.fire", "needs kinds and share"]),
        ("rates.toml", "[mix]", '[where]\nfire={kinds=["place"],share=2}\n[mix]', ["where.fire.share '2'"]),
        ("rates.toml", "[mix]", '[where]\nfire={kinds=["sea"],share=1}\n[mix]', ["where.fire.kinds", "no place"]),
        ("rates.toml", "[mix]", "[where]\nfire={kinds=1,share=1}\n[mix]", ["where.fire.kinds '1'", "no list"]),
        ("rates.toml", "yearly", "where=1\nyearly", ["where.where '1'", "needs kinds and share"]),
        ("narratives.toml", "{place}", "{who}在{place}", ["sentence '{who}在{place}'", "no other slot"]),
        ("narratives.toml", '["{place}"]', '"{place}"', ["all others needs a list"]),
        ("narratives.toml", '""', '"flood"', ["category 'flood'", "is not in categories.toml"]),
        ("narratives.toml", '""', '"flood"', ["category 'fire.home'", "has no sentence"]),
        ("city.toml", "crs_epsg=4549", f"crs_epsg={'9' * 400}", ["crs_epsg", "is not a number"]),
    ],
)
def test_each_fault_is_named_with_its_place(name: str, old: str, new: str, said: list[str]) -> None:
    found = faults(**spoilt(name, old, new))
    assert any(all(part in fault for part in said) for fault in found), found


def test_codes_stand_once_and_begin_with_their_parents() -> None:
    twice = faults(
        areas__all_geojson=areas(area("3302", 1), area("330203", 2), area("330203", 2), area("330203001", 3))
    )
    assert any("330203" in fault and "occurs twice" in fault for fault in twice)
    orphan = faults(areas__all_geojson=areas(area("3302", 1), area("330203", 2), area("440203001", 3)))
    assert any("440203001" in fault and "level 2" in fault for fault in orphan)
    assert any("it lies in 330203 " in fault for fault in orphan), "both areas are named"


def test_a_child_far_from_every_parent_is_named_alone() -> None:
    far = area("440203001", 3)
    far["geometry"]["coordinates"] = [[[10, 50], [11, 50], [11, 51], [10, 50]]]
    found = faults(areas__all_geojson=areas(area("3302", 1), area("330203", 2), far))
    assert any("440203001" in fault and "level 2" in fault and "lies in" not in fault for fault in found)


def test_of_one_level_no_code_begins_another_and_both_are_named() -> None:
    found = faults(areas__all_geojson=areas(area("3302", 1), area("33020", 2), area("330203", 2), area("330204", 2)))
    said = [fault for fault in found if "begins with 33020," in fault]
    assert len(said) == 2
    assert any("330203" in fault and "level 2" in fault for fault in said)
    assert any("330204" in fault for fault in said)


codes = st.text("12", min_size=1, max_size=4)


@given(st.lists(codes, min_size=1, max_size=8, unique=True))
def test_codes_of_one_level_are_taken_exactly_when_none_begins_another(tails: list[str]) -> None:
    text = areas(area("3302", 1), area("330203", 2), *(area(f"330203{tail}", 3) for tail in tails))
    clash = {one for one in tails for other in tails if one != other and one.startswith(other)}
    try:
        read_folder(files(areas__all_geojson=text))
        said = []
    except CityError as error:
        said = [str(fault) for fault in error.faults if "begins with" in str(fault)]
    assert {tail for tail in tails if any(f"'330203{tail}'" in fault for fault in said)} == clash


def test_a_broken_boundary_is_named_by_its_feature() -> None:
    bad = area("330203001", 3)
    bad["geometry"] = {"type": "Polygon", "coordinates": [[[121, 29], [122, 30], [122, 29], [121, 30], [121, 29]]]}
    found = faults(areas__all_geojson=areas(area("3302", 1), area("330203", 2), bad))
    assert any("330203001" in fault and "boundary" in fault for fault in found)


@pytest.mark.parametrize("name", ["city_toml", "agencies_toml", "categories_toml"])
def test_a_missing_file_is_said(name: str) -> None:
    assert any("is missing" in fault for fault in faults(**{name: None}))


def test_files_that_are_not_utf8_are_said() -> None:
    spoilt_files = {**files(), "units.csv": "code,agency\n甬".encode("gbk"), "agencies.toml": b"\xff\xfe"}
    with pytest.raises(CityError) as caught:
        read_folder(spoilt_files)
    said = [str(fault) for fault in caught.value.faults]
    assert any("units.csv" in fault and "not UTF-8" in fault for fault in said)
    assert any("agencies.toml" in fault for fault in said)


def test_all_faults_are_told_at_once() -> None:
    many = {**spoilt("units.csv", "U1,police,", "U1,army,"), **spoilt("related.toml", "weight=0.5", "weight=5")}
    assert len(faults(**many)) >= 2


def test_a_misspelt_file_is_named_and_folders_of_the_owners_own_are_let_be() -> None:
    with pytest.raises(CityError, match=r"unit\.csv: the file is no file of a city"):
        read_folder({**files(), "unit.csv": b""})
    assert read_folder({**files(), "sources/unit.csv": b""}) == read_folder(files())


def test_a_group_drawn_may_have_its_sentences_by_its_lowest_categories() -> None:
    rates = TEXTS["rates.toml"].replace("fire.home", "fire")
    assert read_folder(files(rates_toml=rates, narratives_toml='"fire.home"=["{place}着火"]\n')).narratives
    assert any("'fire.home' is drawn" in fault for fault in faults(rates_toml=rates, narratives_toml="\n"))


def test_one_fault_in_a_header_is_said_once_however_many_lines_follow() -> None:
    header, line = TEXTS["units.csv"].splitlines()
    text = "\n".join([header.replace("kind", "sort"), *([line] * 50)])
    assert sum("sort" in fault for fault in faults(units_csv=text)) == 1


VALUE = re.compile(r'"[^"]*"|\b\d+(?:\.\d+)?\b|(?<=,)[^,"\n{}\[\]]+(?=,)')
STRANGE = ["1", "-1", "true", '""', '"x"', "[]", "[1]", "{}", "[{}]", "1e400", "nan", "null", "", ",", '"', "\0", "甬"]


@given(st.sampled_from(sorted(TEXTS)), st.sampled_from(STRANGE), st.data())
def test_whatever_a_value_is_replaced_by_the_answer_is_a_city_or_its_faults(
    name: str, strange: str, data: st.DataObject
) -> None:
    """A fault names a file of the folder: that changed, or one that no longer fits it."""
    text = TEXTS[name]
    places = [found.span() for found in VALUE.finditer(text)]
    start, end = data.draw(st.sampled_from(places or [(0, len(text))]))
    try:
        read_folder({**files(), name: (text[:start] + strange + text[end:]).encode()})
    except CityError as error:
        assert error.faults
        assert all(fault.file in TEXTS or fault.file in ("areas/", "protocols/") for fault in error.faults)
        assert all(fault.field and fault.reason for fault in error.faults)


@given(st.sampled_from(sorted(TEXTS)), st.data())
def test_whatever_is_cut_out_of_a_file_the_answer_is_a_city_or_its_faults(name: str, data: st.DataObject) -> None:
    text = TEXTS[name]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    try:
        read_folder({**files(), name: (text[:start] + text[end:]).encode()})
    except CityError as error:
        assert error.faults
