"""The background pages of the engines run as they stand."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / "docs" / "background"
PAGES_OF_ENGINES = [
    "coordinates",
    "locate",
    "gazetteer",
    "same-event",
    "change-on-the-year",
    "erlang",
    "hypercube",
    "replay",
    "recommendation",
    "posts",
    "travel-times",
]


@pytest.mark.parametrize("page", PAGES_OF_ENGINES, ids=str)
def test_the_page_has_examples_and_they_hold(page):
    results = doctest.testfile(str(PAGES / f"{page}.md"), module_relative=False, encoding="utf-8")
    assert results.attempted > 0
    assert results.failed == 0
