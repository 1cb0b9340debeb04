"""Searches against an independent shortest path, on graphs of every awkward kind."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from anning.engines.network import kernel
from anning.engines.network.build import build_graph
from anning.engines.network.search import (
    matrix,
    prepare,
    seconds_of,
    times_from,
    times_to,
    times_to_nodes,
    travel_seconds,
)
from anning.engines.network.snapped import Snapped, place_on
from anning.engines.network.streets import Streets, straight_streets
from anning.engines.network.travellers import Traveller
from anning.engines.network.weights import free_flow
from tests.engines.network.plain import networks, shortest, shortest_between

share = st.one_of(st.just(0.0), st.just(1.0), st.floats(0, 1).map(lambda part: round(part, 6)))
who = st.sampled_from(list(Traveller))


def network(junctions: int, arcs: list[tuple[int, int, float]], both_ways: bool = False) -> Streets:
    """Streets with these (from, to, seconds), the same for every class of traveller."""
    first, last = (np.array([arc[side] for arc in arcs], np.int64) for side in (0, 1))
    there = np.array([arc[2] for arc in arcs], float)
    back = there if both_ways else np.full(len(arcs), np.inf)
    table = np.tile(np.stack([there, back]), (3, 1, 1))
    x = np.linspace(121, 121.01, junctions)
    return straight_streets(np.arange(junctions), x, np.full(junctions, 29.5), first, last, 10 * there, table)


def split(streets: Streets, street: int, along: float) -> tuple[Streets, int]:
    """The streets with a street cut in two at a new junction, where bans do not matter; and that junction."""
    count, new = len(streets.first), len(streets.lon)
    first, last = np.append(streets.first, new), np.append(streets.last, streets.last[street])
    last[street] = new
    whole = streets.seconds[:, :, street]
    begun, rest = (np.multiply(whole, part, where=np.isfinite(whole), out=whole.copy()) for part in (along, 1 - along))
    table = np.concatenate([streets.seconds, rest[:, :, np.newaxis]], axis=2)
    table[:, :, street] = begun
    lon, lat, ref = (np.append(values, 0) for values in (streets.lon, streets.lat, streets.ref))
    return straight_streets(ref, lon, lat, first, last, np.zeros(count + 1), table), new


@given(networks(), who, st.data())
def test_seconds_to_a_junction_are_those_of_an_independent_search(streets, who, data):
    graph = build_graph(streets)
    goal = data.draw(st.integers(0, len(streets.lon) - 1))
    node = int(np.flatnonzero(graph.ref == 1000 + goal)[0])
    found = times_to_nodes(graph, free_flow(graph, who), node)
    for start in range(len(streets.lon)):
        base = int(graph.junction[np.flatnonzero(graph.ref == 1000 + start)[0]])
        assert found[base] == pytest.approx(shortest(streets, who, start).get(goal, math.inf), abs=1e-9)


@settings(max_examples=300)
@given(networks(), who, share, share, st.data())
def test_seconds_between_places_are_those_of_an_independent_search_with_bans_at_both_ends(
    streets, who, one, other, data
):
    assume(len(streets.first) > 0)
    rows = st.integers(0, len(streets.first) - 1)
    a, b = data.draw(rows), data.draw(rows)
    graph = build_graph(streets)
    found = travel_seconds(graph, free_flow(graph, who), place_on(graph, a, one), place_on(graph, b, other))[0]
    assert found == pytest.approx(shortest_between(streets, who, (a, one), (b, other)), abs=1e-6)


@given(networks(bans=False), who, share, share, st.data())
def test_parts_of_streets_count_as_if_the_streets_were_cut_there(streets, who, one, other, data):
    assume(len(streets.first) > 1)
    rows = st.integers(0, len(streets.first) - 1)
    a, b = data.draw(st.tuples(rows, rows).filter(lambda pair: pair[0] != pair[1]))
    graph = build_graph(streets)
    found = travel_seconds(graph, free_flow(graph, who), place_on(graph, a, one), place_on(graph, b, other))[0]
    cut, start = split(streets, a, one)
    cut, goal = split(cut, b, other)
    assert found == pytest.approx(shortest(cut, who, start).get(goal, math.inf), abs=1e-6)


@given(networks(bans=False), who, st.floats(0.01, 0.99), share, st.data())
def test_two_places_on_one_street_count_as_if_it_were_cut_twice(streets, who, one, other, data):
    assume(len(streets.first) > 0)
    street = data.draw(st.integers(0, len(streets.first) - 1))
    graph = build_graph(streets)
    assume(
        graph.street_start[street] < graph.street_start[street + 1]
        and np.isfinite(streets.seconds[who, :, street]).any()
    )
    found = travel_seconds(graph, free_flow(graph, who), place_on(graph, street, one), place_on(graph, street, other))[
        0
    ]
    cut, start = split(streets, street, one)
    if other >= one:
        cut, goal = split(cut, len(streets.first), (other - one) / (1 - one))
    else:
        cut, goal = split(cut, street, other / one)
    assert found == pytest.approx(shortest(cut, who, start).get(goal, math.inf), abs=1e-6)


@given(networks(), who, share, st.floats(0, 800), st.data())
def test_a_limit_only_makes_the_farther_infinite(streets, who, along, limit, data):
    assume(len(streets.first) > 0)
    graph = build_graph(streets)
    where = place_on(graph, data.draw(st.integers(0, graph.streets - 1)), along)
    weights = free_flow(graph, who)
    for search in (times_to, times_from):
        every, near = search(graph, weights, where), search(graph, weights, where, limit_s=limit)
        assert np.array_equal(near, np.where(every <= limit, every, np.inf))


@given(networks(), who, share, st.data())
def test_a_search_forwards_is_one_backwards_on_the_network_turned_round(streets, who, along, data):
    assume(len(streets.first) > 0)
    street = data.draw(st.integers(0, len(streets.first) - 1))
    turned = streets.bans[:, [2, 3, 0, 1, 4]] ^ [0, 1, 0, 1, 0]
    mirror = build_graph(
        Streets(
            streets.ref, streets.lon, streets.lat, streets.first, streets.last, streets.length_m, streets.kind,
            streets.seconds[:, ::-1], streets.bend_start, streets.bend_lon, streets.bend_lat, turned,
        )
    )  # fmt: skip
    graph = build_graph(streets)
    every = place_on(graph, np.arange(graph.streets), 0.5)
    there = matrix(graph, free_flow(graph, who), place_on(graph, street, along), every)[0]
    back = travel_seconds(mirror, free_flow(mirror, who), every, place_on(mirror, street, along))
    assert there == pytest.approx(back, abs=1e-9)


@given(networks(bans=False), who)
def test_the_triangle_inequality_holds_between_junctions(streets, who):
    graph = build_graph(streets)
    times = np.array([times_to_nodes(graph, free_flow(graph, who), node) for node in range(graph.nodes)]).T
    over = times[:, :, None] + times[None, :, :]
    assert (times[:, None, :] <= over + 1e-9).all()


@given(networks(), who, st.data())
def test_several_places_give_the_nearest(streets, who, data):
    assume(len(streets.first) > 0)
    graph = build_graph(streets)
    rows = data.draw(st.lists(st.integers(0, graph.streets - 1), min_size=1, max_size=3))
    places, weights = place_on(graph, rows, 0.3), free_flow(graph, who)
    units = place_on(graph, np.arange(graph.streets), 0.6)
    every = matrix(graph, weights, units, places)
    assert travel_seconds(graph, weights, units, places) == pytest.approx(every.min(1), abs=1e-9)


def test_parallel_arcs_the_faster_wins_for_each_class():
    streets = network(2, [(0, 1, 30), (0, 1, 20)])
    streets.seconds[Traveller.FOOT, 0] = [5, 90]
    graph = build_graph(streets)
    start, goal = (int(np.flatnonzero(graph.ref == row)[0]) for row in (0, 1))
    assert times_to_nodes(graph, free_flow(graph, Traveller.SIREN), goal)[start] == 20
    assert times_to_nodes(graph, free_flow(graph, Traveller.FOOT), goal)[start] == 5


def test_zero_seconds_are_a_way_and_no_gap():
    graph = build_graph(network(4, [(0, 1, 0), (1, 2, 0), (2, 3, 7)]))
    goal = int(np.flatnonzero(graph.ref == 3)[0])
    found = times_to_nodes(graph, free_flow(graph, Traveller.NORMAL), goal)
    assert sorted(found.tolist()) == [0, 7, 7, 7]


def test_pieces_are_numbered_by_size_and_unreachable_is_infinite():
    graph = build_graph(network(6, [(0, 1, 5), (2, 3, 5), (3, 4, 5)], both_ways=True))
    assert dict(zip(graph.ref.tolist(), graph.piece.tolist(), strict=True)) == {0: 1, 1: 1, 2: 0, 3: 0, 4: 0, 5: 2}
    assert graph.pieces == 3
    found = times_to_nodes(graph, free_flow(graph, Traveller.SIREN), int(np.flatnonzero(graph.ref == 0)[0]))
    assert {int(ref): float(s) for ref, s in zip(graph.ref, found, strict=True)} == {
        0: 0, 1: 5, 2: math.inf, 3: math.inf, 4: math.inf, 5: math.inf,
    }  # fmt: skip


def test_a_unit_past_the_incident_on_a_one_way_street_must_go_round():
    graph = build_graph(network(3, [(0, 1, 100), (1, 2, 10), (2, 0, 10)]))
    weights = free_flow(graph, Traveller.SIREN)
    before, after = place_on(graph, 0, 0.25), place_on(graph, 0, 0.75)
    incident = place_on(graph, 0, 0.5)
    assert travel_seconds(graph, weights, before, incident)[0] == pytest.approx(25)
    assert travel_seconds(graph, weights, after, incident)[0] == pytest.approx(25 + 10 + 10 + 50)


def test_a_place_nowhere_is_reached_by_nobody_and_reaches_nothing():
    graph = build_graph(network(2, [(0, 1, 10)]))
    weights = free_flow(graph, Traveller.SIREN)
    nowhere = Snapped(np.array([-1]), np.zeros(1), np.array([np.inf]), np.array([3], np.uint8))
    both = Snapped(np.array([0, -1]), np.zeros(2), np.zeros(2), np.zeros(2, np.uint8))
    assert travel_seconds(graph, weights, both, nowhere).tolist() == [math.inf, math.inf]
    assert travel_seconds(graph, weights, both, place_on(graph, 0, 1.0)).tolist() == [10, math.inf]


def test_very_long_and_very_short_seconds_go_together():
    graph = build_graph(network(4, [(0, 1, 1e-9), (1, 2, 1e9), (2, 3, 3.5)]))
    node = {int(ref): row for row, ref in enumerate(graph.ref)}
    found = times_to_nodes(graph, free_flow(graph, Traveller.SIREN), node[3])
    assert found[node[0]] == 1e-9 + (1e9 + 3.5)


def test_a_junction_of_thousands_of_streets_is_searched():
    graph = build_graph(network(9001, [(0, row, float(row)) for row in range(1, 9001)], both_ways=True))
    found = times_to_nodes(graph, free_flow(graph, Traveller.SIREN), int(np.flatnonzero(graph.ref == 1)[0]))
    assert found[graph.ref == 9000].tolist() == [9001]


@pytest.mark.parametrize("weights", [np.zeros(3), np.zeros(1, np.float32), np.zeros((1, 1))], ids=str)
def test_weights_of_another_graph_are_refused(weights):
    graph = build_graph(network(2, [(0, 1, 10)]))
    with pytest.raises(ValueError, match="the graph has 1 arcs: make them from this graph"):
        times_to(graph, weights, place_on(graph, 0, 0.5))


@pytest.mark.parametrize("limit", [-1, math.nan])
def test_a_limit_below_zero_is_refused(limit):
    graph = build_graph(network(2, [(0, 1, 10)]))
    with pytest.raises(ValueError, match="zero or more is expected"):
        times_to(graph, free_flow(graph, Traveller.SIREN), place_on(graph, 0, 0.5), limit_s=limit)


def test_seconds_of_units_need_no_second_search():
    graph = build_graph(network(3, [(0, 1, 100), (1, 2, 10)], both_ways=True))
    weights, incident = free_flow(graph, Traveller.SIREN), place_on(graph, 1, 0.5)
    reached = times_to(graph, weights, incident)
    units = place_on(graph, [0, 1, 1], [0.5, 0.0, 1.0])
    assert seconds_of(graph, weights, reached, units, incident).tolist() == [55, 5, 5]


def test_threads_search_one_graph_at_a_time_of_their_own():
    graph = build_graph(network(400, [(row, row + 1, 1.0 + row % 7) for row in range(399)], both_ways=True))
    weights = free_flow(graph, Traveller.SIREN)
    places = [place_on(graph, row, 0.5) for row in range(0, 399, 5)]
    alone = [times_to(graph, weights, place) for place in places]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda place: times_to(graph, weights, place), places * 3))
    assert all(np.array_equal(found, alone[number % len(places)]) for number, found in enumerate(together))


def test_where_compiled_code_cannot_be_kept_it_is_compiled_all_the_same(monkeypatch):
    asked = []

    def unkept(*_, **options):
        asked.append(options)
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return lambda function: function

    monkeypatch.setattr(kernel, "njit", unkept)
    assert kernel._compiled(len) is len
    assert asked == [{"cache": True, "nogil": True}, {"nogil": True}]


def test_the_search_is_compiled_once_for_graphs_from_memory_and_from_files():
    prepare()
    graph = build_graph(network(3, [(0, 1, 5), (1, 2, 6)]))
    weights = free_flow(graph, Traveller.SIREN)
    found = times_to_nodes(graph, weights, 2)
    for values in (graph.in_start, graph.tail, weights):
        values.flags.writeable = False
    assert np.array_equal(times_to_nodes(graph, weights, 2), found)
    assert len(kernel.search().signatures) == 1


@given(networks(), who, st.data())
def test_the_compiled_search_is_the_one_written_down(streets, who, data):
    graph = build_graph(streets)
    weights = free_flow(graph, who)
    node = np.array([data.draw(st.integers(0, graph.nodes - 1))], np.int32)
    limit, nothing = data.draw(st.sampled_from([math.inf, 300.0])), np.empty(0, np.int32)
    results = []
    for search in (kernel.search(), kernel._search):
        found = np.full(graph.nodes, np.inf), np.full(graph.nodes, -1, np.int32)
        ring = 2 + int(max(weights[np.isfinite(weights)], default=0))
        search(graph.in_start, graph.tail, weights, node, np.zeros(1), limit, nothing, np.empty(0), 1.0, ring, *found)
        results.append(found)
    assert np.array_equal(results[0][0], results[1][0])
    assert np.array_equal(results[0][1], results[1][1])
