"""The street network of a small made-up country: its shape, its classes, and that one gets everywhere."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from anning.engines.network.build import build_graph
from anning.engines.network.road_classes import ROAD_CLASSES
from anning.engines.network.search import times_to
from anning.engines.network.snapped import place_on
from anning.engines.network.travellers import Traveller
from anning.engines.network.weights import free_flow
from anning.engines.synth.streets import Drawing, make_streets

LAND = shapely.box(121.0, 29.0, 121.4, 29.3)
RIVER = shapely.LineString([(121.0, 29.12), (121.15, 29.14), (121.4, 29.13)])
LAKE = shapely.Point(121.30, 29.22).buffer(0.012)
MOTORWAY = shapely.LineString([(121.02, 29.04), (121.2, 29.09), (121.38, 29.27)])
OTHER = shapely.LineString([(121.2, 29.29), (121.22, 29.02)])
ROAD = shapely.LineString([(121.02, 29.2), (121.15, 29.16), (121.36, 29.1)])


def drawing() -> Drawing:
    """Two towns, one on each side of a river, in a country of villages; communities are small in the towns."""
    rng = np.random.default_rng(5)
    towns = [(121.15, 29.16, 0.012, 60), (121.24, 29.08, 0.009, 40)]
    points = [rng.normal((x, y), spread, (count, 2)) for x, y, spread, count in towns]
    points.append(rng.uniform((121.02, 29.02), (121.38, 29.28), (60, 2)))
    area = np.concatenate([np.full(60, 0.25), np.full(40, 0.7), np.full(60, 6.0)])
    lon, lat = np.concatenate(points).T
    roads = [("motorway", MOTORWAY), ("motorway", OTHER), ("primary", ROAD)]
    return Drawing(LAND, [LAKE], [RIVER], roads, lon, lat, area)


@pytest.fixture(scope="module")
def streets():
    return make_streets(drawing(), 1)


@pytest.fixture(scope="module")
def graph(streets):
    return build_graph(streets)


def names(graph) -> np.ndarray:
    return np.array([ROAD_CLASSES[kind].name for kind in graph.kind])


def lines(graph, rows) -> np.ndarray:
    return np.array([shapely.LineString(np.column_stack(graph.shape(int(row)))) for row in rows], object)


def test_the_same_seed_makes_the_same_streets(streets):
    again, other = make_streets(drawing(), 1), make_streets(drawing(), 2)
    for name in type(streets).__slots__:
        assert np.array_equal(getattr(streets, name), getattr(again, name)), name
    assert len(other.first) != len(streets.first)


def test_every_class_of_road_is_there_small_ones_most(graph):
    counts = Counter(names(graph).tolist())
    assert set(counts) == {
        "motorway", "motorway_link", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street",
    }  # fmt: skip
    assert counts["residential"] + counts["living_street"] > counts["primary"] + counts["secondary"]
    assert 1_000 < graph.nodes < 20_000


@pytest.mark.parametrize("who", [Traveller.SIREN, Traveller.NORMAL])
def test_vehicles_get_from_everywhere_to_everywhere(graph, who):
    is_open = np.isfinite(graph.seconds[who])
    links = coo_matrix((np.ones(is_open.sum()), (graph.tail[is_open], graph.head[is_open])), (graph.nodes,) * 2)
    assert connected_components(links, directed=True, connection="strong")[0] == 1
    assert np.isfinite(times_to(graph, free_flow(graph, who), place_on(graph, 0, 0.5))).all()


def test_streets_on_the_ground_meet_at_junctions_only(graph):
    rows = np.flatnonzero(~np.char.startswith(names(graph), "motorway"))
    shapes = lines(graph, rows)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="crosses")
    places = shapely.get_coordinates(shapely.intersection(shapes[one], shapes[other]))
    ends = np.concatenate([shapely.get_coordinates(shapely.get_point(shapes, end)) for end in (0, -1)])
    assert len(places) == 0 or shapely.distance(shapely.points(places), shapely.multipoints(ends)).max() < 1e-5


def test_small_streets_stay_on_land_and_cross_no_water(graph):
    small = np.isin(names(graph), ["residential", "living_street"])
    shapes = lines(graph, np.flatnonzero(small))
    assert shapely.covered_by(shapes, LAND.buffer(1e-5)).all()
    assert not shapely.intersects(shapes, RIVER).any()
    assert not shapely.intersects(shapes, LAKE.buffer(-1e-4)).any()


def test_larger_roads_bridge_the_river(graph):
    across = shapely.intersects(lines(graph, np.arange(graph.streets)), RIVER)
    assert {"primary", "secondary"} <= set(names(graph)[across].tolist())


def test_motorways_are_one_way_on_the_right_and_closed_to_walkers(graph):
    rows = np.flatnonzero(names(graph) == "motorway")
    for row in rows.tolist():
        arcs = graph.arcs_of(row)
        assert graph.way[arcs].tolist() == [0]
        assert np.isinf(graph.seconds[Traveller.FOOT, arcs]).all()
    shapes = lines(graph, rows)
    before, here, after = (
        shapely.get_coordinates(shapely.line_interpolate_point(shapes, at, normalized=True)) for at in (0.48, 0.5, 0.52)
    )
    nearest = shapely.shortest_line(shapely.points(here), shapely.multilinestrings([MOTORWAY, OTHER]))
    to_middle = shapely.get_coordinates(nearest).reshape(-1, 2, 2)[:, 1] - here
    along = after - before
    assert len(rows) > 12
    assert (along[:, 0] * to_middle[:, 1] - along[:, 1] * to_middle[:, 0] > 0).all()


def test_interchanges_join_motorways_and_the_streets_below(graph):
    kinds = names(graph)
    ramps = np.flatnonzero(kinds == "motorway_link")
    arcs = np.concatenate([graph.arcs_of(row) for row in ramps.tolist()])
    ends = np.unique(np.concatenate([graph.tail[arcs], graph.head[arcs]]))
    touching = set(kinds[graph.street[np.isin(graph.head, ends) | np.isin(graph.tail, ends)]].tolist())
    assert {"motorway", "motorway_link"} < touching
    assert touching & {"primary", "secondary"}


def test_some_small_streets_are_one_way(graph):
    is_open = np.zeros((graph.streets, 2), bool)
    arcs = np.isfinite(graph.seconds[Traveller.NORMAL])
    is_open[graph.street[arcs], graph.way[arcs]] = True
    small = np.isin(names(graph), ["residential", "living_street", "tertiary"])
    assert 0.01 < np.mean(is_open[small].sum(1) == 1) < 0.1


def test_a_drawing_without_places_is_refused():
    whole = drawing()
    few = Drawing(LAND, [], [], [], whole.lon[:3], whole.lat[:3], whole.area_km2[:3])
    with pytest.raises(ValueError, match="land and four communities at least, got 3"):
        make_streets(few, 1)
    with pytest.raises(ValueError, match="need land"):
        make_streets(Drawing(shapely.Polygon(), [], [], [], whole.lon, whole.lat, whole.area_km2), 1)


def test_a_drawing_of_communities_alone_is_enough():
    whole = drawing()
    made = make_streets(Drawing(LAND, [], [], [], whole.lon, whole.lat, whole.area_km2), 1)
    assert build_graph(made).pieces == 1
