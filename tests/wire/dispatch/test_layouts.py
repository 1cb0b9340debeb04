"""Replays read from files, in Anning's layout and in that of ELASPY."""

from __future__ import annotations

import numpy as np
import pytest

from anning.engines.dispatch.replay.run import replay
from anning.wire.dispatch.elaspy import read_elaspy, runs_in
from anning.wire.dispatch.layout import moment, read_layout
from anning.wire.dispatch.tables import FileFault
from tests.wire.dispatch.folder import ANNING, ELASPY, changed


def test_calls_are_put_in_order_and_keep_their_names():
    case = read_layout(ANNING)
    assert case.call_ids == ("k1", "k2", "k3")
    assert case.calls.time_s.tolist() == [0, 500, 600]
    assert case.calls.priority.tolist() == [2, 1, 1]
    assert case.calls.hospital.tolist() == [-2, -1, 2]
    assert case.unit_ids == ("u1", "u2")


def test_only_who_has_the_capability_goes():
    case = read_layout(ANNING)
    done = replay(case.calls, case.fleet, case.ground)
    assert [case.unit_ids[unit] for unit in done.unit] == ["u2", "u2", "u1"]
    assert done.hospital.tolist() == [-2, 0, 2]


def test_the_least_that_must_be_given():
    few = {"calls.csv": "time,node,on_scene_s\n5,a,1\n", "units.csv": "unit,base\nu,b\n"}
    case = read_layout({name: ANNING[name] for name in ("travel.csv", "nodes.csv")} | few)
    assert replay(case.calls, case.fleet, case.ground).response_s.tolist() == [100]
    assert case.call_ids == ("0",)


def test_duty_and_moments():
    duty = "unit,on,off\nu1,2026-11-24T08:00:00+08:00,2026-11-24T01:00:00\nu2,0,1\n"
    case = read_layout(ANNING | {"duty.csv": duty})
    assert case.fleet.off_s[0] - case.fleet.on_s[0] == 3_600
    assert moment("2026-11-24T08:00:00+08:00") == moment("2026-11-24T00:00:00") == moment("2026-11-24")
    assert moment("12.5") == 12.5


def test_answers_to_compare_with():
    case = read_layout(ANNING | {"expected.csv": "call,unit,response_s\nk3,u1,5\nk1,,\nk2,nobody,7\n"})
    assert case.expected is not None
    assert case.expected.unit.tolist() == [-1, -2, 0]
    assert np.isnan(case.expected.response_s[0]) and case.expected.response_s[1:].tolist() == [7, 5]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "travel.csv, nodes.csv, calls.csv, units.csv: not in the folder"),
        (changed(ANNING, "nodes.csv", "b,1000,0\n", ""), r"nodes\.csv: no row for 'b'"),
        (changed(ANNING, "calls.csv", "500,c", "500,d"), r"calls\.csv: line 2, column 3 \(node\): 'd' is not among"),
        (changed(ANNING, "calls.csv", "500,c", "noon,c"), r"calls\.csv: line 2, column 2 \(time\): 'noon' is neither"),
        (
            changed(ANNING, "calls.csv", "b,60,,,2", "b,60,,,0"),
            r"calls\.csv: line 3, column 7 \(priority\): 0 is below 1",
        ),
        (changed(ANNING, "calls.csv", "k1", "k2"), r"calls\.csv: line 3, column 1 \(call\): 'k2' stands on line 2"),
        (
            changed(ANNING, "calls.csv", "c,60,nearest", "c,-60,nearest"),
            r"line 2, column 4 \(on_scene_s\): -60 is below",
        ),
        (changed(ANNING, "calls.csv", "nearest", "ward"), r"line 2, column 5 \(hospital\): 'ward' is not among"),
        (changed(ANNING, "units.csv", "u2,c", "u2,z"), r"units\.csv: line 3, column 2 \(base\)"),
        (ANNING | {"duty.csv": "unit,on,off\nu1,9,5\n"}, r"duty\.csv: line 2, column 3 \(off\): a spell"),
        (ANNING | {"duty.csv": "unit,on,off\nu1,1,5\nu1,2,6\n"}, r"duty\.csv: two spells of duty of unit 0 overlap"),
        (ANNING | {"duty.csv": "unit,on,off\nu9,1,5\n"}, r"duty\.csv: line 2, column 1 \(unit\): 'u9'"),
        (ANNING | {"expected.csv": "call,unit,response_s\nk1,u1,5\n"}, r"expected\.csv: no row for call 'k2'"),
    ],
)
def test_faults_of_the_layout(files, says):
    with pytest.raises(FileFault, match=says):
        read_layout(files)


def test_too_many_capabilities():
    skills = " ".join(f"s{i}" for i in range(65))
    with pytest.raises(ValueError, match="66 different capabilities"):
        read_layout(changed(ANNING, "units.csv", "boat rope", skills))


def test_minutes_become_seconds_and_gaps_become_times():
    case = read_elaspy(ELASPY, "made_1")
    assert case.calls.time_s.tolist() == [60, 180, 2_010]
    assert case.calls.on_scene_s.tolist() == [600] * 3
    assert case.calls.hospital.tolist() == [-1, -2, -2]
    assert case.source == "Base_Locations_Ambulances_made_2.csv"
    assert case.expected is None
    done = replay(case.calls, case.fleet, case.ground)
    assert done.unit.tolist() == [0, 1, 1]
    assert done.response_s.tolist() == [300, 300, 600]
    assert done.done_s[0] == 60 * (1 + 5 + 10 + 5 + 15)


TRACE = "x,ambulance_ID,source_location_ID\n0,1.0,3.0\n1,1.0,\n2,0.0,1.0\n3,1.0,2\n"
PATIENTS = (
    "patient_ID,response_time,nr_ambulances_available,assigned_to_ambulance_nr\n"
    "0,5.0,2.0,0.0\n1,5.0,1.0,1.0\n2,7.5,,0.0\n"
)


def test_bases_come_from_the_trace_where_it_knows_every_unit():
    traced = ELASPY | {"Ambulance_Test_Made_1.csv": TRACE, "Patient_Test_Made_1.csv": PATIENTS}
    case = read_elaspy(traced, "made_1")
    assert (case.source, case.fleet.base.tolist()) == ("Ambulance_Test_Made_1.csv", [0, 2])
    assert case.expected is not None and case.expected.unit.tolist() == [0, 1, 0]
    alone = {name: text for name, text in traced.items() if not name.startswith("Base_Locations")}
    assert read_elaspy(alone, "made_1").source == "Ambulance_Test_Made_1.csv"


def test_a_list_with_as_many_units_as_were_free_counts_where_the_trace_does_not_know_all():
    patients = PATIENTS.replace("0,5.0,2.0", "0,5.0,3.0")
    traced = ELASPY | {"Ambulance_Test_Made_1.csv": TRACE, "Patient_Test_Made_1.csv": patients}
    three = "Ambulance,Base\n0,1\n1,3\n2,3\n"
    case = read_elaspy(traced | {"Base_Locations_Ambulances_made_3.csv": three}, "made_1")
    assert (case.source, len(case.fleet)) == ("Base_Locations_Ambulances_made_3.csv", 3)


def test_units_that_never_set_out_are_left_out_where_nothing_else_is_known():
    trace = TRACE.replace("2,0.0", "2,7.0")
    patients = PATIENTS.replace("0,5.0,2.0,0.0", "0,5.0,9.0,7.0")
    case = read_elaspy(ELASPY | {"Ambulance_Test_Made_1.csv": trace, "Patient_Test_Made_1.csv": patients}, "made_1")
    assert case.unit_ids == ("1", "7") and case.fleet.base.tolist() == [2, 0]
    assert case.source == "Ambulance_Test_Made_1.csv: 2 of 9 units, the others never set out"
    assert case.expected is not None and case.expected.unit.tolist() == [1, 0, -1]


def test_a_roster_that_is_given_counts():
    case = read_elaspy(ELASPY, "made_1", ("mine.csv", "Ambulance,Base\nx,2\ny,2\nz,1\n"))
    assert (case.unit_ids, case.fleet.base.tolist(), case.source) == (("x", "y", "z"), [1, 1, 0], "mine.csv")


def test_runs_are_found():
    assert runs_in(ELASPY) == ["made_1"]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({k: v for k, v in ELASPY.items() if "Base_Locations" not in k}, "no base is known for every unit of made_1"),
        ({k: v for k, v in ELASPY.items() if "drop_off" not in k}, r"no file fits drop_off_times\*_made_1\.csv"),
        (ELASPY | {"siren_driving_matrix_2.csv": "x"}, r"2 files \(siren_driving_matrix_2\.csv"),
        (
            changed(ELASPY, "location_IDs_test_run_simulation_made_1.csv", "2.0", "9"),
            r"location_IDs.*: line 3, column 1 \(0\): '9' is not among the 3 nodes",
        ),
        (
            changed(ELASPY, "on_site_aid_times_test_run_simulation_made_1.csv", "10\n", ""),
            "2 rows for 3 calls in interarrival_times",
        ),
        (
            changed(
                ELASPY, "on_site_aid_times_test_run_simulation_made_1.csv", "0\n10\n10\n10\n", "0,1\n1,1\n1,1\n1,1\n"
            ),
            "2 columns; on_site_aid_times has one",
        ),
        (changed(ELASPY, "nodes_made.csv", "3,2000,0,0.25\n", ""), r"its 2 nodes must be the 3 of siren"),
        (
            changed(ELASPY, "interarrival_times_test_run_simulation_made_1.csv", "2.0", "-2"),
            "line 3, column 1.*below 0",
        ),
    ],
)
def test_faults_of_elaspy(files, says):
    with pytest.raises(FileFault, match=says):
        read_elaspy(files, "made_1")
