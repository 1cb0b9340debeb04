"""`anning dispatch …` and `anning posts …` over made files: last line JSON, tables out, faults in one line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from anning.gateway import cli
from tests.wire.dispatch.folder import ANNING, ELASPY, changed
from tests.wire.dispatch.test_layouts import PATIENTS, TRACE
from tests.wire.dispatch.test_sites import PMED, UNITS


def run(*words: str | Path) -> tuple[str, dict]:
    """What a command printed, and its last line as JSON; it must have ended well."""
    done = CliRunner().invoke(cli.build(), [*map(str, words), "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout, json.loads(done.stdout.strip().splitlines()[-1])


def fault(monkeypatch, capsys, *words: str | Path) -> str:
    """The error line of the whole program, which must have ended with code 1."""
    monkeypatch.setattr(sys, "argv", ["anning", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    said = capsys.readouterr().err.strip()
    assert said.startswith("anning: ") and "\n" not in said
    return said


def written(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_replay_in_our_own_layout(tmp_path):
    folder = written(tmp_path / "in", ANNING | {"expected.csv": "call,unit,response_s\nk1,u2,100\nk2,u2,0\nk3,u2,9\n"})
    out, found = run("dispatch", "replay", folder, "--target-s", "100", "--out", tmp_path / "out")
    assert (found["calls"], found["answered"], found["units"]) == (3, 3, 2)
    assert found["expected"]["same_unit"] == 2
    assert found["within"]["100"][0] == 1
    assert "the same unit for 2 of 3 calls" in out
    rows = (tmp_path / "out" / "answers.csv").read_text().splitlines()
    assert rows[0].startswith("call,time_s,node,unit,start,wait_s")
    assert rows[1].startswith("k1,0.0,b,u2,c,0.0,100.0,100.0")
    assert len((tmp_path / "out" / "units.csv").read_text().splitlines()) == 3


def test_a_replay_in_the_layout_of_elaspy(tmp_path):
    files = ELASPY | {"Ambulance_Test_Made_1.csv": TRACE, "Patient_Test_Made_1.csv": PATIENTS}
    out, found = run("dispatch", "replay", "--layout", "elaspy", written(tmp_path / "in", files))
    assert found["mean_response_min"] == pytest.approx(20 / 3)
    assert found["expected"]["worst_difference_min"] == pytest.approx(2.5)
    assert "roster: Ambulance_Test_Made_1.csv" in out
    roster = tmp_path / "roster.csv"
    roster.write_text("Ambulance,Base\nx,2\n")
    _, other = run("dispatch", "replay", "--layout", "elaspy", tmp_path / "in", "--roster", roster, "--queue", "lost")
    assert (other["units"], other["answered"]) == (1, 2)


def test_the_policy_is_taken_from_the_options(tmp_path):
    folder = written(tmp_path / "in", ANNING)
    plain = run("dispatch", "replay", folder)[1]["mean_response_s"]
    assert run("dispatch", "replay", folder, "--turn-out-s", "60")[1]["mean_response_s"] > plain
    assert run("dispatch", "replay", folder, "--reserve", "2")[1]["answered"] < 3
    assert run("dispatch", "replay", folder, "--homeward", "at-base", "--homeward-speed", "0.5")[1]["answered"] == 3


def test_one_call_alone_has_no_span_of_work(tmp_path):
    one = {"calls.csv": "time,node,on_scene_s\n0,a,1\n"}
    _, found = run("dispatch", "replay", written(tmp_path / "in", ANNING | one), "--out", tmp_path / "out")
    assert found["mean_busy"] is None
    assert not (tmp_path / "out" / "units.csv").exists()


def test_a_recommendation(tmp_path):
    table, matrix = tmp_path / "u.csv", tmp_path / "m.csv"
    table.write_text(UNITS + "C,3,engine ladder,yes,0,5,,1\nD,1,,yes,900,5,,1\nE,2,engine,yes,0,900,,1\n")
    matrix.write_text(ELASPY["siren_driving_matrix_2022.csv"])
    words = ("dispatch", "recommend", table, "--travel", matrix, "--minutes", "--at", "3", "--oldest-s", "300")
    out, found = run(*words, "--needs", "engine", "--needs", "engine ladder", "--needs", "boat")
    first, second, third = found["places"]
    assert (first["unit"], second["unit"], third["unit"]) == ("A", "C", None)
    assert (found["unmet"], found["complete_s"]) == (1, 600)
    assert third["unmet"] == "No unit has boat"
    assert {row["unit"]: row["reason"] for row in first["passed_over"]} == {
        "B": "off_duty",
        "D": "lacks",
        "E": "position_too_old",
    }
    assert "  not E: position 900 s old" in out and "  not D: lacks engine" in out


def test_why_nobody_can_go_is_said(tmp_path):
    table = tmp_path / "u.csv"
    table.write_text("unit,travel_s,free_in_s,shift_left_s\nA,,0,\nB,10,inf,\nC,10,0,-5\nD,900,0,\n")
    out, found = run("dispatch", "recommend", table, "--limit-s", "600")
    assert found["places"][0]["unmet"] == (
        "No unit can go: 1 without a way there, 1 busy, 1 at the end of the shift, 1 beyond the limit"
    )
    assert "not B: busy, no end known" in out and "not C: shift ended 5 s ago" in out
    table.write_text("unit,travel_s\n")
    assert run("dispatch", "recommend", table)[1]["places"][0]["unmet"] == "There are no units"
    table.write_text("unit,travel_s\nA,5\n")
    _, two = run("dispatch", "recommend", table, "--needs", "", "--needs", "")
    assert [place["unmet"] for place in two["places"]].count("1 could, but are needed for other places") == 1


def test_an_instance_of_the_library(tmp_path):
    path = tmp_path / "pmed.txt"
    path.write_text(PMED)
    out, found = run("posts", "solve", "--model", "p-median", path, "--out", tmp_path / "o.csv")
    assert (found["value"], found["proven"], found["posts"]) == (10, True, 2)
    assert "proven best" in out
    assert (tmp_path / "o.csv").read_text().splitlines()[0] == "site,posts"
    assert run("posts", "solve", path, "--p", "1")[1]["value"] == 102


def test_covering_from_a_folder_and_from_single_files(tmp_path):
    folder = written(tmp_path / "in", ELASPY)
    words = ("--model", "mexclp", "--p", "2", "--busy", "0.5", "--minutes", "5")
    _, whole = run("posts", "solve", folder, *words)
    assert whole["value"] == pytest.approx(0.5 * 0.5 + 0.25 * 0.75 + 0.25 * 0.5)
    single = (folder / "siren_driving_matrix_2022.csv", "--sites", folder / "made_base_locations_2021.csv")
    assert run("posts", "solve", *single, "--demand", folder / "nodes_made.csv", *words)[1] == whole
    assert run("posts", "solve", folder, "--model", "mclp", "--p", "1", "--within", "5")[1]["placement"] == ["1"]
    assert run("posts", "solve", folder, "--model", "backup", "--p", "2", "--within", "5")[1]["proven"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("dispatch", "replay", "nowhere"), "nowhere: no such folder"),
        (("dispatch", "replay", "in"), "calls.csv: line 2, column 3 (node): 'd' is not among"),
        (("dispatch", "replay", "in", "--turn-out-s", "-1"), "turn-out and reserve must be 0 or more"),
        (("dispatch", "replay", "in", "--layout", "elaspy"), "the folder holds 0 runs (none): name one by --run"),
        (("dispatch", "recommend", "in/units.csv"), "units.csv: line 1: no column 'travel_s'"),
        (("dispatch", "recommend", "in/units.csv", "--limit-s", "0"), "limits must be above 0"),
        (("posts", "solve", "in/travel.csv"), "say how many posts by --posts N"),
        (("posts", "solve", "in/travel.csv", "--p", "1", "--model", "mclp"), "mclp needs a limit: give --within"),
        (("posts", "solve", "in/travel.csv", "--p", "9"), "posts must be 1 to 3"),
        (("posts", "solve", "in/travel.csv", "--p", "1", "--layout", "x"), "--layout x is not known"),
        (("posts", "solve", "in/latin.csv", "--p", "1"), "latin.csv: line 2, column 3: not UTF-8 text"),
        (("posts", "solve", "in/none.csv", "--p", "1"), "none.csv: no such file or directory"),
    ],
)
def test_faults(tmp_path, monkeypatch, capsys, words, says):
    folder = written(tmp_path / "in", changed(ANNING, "calls.csv", "500,c", "500,d"))
    (folder / "latin.csv").write_bytes(b"n,a\na,\xe9\n")
    monkeypatch.chdir(tmp_path)
    assert says in fault(monkeypatch, capsys, *words)
