"""Proposals on a real log: the labels are those its README counts, and the document's figures still hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from anning.engines.dispatch.same_event import SameEventRule, match_one
from tests.engines.dispatch import montgomery
from tests.engines.dispatch.test_same_event import row

DOCUMENT = Path(__file__).parents[3] / "docs" / "background" / "same-event.md"

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def log(shared_data):
    return montgomery.load(shared_data)


def test_the_labels_are_those_the_data_set_states(log):
    """Source: README of the data set: 3,051 calls, 314 pairs within 200 m and 15 min, 226 at one address."""
    assert (len(log.calls), len(log.near), len(log.labelled)) == (3051, 314, 226)


def test_the_document_prints_what_the_engine_gives(log):
    assert montgomery.table(log) in DOCUMENT.read_text(encoding="utf-8")


def test_the_document_says_how_many_other_addresses_are_the_same_crossing(log):
    assert f"{len(log.reordered)} of the {len(log.near - log.labelled)} pairs" in DOCUMENT.read_text(encoding="utf-8")


def test_live_intake_scores_like_the_whole_log(log):
    chosen = SameEventRule(categories=log.categories)
    whole = montgomery.candidate_pairs(log.calls, chosen)
    expected = {(i, j): s for i, j, s in zip(whole.first.tolist(), whole.second.tolist(), whole.score, strict=True)}
    for (i, j), score in list(expected.items())[::10]:
        found = match_one(row(log.calls, j), log.calls, chosen)
        assert float(found.score[found.first.tolist().index(i)]) == score
