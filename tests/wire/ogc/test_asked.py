"""Queries of OGC API Features: read strictly, each fault named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.wire.ogc.asked import read_box, read_query, read_times
from anning.wire.ogc.values import MOST, OgcError, Query

AT = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
LON, LAT = st.floats(-180, 180), st.floats(-90, 90)


@given(LON, st.tuples(LAT, LAT).map(sorted), LON)
def test_any_box_on_the_earth_is_read_also_across_the_antimeridian(west, lats, east) -> None:
    south, north = lats
    assert read_box(f"{west!r},{south!r},{east!r},{north!r}") == (west, south, east, north)
    assert read_box(f"{west!r},{south!r},-50,{east!r},{north!r},8848") == (west, south, east, north)


@given(st.datetimes(timezones=st.just(UTC)), st.timedeltas(timedelta(0), timedelta(days=365)))
def test_instants_and_intervals_open_or_not(start, length) -> None:
    start = min(start.replace(microsecond=0), datetime(9000, 1, 1, tzinfo=UTC))
    end = start + timedelta(seconds=length // timedelta(seconds=1))
    first, last = (f"{at:%Y-%m-%dT%H:%M:%S}Z".rjust(20, "0") for at in (start, end))
    assert read_times(first) == (start, start)
    assert read_times(f"{first}/{last}") == (start, end)
    for nothing in ("", ".."):
        assert read_times(f"{nothing}/{last}") == (None, end)
        assert read_times(f"{first}/{nothing}") == (start, None)


@given(st.dictionaries(st.sampled_from(["limit", "bbox", "datetime", "f", "state", "x"]), st.text(max_size=12)))
def test_anything_asked_is_read_or_refused(asked) -> None:
    try:
        assert isinstance(read_query(asked, ("state",)), Query)
    except OgcError as error:
        assert any(str(error).startswith(name) for name in (*asked, "the parameter"))


def test_a_whole_query() -> None:
    asked = {"limit": "5", "bbox": "1,2,3,4", "datetime": "2026-03-04T10:00:00+08:00", "state": "new", "f": "json"}
    assert read_query(asked, ("state", "priority")) == Query(5, (1, 2, 3, 4), AT, AT, "", {"state": "new"})
    assert read_query({"limit": "99999999999"}, ()).limit == MOST


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"colour": "red"}, "the parameter 'colour' is unknown here: use limit, bbox"),
        ({"f": "html"}, "only json is spoken here"),
        ({"limit": "0"}, "limit: '0' is no number from 1 to 10,000"),
        ({"limit": "-1"}, "limit: '-1'"),
        ({"limit": "１"}, "limit"),
        ({"bbox": "1,2,3"}, "bbox: '1,2,3' is not four or six numbers"),
        ({"bbox": "1,2,nan,4"}, "bbox"),
        ({"bbox": "1,5,3,4"}, "is no box on the earth"),
        ({"bbox": "1,2,181,4"}, "is no box on the earth"),
        ({"datetime": "2026-03-04"}, "datetime: '2026-03-04' is no time"),
        ({"datetime": "2026-02-30T00:00:00Z"}, "no time of any calendar"),
        ({"datetime": "2026-03-04T00:00:00Z/2026-03-03T00:00:00Z"}, "ends before it begins"),
        ({"datetime": "a/b/c"}, "neither a time nor an interval"),
        ({"datetime": "0001-01-01T00:00:00+14:00"}, "no time of any calendar"),
        ({"datetime": ".."}, "neither a time nor an interval"),
        ({"state": "a\0"}, "state: holds a NUL"),
    ],
)
def test_what_cannot_be_asked_says_why(asked, words) -> None:
    with pytest.raises(OgcError, match=words):
        read_query(asked, ("state",))
