"""Which area does a point lie in? Exact, for millions of points at once.

One `Locator` holds the areas of one level (districts, or communities). Most points are answered by a grid of
cells that lie wholly in one area; only points in cells crossed by a border go to the exact geometry.
Background: ``docs/background/locate.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import MultiPolygon, Polygon

from anning.engines.space.cellgrid import CellGrid, build_grid, is_open, open_cell, open_cell_one

NOWHERE = -1
"""Row answered for a point in no area."""

_CHUNK = 1 << 16


class Locator:
    """Immutable index of one level's areas, answering the row of the area each point lies in.

    A point on a border belongs to the area: a border point shared by several areas, or a point in overlapping
    areas, goes to the lowest code in string order. The answer is the same on every machine, in every batch.

    Parameters:
        codes: one code per area, unique.
        polygons: valid, non-empty shapely polygons or multi-polygons in lon, lat degrees, one per code.

    Raises:
        ValueError: lengths differ, a code occurs twice, or a geometry is empty, invalid, not a polygon
            or beyond ±180°, ±90°; the message names the code.

    Example:
        >>> from shapely import box
        >>> level = Locator(["330225", "330226"], [box(121, 29, 122, 30), box(122, 29, 123, 30)])
        >>> level.locate([121.5, 122.0, 122.5, 124.0], [29.5, 29.5, 29.5, 29.5]).tolist()
        [0, 0, 1, -1]
    """

    __slots__ = ("_codes", "_grid", "_polygons", "_ranked", "_rows")

    def __init__(self, codes: Sequence[str], polygons: Sequence[Polygon | MultiPolygon]) -> None:
        self._codes = tuple(codes)
        self._polygons = tuple(polygons)
        _check(self._codes, self._polygons)
        order = sorted(range(len(self._codes)), key=self._codes.__getitem__)
        self._rows: NDArray[np.int64] = np.array(order, np.int64)
        self._ranked = _prepared([self._polygons[row] for row in order])
        self._grid: CellGrid | None = build_grid(self._ranked) if order else None

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[str, ...], tuple[Polygon | MultiPolygon, ...]]]:
        return type(self), (self._codes, self._polygons)

    def __len__(self) -> int:
        return len(self._codes)

    @property
    def codes(self) -> tuple[str, ...]:
        """The areas' codes, in the row order given."""
        return self._codes

    def locate(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.int64]:
        """Row of the area each point lies in, −1 where none does.

        Parameters:
            lon, lat: degrees, WGS-84, scalars or arrays that broadcast together; NaN, infinite and
                out-of-range values give −1.

        Returns:
            int64 array of the broadcast shape (0-d for two scalars).
        """
        lon_deg, lat_deg = np.broadcast_arrays(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
        found = np.full(lon_deg.shape, NOWHERE, np.int64)
        if self._grid is None:
            return found
        flat, x, y = found.reshape(-1), lon_deg.reshape(-1), lat_deg.reshape(-1)
        for start in range(0, flat.size, _CHUNK):
            chunk = slice(start, start + _CHUNK)
            flat[chunk] = self._locate_chunk(self._grid, x[chunk], y[chunk])
        return found

    def locate_one(self, lon: float, lat: float) -> int:
        """Row of the area one point lies in, −1 where none does: what `locate` answers, many times faster for one.

        Parameters:
            lon, lat: degrees, WGS-84; NaN, infinite and out-of-range values give −1.
        """
        if self._grid is None:
            return NOWHERE
        rank = self._grid.look_up_one(lon, lat)
        cell = open_cell_one(rank)
        if cell >= 0:
            touching = self._grid.touching[self._grid.starts[cell] : self._grid.starts[cell + 1]]
            rank = next((p for p in touching if shapely.intersects_xy(self._ranked[p], lon, lat)), NOWHERE)
        return int(self._rows[rank]) if rank >= 0 else NOWHERE

    def locate_codes(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.object_]:
        """Code of the area each point lies in, ``""`` where none does; parameters as for `locate`.

        Returns:
            object array of str, of the broadcast shape.
        """
        names = np.array([*self._codes, ""], object)
        answers: NDArray[np.object_] = names[self.locate(lon, lat)]
        return answers

    def _locate_chunk(self, grid: CellGrid, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
        rank = grid.look_up(lon, lat)
        waiting = np.flatnonzero(is_open(rank))
        cell = open_cell(rank[waiting])
        rank[waiting] = NOWHERE
        position, end = grid.starts[cell], grid.starts[cell + 1]
        while waiting.size:
            polygon = grid.touching[position]
            hit = shapely.intersects_xy(self._ranked[polygon], lon[waiting], lat[waiting])
            rank[waiting[hit]] = polygon[hit]
            again = ~hit & (position + 1 < end)
            waiting, position, end = waiting[again], position[again] + 1, end[again]
        return np.where(rank >= 0, self._rows[rank], NOWHERE)


def _prepared(polygons: list[Polygon | MultiPolygon]) -> NDArray[np.object_]:
    """Prepared copies, each asked once: GEOS builds its point index at the first question, with no lock."""
    ranked: NDArray[np.object_] = np.array([shapely.from_wkb(shapely.to_wkb(p)) for p in polygons], object)
    shapely.prepare(ranked)
    corners = np.array([shapely.get_coordinates(p)[0] for p in polygons]).reshape(-1, 2)
    shapely.intersects_xy(ranked, corners[:, 0], corners[:, 1])
    return ranked


def _check(codes: tuple[str, ...], polygons: tuple[Polygon | MultiPolygon, ...]) -> None:
    if len(codes) != len(polygons):
        raise ValueError(f"{len(codes)} codes but {len(polygons)} polygons: give one polygon per code")
    seen: set[str] = set()
    for code, polygon in zip(codes, polygons, strict=True):
        if code in seen:
            raise ValueError(f"area {code!r} occurs twice in one level: merge its parts into one multi-polygon")
        seen.add(code)
        if not isinstance(polygon, Polygon | MultiPolygon) or polygon.is_empty:
            raise ValueError(f"area {code!r} needs a non-empty polygon, got {polygon!r:.60}")
        if not polygon.is_valid:
            raise ValueError(f"area {code!r} is not a valid polygon: {shapely.is_valid_reason(polygon)}")
        west, south, east, north = polygon.bounds
        if west < -180 or east > 180 or south < -90 or north > 90:
            raise ValueError(f"area {code!r} reaches beyond ±180°, ±90° (bounds {polygon.bounds}): lon, lat expected")
