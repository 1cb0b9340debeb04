"""Addresses made comparable, and their likeness."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.engines.dispatch.addresses import address_similarity, normalise_address


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("DEKALB PIKE & ALLENDALE RD", "DEKALB PIKE ALLENDALE RD"),
        ("Dekalb Pike and Allendale Rd.", "DEKALB PIKE ALLENDALE RD"),
        ("Intersection of Main St at 3rd", "MAIN ST 3RD"),
        ("药行街与开明街交叉口", "药行街 开明街"),
        ("和义路和解放路十字路口", "和义路 解放路"),
        ("中山东路１８１号", "中山东路181号"),
        ("_ , .", ""),
        ("", ""),
    ],
)
def test_normalised_texts(text, plain):
    assert normalise_address(text) == plain


@given(st.text())
def test_an_address_is_clean_of_marks_and_doubled_spaces(text):
    plain = normalise_address(text)
    assert plain == " ".join(plain.split())
    assert not set(plain) & set("&,.;_")


@given(st.lists(st.sampled_from(["MAIN", "ST", "CHURCH", "RD", "药行街"]), min_size=1, max_size=6), st.randoms())
def test_the_order_of_words_does_not_matter(words, random):
    shuffled = random.sample(words, len(words))
    assert address_similarity([" ".join(words)], [" ".join(shuffled)]).tolist() == [1.0]


@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12)), max_size=8))
def test_likeness_is_symmetric_and_within_bounds_where_known(pairs):
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    likeness = address_similarity(first, second)
    assert np.array_equal(likeness, address_similarity(second, first), equal_nan=True)
    for value, a, b in zip(likeness.tolist(), first, second, strict=True):
        assert 0 <= value <= 1 if a and b else np.isnan(value)


def test_a_slip_of_the_pen_is_nearer_than_another_street():
    slip, other = address_similarity(["CHURCH RD LONEY ST"] * 2, ["CHURCH RD LONEY STR", "GERMANTOWN PIKE"])
    assert slip > 0.9
    assert other < 0.6
