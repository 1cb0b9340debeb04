"""H3 cells of points, for counting at any zoom.

H3 is a hierarchy of hexagons over the globe (https://h3geo.org). Cells are kept as int64: the top bit of an
H3 index is always 0, so nothing is lost, and databases without unsigned integers can hold them. `NO_CELL`
(0, H3's own null) stands for a point that has none. A cell's parent is read from its bits, for whole arrays
at once; the layout is that of the H3 index: 4 bits of resolution from bit 52, then 15 digits of 3 bits.

A hexagon's children do not fill it exactly: the parent of a point's cell can differ from the coarser cell the
point lies in, near its edge. Roll counts up with `parent_cells`, so that the levels always add up.
"""

from __future__ import annotations

import numpy as np
from h3.api import basic_int
from numpy.typing import ArrayLike, NDArray

CITY_RESOLUTIONS = (5, 7, 9)
"""Edges of about 10 km, 1.4 km and 200 m: county, neighbourhood, street corner."""

FINEST = 15
NO_CELL = 0

_RESOLUTION_SHIFT = 52
_DIGIT_BITS = 3


def point_cells(lon: ArrayLike, lat: ArrayLike, resolution: int) -> NDArray[np.int64]:
    """The H3 cell each point lies in.

    Parameters:
        lon, lat: degrees, WGS-84, arrays that broadcast together.
        resolution: 0 (largest) to 15.

    Returns:
        int64 array of the broadcast shape; `NO_CELL` for NaN, infinite or out-of-range positions.

    Raises:
        ValueError: the resolution is not 0 to 15.

    Example:
        >>> point_cells([121.55, float("nan")], 29.87, 7).tolist()
        [609308951304994815, 0]
    """
    _check_resolution(resolution)
    lon_deg, lat_deg = np.broadcast_arrays(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
    usable = (np.abs(lon_deg) <= 180) & (np.abs(lat_deg) <= 90)
    cells = np.full(lon_deg.shape, NO_CELL, np.int64)
    pairs = zip(lat_deg[usable].tolist(), lon_deg[usable].tolist(), strict=True)
    cells[usable] = [basic_int.latlng_to_cell(y, x, resolution) for y, x in pairs]
    return cells


def point_cell(lon: float, lat: float, resolution: int) -> int:
    """What `point_cells` gives for one point, without making arrays.

    Raises:
        ValueError: the resolution is not 0 to 15.
    """
    _check_resolution(resolution)
    usable = abs(lon) <= 180 and abs(lat) <= 90
    return int(basic_int.latlng_to_cell(lat, lon, resolution)) if usable else NO_CELL


def parent_cells(cells: ArrayLike, resolution: int) -> NDArray[np.int64]:
    """The ancestors of cells at a coarser (or the same) resolution; `NO_CELL` stays.

    Raises:
        ValueError: the resolution is not 0 to 15, or finer than a cell's own.
    """
    _check_resolution(resolution)
    index = np.asarray(cells, np.int64)
    own = resolutions_of(index)
    if np.any((own < resolution) & (index != NO_CELL)):
        raise ValueError(f"parents at resolution {resolution} asked of coarser cells (down to {int(own.min())})")
    unused = np.int64((1 << (_DIGIT_BITS * (FINEST - resolution))) - 1)
    coarser = (index & ~(np.int64(0xF) << _RESOLUTION_SHIFT)) | (np.int64(resolution) << _RESOLUTION_SHIFT)
    return np.where(index == NO_CELL, np.int64(NO_CELL), coarser | unused)


def resolutions_of(cells: ArrayLike) -> NDArray[np.int64]:
    """The resolution of each cell, 0 to 15 (of `NO_CELL`: 0)."""
    return (np.asarray(cells, np.int64) >> _RESOLUTION_SHIFT) & np.int64(0xF)


def cell_boundary(cell: int) -> list[tuple[float, float]]:
    """A cell's closed ring of lon, lat degrees, counter-clockwise, ready for a GeoJSON polygon.

    Raises:
        ValueError: the number is no H3 cell.
    """
    _check_cell(cell)
    ring = [(lon, lat) for lat, lon in basic_int.cell_to_boundary(int(cell))]
    return [*ring, ring[0]]


def cell_centre(cell: int) -> tuple[float, float]:
    """A cell's centre as lon, lat degrees.

    Raises:
        ValueError: the number is no H3 cell.
    """
    _check_cell(cell)
    lat, lon = basic_int.cell_to_latlng(int(cell))
    return float(lon), float(lat)


def count_cells(cells: ArrayLike, resolution: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many points lie in each cell after rolling up; points without a cell are left out.

    Returns:
        (cells ascending, counts), two int64 arrays of one length.
    """
    index = np.asarray(cells, np.int64).ravel()
    found, counts = np.unique(parent_cells(index[index != NO_CELL], resolution), return_counts=True)
    return found, counts.astype(np.int64)


def _check_resolution(resolution: int) -> None:
    if not 0 <= resolution <= FINEST:
        raise ValueError(f"H3 resolution must be 0 to {FINEST}, got {resolution}")


def _check_cell(cell: int) -> None:
    if not basic_int.is_valid_cell(int(cell)):
        raise ValueError(f"{cell} is no H3 cell; cells come from point_cells or parent_cells")
