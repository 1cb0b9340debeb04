"""H3 cells of arrays of points, their parents by bits, and their rings."""

from __future__ import annotations

import h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, Polygon

from anning.engines.space.cells import (
    CITY_RESOLUTIONS,
    NO_CELL,
    cell_boundary,
    cell_centre,
    count_cells,
    parent_cells,
    point_cell,
    point_cells,
    resolutions_of,
)

lon = st.floats(-180, 180)
lat = st.floats(-90, 90)


def test_a_published_cell():
    """Source: h3-py README, latlng_to_cell(37.769377, -122.388903, 9) = '89283082e73ffff'."""
    assert int(point_cells(-122.388903, 37.769377, 9)) == int("89283082e73ffff", 16)


@given(lon, lat, st.integers(0, 15))
def test_cells_and_parents_are_those_of_the_library(x, y, resolution):
    cell = int(point_cells(x, y, resolution))
    assert point_cell(x, y, resolution) == cell
    name = h3.latlng_to_cell(y, x, resolution)
    assert cell == h3.str_to_int(name) > 0
    assert int(resolutions_of(cell)) == resolution
    for coarser in range(resolution + 1):
        assert int(parent_cells(cell, coarser)) == h3.str_to_int(h3.cell_to_parent(name, coarser))


@given(lon, lat)
def test_rolling_up_in_steps_is_rolling_up_at_once(x, y):
    nine = point_cells(x, y, 9)
    assert int(parent_cells(parent_cells(nine, 7), 5)) == int(parent_cells(nine, 5))


@given(st.floats(100, 140), st.floats(10, 50), st.sampled_from(CITY_RESOLUTIONS))
def test_the_ring_is_closed_counter_clockwise_and_round_the_point(x, y, resolution):
    cell = int(point_cells(x, y, resolution))
    ring = cell_boundary(cell)
    assert ring[0] == ring[-1]
    shape = Polygon(ring)
    assert shape.exterior.is_ccw
    assert shape.contains(Point(cell_centre(cell)))
    assert shape.buffer(1e-3 * 10 ** (-(resolution - 5) / 2)).contains(Point(x, y))


def test_points_without_a_place_have_no_cell():
    cells = point_cells([121.5, np.nan, 121.5, np.inf, 181.0, 0.0], [29.9, 29.9, np.nan, 0.0, 0.0, -90.5], 9)
    assert cells.dtype == np.int64
    assert (cells != NO_CELL).tolist() == [True, False, False, False, False, False]
    assert parent_cells(cells, 5)[1:].tolist() == [NO_CELL] * 5


def test_shapes_broadcast_and_nothing_gives_nothing():
    assert point_cells([[121.5], [121.6]], [29.8, 29.9, 30.0], 7).shape == (2, 3)
    assert point_cells([], [], 9).shape == (0,)
    assert parent_cells([], 5).shape == (0,)
    assert point_cells(121.5, 29.9, 9).shape == ()


@given(st.lists(st.tuples(st.floats(121, 122), st.floats(29, 30)), max_size=40), st.integers(0, 9))
def test_counts_rolled_up_add_up(points, resolution):
    x, y = np.array(points).reshape(-1, 2).T
    cells = np.append(point_cells(x, y, 9), NO_CELL)
    found, counts = count_cells(cells, resolution)
    assert counts.sum() == len(points)
    assert np.all(np.diff(found) > 0)
    assert set(found.tolist()) == set(parent_cells(cells[:-1], resolution).tolist())


class TestRefuses:
    @pytest.mark.parametrize("resolution", [-1, 16])
    def test_a_resolution_that_does_not_exist(self, resolution):
        with pytest.raises(ValueError, match="must be 0 to 15"):
            point_cells(121.5, 29.9, resolution)
        with pytest.raises(ValueError, match="must be 0 to 15"):
            parent_cells(point_cells(121.5, 29.9, 9), resolution)

    def test_parents_finer_than_the_cell(self):
        with pytest.raises(ValueError, match="resolution 9 asked of coarser cells"):
            parent_cells(point_cells([121.5, np.nan], 29.9, 7), 9)

    @pytest.mark.parametrize("number", [0, 7, -1 & 0x7FFFFFFFFFFFFFFF])
    def test_a_ring_of_a_number_that_is_no_cell(self, number):
        with pytest.raises(ValueError, match="no H3 cell"):
            cell_boundary(number)
        with pytest.raises(ValueError, match="no H3 cell"):
            cell_centre(number)
