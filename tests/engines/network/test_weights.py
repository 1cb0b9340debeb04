"""Seconds by hour and by live change, over a graph that stays as it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.engines.network.build import build_graph
from anning.engines.network.road_classes import ROAD_CLASSES, ROW_OF_CLASS, allowed, free_flow_seconds
from anning.engines.network.search import travel_seconds
from anning.engines.network.snapped import place_on
from anning.engines.network.travellers import Traveller
from anning.engines.network.weights import HOURS, Change, at_hour, changed, free_flow
from tests.engines.network.plain import networks
from tests.engines.network.test_search import network

KINDS = len(ROAD_CLASSES)
who = st.sampled_from(list(Traveller))


@given(networks(), who, st.integers(0, HOURS - 1), st.floats(0.25, 4))
def test_an_hour_multiplies_the_free_flow_of_its_class(streets, traveller, hour, factor):
    streets.kind[::2] = ROW_OF_CLASS["primary"]
    graph = build_graph(streets)
    factors = np.ones((HOURS, KINDS))
    factors[hour, ROW_OF_CLASS["primary"]] = factor
    primary = graph.kind[graph.street] == ROW_OF_CLASS["primary"]
    expected = graph.seconds[traveller] * np.where(primary, factor, 1.0)
    assert np.array_equal(at_hour(graph, traveller, factors, hour), expected)
    assert np.array_equal(at_hour(graph, traveller, factors, (hour + 1) % HOURS), free_flow(graph, traveller))


@given(networks(), who, st.data())
def test_a_closed_way_is_closed_and_nothing_else_is(streets, traveller, data):
    graph = build_graph(streets)
    if not graph.streets:
        return
    street, way = data.draw(st.integers(0, graph.streets - 1)), data.draw(st.sampled_from([0, 1, None]))
    before = free_flow(graph, traveller)
    after = changed(graph, before, [Change(street, np.inf, way)])
    touched = (graph.street == street) & ((graph.way == way) | (way is None))
    assert np.isinf(after[touched]).all()
    assert np.array_equal(after[~touched], before[~touched])
    assert np.array_equal(before, free_flow(graph, traveller))


def test_a_closure_sends_the_route_round_and_its_end_brings_it_back():
    graph = build_graph(network(3, [(0, 2, 10), (0, 1, 20), (1, 2, 30)], both_ways=True))
    weights = free_flow(graph, Traveller.SIREN)
    unit, incident = place_on(graph, 1, 0.0), place_on(graph, 2, 1.0)
    assert travel_seconds(graph, weights, unit, incident).tolist() == [10]
    closed = changed(graph, weights, [Change(0, np.inf)])
    assert travel_seconds(graph, closed, unit, incident).tolist() == [50]
    assert travel_seconds(graph, weights, unit, incident).tolist() == [10]


def test_changes_of_one_street_multiply_and_a_closed_one_stays_closed():
    graph = build_graph(network(2, [(0, 1, 10)]))
    weights = free_flow(graph, Traveller.SIREN)
    assert changed(graph, weights, [Change(0, 2), Change(0, 1.5, 0)]).tolist() == [30]
    assert changed(graph, weights, [Change(0, np.inf), Change(0, 0.5)]).tolist() == [np.inf]
    assert changed(graph, np.zeros(1), [Change(0, np.inf)]).tolist() == [np.inf]


def test_an_incident_on_a_closed_street_is_reached_by_nobody():
    graph = build_graph(network(3, [(0, 1, 10), (1, 2, 20)], both_ways=True))
    closed = changed(graph, free_flow(graph, Traveller.NORMAL), [Change(1, np.inf)])
    assert travel_seconds(graph, closed, place_on(graph, 0, 0.5), place_on(graph, 1, 0.5)).tolist() == [np.inf]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (Change(5, 2.0), "street 5 is not in the graph: they are numbered 0 to 0"),
        (Change(-1, 2.0), "street -1 is not in the graph"),
        (Change(0, 0.0), "factor of street 0 is 0.0: above zero"),
        (Change(0, float("nan")), "factor of street 0 is nan"),
        (Change(0, 2.0, 2), "way 2 of street 0"),
    ],
)
def test_changes_that_cannot_be_are_refused(change, message):
    graph = build_graph(network(2, [(0, 1, 10)]))
    with pytest.raises(ValueError, match=message):
        changed(graph, free_flow(graph, Traveller.SIREN), [change])


@pytest.mark.parametrize("wrong", [0.0, -1.0, np.nan, np.inf])
def test_a_factor_that_cannot_be_is_named(wrong):
    graph = build_graph(network(2, [(0, 1, 10)]))
    factors = np.ones((HOURS, KINDS))
    factors[7, ROW_OF_CLASS["motorway"]] = wrong
    with pytest.raises(ValueError, match="factor of hour 7 and class motorway"):
        at_hour(graph, Traveller.SIREN, factors, 0)


def test_hours_and_tables_of_another_size_are_refused():
    graph = build_graph(network(2, [(0, 1, 10)]))
    with pytest.raises(ValueError, match="hour 168 is no hour of the week"):
        at_hour(graph, Traveller.SIREN, np.ones((HOURS, KINDS)), HOURS)
    with pytest.raises(ValueError, match=r"factors have shape \[24, 2\]"):
        at_hour(graph, Traveller.SIREN, np.ones((24, 2)), 0)


@pytest.mark.parametrize(
    ("name", "limit", "traveller", "kmh"),
    [
        ("residential", np.nan, Traveller.NORMAL, 30 * 0.75),
        ("residential", np.nan, Traveller.SIREN, 30 * 0.75 * 1.35),
        ("residential", 60, Traveller.NORMAL, 60 * 0.75),
        ("motorway", np.nan, Traveller.SIREN, 120),
        ("motorway", 300, Traveller.NORMAL, 108),
        ("primary", np.nan, Traveller.FOOT, 1.2 * 3.6),
        ("steps", np.nan, Traveller.FOOT, 0.6 * 3.6),
    ],
)
def test_free_flow_speeds(name, limit, traveller, kmh):
    seconds = free_flow_seconds(np.array([1000.0]), np.array([ROW_OF_CLASS[name]]), np.array([limit]))
    assert seconds[traveller, 0] == pytest.approx(3600 / kmh)


def test_who_may_pass_where_the_map_says_nothing():
    def may(name):
        return {who.name for who in Traveller if allowed(np.array([ROW_OF_CLASS[name]]))[who, 0]}

    assert may("residential") == {"SIREN", "NORMAL", "FOOT"}
    assert may("motorway") == {"SIREN", "NORMAL"}
    assert may("busway") == {"SIREN"}
    assert may("pedestrian") == {"SIREN", "FOOT"}
    assert may("steps") == {"FOOT"}


def test_no_vehicle_climbs_steps_however_long_it_takes():
    assert np.isinf(free_flow_seconds(np.array([10.0]), np.array([ROW_OF_CLASS["steps"]]))[Traveller.SIREN, 0])
