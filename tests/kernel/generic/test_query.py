"""Reading a list's address and writing it back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.kernel.generic.query import (
    MOST,
    PAGE,
    ListQuery,
    cursor_of,
    moment_text,
    read_cursor,
    read_moment,
)

MOMENTS = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1), timezones=st.just(UTC))


def test_an_empty_address_asks_for_everything() -> None:
    query = ListQuery.read({})
    assert query == ListQuery()
    assert not query.narrowed
    assert query.url() == ""


def test_every_filter_is_read() -> None:
    query = ListQuery.read(
        {
            "q": " 两车相撞 ",
            "state": "new",
            "open": "1",
            "priority": "2",
            "category": "traffic.crash",
            "area": "330203",
            "since": "2026-03-01",
            "until": "2026-03-04",
            "f.address": "月湖",
            "limit": "20",
        }
    )
    assert query.text == "两车相撞"
    assert (query.state, query.open_only, query.priority) == ("new", True, 2)
    assert (query.category, query.area, query.limit) == ("traffic.crash", "330203", 20)
    assert query.fields == (("address", "月湖"),)
    assert query.narrowed


def test_a_ticked_box_as_browsers_send_it_counts() -> None:
    assert ListQuery.read({"open": "on"}).open_only
    assert not ListQuery.read({"open": "off"}).open_only


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("priority", "5"),
        ("priority", "0"),
        ("priority", "two"),
        ("since", "yesterday"),
        ("since", "2026-13-01"),
        ("until", "2026-02-30"),
        ("limit", "many"),
        ("limit", "-3"),
        ("limit", "٣"),
        ("f.address", "a\0b"),
        ("f.address", ""),
    ],
)
def test_what_cannot_be_read_is_left_out(name: str, value: str) -> None:
    assert ListQuery.read({name: value}) == ListQuery()


@pytest.mark.parametrize(("given", "taken"), [("1", 1), ("0", 1), ("99999", MOST), ("1000000", PAGE)])
def test_the_limit_stays_within_bounds(given: str, taken: int) -> None:
    assert ListQuery.read({"limit": given}).limit == taken


def test_nul_characters_never_reach_the_database() -> None:
    query = ListQuery.read({"q": "a\0b", "state": "\0", "category": "x\0", "area": "3\0"})
    assert "\0" not in query.text + query.state + query.category + query.area


def test_a_day_begins_and_ends_in_the_citys_zone() -> None:
    first, past = read_moment("2026-03-04"), read_moment("2026-03-04", end=True)
    assert first is not None
    assert past is not None
    assert first.astimezone(UTC) == datetime(2026, 3, 3, 16, tzinfo=UTC)
    assert past - first == timedelta(days=1)


def test_a_time_without_a_zone_is_the_citys() -> None:
    assert read_moment("2026-03-04T08:00:00") == datetime(2026, 3, 4, tzinfo=UTC)
    assert read_moment("2026-03-04T08:00:00+00:00") == datetime(2026, 3, 4, 8, tzinfo=UTC)


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31", "0001-01-01T00:00:00+14:00"])
def test_days_at_the_edge_of_the_calendar_do_no_harm(text: str) -> None:
    for end in (False, True):
        moment = read_moment(text, end=end)
        assert moment is None or moment.tzinfo is not None


@pytest.mark.parametrize("end", [False, True])
def test_days_are_written_as_days(end: bool) -> None:
    assert moment_text(read_moment("2026-03-04", end=end), end=end) == "2026-03-04"
    assert moment_text(None, end=end) == ""


@given(MOMENTS)
def test_moments_are_read_back_as_written(moment: datetime) -> None:
    assert read_moment(moment_text(moment)) == moment
    assert read_moment(moment_text(moment, end=True), end=True) == moment


@given(
    st.builds(
        ListQuery,
        text=st.sampled_from(["", "电动车", "a b", "100%&x=1"]),
        state=st.sampled_from(["", "new"]),
        open_only=st.booleans(),
        priority=st.sampled_from([None, 1, 4]),
        category=st.sampled_from(["", "fire.house"]),
        area=st.sampled_from(["", "330203001"]),
        since=st.none() | MOMENTS,
        until=st.none() | MOMENTS,
        fields=st.sampled_from([(), (("address", "月湖 1号"),)]),
        limit=st.sampled_from([PAGE, 1, MOST]),
    )
)
def test_an_address_says_all_of_the_query(query: ListQuery) -> None:
    from urllib.parse import parse_qsl

    assert ListQuery.read(dict(parse_qsl(query.url()))) == query


def test_an_address_can_differ_in_a_part() -> None:
    query = ListQuery(state="new", cursor="abc")
    assert query.url(cursor="") == "state=new"
    assert query.url(state="") == "cursor=abc"
    with pytest.raises(TypeError):
        query.url(colour="red")


@given(MOMENTS, st.integers(0, 2**62), st.booleans())
def test_cursors_are_read_back(at: datetime, pk: int, back: bool) -> None:
    assert read_cursor(cursor_of(at, pk, back=back)) == (at, pk, back)


@given(st.text(max_size=60))
def test_any_other_text_is_no_cursor(text: str) -> None:
    found = read_cursor(text)
    assert found is None or isinstance(found[1], int)


@pytest.mark.parametrize(
    "place",
    [
        '["2026-03-04T00:00:00", 1, 0]',
        '["2026-03-04T00:00:00+00:00", "1", 0]',
        '["2026-03-04T00:00:00+00:00", true, 0]',
        '["2026-03-04T00:00:00+00:00", 9223372036854775808, 0]',
        '["2026-03-04T00:00:00+00:00", 1]',
        '{"a": 1}',
        "3",
    ],
)
def test_forged_cursors_are_none(place: str) -> None:
    import base64

    assert read_cursor(base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")) is None
