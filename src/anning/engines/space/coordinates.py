"""WGS-84, GCJ-02 and BD-09: the three sets of coordinates met in China.

WGS-84 is what satellites give and what Anning keeps. Chinese map services show places in GCJ-02 (国测局坐标),
WGS-84 shifted by up to some 700 m by a smooth function; Baidu shifts GCJ-02 once more, to BD-09. Neither has
an official public definition: the functions here follow the formula and constants that open converters
share (Krasovsky 1940 ellipsoid: a = 6 378 245 m, e² = 0.006 693 421 622 965 943 23), and reproduce the test
values of eviltransform and coordtransform. Background: ``docs/background/coordinates.md``.

All functions take lon, lat in degrees as scalars or arrays and return two float64 arrays of the broadcast
shape. Outside the rectangle of `CHINA` they change nothing. NaN gives NaN.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Points = tuple[Floats, Floats]


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Bounds in degrees within which the shift applies."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lon: Floats, lat: Floats) -> NDArray[np.bool_]:
        """Whether points lie inside or on the edge; False for NaN."""
        return (lon >= self.west) & (lon <= self.east) & (lat >= self.south) & (lat <= self.north)

    def widened(self, degrees: float) -> Rectangle:
        """The rectangle with every side moved outwards."""
        return Rectangle(self.west - degrees, self.south - degrees, self.east + degrees, self.north + degrees)


CHINA = Rectangle(west=72.004, south=0.8293, east=137.8347, north=55.8271)
"""The rectangle of the circulating transform; it is wider than the country."""

_AXIS_M = 6_378_245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_ORIGIN_LON, _ORIGIN_LAT = 105.0, 35.0
_BAIDU_WAVE = np.pi * 3000 / 180
_BAIDU_LON, _BAIDU_LAT = 0.0065, 0.006
_ROUNDS = 8
_REACH_DEG = 1.0
"""Farther than any shift: points this far outside the rectangle cannot have come from inside."""
_EDGE_DEG = 1e-9
"""A point on the rectangle's edge comes back within rounding of it, and is still taken as inside."""


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Points:
    """GCJ-02 of WGS-84 points.

    Example:
        >>> lon, lat = wgs84_to_gcj02(121.55, 29.87)
        >>> round(float(lon), 6), round(float(lat), 6)
        (121.554158, 29.867417)
    """
    return _forward(_gcj02, lon, lat)


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Points:
    """WGS-84 of GCJ-02 points, the inverse of `wgs84_to_gcj02` to better than 1e-9 degrees (0.1 mm).

    In a strip of a few hundred metres outside the rectangle's edge, far from land in use, a point could be
    either shifted or not: it is taken as shifted.
    """
    return _inverse(_gcj02, lon, lat)


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Points:
    """BD-09 of GCJ-02 points."""
    return _forward(_bd09, lon, lat)


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Points:
    """GCJ-02 of BD-09 points, the inverse of `gcj02_to_bd09` to better than 1e-9 degrees."""
    return _inverse(_bd09, lon, lat)


def wgs84_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Points:
    """BD-09 of WGS-84 points."""
    return _forward(_wgs84_bd09, lon, lat)


def bd09_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Points:
    """WGS-84 of BD-09 points, the inverse of `wgs84_to_bd09` to better than 1e-9 degrees."""
    return _inverse(_wgs84_bd09, lon, lat)


def _forward(shift: Callable[[Floats, Floats], Points], lon: ArrayLike, lat: ArrayLike) -> Points:
    x, y = _arrays(lon, lat)
    inside = CHINA.holds(x, y)
    moved_x, moved_y = shift(*_sheltered(x, y, inside))
    return np.where(inside, moved_x, x), np.where(inside, moved_y, y)


def _inverse(shift: Callable[[Floats, Floats], Points], lon: ArrayLike, lat: ArrayLike) -> Points:
    """Fixed point of p ← p − (shift(p) − target); the shift's slope is below 0.03: 1.5 digits a round."""
    x, y = _arrays(lon, lat)
    near = CHINA.widened(_REACH_DEG).holds(x, y)
    target_x, target_y = _sheltered(x, y, near)
    guess_x, guess_y = target_x, target_y
    for _ in range(_ROUNDS):
        moved_x, moved_y = shift(guess_x, guess_y)
        guess_x, guess_y = guess_x - (moved_x - target_x), guess_y - (moved_y - target_y)
    inside = near & CHINA.widened(_EDGE_DEG).holds(guess_x, guess_y)
    return np.where(inside, guess_x, x), np.where(inside, guess_y, y)


def _arrays(lon: ArrayLike, lat: ArrayLike) -> Points:
    x, y = np.broadcast_arrays(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
    return x, y


def _sheltered(x: Floats, y: Floats, usable: NDArray[np.bool_]) -> Points:
    """Points, with a harmless place put where the transform does not apply."""
    return np.where(usable, x, _ORIGIN_LON), np.where(usable, y, _ORIGIN_LAT)


def _gcj02(lon: Floats, lat: Floats) -> Points:
    east, north = _shift_m(lon - _ORIGIN_LON, lat - _ORIGIN_LAT)
    phi = np.radians(lat)
    bulge = 1 - _ECCENTRICITY_SQUARED * np.sin(phi) ** 2
    meridian_m = _AXIS_M * (1 - _ECCENTRICITY_SQUARED) / bulge**1.5
    parallel_m = _AXIS_M / np.sqrt(bulge) * np.cos(phi)
    return lon + np.degrees(east / parallel_m), lat + np.degrees(north / meridian_m)


def _shift_m(x: Floats, y: Floats) -> Points:
    """Metres by which GCJ-02 moves a point east and north; x, y are degrees from 105° E, 35° N."""
    ripple = 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    along_x = 20 * np.sin(np.pi * x) + 40 * np.sin(np.pi * x / 3)
    along_y = 20 * np.sin(np.pi * y) + 40 * np.sin(np.pi * y / 3)
    long_x = 150 * np.sin(np.pi * x / 12) + 300 * np.sin(np.pi * x / 30)
    long_y = 160 * np.sin(np.pi * y / 12) + 320 * np.sin(np.pi * y / 30)
    root = np.sqrt(np.abs(x))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + (ripple + along_x + long_x) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + (ripple + along_y + long_y) * 2 / 3
    return east, north


def _bd09(lon: Floats, lat: Floats) -> Points:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BAIDU_WAVE)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BAIDU_WAVE)
    return radius * np.cos(angle) + _BAIDU_LON, radius * np.sin(angle) + _BAIDU_LAT


def _wgs84_bd09(lon: Floats, lat: Floats) -> Points:
    return _bd09(*_gcj02(lon, lat))
