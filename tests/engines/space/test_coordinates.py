"""Datum shifts against published test values, round trips everywhere, and identity outside China."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.engines.space import coordinates as c

PAIRS = {
    "wgs84-gcj02": (c.wgs84_to_gcj02, c.gcj02_to_wgs84),
    "gcj02-bd09": (c.gcj02_to_bd09, c.bd09_to_gcj02),
    "wgs84-bd09": (c.wgs84_to_bd09, c.bd09_to_wgs84),
}
lon_in_china = st.floats(c.CHINA.west, c.CHINA.east)
lat_in_china = st.floats(c.CHINA.south, c.CHINA.north)


class TestPublishedValues:
    @pytest.mark.parametrize(
        ("wgs", "gcj"),
        [
            ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
            ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
            ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
        ],
        ids=["Shanghai", "Shenzhen", "Beijing"],
    )
    def test_gcj02_of_three_cities(self, wgs, gcj):
        """Source: test table of github.com/googollee/eviltransform."""
        assert np.allclose(c.wgs84_to_gcj02(*wgs), gcj, rtol=0, atol=1e-11)
        assert np.allclose(c.gcj02_to_wgs84(*gcj), wgs, rtol=0, atol=1e-9)

    def test_beijing_in_the_three_systems(self):
        """Source: README of github.com/wandergis/coordtransform, at 116.404, 39.915."""
        gcj = (116.41024449916938, 39.91640428150164)
        baidu = (116.41036949371029, 39.92133699351022)
        assert np.allclose(c.wgs84_to_gcj02(116.404, 39.915), gcj, rtol=0, atol=1e-11)
        assert np.allclose(c.gcj02_to_bd09(116.404, 39.915), baidu, rtol=0, atol=1e-11)

    def test_the_circulating_one_step_inverses_are_near_ours(self):
        """Source: the same README; its inverses subtract the shift once and are off by up to a few metres."""
        assert np.allclose(c.bd09_to_gcj02(116.404, 39.915), (116.39762729119315, 39.90865673957631), atol=5e-6)
        assert np.allclose(c.gcj02_to_wgs84(116.404, 39.915), (116.39775550083061, 39.91359571849836), atol=5e-5)


class TestRoundTrip:
    @pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
    @given(lon=lon_in_china, lat=lat_in_china)
    def test_there_and_back_is_exact_anywhere_in_china(self, pair, lon, lat):
        there, back = pair
        x, y = back(*there(lon, lat))
        assert abs(float(x) - lon) < 1e-9
        assert abs(float(y) - lat) < 1e-9

    @pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
    def test_on_the_meridian_where_the_formula_has_a_kink(self, pair):
        there, back = pair
        lon = 105 + np.array([-1e-6, -1e-9, -1e-12, 0, 1e-12, 1e-9, 1e-6])
        x, y = back(*there(lon, 29.87))
        assert np.abs(x - lon).max() < 1e-9
        assert np.abs(y - 29.87).max() < 1e-9

    @pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
    @given(lon=st.floats(-180, 180), lat=st.floats(-90, 90))
    def test_outside_china_nothing_moves(self, pair, lon, lat):
        margin = 0.05
        if c.CHINA.west - margin < lon < c.CHINA.east + margin:
            lat = lat % 30 - 60  # south of the rectangle
        for function in pair:
            x, y = function(lon, lat)
            assert (float(x), float(y)) == (lon, lat)

    @given(lon=lon_in_china, lat=lat_in_china)
    def test_the_shift_is_metres_to_a_kilometre(self, lon, lat):
        from anning.engines.space.distance import haversine_m

        moved = haversine_m(lon, lat, *c.wgs84_to_gcj02(lon, lat))
        assert 0 < moved < 1600


class TestArrays:
    def test_arrays_agree_with_scalars_and_keep_the_broadcast_shape(self):
        lon, lat = np.array([[121.5], [116.4]]), np.array([29.9, 31.0, 39.9])
        x, y = c.wgs84_to_bd09(lon, lat)
        assert x.shape == y.shape == (2, 3)
        for i in range(2):
            for j in range(3):
                one = c.wgs84_to_bd09(float(lon[i, 0]), float(lat[j]))
                assert (x[i, j], y[i, j]) == (float(one[0]), float(one[1]))

    @pytest.mark.parametrize("function", [f for pair in PAIRS.values() for f in pair])
    def test_nan_infinity_and_nothing(self, function):
        x, y = function([np.nan, 121.0, np.inf], [29.0, np.nan, -np.inf])
        assert np.isnan(x[0])
        assert np.isnan(y[1])
        assert (x[2], y[2]) == (np.inf, -np.inf)
        assert function([], [])[0].shape == (0,)

    def test_the_caller_s_arrays_stay_as_they_were(self):
        lon, lat = np.array([121.5]), np.array([29.9])
        c.gcj02_to_wgs84(lon, lat)
        assert (lon[0], lat[0]) == (121.5, 29.9)
