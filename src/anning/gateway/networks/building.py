"""From a source to the file of its road graph."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from anning.engines.network.build import build_graph
from anning.engines.network.snap_index import build_index
from anning.gateway.networks.sources import Parts, is_made, read_parts, read_roads
from anning.gateway.networks.store import open_network, source_in, write
from anning.wire.roads.packed import FORM, Packed

MAKER = 1
"""Version of what makes up the streets of a city folder."""

Say = Callable[[str], None]


def build(source: Path, folder: Path, *, say: Say, seed: int = 1) -> tuple[Packed, bool]:
    """Build the graph of a source into a folder, or leave the one there if it was made from the same source.

    Parameters:
        source: OpenStreetMap's PBF or XML, an answer of Overpass (.json), a ZIP or folder with nodes.csv and arcs.csv,
            or a city folder, whose streets are then made up.
        say: is told each step.
        seed: of made-up streets.

    Returns:
        the graph, and whether it was made now.

    Raises:
        RoadsError: the source cannot be read; the message begins with its path.
        OSError: the source is not there, or the folder cannot be written.
    """
    parts = read_parts(source)
    digest = _digest(parts, seed)
    if source_in(folder) == digest:
        return open_network(folder), False
    say(f"reading {source} ({sum(map(len, parts.values())):,} bytes)")
    roads = read_roads(source, parts, seed)
    say(f"{len(roads.streets.first):,} streets; laying out the graph")
    graph = build_graph(roads.streets)
    say("indexing the streets")
    facts = {**roads.counts, "nodes": graph.nodes, "arcs": graph.arcs, "pieces": graph.pieces}
    packed = Packed(graph, build_index(graph), digest, facts)
    say(f"writing to {folder}")
    write(packed, folder)
    return packed, True


def _digest(parts: Parts, seed: int) -> str:
    """Of the form and the content, whatever the source is called."""
    found = hashlib.sha256(f"form {FORM}".encode())
    if is_made(parts):
        found.update(f"maker {MAKER} seed {seed}".encode())
    for part in parts.values():
        found.update(hashlib.sha256(part).digest())
    return found.hexdigest()
