"""Snapping against every street in turn, and what is said of how far it can be trusted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.engines.network.build import build_graph
from anning.engines.network.graph import Graph
from anning.engines.network.shapes import cut
from anning.engines.network.snap import snap
from anning.engines.network.snap_index import CELL_M, build_index, segments_near
from anning.engines.network.snapped import Confidence, place_on
from anning.engines.network.streets import Streets, straight_streets
from anning.engines.network.travellers import Traveller
from anning.engines.space.distance import EARTH_RADIUS_M, equirectangular_m, local_m

METRE = float(np.degrees(1 / EARTH_RADIUS_M))
LON, LAT = 121.5, 29.9
EAST = METRE / float(np.cos(np.radians(LAT)))


def at(east_m: float, north_m: float) -> tuple[float, float]:
    """A position so many metres east and north of the middle of the drawing."""
    return LON + east_m * EAST, LAT + north_m * METRE


def drawn(lines: list[tuple[list[tuple[float, float]], str]], who_only: Traveller | None = None) -> Graph:
    """A graph of lines in metres from the middle, each "both" or "one" way; ends at one place are one junction."""
    places = sorted({point for line, _ in lines for point in (line[0], line[-1])})
    rows = {place: row for row, place in enumerate(places)}
    bends = [at(*point) for line, _ in lines for point in line[1:-1]]
    starts = np.cumsum([0, *(len(line) - 2 for line, _ in lines)])
    table = np.full((3, 2, len(lines)), 10.0)
    table[:, 1, [ways == "one" for _, ways in lines]] = np.inf
    if who_only is not None:
        table[[who for who in Traveller if who != who_only], :, 0] = np.inf
    x, y = np.array([at(*place) for place in places]).T
    return build_graph(
        Streets(
            ref=np.arange(len(places)), lon=x, lat=y,
            first=np.array([rows[line[0]] for line, _ in lines]), last=np.array([rows[line[-1]] for line, _ in lines]),
            length_m=np.full(len(lines), 100.0), kind=np.zeros(len(lines), np.uint8), seconds=table,
            bend_start=starts, bend_lon=np.array([b[0] for b in bends]), bend_lat=np.array([b[1] for b in bends]),
        )
    )  # fmt: skip


def distances(graph: Graph, lon: float, lat: float) -> np.ndarray:
    """Metres from a position to every street, segment by segment."""
    found = []
    for street in range(graph.streets):
        x, y = local_m(lon, lat, *graph.shape(street))
        least = np.inf
        for i in range(len(x) - 1):
            step = np.array([x[i + 1] - x[i], y[i + 1] - y[i]])
            square = step @ step
            part = min(max(-(np.array([x[i], y[i]]) @ step) / square, 0), 1) if square else 0.0
            least = min(least, float(np.hypot(*(np.array([x[i], y[i]]) + part * step))))
        found.append(least)
    return np.array(found)


metres = st.floats(-1500, 1500)
point = st.tuples(metres, metres)
lines = st.lists(
    st.tuples(st.lists(point, min_size=2, max_size=5), st.sampled_from(["one", "both"])), min_size=1, max_size=12
)


@given(lines, point)
def test_the_street_found_is_the_nearest_of_all(some, where):
    graph = drawn(some)
    lon, lat = at(*where)
    place = snap(graph, build_index(graph), lon, lat)
    every = distances(graph, lon, lat)
    if every.min() > 2000:
        assert place.street[0] == -1
        return
    assert place.distance_m[0] == pytest.approx(every.min(), abs=1e-6)
    assert every[place.street[0]] == pytest.approx(every.min(), abs=1e-6)
    (x, y) = cut(np.column_stack(graph.shape(int(place.street[0]))), 0.0, float(place.along[0]))[-1]
    assert float(equirectangular_m(lon, lat, x, y)) == pytest.approx(every.min(), abs=0.1)
    assert (place.confidence[0] == Confidence.FAR) == (place.distance_m[0] > 60)


@given(lines, st.lists(point, min_size=1, max_size=8))
def test_a_batch_gives_what_each_gives_alone(some, positions):
    graph = drawn(some)
    index = build_index(graph)
    lon, lat = np.array([at(*where) for where in positions]).T
    together = snap(graph, index, lon, lat)
    for row in range(len(positions)):
        alone = snap(graph, index, lon[row], lat[row])
        for name in ("street", "along", "distance_m", "confidence"):
            assert getattr(alone, name)[0] == getattr(together, name)[row]


@given(lines, st.floats(0, 1), st.data())
def test_a_position_on_a_street_is_snapped_to_where_it_is(some, share, data):
    graph = drawn(some)
    street = data.draw(st.integers(0, graph.streets - 1))
    lon, lat = cut(np.column_stack(graph.shape(street)), 0.0, share)[-1]
    place = snap(graph, build_index(graph), lon, lat)
    assert place.distance_m[0] < 0.1
    if place.street[0] == street and len(np.unique(graph.shape(street)[0])) == 2 == len(graph.shape(street)[0]):
        assert place.along[0] == pytest.approx(share, abs=1e-3)


@given(lines, point, st.integers(1, 3))
def test_rings_of_cells_hold_every_segment_within_their_reach(some, where, rings):
    graph = drawn(some)
    lon, lat = (np.array([value]) for value in at(*where))
    _, segment = segments_near(build_index(graph), lon, lat, rings)
    near = np.flatnonzero(distances(graph, lon[0], lat[0]) < rings * CELL_M - 0.01)
    assert set(near.tolist()) <= set(np.repeat(np.arange(graph.streets), np.diff(graph.shape_start))[segment].tolist())


def confidence(graph: Graph, east: float, north: float, **options) -> Confidence:
    lon, lat = at(east, north)
    return Confidence(snap(graph, build_index(graph), lon, lat, **options).confidence[0])


CARRIAGEWAYS = drawn([([(-200, 6), (200, 6)], "one"), ([(200, -6), (-200, -6)], "one")])
JOINED = drawn(
    [([(-300, 0), (-200, 6), (200, 6), (300, 0)], "one"), ([(300, 0), (200, -6), (-200, -6), (-300, 0)], "one")]
)
CORNER = drawn([([(0, 0), (200, 0)], "both"), ([(0, 0), (0, 200)], "both"), ([(0, 0), (-200, 0)], "both")])
CHAIN = drawn([([(-200, 0), (0, 0)], "one"), ([(0, 0), (200, 0)], "one")])
IN_PIECES = drawn([([(20 * i, 0), (20 * i + 20, 0)], "both") for i in range(-5, 5)])
BRIDGE = drawn([([(-200, 0), (200, 0)], "both"), ([(0, -200), (0, 200)], "both")])


@pytest.mark.parametrize(
    ("graph", "east", "north", "expected"),
    [
        (CARRIAGEWAYS, 0, 1, Confidence.AMBIGUOUS),
        (CARRIAGEWAYS, 0, 6, Confidence.NEAR),
        (JOINED, 0, 1, Confidence.AMBIGUOUS),
        (CORNER, 3, 2, Confidence.NEAR),
        (CORNER, 100, 5, Confidence.NEAR),
        (CHAIN, 1, 3, Confidence.NEAR),
        (IN_PIECES, 5, 55, Confidence.NEAR),
        (BRIDGE, 2, 3, Confidence.AMBIGUOUS),
        (BRIDGE, 100, 3, Confidence.NEAR),
        (CORNER, 50, -59, Confidence.NEAR),
        (CORNER, 50, -61, Confidence.FAR),
        (CORNER, 50, -1999, Confidence.FAR),
        (CORNER, 50, -2001, Confidence.NOWHERE),
        (CORNER, float("nan"), 0, Confidence.NOWHERE),
        (CORNER, float("inf"), 0, Confidence.NOWHERE),
    ],
)
def test_what_is_said_of_a_place(graph, east, north, expected):
    assert confidence(graph, east, north) == expected


def test_the_distances_are_the_caller_s_to_choose():
    assert confidence(CORNER, 50, -30, near_m=20) == Confidence.FAR
    assert confidence(CORNER, 50, -30, near_m=10, reach_m=20) == Confidence.NOWHERE
    assert confidence(CARRIAGEWAYS, 0, 1, doubt_m=1) == Confidence.NEAR


def test_only_streets_open_to_the_traveller_are_chosen():
    graph = drawn([([(-100, 0), (100, 0)], "both"), ([(-100, 40), (100, 40)], "both")], Traveller.FOOT)
    index = build_index(graph)
    walking, driving = (
        snap(graph, index, *at(0, 5), streets=graph.open_streets(who)) for who in (Traveller.FOOT, Traveller.SIREN)
    )
    assert (walking.street[0], driving.street[0]) == (0, 1)
    assert driving.distance_m[0] == pytest.approx(35, abs=0.01)


def test_no_street_at_all_is_nowhere_for_all():
    nothing, rows = np.empty(0), np.empty(0, np.int64)
    graph = build_graph(straight_streets(rows, nothing, nothing, rows, rows, nothing, np.empty((3, 2, 0))))
    assert snap(graph, build_index(graph), [121.0, 122.0], [29.0, 30.0]).street.tolist() == [-1, -1]


def test_a_street_of_no_length_is_a_place():
    graph = drawn([([(0, 0), (0, 0)], "both")])
    place = snap(graph, build_index(graph), *at(3, 4))
    assert place.distance_m[0] == pytest.approx(5, abs=0.01)


def test_rows_of_places():
    places = place_on(CORNER, [0, 1, 2], [0.0, 0.5, 1.0])
    assert (len(places), places[1].street.tolist(), places[-1].along.tolist()) == (3, [1], [1.0])
    assert places[np.array([True, False, True])].street.tolist() == [0, 2]
    assert places[1:].street.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("street", "along", "message"), [(3, 0.5, "numbered 0 to 2"), (-1, 0.5, "numbered"), (0, 1.5, "share of 0 to 1")]
)
def test_places_that_are_not_on_the_graph_are_refused(street, along, message):
    with pytest.raises(ValueError, match=message):
        place_on(CORNER, street, along)
