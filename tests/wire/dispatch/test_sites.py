"""Instances of the OR-Library, travel matrices with sites and demand, tables of units."""

from __future__ import annotations

import numpy as np
import pytest

from anning.wire.dispatch.pmed import read_pmed
from anning.wire.dispatch.sites import elaspy_files, read_ground, read_instance
from anning.wire.dispatch.tables import FileFault
from anning.wire.dispatch.units import read_scene
from tests.wire.dispatch.folder import ELASPY, MINUTES

PMED = " 4 5 2 \n 1 2 30 \n 2 3 46 \n 1 2 10\n 3 4 0\n 4 1 100\n"


def test_the_last_of_repeated_edges_counts_and_edges_of_cost_nothing_are_edges():
    found = read_pmed("p.txt", PMED)
    assert found.posts == 2
    assert found.travel.round(9).tolist() == [[0, 10, 56, 56], [10, 0, 46, 46], [56, 46, 0, 0], [56, 46, 0, 0]]


def test_pieces_that_do_not_hang_together_are_out_of_reach():
    assert read_pmed("p.txt", "3 1 1\n1 2 5\n").travel[0, 2] == np.inf


def test_an_instance_names_its_nodes_from_one():
    found = read_instance("p.txt", PMED)
    assert found.site_ids == found.place_ids == ("1", "2", "3", "4")
    assert found.weight.tolist() == [1] * 4


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", r"p\.txt: line 1: the file is empty"),
        ("3 1\n", r"p\.txt: line 1: 2 numbers where 3 are needed"),
        ("3 1 4\n1 2 5\n", r"p\.txt: line 1: 3 nodes and 4 posts"),
        ("3 2 1\n1 2 5\n", r"p\.txt: line 1: 2 edges are announced, 1 follow"),
        ("3 1 1\n1 9 5\n", r"p\.txt: line 2, column 2: node 9 is not among 1 to 3"),
        ("3 1 1\n\n1 2 x\n", r"p\.txt: line 3, column 3: 'x' is not a number"),
        ("3 1 1\n1 2 -5\n", r"p\.txt: line 2, column 3: -5 is below 0"),
        ("3 1 1\n1.5 2 5\n", r"p\.txt: line 2, column 1: 1.5 is not a whole number"),
    ],
)
def test_faults_of_an_instance(text, says):
    with pytest.raises(FileFault, match=says):
        read_pmed("p.txt", text)


def test_all_nodes_are_sites_and_places_unless_said():
    found = read_ground(("m.csv", MINUTES))
    assert found.travel.shape == (3, 3) and found.weight.tolist() == [1, 1, 1]


def test_travel_is_from_the_row_of_the_place_to_the_column_of_the_site():
    matrix = ("m.csv", "n,a,b\na,0,7\nb,3,0\n")
    sites, demand = ("s.csv", "site\nb\nb\n"), ("d.csv", "place,load\na,4\n")
    found = read_ground(matrix, sites=sites, demand=demand, weight="load")
    assert (found.travel.tolist(), found.weight.tolist(), found.site_ids) == ([[7]], [4], ("b",))
    assert read_ground(matrix, sites=sites, demand=demand, weight="load", from_site=True).travel.tolist() == [[3]]


def test_weights_must_be_found():
    with pytest.raises(FileFault, match="name one by --weight"):
        read_ground(("m.csv", MINUTES), demand=("d.csv", "node,x\n1,2\n"))
    with pytest.raises(FileFault, match=r"d\.csv: line 2, column 2 \(weight\): -2 is below 0"):
        read_ground(("m.csv", MINUTES), demand=("d.csv", "node,weight\n1,-2\n"))


def test_files_of_a_folder_are_told_apart():
    assert elaspy_files(ELASPY)["sites"] == "made_base_locations_2021.csv"
    with pytest.raises(FileFault, match="0 files fit nodes_"):
        elaspy_files({name: text for name, text in ELASPY.items() if not name.startswith("nodes")})


UNITS = (
    "unit,node,skills,on_duty,free_in_s,age_s,shift_left_s,cover_left\n"
    "A,1,engine,yes,,5,,0.5\nB,2,engine;ladder,no,inf,,-30,\n"
)


def test_a_table_of_units():
    scene = read_scene(("u.csv", UNITS), ["engine", "ladder engine", ""], matrix=("m.csv", MINUTES), at="3", unit_s=60)
    units = scene.units
    assert scene.ids == ("A", "B") and scene.capabilities == ("engine", "ladder")
    assert units.travel_s.tolist() == [600, 300]
    assert units.free_in_s.tolist() == [0, np.inf]
    assert np.isnan(units.age_s[1]) and units.shift_left_s.tolist() == [np.inf, -30]
    assert units.cover_left.tolist() == [0.5, 1]
    assert scene.places.tolist() == [[True, False], [True, True], [False, False]]
    assert scene.asked == ("engine", "engine ladder", "any unit")


def test_the_least_a_table_of_units_must_have():
    scene = read_scene(("u.csv", "unit,travel_s\nA,30\nB,\n"), [])
    assert scene.units.travel_s.tolist() == [30, np.inf]
    assert scene.units.on_duty.all() and scene.places.shape == (1, 0)


@pytest.mark.parametrize(
    ("text", "matrix", "at", "says"),
    [
        ("unit\nA\n", None, "", "no column 'travel_s'"),
        (UNITS, MINUTES, "9", r"m\.csv: line 1: no node '9'"),
        (UNITS.replace("A,1", "A,7"), MINUTES, "1", r"u\.csv: line 2, column 2 \(node\): '7'"),
        (UNITS.replace("0.5", "1.5"), MINUTES, "1", r"line 2, column 8 \(cover_left\): 1.5 is no share"),
        (UNITS.replace("yes", "maybe"), MINUTES, "1", r"line 2, column 4 \(on_duty\): 'maybe' is neither"),
        (UNITS.replace("B,", "A,"), MINUTES, "1", r"line 3, column 1 \(unit\): 'A' stands on line 2"),
    ],
)
def test_faults_of_a_table_of_units(text, matrix, at, says):
    with pytest.raises(FileFault, match=says):
        read_scene(("u.csv", text), [], matrix=("m.csv", matrix) if matrix else None, at=at)
