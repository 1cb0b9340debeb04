"""`Locator` against brute-force shapely: plane partitions, overlaps, holes, borders, bad points."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from anning.engines.space.cellgrid import NOWHERE, build_grid
from anning.engines.space.locate import Locator


def brute_force(codes, polygons, lon, lat):
    """Lowest code among the polygons that intersect each point, one point and one polygon at a time."""
    answers = []
    for x, y in zip(lon, lat, strict=True):
        hits = [
            (code, row)
            for row, (code, polygon) in enumerate(zip(codes, polygons, strict=True))
            if polygon.intersects(shapely.Point(x, y))
        ]
        answers.append(min(hits)[1] if hits else -1)
    return answers


def one_by_one(level, lon, lat):
    """The answers of the level to each point asked alone."""
    return [level.locate_one(float(x), float(y)) for x, y in zip(lon, lat, strict=True)]


def voronoi(seed, count):
    """A partition of a square degree near Ningbo into `count` cells, and its generator."""
    rng = np.random.default_rng(seed)
    square = box(121, 29, 122, 30)
    sites = shapely.multipoints(rng.uniform([121, 29], [122, 30], (count, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(sites, extend_to=square))
    return list(shapely.intersection(cells, square)), rng


def shuffled_codes(count, rng):
    return [f"3302{i:08d}" for i in rng.permutation(count)]


class TestLocatePlane:
    @given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 60))
    @settings(max_examples=40, deadline=None)
    def test_partition_agrees_with_brute_force_inside_outside_and_on_corners(self, seed, count):
        polygons, rng = voronoi(seed, count)
        codes = shuffled_codes(len(polygons), rng)
        corners = shapely.get_coordinates(polygons)
        corners = corners[rng.integers(0, len(corners), 30)]
        points = np.vstack([rng.uniform([120.9, 28.9], [122.1, 30.1], (120, 2)), corners])
        level, right = Locator(codes, polygons), brute_force(codes, polygons, points[:, 0], points[:, 1])
        assert level.locate(points[:, 0], points[:, 1]).tolist() == right
        assert one_by_one(level, points[:, 0], points[:, 1]) == right

    @given(data=st.data())
    @settings(max_examples=60, deadline=None)
    def test_overlapping_boxes_on_a_lattice_give_the_lowest_code(self, data):
        place, size = st.integers(0, 7), st.integers(1, 4)
        drawn = data.draw(st.lists(st.tuples(place, place, size, size), min_size=1, max_size=6))
        corners = [(x, y, x + width, y + height) for x, y, width, height in drawn]
        codes = data.draw(st.permutations([f"{i:02d}" for i in range(len(corners))]))
        polygons = [box(*(v / 8 for v in corner)) for corner in corners]
        axis = np.arange(-1, 13) / 8
        lon, lat = (a.ravel() for a in np.meshgrid(axis, axis))
        level, right = Locator(codes, polygons), brute_force(codes, polygons, lon, lat)
        assert level.locate(lon, lat).tolist() == right
        assert one_by_one(level, lon, lat) == right

    def test_points_beside_a_border_by_one_ulp_fall_on_their_own_side(self):
        border = 121 + 1 / 3
        level = Locator(["b", "a"], [box(121, 29, border, 30), box(border, 29, 122, 30)])
        lon = [np.nextafter(border, 0), border, np.nextafter(border, 999)]
        assert level.locate(lon, 29.5).tolist() == [0, 1, 1]
        assert one_by_one(level, lon, [29.5] * 3) == [0, 1, 1]

    def test_every_cell_border_of_the_grid_is_answered_exactly(self):
        polygons, rng = voronoi(7, 25)
        codes = shuffled_codes(len(polygons), rng)
        grid = build_grid(np.array(polygons, object))
        lon = np.linspace(grid.west, grid.east, grid.columns + 1)[rng.integers(0, grid.columns + 1, 400)]
        lat = np.linspace(grid.south, grid.north, grid.rows + 1)[rng.integers(0, grid.rows + 1, 400)]
        level, right = Locator(codes, polygons), brute_force(codes, polygons, lon, lat)
        assert level.locate(lon, lat).tolist() == right
        assert one_by_one(level, lon, lat) == right


class TestLocateShapes:
    ring = Polygon(
        [(121, 29), (122, 29), (122, 30), (121, 30)],
        [[(121.4, 29.4), (121.6, 29.4), (121.6, 29.6), (121.4, 29.6)]],
    )

    def test_a_hole_is_outside_and_its_edge_inside(self):
        level = Locator(["x"], [self.ring])
        assert level.locate([121.5, 121.4, 121.2], [29.5, 29.5, 29.5]).tolist() == [-1, 0, 0]

    def test_an_island_in_a_hole_is_found(self):
        island = box(121.45, 29.45, 121.55, 29.55)
        level = Locator(["x", "y"], [self.ring, island])
        assert level.locate([121.5, 121.42, 121.0], [29.5, 29.42, 29.0]).tolist() == [1, -1, 0]

    def test_both_parts_of_a_multipolygon_answer_and_the_gap_does_not(self):
        level = Locator(["x"], [MultiPolygon([box(121, 29, 121.1, 29.1), box(121.9, 29.9, 122, 30)])])
        assert level.locate([121.05, 121.5, 121.95], [29.05, 29.5, 29.95]).tolist() == [0, -1, 0]

    def test_a_shared_border_and_corner_go_to_the_lowest_code_whatever_the_row_order(self):
        squares = [box(121 + i, 29 + j, 122 + i, 30 + j) for i in range(2) for j in range(2)]
        for codes, winner in (
            (["d", "c", "b", "a"], 3),
            (["a", "b", "c", "d"], 0),
            (["c", "a", "d", "b"], 1),
        ):
            assert Locator(codes, squares).locate(122, 30) == winner

    def test_very_flat_areas_keep_a_usable_grid(self):
        strips = [box(120, 29 + i * 1e-4, 123, 29 + (i + 1) * 1e-4) for i in range(5)]
        found = Locator(list("abcde"), strips).locate(121.7, 29 + (np.arange(5) + 0.5) * 1e-4)
        assert found.tolist() == [0, 1, 2, 3, 4]


class TestLocateInput:
    level = Locator(["x", "y"], [box(121, 29, 122, 30), box(122, 29, 123, 30)])

    @pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 181, -181, 1e300, -1e300])
    def test_a_point_that_is_nowhere_gives_minus_one(self, bad):
        assert self.level.locate(bad, 29.5) == NOWHERE
        assert self.level.locate(121.5, bad) == NOWHERE
        assert self.level.locate_one(bad, 29.5) == self.level.locate_one(121.5, bad) == NOWHERE

    def test_the_shape_of_the_answer_is_the_broadcast_shape(self):
        found = self.level.locate(np.array([[121.5], [122.5]]), np.array([29.5, 31, 29.1]))
        assert found.dtype == np.int64
        assert found.tolist() == [[0, -1, 0], [1, -1, 1]]
        assert self.level.locate([], []).shape == (0,)
        assert self.level.locate(121.5, 29.5).shape == ()

    def test_more_points_than_one_chunk_are_answered_in_order(self):
        lon = np.tile([121.5, 122.5, 125.0], 50_000)
        assert np.array_equal(self.level.locate(lon, 29.5), np.tile([0, 1, -1], 50_000))

    def test_codes_are_answered_with_an_empty_string_for_nowhere(self):
        assert self.level.locate_codes([122.5, 124], 29.5).tolist() == ["y", ""]
        assert self.level.codes == ("x", "y")
        assert len(self.level) == 2

    def test_no_areas_answer_nowhere(self):
        assert Locator([], []).locate([121.5], [29.5]).tolist() == [-1]
        assert Locator([], []).locate_one(121.5, 29.5) == NOWHERE

    def test_the_callers_polygons_stay_unprepared_and_a_pickle_answers_alike(self):
        polygon = box(121, 29, 122, 30)
        level = pickle.loads(pickle.dumps(Locator(["x"], [polygon])))
        assert level.locate([121.5, 125], 29.5).tolist() == [0, -1]
        assert not shapely.is_prepared(polygon)


class TestLocateRefuses:
    @pytest.mark.parametrize(
        ("codes", "polygons", "message"),
        [
            (["x"], [], "1 codes but 0 polygons"),
            (["x", "x"], [box(0, 0, 1, 1), box(1, 1, 2, 2)], "'x' occurs twice"),
            (["x"], [Polygon()], "'x' needs a non-empty polygon"),
            (["x"], [shapely.Point(1, 1)], "'x' needs a non-empty polygon"),
            (
                ["x"],
                [Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])],
                "'x' is not a valid polygon: Self-intersection",
            ),
            (["x"], [box(0, 80, 1, 91)], "'x' reaches beyond"),
        ],
    )
    def test_bad_areas_with_a_message_that_names_them(self, codes, polygons, message):
        with pytest.raises(ValueError, match=message):
            Locator(codes, polygons)


class TestGrid:
    def test_most_cells_are_settled_and_arrays_cannot_be_changed(self):
        polygons, _ = voronoi(3, 40)
        grid = build_grid(np.array(polygons, object))
        assert 0 < grid.open_share < 0.35
        assert grid.starts[-1] == grid.touching.size
        for array in (grid.table, grid.starts, grid.touching):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0

    def test_settled_cells_really_lie_in_one_polygon(self):
        polygons, _ = voronoi(5, 12)
        grid = build_grid(np.array(polygons, object))
        settled = np.flatnonzero(grid.table >= 0)[::97]
        row, column = np.divmod(settled, grid.columns)
        width, height = (grid.east - grid.west) / grid.columns, (grid.north - grid.south) / grid.rows
        x, y = grid.west + column * width, grid.south + row * height
        cells = shapely.box(x, y, x + width, y + height)
        # one ulp of slack at the outer frame: x + width may round beyond the joint bounds
        inside = shapely.covers(shapely.buffer(np.array(polygons, object)[grid.table[settled]], 1e-12), cells)
        assert inside.all()
