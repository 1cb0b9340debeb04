"""Territories partition the ground, go by the labels, and hold most of the calls they were not drawn from."""

from __future__ import annotations

import csv

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from anning.engines.space.territories import territories

SPOT = st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(0, 3))


def corners(points: list[tuple[int, int, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The points as degrees, with three corners so that there is always some ground."""
    rows = np.array([*points, (0, 0, 0), (40, 0, 1), (0, 40, 2)], float)
    return 121 + rows[:, 0] / 100, 29 + rows[:, 1] / 100, rows[:, 2].astype(int)


@given(st.lists(SPOT, max_size=60))
def test_territories_fill_the_ground_without_overlap(points) -> None:
    lon, lat, label = corners(points)
    found = territories(lon, lat, label)
    whole = shapely.union_all(list(found.values()))
    assert sum(shape.area for shape in found.values()) == pytest.approx(whole.area, rel=1e-9)
    assert whole.buffer(1e-9).covers(shapely.MultiPoint(np.stack([lon, lat], axis=1)).convex_hull)
    assert all(shape.is_valid for shape in found.values())


@given(st.lists(SPOT, max_size=60, unique_by=lambda spot: spot[:2]))
def test_every_point_lies_in_the_territory_of_its_label(points) -> None:
    lon, lat, label = corners([spot for spot in points if spot[:2] not in ((0, 0), (40, 0), (0, 40))])
    found = territories(lon, lat, label)
    for x, y, mark in zip(lon, lat, label.tolist(), strict=True):
        assert found[mark].distance(shapely.Point(x, y)) < 1e-9


def test_the_commonest_label_of_one_spot_has_it_and_unknown_ones_have_none() -> None:
    lon, lat, label = corners([(20, 20, 5), (20, 20, 6), (20, 20, 6), (30, 30, -1)])
    found = territories(lon, lat, label)
    assert sorted(found) == [0, 1, 2, 6]
    assert found[6].covers(shapely.Point(121.2, 29.2))


def test_many_points_are_thinned() -> None:
    rng = np.random.default_rng(1)
    lon, lat = 121 + rng.random(4000), 29 + rng.random(4000)
    found = territories(lon, lat, (lon > 121.5).astype(int), most=500)
    assert found[0].bounds[2] == pytest.approx(121.5, abs=0.06)


@pytest.mark.parametrize(
    ("lon", "label", "message"),
    [
        ([1.0, 2.0], [0, 0, 0], "of one length"),
        ([1.0, 2.0, np.nan], [0, 0, 0], "finite"),
        ([1.0, 1.0, 2.0], [0, 0, -1], "three distinct points"),
    ],
)
def test_what_cannot_be_is_refused(lon, label, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        territories(lon, [0.0] * len(lon), label)


@pytest.mark.data
def test_most_calls_of_a_real_log_lie_in_their_own_township(shared_data) -> None:
    with (shared_data / "calls" / "montgomery_911.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    names = sorted({row[4] for row in rows})
    lat, lon = (np.array([float(row[column]) for row in rows]) for column in (0, 1))
    label = np.array([names.index(row[4]) for row in rows])
    drawn = np.random.default_rng(0).random(len(rows)) < 0.7
    found = territories(lon[drawn], lat[drawn], label[drawn])
    rest = np.flatnonzero(~drawn)
    right = [
        mark in found and found[mark].covers(shapely.Point(lon[k], lat[k]))
        for k, mark in zip(rest, label[rest], strict=True)
    ]
    assert (len(names), len(found)) == (67, 66)
    assert np.mean(right) == pytest.approx(0.891, abs=0.002)
