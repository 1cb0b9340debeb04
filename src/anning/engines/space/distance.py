"""Distances on the ground between points given in degrees."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius (2a + b)/3 of the ellipsoid, metres; IUGG, H. Moritz, *Geodetic Reference System 1980*."""


def haversine_m(lon_a: ArrayLike, lat_a: ArrayLike, lon_b: ArrayLike, lat_b: ArrayLike) -> NDArray[np.float64]:
    """Great-circle distance in metres between points a and b, degrees, broadcast together.

    On the sphere of `EARTH_RADIUS_M`; against the ellipsoid the error stays below 0.6 %. NaN in, NaN out.
    Source: R. W. Sinnott, *Virtues of the Haversine*, Sky and Telescope 68 (1984).

    Example:
        >>> round(float(haversine_m(0, 0, 1, 0)), 1)
        111195.1
    """
    lon_1, lat_1, lon_2, lat_2 = (np.radians(np.asarray(value, np.float64)) for value in (lon_a, lat_a, lon_b, lat_b))
    half_chord_squared = (
        np.sin((lat_2 - lat_1) / 2) ** 2 + np.cos(lat_1) * np.cos(lat_2) * np.sin((lon_2 - lon_1) / 2) ** 2
    )
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half_chord_squared, 0, 1))))


def local_m(
    lon_a: ArrayLike, lat_a: ArrayLike, lon_b: ArrayLike, lat_b: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Metres east and north from a to b on the plane that touches the sphere between them.

    Good to 0.1 % within 50 km below 60° latitude, and several times cheaper than `haversine_m`. Differences
    of longitude are taken the short way round.

    Returns:
        (east_m, north_m), float64 arrays of the broadcast shape.
    """
    lon_1, lat_1, lon_2, lat_2 = (np.asarray(value, np.float64) for value in (lon_a, lat_a, lon_b, lat_b))
    turn = (lon_2 - lon_1 + 180) % 360 - 180
    east = np.radians(turn) * np.cos(np.radians((lat_1 + lat_2) / 2)) * EARTH_RADIUS_M
    return np.asarray(east), np.asarray(np.radians(lat_2 - lat_1) * EARTH_RADIUS_M)


def equirectangular_m(lon_a: ArrayLike, lat_a: ArrayLike, lon_b: ArrayLike, lat_b: ArrayLike) -> NDArray[np.float64]:
    """Length in metres of `local_m`: the distance for near points, degrees in, broadcast together."""
    east, north = local_m(lon_a, lat_a, lon_b, lat_b)
    return np.asarray(np.hypot(east, north))
