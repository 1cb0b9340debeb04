"""Boundaries in and out, and what is said of the ones that cannot be used."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from anning.engines.space.areas import (
    AreaError,
    bounds_deg,
    from_wkb,
    label_point,
    parse_features,
    parse_geometry,
    to_geojson,
    to_wkb,
)

RING = [[121, 29], [122, 29], [122, 30], [121, 30], [121, 29]]
HOLE = [[121.4, 29.4], [121.6, 29.4], [121.6, 29.6], [121.4, 29.4]]
NINGBO = (120.8, 28.8, 122.6, 30.5)


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def feature(code, geometry):
    return {"type": "Feature", "properties": {"code": code, "name": "鄞州区"}, "geometry": geometry}


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


class TestGood:
    def test_a_polygon_with_a_hole(self):
        shape = parse_geometry(polygon(RING, HOLE))
        assert shape.equals(Polygon(RING, [HOLE]))
        assert bounds_deg(shape) == (121, 29, 122, 30)

    def test_a_multipolygon_keeps_its_parts_and_holes(self):
        far = [[x + 2, y] for x, y in RING]
        shape = parse_geometry({"type": "MultiPolygon", "coordinates": [[RING, HOLE], [far]]})
        assert isinstance(shape, MultiPolygon)
        assert shape.area == pytest.approx(2 - 0.02)

    def test_altitudes_are_dropped_and_clockwise_rings_taken(self):
        shape = parse_geometry(polygon([[x, y, 12.5] for x, y in reversed(RING)]))
        assert not shape.has_z
        assert shape.area == 1

    def test_features_keep_code_properties_and_order(self):
        parsed = parse_features(collection(feature("330212", polygon(RING)), feature(330203, polygon(HOLE))))
        assert [area.code for area in parsed.areas] == ["330212", "330203"]
        assert parsed.areas[0].properties["name"] == "鄞州区"
        assert parsed.faults == ()

    @given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=6, unique=True))
    def test_what_is_written_as_geojson_is_read_back_the_same(self, cells):
        shape = shapely.union_all([box(100 + x, y, 101 + x, y + 1) for x, y in cells])
        again = parse_geometry(json.loads(json.dumps(to_geojson(shape))))
        assert again.equals(shape)
        assert again.exterior.is_ccw if isinstance(again, Polygon) else all(p.exterior.is_ccw for p in again.geoms)


class TestFaults:
    @pytest.mark.parametrize(
        ("geometry", "message"),
        [
            (None, "geometry must be a Polygon or MultiPolygon, got None"),
            ({"type": "Point", "coordinates": [121, 29]}, "got 'Point'"),
            (polygon(), "the geometry is empty"),
            ({"type": "MultiPolygon", "coordinates": []}, "the geometry is empty"),
            (polygon([]), "the geometry is empty"),
            ({"type": "Polygon"}, "coordinates must be nested lists, got None"),
            ({"type": "Polygon", "coordinates": "121,29"}, "coordinates must be nested lists"),
            (polygon(RING[:-1]), r"polygon 0 shell: the ring is not closed \(first \(121.0, 29.0\), last"),
            (polygon(RING, HOLE[:-1]), "polygon 0 hole 1: the ring is not closed"),
            (polygon([[121, 29], [122, 29], [121, 29]]), "has 3 positions; a closed ring needs at least 4"),
            (polygon([[121, "29"], *RING[1:]]), "is not two finite numbers"),
            (polygon([[121], *RING[1:]]), "is not two finite numbers"),
            (polygon([[float("nan"), 29], *RING[1:]]), "is not two finite numbers"),
            (polygon([[True, 29], *RING[1:]]), "is not two finite numbers"),
            (polygon([7, *RING[1:]]), "is not two finite numbers"),
            (polygon([[y, x] for x, y in RING]), r"lat and lon look swapped.*position \(29.0, 121.0\)"),
            (polygon([[5e5, 33e5], [5e5 + 1, 33e5], [5e5, 33e5 + 1], [5e5, 33e5]]), "beyond ±180°"),
            (polygon([[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]), "crosses itself at lon, lat 0.5, 0.5"),
            (polygon(HOLE, RING), "a hole lies outside its shell"),
            ({"type": "MultiPolygon", "coordinates": [[RING], [HOLE]]}, "one part lies inside another"),
            (polygon([[121, 29], [121, 29], [121, 29], [121, 29]]), "too few different positions"),
        ],
    )  # fmt: skip
    def test_the_message_says_what_is_wrong(self, geometry, message):
        with pytest.raises(AreaError, match=message):
            parse_geometry(geometry)

    def test_swapped_degrees_that_are_in_range_are_suspected_by_the_expected_bounds(self):
        lisbon = (-9.5, 38.5, -9.0, 39.0)
        swapped = polygon([[38.7, -9.2], [38.8, -9.2], [38.8, -9.1], [38.7, -9.2]])
        assert parse_geometry(swapped).is_valid
        with pytest.raises(AreaError, match="look swapped"):
            parse_geometry(swapped, expected=lisbon)

    def test_an_area_simply_elsewhere_is_not_called_swapped(self):
        assert parse_geometry(polygon([[0, 0], [1, 0], [1, 1], [0, 0]]), expected=NINGBO).area == 0.5

    def test_bad_features_are_told_by_index_and_code_and_the_rest_is_read(self):
        parsed = parse_features(
            collection(
                feature("a", polygon(RING)),
                feature("b", polygon(RING[:-1])),
                feature("", polygon(RING)),
                "not an object",
                feature("a", polygon(HOLE)),
                feature("c", polygon(HOLE)),
            )
        )
        assert [area.code for area in parsed.areas] == ["a", "c"]
        assert [(fault.index, fault.code) for fault in parsed.faults] == [
            (1, "b"),
            (2, ""),
            (3, ""),
            (4, "a"),
        ]
        reasons = [fault.reason for fault in parsed.faults]
        assert reasons[0].startswith("feature 1 (code 'b'), polygon 0 shell: the ring is not closed")
        assert "property 'code' is missing or empty" in reasons[1]
        assert "the code occurs twice" in reasons[3]

    @pytest.mark.parametrize("bad", [{}, {"features": "x"}, [], None, {"features": {}}])
    def test_a_file_that_is_no_collection(self, bad):
        with pytest.raises(AreaError, match="no GeoJSON FeatureCollection"):
            parse_features(bad)


class TestLabelPoint:
    def test_the_centroid_of_a_plain_area(self):
        assert label_point(box(121, 29, 122, 30)) == (121.5, 29.5)

    @pytest.mark.parametrize(
        "shape",
        [
            Polygon([(0, 0), (10, 0), (10, 10), (9, 10), (9, 1), (1, 1), (1, 10), (0, 10)]),
            Polygon(box(0, 0, 10, 10).exterior, [box(1, 1, 9, 9).exterior]),
            MultiPolygon([box(0, 0, 1, 1), box(8, 8, 12, 12)]),
        ],
        ids=["horseshoe", "ring", "islands"],
    )
    def test_an_awkward_area_still_has_its_name_inside(self, shape):
        assert shape.contains(shapely.Point(label_point(shape)))

    def test_of_islands_the_largest_carries_the_name(self):
        lon, lat = label_point(MultiPolygon([box(0, 0, 1, 1), box(8, 8, 12, 12)]))
        assert 8 < lon < 12
        assert 8 < lat < 12


class TestWkb:
    @given(st.integers(3, 30), st.integers(0, 2**32 - 1))
    def test_bytes_there_and_back_are_the_very_same_boundary(self, corners, seed):
        rng = np.random.default_rng(seed)
        angle = np.sort(rng.choice(np.arange(360), corners, replace=False)) / 180 * np.pi
        shape = Polygon(np.column_stack([121 + np.cos(angle), 29 + np.sin(angle)]))
        again = from_wkb(to_wkb(shape))
        assert shapely.equals_identical(shape, again)

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (b"", "not readable as WKB"),
            (b"\x01\x03\x00", "not readable as WKB"),
            (shapely.to_wkb(shapely.Point(1, 2)), "holds a Point"),
            (shapely.to_wkb(Polygon()), "is empty"),
            (shapely.to_wkb(Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])), "crosses itself"),
        ],
    )
    def test_bytes_that_are_no_boundary(self, data, message):
        with pytest.raises(AreaError, match=message):
            from_wkb(data, "area '330212'")

    def test_memoryview_from_a_database_and_altitude(self):
        solid = shapely.force_3d(box(0, 0, 1, 1), 5)
        assert not from_wkb(memoryview(shapely.to_wkb(solid))).has_z
        assert to_wkb(solid) == to_wkb(box(0, 0, 1, 1))
