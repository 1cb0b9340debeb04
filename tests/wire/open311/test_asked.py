"""What clients ask: new requests and searches, and what is wrong with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.wire.open311.asked import LONGEST, Report, Search, read_report, read_search
from anning.wire.open311.values import Open311Error

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
LINE = st.text(max_size=20).map(str.strip)
CODES = st.text("abc.01", min_size=1, max_size=5)
REPORTS = st.builds(
    Report,
    service_code=CODES,
    lat=st.floats(-90, 90),
    lon=st.floats(-180, 180),
    address=LINE,
    description=LINE,
    phone=LINE,
    attributes=st.dictionaries(CODES, LINE.filter(bool), max_size=3),
)


@given(REPORTS)
def test_a_report_posted_is_read_as_it_was(report: Report) -> None:
    assert read_report(report.form()) == report


def test_several_answers_to_one_question_are_kept_together() -> None:
    rows = [("service_code", "a"), ("address_id", "7"), ("attribute[x]", "1"), ("attribute[y][]", "2")]
    assert read_report([*rows, ("attribute[y][]", "3")]).attributes == {"x": "1", "y": "2,3"}


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ({"lat": "1", "long": "1"}, "service_code was not provided"),
        ({"service_code": "a"}, "lat and long, address_string or address_id must be provided"),
        ({"service_code": "a", "lat": "1"}, "lat and long go together"),
        ({"service_code": "a", "lat": "x", "long": "1"}, "lat: 'x' is no number"),
        ({"service_code": "a", "lat": "nan", "long": "1"}, "lat: nan lies outside"),
        ({"service_code": "a", "lat": "91", "long": "1"}, "lat: 91 lies outside -90 to 90"),
        ({"service_code": "a", "address_id": "1", "description": "x" * 4001}, "more than 4,000 characters"),
    ],
)
def test_a_report_that_cannot_be_says_why(given_, words) -> None:
    with pytest.raises(Open311Error, match=words):
        read_report(list(given_.items()))


def test_a_search_without_times_is_of_the_last_ninety_days() -> None:
    assert read_search({}, NOW) == Search(NOW - timedelta(days=90), NOW)


def test_one_end_given_stands_for_the_other() -> None:
    first = datetime(2025, 1, 1, tzinfo=UTC)
    assert read_search({"start_date": "2025-01-01T00:00:00Z"}, NOW) == Search(first, first + LONGEST)
    assert read_search({"end_date": "2025-01-01T08:00:00 08:00"}, NOW) == Search(first - LONGEST, first)


def test_lists_are_parted_by_commas() -> None:
    found = read_search({"service_request_id": "1, 2", "service_code": "a,b,", "status": "Open"}, NOW)
    assert (found.ids, found.services, found.statuses) == (("1", "2"), ("a", "b"), ("open",))


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ({"status": "lost"}, "status: 'lost' is neither open nor closed"),
        ({"start_date": "2026-01-01"}, "start_date: the time '2026-01-01' has no offset"),
        ({"start_date": "0001-01-01T00:00:00Z"}, "start_date"),
        ({"end_date": "9999-12-31T00:00:00Z"}, "end_date"),
        ({"start_date": "2026-02-01T00:00:00Z", "end_date": "2026-01-01T00:00:00Z"}, "lies after"),
        ({"start_date": "2025-01-01T00:00:00Z", "end_date": "2026-01-01T00:00:00Z"}, "more than 90 days"),
    ],
)
def test_a_search_that_cannot_be_says_why(given_, words) -> None:
    with pytest.raises(Open311Error, match=words):
        read_search(given_, NOW)
