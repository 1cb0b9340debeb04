"""Mappings and rows: what is read, what is refused, and that every fault of a row is named."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.engines.space.coordinates import wgs84_to_bd09, wgs84_to_gcj02
from anning.kernel.importing.mapping import Mapping, MappingError, read_mapping, source_key
from anning.kernel.importing.rows import FaultyRowError, map_row

GOOD = """
[mapping]
code = "m"
title = "M"
time_zone = "America/New_York"
coordinates = "{system}"
[fields]
lon = {{ column = "x", type = "lon", required = true }}
lat = {{ column = "y", type = "lat", required = true }}
at = {{ column = ["t", "t2"], type = "time", required = true }}
priority = {{ column = "p", type = "integer", low = 1, high = 4, default = "3" }}
kind = {{ column = "k", values = {{ A = "alpha" }} }}
tags = {{ column = "tags", type = "list" }}
"""
ROW = {"x": "121.5", "y": "29.9", "t": "2016-01-15 12:01:00", "p": "", "k": "A", "tags": "a; b"}


def mapping(system: str = "wgs84") -> Mapping:
    return read_mapping(GOOD.format(system=system), "good.toml")


def faults(row: dict[str, str]) -> dict[str, str]:
    with pytest.raises(FaultyRowError) as caught:
        map_row(mapping(), row)
    return {fault.field: fault.reason for fault in caught.value.faults}


def test_a_row_becomes_typed_values_in_utc() -> None:
    values = map_row(mapping(), ROW)
    assert values["at"] == datetime(2016, 1, 15, 17, 1, tzinfo=UTC)
    assert (values["lon"], values["lat"], values["priority"]) == (121.5, 29.9, 3)
    assert (values["kind"], values["tags"]) == ("alpha", ["a", "b"])


def test_the_second_column_stands_in_for_an_empty_first() -> None:
    assert map_row(mapping(), {**ROW, "t": "", "t2": "2016-01-15 12:01"})["at"].hour == 17


def test_every_fault_of_a_row_is_named_with_field_and_reason() -> None:
    found = faults({**ROW, "x": "200", "y": "north", "t": "yesterday", "p": "7"})
    assert set(found) == {"lon", "lat", "at", "priority"}
    assert "between -180 and 180" in found["lon"]
    assert found["lat"] == "is not a number"
    assert "%Y-%m-%d" in found["at"]
    assert found["priority"] == "is above 4"


def test_what_must_be_given_is_missed() -> None:
    assert faults({**ROW, "t": " "})["at"] == "is empty but has to be given"
    assert faults({**ROW, "x": "nan"})["lon"] == "is not a finite number"
    assert faults({**ROW, "p": "2.5"})["priority"] == "is not a whole number"


@pytest.mark.parametrize(("system", "shift"), [("gcj02", wgs84_to_gcj02), ("bd09", wgs84_to_bd09)])
def test_chinese_coordinates_are_brought_to_wgs84(system: str, shift) -> None:
    x, y = shift([121.5], [29.9])
    values = map_row(mapping(system), {**ROW, "x": repr(float(x[0])), "y": repr(float(y[0]))})
    assert values["lon"] == pytest.approx(121.5, abs=1e-8)
    assert values["lat"] == pytest.approx(29.9, abs=1e-8)


def test_a_point_column_gives_both_coordinates() -> None:
    text = '[mapping]\ncode="p"\ntitle="P"\n[fields]\npoint={column="where",type="point"}\n'
    values = map_row(read_mapping(text, "p.toml"), {"where": "POINT (-122.4 37.7)"})
    assert values == {"lon": -122.4, "lat": 37.7}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("America/New_York", "Nowhere/Here"), "is not a time zone"),
        (('"wgs84"', '"mars"'), "use one of wgs84"),
        (('type = "lon"', 'type = "longitude"'), "field lon: type"),
        (('code = "m"', ""), "'code' is missing"),
        (("[fields]", "[fields"), "not valid TOML"),
        (('column = "k", ', ""), "field kind: give a column or a default"),
        (('title = "M"', 'title = "M"\nheader = false'), "needs `columns`"),
    ],
)
def test_a_wrong_mapping_is_refused_with_file_and_reason(change: tuple[str, str], message: str) -> None:
    text = GOOD.format(system="wgs84").replace(*change)
    with pytest.raises(MappingError, match=r"bad\.toml") as caught:
        read_mapping(text, "bad.toml")
    assert message in str(caught.value)


ROWS = st.dictionaries(st.sampled_from("abc"), st.text(max_size=5), min_size=1)


def content(row: dict[str, str]) -> dict[str, str]:
    """What counts of a row: neither spaces round a value nor empty ones."""
    return {name: value.strip() for name, value in row.items() if value.strip()}


@given(ROWS, ROWS, st.integers(1, 3), st.integers(1, 3))
def test_keys_are_equal_exactly_for_equal_rows_and_places(
    first: dict[str, str], second: dict[str, str], nth: int, mth: int
) -> None:
    same = content(first) == content(second) and nth == mth
    assert (source_key("m", first, nth) == source_key("m", second, mth)) is same
    assert source_key("m", first, nth) != source_key("other", first, nth)
    assert len(source_key("m", first, nth)) <= 80
