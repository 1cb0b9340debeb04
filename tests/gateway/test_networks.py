"""The road graph on disk, and the commands that build it and ask it."""

from __future__ import annotations

import json
import os
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest

from anning.engines.network.weights import free_flow
from anning.gateway import networks
from anning.gateway.cli import build as commands
from anning.gateway.networks import building
from anning.wire.roads import RoadsError
from tests.wire.roads import town

CITY = Path(__file__).parents[2] / "cities" / "ningbo"
NODES = "id,lon,lat\n1,121.0,29.0\n2,121.01,29.0\n3,121.02,29.0\n4,121.1,29.1\n5,121.11,29.1\n"
ARCS = "from,to,length_m,siren_s,normal_s,both_ways\n1,2,1000,50,100,0\n2,3,1000,60,120,1\n4,5,900,70,140,1\n"


def tables(folder: Path, arcs: str = ARCS) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "nodes.csv").write_text(NODES)
    (folder / "arcs.csv").write_text(arcs)
    return folder


def zipped(folder: Path) -> Path:
    path = folder / "roads.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("nodes.csv", NODES)
        archive.writestr("arcs.csv", ARCS)
    return path


def quiet(_: str) -> None:
    """Says nothing."""


def test_a_graph_is_built_once_for_one_source(tmp_path):
    said: list[str] = []
    first, made = networks.build(tables(tmp_path / "in"), tmp_path / "out", say=said.append)
    again, remade = networks.build(zipped(tmp_path), tmp_path / "out", say=said.append)
    assert (made, remade) == (True, False)
    assert first.source == again.source
    assert [line.split()[0] for line in said] == ["reading", "3", "indexing", "writing"]
    assert again.facts == {"nodes": 5, "arcs": 6, "streets": 3, "pieces": 2}


def test_another_source_replaces_the_graph(tmp_path):
    networks.build(tables(tmp_path / "in"), tmp_path / "out", say=quiet)
    _, made = networks.build(tables(tmp_path / "in", ARCS.replace("50,100", "55,100")), tmp_path / "out", say=quiet)
    assert made
    assert 55 in free_flow(networks.open_network(tmp_path / "out").graph, 0).tolist()


def test_a_damaged_or_empty_file_is_built_anew(tmp_path):
    source = tables(tmp_path / "in")
    for left in (b"", b"nothing like it", b"ANNING-ROADS\r\n\x1a\n" + bytes(8)):
        (tmp_path / "out").mkdir(exist_ok=True)
        (tmp_path / "out" / networks.FILE).write_bytes(left)
        with pytest.raises(RoadsError, match="build"):
            networks.open_network(tmp_path / "out")
        assert networks.build(source, tmp_path / "out", say=quiet)[1]
        assert networks.open_network(tmp_path / "out").graph.streets == 3


def test_what_fails_in_writing_leaves_the_old_graph_and_no_rest(tmp_path, monkeypatch):
    networks.build(tables(tmp_path / "in"), tmp_path / "out", say=quiet)
    before = (tmp_path / "out" / networks.FILE).read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        networks.build(tables(tmp_path / "in", ARCS.replace("50,", "51,")), tmp_path / "out", say=quiet)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [networks.FILE]
    assert (tmp_path / "out" / networks.FILE).read_bytes() == before


def test_a_graph_in_use_is_replaced_without_harm(tmp_path):
    networks.build(tables(tmp_path / "in"), tmp_path / "out", say=quiet)
    used = networks.open_network(tmp_path / "out")
    networks.build(tables(tmp_path / "in", ARCS.replace("50,100", "55,100")), tmp_path / "out", say=quiet)
    assert 50 in free_flow(used.graph, 0).tolist()


@pytest.mark.parametrize("name", ["town.osm.pbf", "town.json"])
def test_maps_are_known_by_their_names(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(town.pbf(tmp_path) if name.endswith("pbf") else town.overpass())
    assert networks.build(path, tmp_path / "out", say=quiet)[0].facts["turn_rules"] == 2


def test_sources_that_cannot_be_read_are_named(tmp_path):
    (tmp_path / "roads.txt").write_text("x")
    with pytest.raises(RoadsError, match=r"roads\.txt: .*should end with one of \.bz2, \.gz, \.json"):
        networks.build(tmp_path / "roads.txt", tmp_path / "out", say=quiet)
    (tmp_path / "bad.json").write_text("{}")
    with pytest.raises(RoadsError, match=r"bad\.json: this is no answer of Overpass"):
        networks.build(tmp_path / "bad.json", tmp_path / "out", say=quiet)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("nodes.csv", NODES)
    with pytest.raises(RoadsError, match=r"a\.zip: the archive holds no arcs\.csv"):
        networks.build(tmp_path / "a.zip", tmp_path / "out", say=quiet)
    with pytest.raises(FileNotFoundError):
        networks.build(tmp_path / "none.pbf", tmp_path / "out", say=quiet)
    with pytest.raises(FileNotFoundError, match="holds no road graph: build one"):
        networks.open_network(tmp_path / "empty")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("network")
    return networks.build(tables(folder / "in"), folder, say=quiet)[0], folder


def test_a_route_in_numbers(built):
    found = networks.route_between(built[0], (121.005, 29.0), (121.02, 29.0), "siren")
    assert found["seconds"] == pytest.approx(85, abs=0.01)
    assert found["length_m"] == pytest.approx(1500, abs=0.2)
    assert found["line"][0] == pytest.approx([121.005, 29.0], abs=1e-5)
    assert found["from"] == {"distance_m": 0.0, "confidence": "near"}


@pytest.mark.parametrize(
    ("start", "end", "who", "why"),
    [
        ((121.02, 29.0), (121.005, 29.0), "normal", "the streets do not join"),
        ((121.0, 29.0), (121.105, 29.1), "foot", "the streets do not join"),
        ((121.0, 29.0), (125.0, 29.1), "siren", "no street is within reach of a position"),
    ],
)
def test_no_way_is_said_and_why(built, start, end, who, why):
    found = networks.route_between(built[0], start, end, who)
    assert (found["seconds"], found["length_m"], found["line"], found["why"]) == (None, None, [], why)
    json.dumps(found, allow_nan=False)


@pytest.mark.parametrize("text", ["", "121", "121,29,3", "a,b", "29,121", "nan,29", "inf,0"])
def test_positions_that_are_none(text):
    with pytest.raises(ValueError, match="is no position"):
        networks.position(text)


def run(*words: str) -> tuple[int, list[str], str]:
    from typer.testing import CliRunner

    ran = CliRunner().invoke(commands(), ["network", *words])
    return ran.exit_code, ran.stdout.splitlines(), ran.stderr


def test_the_commands_tell_people_and_machines(tmp_path):
    source, out = tables(tmp_path / "in"), str(tmp_path / "out")
    code, lines, said = run("build", str(source), "--out", out, "--json")
    assert code == 0
    assert "5 nodes, 6 arcs, 3 streets, 2 pieces" in lines[-2]
    assert json.loads(lines[-1])["made"] is True
    assert "indexing the streets" in said
    assert " already: " in run("build", str(source), "--out", out)[1][-1]
    code, lines, _ = run("route", out, "--from", "121.005,29.0", "--to", "121.02,29.0", "--who", "normal", "--json")
    assert code == 0
    assert lines[0].startswith("2 min 50 s, 1.50 km for normal (from: 0.0 m from its street, near; to: ")
    assert json.loads(lines[-1])["seconds"] == pytest.approx(170, abs=0.01)


def test_no_way_is_exit_code_1(tmp_path):
    out = str(tmp_path / "out")
    run("build", str(tables(tmp_path / "in")), "--out", out)
    code, lines, _ = run("route", out, "--from", "121.02,29.0", "--to", "-121.0,29.0")
    assert code == 1
    assert lines[0].startswith("there is no way for siren: no street is within reach")
    assert "to: nowhere near a street" in lines[0]


@pytest.fixture(scope="module")
def ningbo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ningbo")
    return networks.build(CITY, folder, say=quiet, seed=1)[0], folder


def test_a_city_folder_gets_streets_made_up(ningbo):
    packed, folder = ningbo
    assert 20_000 < packed.facts["nodes"] < 60_000
    assert packed.facts["pieces"] == 1
    assert not networks.build(CITY, folder, say=quiet, seed=1)[1]


def test_every_station_of_the_city_is_reached_from_the_middle(ningbo):
    packed, _ = ningbo
    for line in (CITY / "sites.csv").read_text("utf-8").splitlines()[1:40]:
        lon, lat = next((x, y) for x, y in pairwise(line.split(",")) if x.startswith(("120.", "121.", "122.")))
        found = networks.route_between(packed, (121.55, 29.87), (float(lon), float(lat)), "siren")
        assert found["seconds"] is not None
        assert 0 < found["seconds"] < 3 * 3600


def test_another_seed_is_another_source():
    assert building._digest({"city.toml": b""}, 1) != building._digest({"city.toml": b""}, 2)
    assert building._digest({"a.pbf": b""}, 1) == building._digest({"b.pbf": b""}, 2)


def test_a_city_without_communities_is_refused(tmp_path):
    from tests.wire.city.folder import files

    for name, content in files().items():
        path = tmp_path / "city" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    with pytest.raises(RoadsError, match="has no communities"):
        networks.build(tmp_path / "city", tmp_path / "out", say=quiet)


def test_an_hour_of_traffic_lengthens_the_way(tmp_path):
    out, factors = str(tmp_path / "out"), tmp_path / "factors.csv"
    run("build", str(tables(tmp_path / "in")), "--out", out)
    factors.write_text("from_hour,to_hour,class,factor\n8,9,road,2\n")
    ways = ("route", out, "--from", "121.005,29.0", "--to", "121.02,29.0", "--json")
    times = [
        json.loads(run(*ways, *more)[1][-1])["seconds"]
        for more in ((), ("--factors", str(factors), "--hour", "8"), ("--factors", str(factors), "--hour", "9"))
    ]
    assert times == pytest.approx([85, 170, 85], abs=0.02)


def test_factors_and_hour_belong_together(built, tmp_path):
    packed, _ = built
    with pytest.raises(ValueError, match="belong together"):
        networks.weights_at(packed, "siren", None, 8)
    with pytest.raises(FileNotFoundError):
        networks.weights_at(packed, "siren", tmp_path / "none.csv", 8)
    (tmp_path / "f.csv").write_text("from_hour,to_hour,class,factor\n8,9,tram,2\n")
    with pytest.raises(RoadsError, match=r"f\.csv: factors, line 2: class is 'tram'"):
        networks.weights_at(packed, "siren", tmp_path / "f.csv", 8)
