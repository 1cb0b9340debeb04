"""Distances against arcs of known length and against one another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.engines.space.distance import EARTH_RADIUS_M, equirectangular_m, haversine_m, local_m

lon = st.floats(-180, 180)
lat = st.floats(-89, 89)
small = st.floats(-0.3, 0.3)


def test_the_radius_is_the_mean_of_the_wgs84_axes():
    """Source: NIMA TR8350.2, a = 6 378 137 m, b = 6 356 752.3142 m."""
    assert pytest.approx((2 * 6_378_137 + 6_356_752.3142) / 3, abs=0.1) == EARTH_RADIUS_M


@pytest.mark.parametrize(
    ("a", "b", "radii"),
    [((0, 0), (90, 0), np.pi / 2), ((0, -90), (77, 90), np.pi), ((179, 0), (-179, 0), np.radians(2))],
)
def test_arcs_known_by_geometry(a, b, radii):
    assert float(haversine_m(*a, *b)) == pytest.approx(radii * EARTH_RADIUS_M)


def test_nashville_to_los_angeles():
    """Source: Rosetta Code, 'Haversine formula': 2887.2599506 km with R = 6372.8 km."""
    expected_m = 2887.25995060711 * EARTH_RADIUS_M / 6372.8
    assert float(haversine_m(-86.67, 36.12, -118.40, 33.94)) == pytest.approx(expected_m, rel=1e-12)


@given(lon, lat, lon, lat)
def test_distance_is_symmetric_and_bounded(x1, y1, x2, y2):
    there = float(haversine_m(x1, y1, x2, y2))
    assert there == pytest.approx(float(haversine_m(x2, y2, x1, y1)), abs=1e-6)
    assert 0 <= there <= np.pi * EARTH_RADIUS_M * (1 + 1e-12)


@given(lon, st.floats(-60, 60), small, small)
def test_near_points_agree_with_the_plane_to_a_thousandth(x, y, dx, dy):
    flat, arc = float(equirectangular_m(x, y, x + dx, y + dy)), float(haversine_m(x, y, x + dx, y + dy))
    assert flat == pytest.approx(arc, rel=1e-3, abs=1e-3)


@given(lon, st.floats(-60, 60), small, small)
def test_east_and_north_have_the_signs_of_the_step(x, y, dx, dy):
    east, north = local_m(x, y, x + dx, y + dy)
    assert float(north) * dy >= 0
    assert abs(dx) < 1e-9 or float(east) * dx >= 0


def test_the_plane_goes_the_short_way_over_the_date_line():
    east, north = local_m(179.9, 10, -179.9, 10)
    assert 0 < float(east) < 25_000
    assert float(north) == 0


def test_arrays_broadcast_and_nan_stays_nan():
    distances = haversine_m(121.5, [29.9, np.nan], [[121.5], [121.6]], 29.9)
    assert distances.shape == (2, 2)
    assert distances[0, 0] == 0
    assert np.isnan(distances[:, 1]).all()
