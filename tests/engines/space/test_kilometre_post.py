"""Kilometre posts in callers' words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.engines.space.kilometre_post import parse_kilometre_post


@pytest.mark.parametrize(
    ("text", "road", "metres", "direction"),
    [
        ("G329 K12+300", "G329", 12_300, ""),
        ("G329K12+300", "G329", 12_300, ""),
        ("G329国道K12+300处", "G329国道", 12_300, ""),
        ("K12+300 G329", "G329", 12_300, ""),
        ("甬台温高速 12公里300米", "甬台温高速", 12_300, ""),
        ("甬台温高速12公里", "甬台温高速", 12_000, ""),
        ("甬台温高速12.35公里处", "甬台温高速", 12_350, ""),
        ("在G15沈海高速1432公里+200米附近", "G15沈海高速", 1_432_200, ""),
        ("沈海高速往台州方向 1432公里500米", "沈海高速", 1_432_500, "台州"),
        ("杭州湾大桥桩号K57+80", "杭州湾大桥", 57_080, ""),
        ("S19 ZK3+050.5", "S19", 3_050.5, ""),
        ("s19 yk3", "S19", 3_000, ""),
        ("Ｇ１５　Ｋ１４＋５", "G15", 14_005, ""),
        ("G15 12km+300m", "G15", 12_300, ""),
        ("G15 NB 12.5 km", "G15", 12_500, "NB"),
        ("绕城高速上行 7公里又40米", "绕城高速", 7_040, "上行"),
        ("G329 12+300", "G329", 12_300, ""),
    ],
)
def test_understood(text, road, metres, direction):
    assert parse_kilometre_post(text) == (road, metres, direction)


@pytest.mark.parametrize(
    "text",
    ["", "海曙区", "G329国道", "12公里300米", "K12+300", "中山东路181号", "甬台温高速十二公里", "KTV 海曙店"],
)
def test_no_post_or_no_road(text):
    assert parse_kilometre_post(text) is None


@given(
    st.sampled_from(["G329", "甬台温高速", "S19省道", "世纪大道"]),
    st.integers(0, 1999),
    st.integers(0, 999),
    st.sampled_from(["{road} K{km}+{m:03d}", "{road}K{km}+{m}", "{road} {km}公里{m}米处", "K{km}+{m} {road}"]),
)
def test_every_form_gives_the_same_road_and_metres(road, km, m, form):
    found = parse_kilometre_post(form.format(road=road, km=km, m=m))
    assert found == (road, km * 1000 + m, "")


@given(st.text(max_size=40))
def test_any_text_is_answered(text):
    found = parse_kilometre_post(text)
    assert found is None or (found.road.strip() and found.metres >= 0)
