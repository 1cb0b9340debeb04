"""A town read from PBF and from Overpass: streets, ways along them, bans, barriers, what was left out."""

from __future__ import annotations

import math

import numpy as np
import pytest

from anning.engines.network.build import build_graph
from anning.engines.network.road_classes import ROAD_CLASSES
from anning.engines.network.search import times_to_nodes
from anning.engines.network.travellers import Traveller
from anning.engines.network.weights import free_flow
from anning.wire.roads import RoadsError, read_overpass, read_pbf
from anning.wire.roads.from_osm import roads_of
from anning.wire.roads.osm import Extract, TurnRule, Way
from tests.engines.network.plain import shortest
from tests.wire.roads import town


@pytest.fixture(scope="module", params=["pbf", "overpass", "overpass with geometry"])
def roads(request, tmp_path_factory):
    if request.param == "pbf":
        return read_pbf(town.pbf(tmp_path_factory.mktemp("town")))
    return read_overpass(town.overpass(geometry="geometry" in request.param))


def streets_by_ends(roads):
    streets = roads.streets
    ends = zip(streets.ref[streets.first].tolist(), streets.ref[streets.last].tolist(), strict=True)
    return {pair: row for row, pair in enumerate(ends)}


def test_ways_are_cut_at_crossings_ends_and_barriers_only(roads):
    assert set(streets_by_ends(roads)) == {(1, 3), (3, 4), (4, 8), (3, 5), (6, 3), (5, 4)}


def test_bends_keep_the_drawing_and_the_length(roads):
    streets, row = roads.streets, streets_by_ends(roads)[(1, 3)]
    bends = slice(streets.bend_start[row], streets.bend_start[row + 1])
    assert (streets.bend_lon[bends].tolist(), streets.bend_lat[bends].tolist()) == ([121.001], [29.0])
    assert streets.length_m[row] == pytest.approx(2 * 97.2534, abs=0.01)
    assert ROAD_CLASSES[streets.kind[row]].name == "primary"


def test_seconds_follow_limit_class_and_one_way(roads):
    streets, rows = roads.streets, streets_by_ends(roads)
    metres = streets.length_m
    main, side, back = rows[(1, 3)], rows[(3, 5)], rows[(6, 3)]
    assert streets.seconds[Traveller.NORMAL, :, main] == pytest.approx([metres[main] / (50 * 0.75 / 3.6)] * 2)
    assert np.isfinite(streets.seconds[Traveller.NORMAL, :, side]).tolist() == [True, False]
    assert np.isfinite(streets.seconds[Traveller.SIREN, :, back]).tolist() == [False, True]
    assert np.isfinite(streets.seconds[Traveller.FOOT, :, back]).all()
    assert np.isinf(streets.seconds[[Traveller.SIREN, Traveller.NORMAL], :, rows[(5, 4)]]).all()


def test_rules_ban_what_they_say_for_whom_they_say(roads):
    rows = streets_by_ends(roads)
    west, east, north, south = rows[(1, 3)], rows[(3, 4)], rows[(3, 5)], rows[(6, 3)]
    far, walk = rows[(4, 8)], rows[(5, 4)]
    found = {tuple(row[:4]): row[4] for row in roads.streets.bans.tolist()}
    siren, normal = 1 << Traveller.SIREN, 1 << Traveller.NORMAL
    assert found == {
        (west, 0, north, 0): siren | normal,
        (east, 1, north, 0): normal,
        (east, 1, south, 1): normal,
        (east, 1, east, 0): normal,
        (east, 0, far, 0): normal,
        (far, 1, east, 1): normal,
        (east, 0, walk, 1): normal,
        (walk, 0, east, 1): normal,
        (far, 1, walk, 1): normal,
        (walk, 0, far, 0): normal,
    }


def test_what_was_read_and_left_out_is_counted(roads):
    counts = roads.counts
    assert counts["ways"] == 5
    assert (counts["turn_rules"], counts["turn_rules_not_understood"], counts["banned_turns"]) == (2, 1, 10)
    assert counts["ways_of_other_kinds"] in {1, 2}


def test_travel_through_the_town_equals_the_plain_search(roads):
    graph = build_graph(roads.streets)
    for who in Traveller:
        for goal in town.NODES:
            nodes = np.flatnonzero(graph.ref == goal)
            if not len(nodes):
                continue
            found = times_to_nodes(graph, free_flow(graph, who), nodes[0])
            for row, ref in enumerate(roads.streets.ref.tolist()):
                base = int(np.flatnonzero(graph.ref == ref)[0])
                goal_row = int(np.flatnonzero(roads.streets.ref == goal)[0])
                expected = shortest(roads.streets, who, row).get(goal_row, math.inf)
                assert found[base] == pytest.approx(expected)


def test_the_bollard_stops_cars_and_lets_crews_and_walkers_through(roads):
    graph = build_graph(roads.streets)
    west, far = (int(np.flatnonzero(graph.ref == ref)[0]) for ref in (1, 8))
    seconds = {who: times_to_nodes(graph, free_flow(graph, who), far)[west] for who in Traveller}
    assert [who.name for who, s in seconds.items() if math.isinf(s)] == ["NORMAL"]


def extract(rule: str, **tags: str) -> Extract:
    """Four streets from node 0 and one rule from the first to the second."""
    places = {0: (121.0, 29.0), 1: (121.1, 29.0), 2: (121.0, 29.1), 3: (120.9, 29.0), 4: (121.0, 28.9)}
    ways = [Way(10 + end, [0, end], {"highway": "primary"}) for end in (1, 2, 3, 4)]
    return Extract(places, {}, ways, [TurnRule(1, [11], [0], [12], {"restriction": rule, **tags})])


def turns(found: Extract) -> list[tuple[int, int]]:
    return [(row[0], row[2]) for row in roads_of(found).streets.bans.tolist()]


def test_an_order_bans_every_other_turn_and_the_way_back():
    assert turns(extract("only_left_turn")) == [(0, 0), (0, 2), (0, 3)]


def test_a_ban_bans_that_turn():
    assert turns(extract("no_left_turn")) == [(0, 1)]
    assert turns(extract("no_left_turn", **{"except": "psv; motorcar;emergency"})) == [(0, 1)]
    assert roads_of(extract("no_left_turn", **{"except": "psv;motorcar;emergency"})).streets.bans[0, 4] == 0


def test_turning_round_is_banned_on_the_street_one_came_by():
    found = extract("no_u_turn")
    found.rules[0].to_ways[:] = [11]
    assert turns(found) == [(0, 0)]


@pytest.mark.parametrize("change", ["kind", "from", "via", "unsplit"])
def test_rules_that_make_no_sense_are_counted_and_left_out(change):
    found = extract("no_left_turn" if change != "kind" else "give_way")
    if change == "from":
        found.rules[0].from_ways[:] = [99]
    if change == "via":
        found.rules[0].via_nodes[:] = [1, 2]
    if change == "unsplit":
        found.ways[1] = Way(12, [2, 0, 4], {"highway": "primary"})
    made = roads_of(found)
    assert made.counts["turn_rules_not_understood"] == 1
    assert not len(made.streets.bans)


def test_a_way_that_leaves_the_extract_is_kept_where_it_is_inside():
    found = Extract({1: (121.0, 29.0), 2: (121.1, 29.0), 4: (121.3, 29.0), 5: (121.4, 29.0)})
    found.ways.append(Way(7, [1, 2, 3, 4, 5], {"highway": "primary"}))
    made = roads_of(found)
    assert set(streets_by_ends(made)) == {(1, 2), (4, 5)}
    assert made.counts["nodes_outside_the_extract"] == 1


def test_a_ring_is_a_street_from_a_junction_to_itself():
    found = Extract({1: (121.0, 29.0), 2: (121.1, 29.0), 3: (121.0, 29.1)})
    found.ways.append(Way(7, [1, 2, 3, 1], {"highway": "primary", "junction": "roundabout"}))
    assert set(streets_by_ends(roads_of(found))) == {(1, 1)}


def test_an_extract_without_roads_is_an_empty_network():
    assert build_graph(roads_of(Extract()).streets).nodes == 0


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{", "this is no JSON"),
        (b"[]", "an object with a list of 'elements' is expected"),
        (b'{"elements": [], "remark": "runtime error: Query timed out"}', "Query timed out.*ask for a smaller area"),
        (
            b'{"elements": [{"type": "node", "id": 4, "lon": 121}]}',
            r"element 0 \(node 4\) cannot be used: KeyError\('lat'\)",
        ),
        (b'{"elements": [3]}', r"element 0 \(3\) cannot be used"),
    ],
)
def test_answers_that_cannot_be_read_are_refused(data, message):
    with pytest.raises(RoadsError, match=message):
        read_overpass(data)


@pytest.mark.parametrize("data", [b"", b"rubbish", b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x7c"])
def test_a_damaged_file_is_refused(data):
    with pytest.raises(RoadsError, match="no file of OpenStreetMap in the form 'pbf'"):
        read_pbf(data)


def test_a_file_cut_short_is_refused(tmp_path):
    whole = town.pbf(tmp_path)
    with pytest.raises(RoadsError, match="no file of OpenStreetMap"):
        read_pbf(whole[: len(whole) - 20])


def test_xml_is_read_too():
    xml = b"""<osm version="0.6">
    <node id="1" version="1" lat="29" lon="121"/><node id="2" version="1" lat="29" lon="121.1"/>
    <way id="3" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way></osm>"""
    assert read_pbf(xml, "osm").counts["streets"] == 1
