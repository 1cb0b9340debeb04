"""Routes: their seconds, their arcs one after another, the line drawn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from anning.engines.network.build import build_graph
from anning.engines.network.route import route
from anning.engines.network.search import travel_seconds
from anning.engines.network.shapes import cut, line_length_m
from anning.engines.network.snapped import place_on
from anning.engines.network.streets import Streets
from anning.engines.network.travellers import Traveller
from anning.engines.network.weights import free_flow
from tests.engines.network.plain import banned_turns, networks

share = st.one_of(st.just(0.0), st.just(1.0), st.floats(0, 1))
who = st.sampled_from(list(Traveller))


@given(networks(), who, share, share, st.data())
def test_a_route_takes_the_seconds_of_the_search_and_adds_up(streets, who, one, other, data):
    assume(len(streets.first) > 0)
    rows = st.integers(0, len(streets.first) - 1)
    graph = build_graph(streets)
    start, end = place_on(graph, data.draw(rows), one), place_on(graph, data.draw(rows), other)
    weights = free_flow(graph, who)
    found = route(graph, weights, start, end)
    expected = travel_seconds(graph, weights, start, end)[0]
    assert found.seconds == pytest.approx(expected, abs=1e-6)
    assert found.found == bool(np.isfinite(expected))
    if found.found:
        assert found.arc_seconds.sum() == pytest.approx(found.seconds)
        assert graph.tail[found.arcs[1:]].tolist() == graph.head[found.arcs[:-1]].tolist() == found.nodes.tolist()
        assert (found.arc_seconds <= weights[found.arcs] + 1e-9).all()
        turns = {
            (int(graph.street[a]), int(graph.way[a]), int(graph.street[b]), int(graph.way[b]))
            for a, b in zip(found.arcs[:-1], found.arcs[1:], strict=True)
        }
        assert not turns & banned_turns(streets, who)
    else:
        assert not len(found.arcs) and not len(found.lon) and found.length_m == 0


@given(networks(), who, share, share, st.data())
def test_a_route_longer_than_the_limit_is_none(streets, who, one, other, data):
    assume(len(streets.first) > 0)
    rows = st.integers(0, len(streets.first) - 1)
    graph = build_graph(streets)
    start, end = place_on(graph, data.draw(rows), one), place_on(graph, data.draw(rows), other)
    weights, limit = free_flow(graph, who), data.draw(st.floats(0, 800))
    expected = route(graph, weights, start, end).seconds
    assume(abs(expected - limit) > 1e-6)
    assert route(graph, weights, start, end, limit_s=limit).found == (expected <= limit)


def bent() -> Streets:
    """Two streets one after the other, the first bent at a right angle, 10 and 20 s, both ways."""
    table = np.tile(np.array([10.0, 20.0]), (3, 2, 1))
    return Streets(
        ref=np.array([7, 8, 9]),
        lon=np.array([121.0, 121.001, 121.003]),
        lat=np.array([29.0, 29.001, 29.001]),
        first=np.array([0, 1]),
        last=np.array([1, 2]),
        length_m=np.array([200.0, 400.0]),
        kind=np.zeros(2, np.uint8),
        seconds=table,
        bend_start=np.array([0, 1, 1]),
        bend_lon=np.array([121.0]),
        bend_lat=np.array([29.001]),
    )


def test_the_line_follows_the_bends_and_ends_where_the_places_are():
    graph = build_graph(bent())
    found = route(graph, free_flow(graph, Traveller.SIREN), place_on(graph, 0, 0.0), place_on(graph, 1, 0.5))
    assert found.lon.tolist() == pytest.approx([121.0, 121.0, 121.001, 121.002])
    assert found.lat.tolist() == pytest.approx([29.0, 29.001, 29.001, 29.001])
    assert (found.seconds, found.length_m) == pytest.approx((20.0, 400.0))


def test_the_line_against_the_drawing_is_turned_round():
    graph = build_graph(bent())
    found = route(graph, free_flow(graph, Traveller.SIREN), place_on(graph, 1, 1.0), place_on(graph, 0, 0.0))
    assert found.lon.tolist() == pytest.approx([121.003, 121.001, 121.0, 121.0])
    assert found.arc_seconds[found.arc_seconds > 0].tolist() == [20, 10]


def test_a_route_within_one_street_is_the_stretch_between():
    graph = build_graph(bent())
    found = route(graph, free_flow(graph, Traveller.FOOT), place_on(graph, 1, 0.75), place_on(graph, 1, 0.25))
    assert found.lon.tolist() == pytest.approx([121.0025, 121.0015])
    assert (found.seconds, len(found.arcs), len(found.nodes)) == (10, 1, 0)


def test_a_route_joins_one_place_to_one_other():
    graph = build_graph(bent())
    weights, two = free_flow(graph, Traveller.SIREN), place_on(graph, [0, 1], 0.5)
    with pytest.raises(ValueError, match="joins one place to one other, got 2 and 1"):
        route(graph, weights, two, two[0])


points = st.lists(st.tuples(st.floats(121, 121.1), st.floats(29, 29.1)), min_size=2, max_size=6)


@given(points, share, share)
def test_a_stretch_has_its_share_of_the_length(line, one, other):
    line, begins, ends = np.array(line), min(one, other), max(one, other)
    part = cut(line, begins, ends)
    share_m = (ends - begins) * line_length_m(line)
    assert line_length_m(part) == pytest.approx(share_m, abs=0.5, rel=2e-4)  # a degree is shorter farther north
    assert np.isfinite(part).all()


def test_the_whole_of_a_line_of_no_length_keeps_its_ends():
    assert cut(np.array([[121.0, 29.0], [121.0, 29.0]]), 0.25, 1.0).tolist() == [[121, 29], [121, 29]]
    assert math.isclose(line_length_m(np.array([[121.0, 29.0], [121.0, 29.0]])), 0)
