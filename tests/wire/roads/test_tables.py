"""Tables of nodes and arcs: what they mean, and what is said of those that cannot be read."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.engines.network.road_classes import ROW_OF_CLASS
from anning.engines.network.travellers import Traveller
from anning.wire.roads import RoadsError, read_tables
from anning.wire.roads.reading import two_ways

NODES = b"id,lon,lat\n10,121.0,29.0\n20,121.001,29.0\n30,121.002,29.0\n"


def streets(arcs: bytes, nodes: bytes = NODES):
    return read_tables(nodes, arcs).streets


def test_seconds_as_given_and_closed_where_empty():
    found = streets(b"from,to,siren_s,normal_s,foot_s\n10,20,5,7.5,\n20,30,,0,60\n")
    assert found.seconds[:, 0].tolist() == [[5, np.inf], [7.5, 0], [np.inf, 60]]
    assert np.isinf(found.seconds[[Traveller.SIREN, Traveller.NORMAL], 1]).all()


def test_without_seconds_the_class_and_length_tell():
    found = streets(b"from,to,length_m,class\n10,20,300,residential\n20,30,300,steps\n")
    assert found.seconds[Traveller.NORMAL, 0].tolist() == [300 / (30 * 0.75 / 3.6), np.inf]
    assert found.seconds[Traveller.FOOT, 0] == pytest.approx([250, 500])
    assert found.kind.tolist() == [ROW_OF_CLASS["residential"], ROW_OF_CLASS["steps"]]


def test_without_a_length_the_straight_line_counts():
    assert streets(b"from,to\n10,20\n").length_m == pytest.approx([97.25], abs=0.01)
    assert streets(b"from,to,length_m\n10,20,\n20,30,5\n").length_m == pytest.approx([97.25, 5], abs=0.01)


def test_both_ways_or_a_row_for_each():
    one = streets(b"from,to,length_m,siren_s,both_ways\n10,20,100,9,1\n20,30,100,8,0\n")
    assert one.seconds[Traveller.SIREN].tolist() == [[9, 8], [9, np.inf]]
    two = streets(b"from,to,length_m,siren_s\n10,20,100,9\n20,10,100,11\n10,20,100,10\n")
    assert two.seconds[Traveller.SIREN].tolist() == [[9, 10], [11, np.inf]]


def test_walkers_mind_no_one_way_street():
    found = streets(b"from,to,length_m,siren_s\n10,20,120,9\n")
    assert found.seconds[Traveller.FOOT, :, 0] == pytest.approx([100, 100])


JEMSS_NODES = b"nodes,2,,\nindex,x,y,offRoadAccess,\n1.0,121.0,29.0,0.0\n2.0,121.001,29.0,1.0\n,\n"
JEMSS_ARCS = b"miscData,1,,\narcForm,numModes,\ndirected,2\n,\narcs,2,\nindex,fromNode,toNode,distance,mode_1,mode_2,\n"


def test_the_layout_of_jemss_counts_in_days_and_kilometres():
    found = streets(JEMSS_ARCS + b"1.0,1.0,2.0,0.12,1e-4,2e-4\n2,2,1,0.12,3e-4,4e-4\n,\n", JEMSS_NODES)
    assert found.ref.tolist() == [1, 2]
    assert found.length_m == pytest.approx([120])
    assert found.seconds[:, :, 0] == pytest.approx(np.array([[8.64, 25.92], [17.28, 34.56], [100, 100]]))


def test_without_a_second_mode_the_first_is_taken():
    arcs = JEMSS_ARCS.replace(b"distance,mode_1,mode_2", b"mode_1") + b"1,1,2,1e-4\n"
    found = streets(arcs, JEMSS_NODES)
    assert found.seconds[[Traveller.SIREN, Traveller.NORMAL], 0, 0] == pytest.approx([8.64, 8.64])


@pytest.mark.parametrize(
    ("nodes", "arcs", "message"),
    [
        (b"", b"from,to\n", "nodes is empty"),
        (b"id,lon\n1,2\n", b"from,to\n", "nodes has no column 'lat'; its columns are id, lon"),
        (NODES, b"from\n10\n", "arcs has no column 'to'"),
        (NODES, b"from,to\n10,20\n10,21\n", "arcs, line 3: to is 21, which is the id of no node"),
        (NODES, b"from,to\n10,x\n", "arcs, line 2: to is 'x': a number is expected"),
        (NODES, b"from,to\n10,1.5\n", "arcs, line 2: to is '1.5': a whole number is expected"),
        (NODES, b"from,to\n10,\n", "arcs, line 2: to is '': a number is expected"),
        (NODES, b"from,to,siren_s\n10,20,-1\n", "arcs, line 2: siren_s is '-1': 0 or more is expected"),
        (NODES, b"from,to,siren_s\n10,20,nan\n", "arcs, line 2: siren_s is 'nan'"),
        (NODES, b"from,to,class\n10,20,tram\n", "arcs, line 2: class is 'tram', which is none of road, motorway"),
        (NODES + b"10,1,1\n", b"from,to\n", "nodes, line 5: id is 10 for the second time"),
        (b"id,lon,lat\n1,400,2\n", b"from,to\n", "junction 1 lies at 400.0, 2.0"),
        (b"id,lon,lat\n", b"from,to\n1,2\n", "arcs, line 2: from is 1, which is the id of no node"),
        (b"id,lon,lat\n\xff\xfe,1,2\n", b"from,to\n", "nodes"),
        (JEMSS_NODES, b"arcs,1\n", "has no table 'miscData'"),
        (JEMSS_NODES, JEMSS_ARCS.replace(b"directed", b"undirected"), "only 'directed' is understood"),
        (JEMSS_NODES, JEMSS_ARCS + b"1,1,3,0.1,1,1\n", "arcs, line 7: toNode is 3, which is the index of no node"),
        (JEMSS_NODES, JEMSS_ARCS + b"1,1,2,0.1,a,1\n", "arcs, line 7: mode_1 is 'a'"),
        (JEMSS_NODES.replace(b"2.0,121.001", b"3.0,121.001"), JEMSS_ARCS + b"1,1,2,0.1,1,1\n", "must count 1, 2, 3"),
    ],
)  # fmt: skip
def test_tables_that_cannot_be_read_say_where_and_why(nodes, arcs, message):
    with pytest.raises(ValueError, match=message):
        read_tables(nodes, arcs)


def test_faults_of_the_file_are_faults_of_roads():
    with pytest.raises(RoadsError):
        read_tables(NODES, b"from,to\n10,21\n")


arcs = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 1)), max_size=20)


@given(arcs)
def test_every_arc_is_in_one_street_and_pairs_go_back(rows):
    first, last, same = (np.array([row[i] for row in rows], np.int64) for i in range(3))
    forward, backward = two_ways(first, last, same)
    assert sorted([*forward.tolist(), *backward[backward >= 0].tolist()]) == list(range(len(rows)))
    assert forward.tolist() == sorted(forward.tolist())
    for a, b in zip(forward.tolist(), backward.tolist(), strict=True):
        if b >= 0:
            assert (first[a], last[a], same[a]) == (last[b], first[b], same[b])
    alone = [
        (min(first[a], last[a]), max(first[a], last[a]), same[a], first[a] > last[a]) for a in forward[backward < 0]
    ]
    ways = {key[:3] for key in alone if key[0] != key[1]}
    assert all(len({key[3] for key in alone if key[:3] == group}) == 1 for group in ways)
