"""Road networks on disk: read from whatever a person has, kept as one memory-mapped file."""

import hashlib
import math
import mmap
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from anning.engines.network.build import build_graph
from anning.engines.network.route import route
from anning.engines.network.snap import snap
from anning.engines.network.snap_index import build_index
from anning.engines.network.snapped import Confidence, Snapped
from anning.engines.network.travellers import traveller
from anning.engines.network.weights import free_flow
from anning.wire.roads import Roads, RoadsError, read_overpass, read_pbf, read_tables
from anning.wire.roads.packed import FORM, Packed, pack, source_of, unpack

FILE = "roads.network"
TABLES = ("nodes.csv", "arcs.csv")
OSM_FORMS = {".pbf": "pbf", ".osm": "osm", ".bz2": "osm.bz2", ".gz": "osm.gz"}
"""Names OpenStreetMap's files end with, and what osmium calls their form."""

Say = Callable[[str], None]


def build(source: Path, folder: Path, *, say: Say) -> tuple[Packed, bool]:
    """Build the graph of a source into a folder, or leave the one there if it was made from the same source.

    Parameters:
        source: OpenStreetMap's PBF or XML, an answer of Overpass (.json), a ZIP or folder with nodes.csv and arcs.csv.
        say: is told each step.

    Returns:
        the graph, and whether it was made now.

    Raises:
        RoadsError: the source cannot be read; the message begins with its path.
        OSError: the source is not there, or the folder cannot be written.
    """
    parts = _read(source)
    digest = _digest(parts)
    file = folder / FILE
    if file.exists() and source_of(_mapped(file)) == digest:
        return open_network(folder), False
    say(f"reading {source} ({sum(map(len, parts.values())):,} bytes)")
    roads = _roads(source, parts)
    say(f"{len(roads.streets.first):,} streets; laying out the graph")
    graph = build_graph(roads.streets)
    say("indexing the streets")
    facts = {**roads.counts, "nodes": graph.nodes, "arcs": graph.arcs, "pieces": graph.pieces}
    packed = Packed(graph, build_index(graph), digest, facts)
    say(f"writing {file}")
    write(packed, folder)
    return packed, True


def write(packed: Packed, folder: Path) -> None:
    """Write a graph into a folder: whoever opens it sees the old one or the new one, never a part."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{FILE}.{os.getpid()}"
    try:
        with part.open("wb") as made:
            made.writelines(pack(packed))
            made.flush()
            os.fsync(made.fileno())
        part.replace(folder / FILE)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def open_network(folder: Path) -> Packed:
    """The graph of a folder, mapped into memory: opened in milliseconds, read as it is used.

    Raises:
        FileNotFoundError: no graph has been built there.
        RoadsError: the file is damaged or of another version.
    """
    file = folder / FILE
    if not file.exists():
        raise FileNotFoundError(
            f"{folder} holds no road graph: build one with `anning network build SOURCE --out {folder}`"
        )
    try:
        return unpack(_mapped(file))
    except RoadsError as error:
        raise RoadsError(f"{file}: {error}") from None


def _mapped(file: Path) -> bytes | mmap.mmap:
    if not file.stat().st_size:
        return b""
    with file.open("rb") as opened:
        return mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)


def _read(source: Path) -> dict[str, bytes]:
    """The bytes of a source by the names of its parts."""
    if source.is_dir():
        return {name: (source / name).read_bytes() for name in TABLES}
    if not zipfile.is_zipfile(source):
        return {source.name: source.read_bytes()}
    with zipfile.ZipFile(source) as archive:
        missing = [name for name in TABLES if name not in archive.namelist()]
        if missing:
            raise RoadsError(f"{source}: the archive holds no {missing[0]}; {' and '.join(TABLES)} are expected")
        return {name: archive.read(name) for name in TABLES}


def _digest(parts: dict[str, bytes]) -> str:
    """Of the form and the content, whatever the source is called."""
    found = hashlib.sha256(f"form {FORM}".encode())
    for part in parts.values():
        found.update(hashlib.sha256(part).digest())
    return found.hexdigest()


def _roads(source: Path, parts: dict[str, bytes]) -> Roads:
    ending = source.suffix.lower()
    try:
        if set(parts) == set(TABLES):
            return read_tables(*(parts[name] for name in TABLES))
        (data,) = parts.values()
        if ending == ".json":
            return read_overpass(data)
        if ending in OSM_FORMS:
            return read_pbf(data, OSM_FORMS[ending])
    except ValueError as error:
        raise RoadsError(f"{source}: {error}") from None
    known = ", ".join(sorted([*OSM_FORMS, ".json", ".zip"]))
    raise RoadsError(
        f"{source}: what it is cannot be told from its name; it should end with one of {known}, or be a folder"
    )


def position(text: str) -> tuple[float, float]:
    """lon, lat of a position as written on the command line.

    Raises:
        ValueError: it is not two numbers within ±180, ±90.
    """
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        raise ValueError(f"{text!r} is no position: write LON,LAT in degrees, as 121.55,29.87") from None
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise ValueError(f"{text!r} is no position: LON within ±180 comes first, then LAT within ±90")
    return lon, lat


def route_between(packed: Packed, start: tuple[float, float], end: tuple[float, float], who: str) -> dict[str, Any]:
    """The fastest way between two positions, free of traffic, in words and numbers for the command line.

    Returns:
        who, from and to (position snapped, its distance, confidence), seconds (None where there is no way, and then
        `why`), length_m, and the line as lon, lat pairs.

    Raises:
        ValueError: there is no such class of traveller.
    """
    kind = traveller(who)
    graph = packed.graph
    lon, lat = zip(start, end, strict=True)
    places = snap(graph, packed.index, lon, lat, streets=graph.open_streets(kind))
    found = route(graph, free_flow(graph, kind), places[0], places[1])
    told: dict[str, Any] = {"who": kind.name.lower(), "from": _place(places, 0), "to": _place(places, 1)}
    if not found.found:
        nowhere = places.confidence == Confidence.NOWHERE
        why = "no street is within reach of a position" if nowhere.any() else "the streets do not join"
        return {**told, "seconds": None, "why": why, "length_m": None, "line": []}
    line = [[round(x, 7), round(y, 7)] for x, y in zip(found.lon.tolist(), found.lat.tolist(), strict=True)]
    return {**told, "seconds": round(found.seconds, 3), "length_m": round(found.length_m, 1), "line": line}


def _place(places: Snapped, row: int) -> dict[str, Any]:
    distance = float(places.distance_m[row])
    confidence = Confidence(places.confidence[row]).name.lower()
    return {"distance_m": round(distance, 1) if math.isfinite(distance) else None, "confidence": confidence}
