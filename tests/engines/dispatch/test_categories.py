"""Agreement of three-level categories by a city's table."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.engines.dispatch.categories import CategoryAgreement

ACCIDENT_EMS = [1, 11, 111]
ACCIDENT_ROAD = [3, 31, 311]
FALL = [1, 12, 121]
SPRAIN = [1, 12, 122]
NOTHING = [-1, -1, -1]
TABLE = CategoryAgreement([(111, 311, 0.9), (12, 3, 0.2)])

codes = st.integers(-1, 6)
category = st.tuples(codes, codes, codes)
triples = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.floats(0, 1)), max_size=8)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (ACCIDENT_EMS, ACCIDENT_ROAD, 0.9),
        (ACCIDENT_ROAD, ACCIDENT_EMS, 0.9),
        (FALL, FALL, 1.0),
        (FALL, SPRAIN, 0.7),
        (FALL, ACCIDENT_EMS, 0.3),
        (FALL, ACCIDENT_ROAD, 0.2),
        (FALL, [4, 41, 411], 0.0),
        (FALL, NOTHING, 0.5),
        (NOTHING, NOTHING, 0.5),
        ([1, -1, -1], [1, -1, -1], 0.3),
        ([1, -1, -1], [2, -1, -1], 0.0),
    ],
)
def test_agreement_of_pairs(first, second, expected):
    assert TABLE.between([first], [second]).tolist() == [expected]


def reference(related, a, b):
    """The definition, pair by pair."""
    if set(a) == {-1} or set(b) == {-1}:
        return 0.5
    values = [v for x, y, v in zip(a, b, (0.3, 0.7, 1.0), strict=True) if x == y != -1]
    values += [v for p, q, v in related if (p in a and q in b) or (q in a and p in b)]
    return max(values, default=0.0)


@given(triples, st.lists(st.tuples(category, category), max_size=10))
def test_agreement_follows_the_definition_and_is_symmetric(related, pairs):
    table = CategoryAgreement(related)
    first = np.array([a for a, _ in pairs]).reshape(-1, 3)
    second = np.array([b for _, b in pairs]).reshape(-1, 3)
    found = table.between(first, second)
    assert found.tolist() == [reference(related, a, b) for a, b in pairs]
    assert found.tolist() == table.between(second, first).tolist()


def test_an_empty_table_knows_only_equal_codes():
    assert CategoryAgreement().between([FALL, FALL], [ACCIDENT_ROAD, SPRAIN]).tolist() == [0.0, 0.7]
    assert CategoryAgreement().between(np.empty((0, 3)), np.empty((0, 3))).shape == (0,)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"related": [(1, 2, 1.5)]}, "must be 0 to 1, got 1.5"),
        ({"related": [(-1, 2, 0.5)]}, "must be 0 or more, got -1"),
        ({"same": (0.3, -0.1, 1)}, "must be 0 to 1, got -0.1"),
        ({"unknown": float("nan")}, "must be 0 to 1, got nan"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        CategoryAgreement(**arguments)
