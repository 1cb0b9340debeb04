"""The graph made from streets: what is kept, what is expanded, how it lies."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from anning.engines.network.build import build_graph
from anning.engines.network.graph import rows_of
from anning.engines.network.streets import Streets, no_bans, straight_streets
from anning.engines.network.travellers import Traveller, traveller
from tests.engines.network.plain import networks


@given(networks())
def test_every_open_street_and_way_has_an_arc_with_its_seconds(streets):
    graph = build_graph(streets)
    for street in range(graph.streets):
        arcs = graph.arcs_of(street)
        assert sorted(graph.way[arcs].tolist()) == graph.way[arcs].tolist()
        for way in (0, 1):
            of_way = arcs[graph.way[arcs] == way]
            given_s = streets.seconds[:, way, street]
            assert bool(len(of_way)) == bool(np.isfinite(given_s).any())
            if len(of_way):
                assert graph.seconds[:, of_way].min(1).tolist() == given_s.tolist()
                assert len(set(graph.head[of_way].tolist())) == 1
                assert {int(graph.ref[n]) for n in graph.tail[of_way]} == {
                    1000 + int((streets.first, streets.last)[way][street])
                }


@given(networks())
def test_arcs_lie_by_the_node_they_lead_to_and_by_the_node_they_leave(streets):
    graph = build_graph(streets)
    assert (np.diff(graph.head) >= 0).all()
    assert np.array_equal(np.repeat(np.arange(graph.nodes), np.diff(graph.in_start)), graph.head)
    assert np.array_equal(np.repeat(np.arange(graph.nodes), np.diff(graph.out_start)), graph.tail[graph.out_arc])
    assert np.array_equal(
        np.repeat(np.arange(graph.streets), np.diff(graph.street_start)), graph.street[graph.street_arc]
    )


@given(networks())
def test_nodes_of_one_junction_share_its_place_and_piece(streets):
    graph = build_graph(streets)
    assert (graph.junction <= np.arange(graph.nodes)).all()
    for values in (graph.ref, graph.lon, graph.lat, graph.piece, graph.junction):
        assert np.array_equal(values[graph.junction], values)
    assert np.unique(graph.ref).tolist() == streets.ref.tolist()


@given(networks(bans=False))
def test_without_bans_there_are_no_more_nodes_than_junctions(streets):
    graph = build_graph(streets)
    assert graph.nodes == len(streets.lon)
    assert graph.junction.tolist() == list(range(graph.nodes))


@given(networks())
def test_pieces_are_those_of_the_undirected_network(streets):
    graph = build_graph(streets)
    label = {int(ref): int(ref) for ref in streets.ref}

    def top(ref: int) -> int:
        while label[ref] != ref:
            ref = label[ref]
        return ref

    for arc in range(graph.arcs):
        label[top(int(graph.ref[graph.tail[arc]]))] = top(int(graph.ref[graph.head[arc]]))
    groups = {(top(int(ref)), int(piece)) for ref, piece in zip(graph.ref, graph.piece, strict=True)}
    assert len(groups) == len({top_ref for top_ref, _ in groups}) == graph.pieces
    sizes = np.bincount(graph.piece)
    assert (np.diff(sizes) <= 0).all()


def cross(bans: list[list[int]]) -> Streets:
    """Four streets from a crossing outwards, both ways, 10 s each."""
    x, y = np.array([0, 1, 0, -1, 0]) * 1e-3 + 121, np.array([0, 0, 1, 0, -1]) * 1e-3 + 29
    table = np.full((3, 2, 4), 10.0)
    made = straight_streets(np.arange(5), x, y, np.zeros(4, int), np.arange(1, 5), np.full(4, 100.0), table)
    return Streets(*(getattr(made, name) for name in Streets.__slots__[:-1]), np.array(bans).reshape(-1, 5))


def test_only_the_arrival_concerned_gets_a_node_of_its_own():
    graph = build_graph(cross([[0, 1, 1, 0, 0b011], [0, 1, 2, 0, 0b010]]))
    assert graph.nodes == 6
    extra = int(np.flatnonzero(graph.junction != np.arange(graph.nodes))[0])
    leaving = graph.out_arc[graph.out_start[extra] : graph.out_start[extra + 1]]
    by_street = {int(graph.street[arc]): graph.seconds[:, arc].tolist() for arc in leaving}
    closed = float("inf")
    assert by_street == {0: [10, 10, 10], 1: [closed, closed, 10], 2: [10, closed, 10], 3: [10, 10, 10]}


def test_a_ban_for_nobody_or_of_a_closed_way_changes_nothing():
    assert build_graph(cross([[0, 1, 1, 0, 0]])).nodes == 5
    streets = cross([[0, 1, 1, 0, 7]])
    streets.seconds[:, 0, 1] = np.inf
    assert build_graph(streets).nodes == 5


def test_a_turn_between_streets_that_do_not_meet_is_refused():
    with pytest.raises(ValueError, match="from street 0 to 1, which do not meet"):
        cross([[0, 0, 1, 0, 7]])


def test_an_empty_network_is_a_graph_of_nothing():
    nothing, rows = np.empty(0), np.empty(0, np.int64)
    graph = build_graph(straight_streets(rows, nothing, nothing, rows, rows, nothing, np.empty((3, 2, 0))))
    assert (graph.nodes, graph.arcs, graph.streets, graph.pieces) == (0, 0, 0, 0)


def one_street(**changes) -> Streets:
    """A street of 100 m and 10 s, with some arrays exchanged."""
    parts = {
        "ref": np.array([5, 6]), "lon": np.array([121.0, 121.1]), "lat": np.array([29.0, 29.1]),
        "first": np.array([0]), "last": np.array([1]), "length_m": np.array([100.0]),
        "kind": np.zeros(1, np.uint8), "seconds": np.full((3, 2, 1), 10.0), "bend_start": np.array([0, 0]),
        "bend_lon": np.empty(0), "bend_lat": np.empty(0), "bans": no_bans(),
    }  # fmt: skip
    return Streets(**{**parts, **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lat": np.array([29.0])}, "2 lon but 1 lat"),
        ({"lon": np.array([121.0, 181.0])}, "junction 6 lies at 181.0, 29.1: degrees are expected"),
        ({"lat": np.array([np.nan, 29.0])}, "junction 5 lies at 121.0, nan"),
        ({"last": np.array([2])}, "street 0 ends at junction row 2, but there are 2"),
        ({"length_m": np.array([-1.0])}, "street 0 is -1.0 m long"),
        ({"length_m": np.array([np.inf])}, "street 0 is inf m long"),
        ({"seconds": np.full((3, 2, 1), -1.0)}, "street 0 has negative or missing seconds"),
        ({"seconds": np.full((3, 2, 1), np.nan)}, "write infinity where"),
        ({"seconds": np.full((3, 1, 1), 1.0)}, r"seconds of shape \(3, 2, 1\)"),
        ({"bend_start": np.array([0, 1])}, "bend_start must rise from 0 to the number of bends"),
    ],
)
def test_streets_that_cannot_be_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        one_street(**changes)


def test_groups_of_no_rows_have_none():
    which, row = rows_of(np.array([0, 0, 3], np.int32), np.array([0, 1, 0]))
    assert (which.tolist(), row.tolist()) == ([1, 1, 1], [0, 1, 2])


def test_a_class_of_traveller_by_its_name():
    assert traveller("Foot") is Traveller.FOOT
    with pytest.raises(ValueError, match="called 'tram': choose one of siren, normal, foot"):
        traveller("tram")
