"""Readings of names, typed pinyin, and its splits into syllables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.engines.space.readings import (
    MOST_READINGS,
    SyllableSplitter,
    initials,
    plain_pinyin,
    plain_text,
    readings,
)

SYLLABLES = ["xi", "an", "xian", "lv", "lve", "nv", "hai", "shu", "g329", "ning", "bo"]
SPLITTER = SyllableSplitter(SYLLABLES)
han = st.text(st.sampled_from("宁波海曙长乐重庆行大都车路绿吕"), max_size=6)


@pytest.mark.parametrize(
    ("name", "likely"),
    [
        ("重庆路", "chong qing lu"),
        ("乐清湾", "yue qing wan"),
        ("音乐厅", "yin yue ting"),
        ("长兴路", "chang xing lu"),
        ("吕家村", "lv jia cun"),
        ("G329国道", "g329 guo dao"),
        ("天一广场 (东门)", "tian yi guang chang dong men"),
    ],
)
def test_the_likely_reading(name, likely):
    assert " ".join(readings(name)[0]) == likely


@pytest.mark.parametrize(
    ("name", "other"), [("长乐路", "chang yue lu"), ("重阳路", "zhong yang lu"), ("长重路", "zhang zhong lu")]
)
def test_other_readings_are_kept(name, other):
    assert tuple(other.split()) in readings(name)


@given(han)
def test_readings_have_a_syllable_a_character_and_are_few_and_different(name):
    ways = readings(name)
    assert len(ways) <= MOST_READINGS
    assert len(set(ways)) == len(ways)
    assert all(len(way) == len(name) for way in ways)
    assert bool(ways) == bool(name)


def test_initials_keep_numbered_runs_whole():
    assert initials(("g329", "guo", "dao")) == "g329gd"
    assert initials(("hai", "shu")) == "hs"


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Lǚ'ān lu:", "lv an lv"),
        ("lüe", "lve"),
        ("  Hǎishǔ  Qū ", "haishu qu"),
        ("LU:jia", "lvjia"),
        ("G329", "g329"),
        ("ｎｉｎｇｂｏ", "ningbo"),
        ("海曙", ""),
    ],
)
def test_typed_pinyin(typed, plain):
    assert plain_pinyin(typed) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("天一广场 (东门)", "天一广场东门"),
        ("Haishu   District.", "haishu district"),
        ("Ｇ329 国道", "g329国道"),
        ("··", ""),
    ],
)
def test_plain_text(text, plain):
    assert plain_text(text) == plain


class TestSplit:
    @pytest.mark.parametrize(
        ("typed", "expected"),
        [
            ("xian", {("xian",), ("xi", "an")}),
            ("xi an", {("xi", "an")}),
            ("haishu", {("hai", "shu")}),
            ("haish", {("hai", "sh")}),
            ("h", {("h",)}),
            ("lyu", {("lv",)}),
            ("lue", {("lve",)}),
            ("g329", {("g329",)}),
            ("zzz", set()),
            ("hai zzz", set()),
            ("sh hai", set()),
            ("", set()),
        ],
    )
    def test_into_known_syllables_the_last_may_go_on(self, typed, expected):
        assert set(SPLITTER.split(typed)) == expected

    @given(st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=5))
    def test_what_was_spelt_with_spaces_is_among_the_splits(self, syllables):
        assert tuple(syllables) in SPLITTER.split(" ".join(syllables))

    @given(st.text("xianlvehsu a", max_size=14))
    def test_splits_spell_what_was_typed(self, typed):
        for split in SPLITTER.split(typed):
            spelt = "".join(split)
            assert spelt in (typed.replace(" ", ""), typed.replace(" ", "").replace("lue", "lve"))

    def test_a_long_ambiguous_text_does_not_explode(self):
        assert 0 < len(SPLITTER.split("xian" * 200)) <= 12
        assert SPLITTER.split("xian" * 200 + "q") == []

    def test_no_syllables_split_nothing(self):
        assert SyllableSplitter([]).split("hai") == []
