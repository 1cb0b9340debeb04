"""Ways cut into streets where they meet, end, or carry a barrier or a rule for turns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from anning.wire.roads.osm import Extract, Way
from anning.wire.roads.tags import road_class, stopped_at


class Piece(NamedTuple):
    """A stretch of a way from one junction to the next: its way, class of road and nodes."""

    way: Way
    kind: int
    nodes: list[int]


def cut_ways(extract: Extract, counts: Counter[str]) -> list[Piece]:
    """Every stretch of every road between junctions; what is left out is counted."""
    roads = []
    for way in extract.ways:
        kind = road_class(way.tags)
        if kind is None:
            counts["ways_of_other_kinds"] += 1
            continue
        counts["ways"] += 1
        roads += [Piece(way, kind, run) for run in _runs(extract, way, counts)]
    junctions = _junctions(extract, roads)
    return [Piece(road.way, road.kind, part) for road in roads for part in _parts(road.nodes, junctions)]


def _runs(extract: Extract, way: Way, counts: Counter[str]) -> Iterator[list[int]]:
    """The stretches of a way whose nodes are all in the extract."""
    inside = [node in extract.places for node in way.nodes]
    counts["nodes_outside_the_extract"] += inside.count(False)
    for is_inside, run in groupby(zip(inside, way.nodes, strict=True), key=itemgetter(0)):
        nodes = [node for _, node in run]
        if is_inside and len(nodes) > 1:
            yield nodes


def _junctions(extract: Extract, roads: list[Piece]) -> set[int]:
    uses: Counter[int] = Counter()
    for road in roads:
        uses.update(road.nodes)
        uses.update((road.nodes[0], road.nodes[-1]))
    found = {node for node, count in uses.items() if count > 1}
    found |= {node for node, tags in extract.barriers.items() if stopped_at(tags)}
    return found | {node for rule in extract.rules for node in rule.via_nodes}


def _parts(nodes: list[int], junctions: set[int]) -> Iterator[list[int]]:
    begin = 0
    for at in range(1, len(nodes)):
        if nodes[at] in junctions or at == len(nodes) - 1:
            yield nodes[begin : at + 1]
            begin = at
