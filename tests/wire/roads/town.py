"""A small town in OpenStreetMap's terms, written as PBF by osmium and as an answer of Overpass."""

from __future__ import annotations

import json
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Relation, Way

NODES = {
    1: (121.000, 29.000), 2: (121.001, 29.000), 3: (121.002, 29.000), 4: (121.003, 29.000), 5: (121.002, 29.001),
    6: (121.002, 28.999), 7: (121.0025, 29.0005), 8: (121.004, 29.000),
}  # fmt: skip
"""Node 3 is a crossing; 2 lies along the road from the west, 7 along a side way; 8 carries a bollard's far side."""
BARRIERS = {4: {"barrier": "bollard"}}
WAYS = {
    10: ([1, 2, 3], {"highway": "primary", "maxspeed": "50"}),
    11: ([3, 4, 8], {"highway": "residential"}),
    12: ([3, 5], {"highway": "secondary", "oneway": "yes"}),
    13: ([6, 3], {"highway": "residential", "oneway": "-1"}),
    14: ([5, 7, 4], {"highway": "footway"}),
    15: ([1, 6], {"building": "yes"}),
    16: ([6, 5, 99], {"highway": "proposed"}),
}
RULES = {
    20: ([("w", 10, "from"), ("n", 3, "via"), ("w", 12, "to")], {"restriction": "no_left_turn"}),
    21: (
        [("w", 11, "from"), ("n", 3, "via"), ("w", 10, "to")],
        {"restriction": "only_straight_on", "except": "emergency"},
    ),
    22: ([("w", 10, "from"), ("w", 11, "via"), ("w", 12, "to")], {"restriction": "no_u_turn"}),
}


def pbf(folder: Path) -> bytes:
    path = folder / "town.osm.pbf"
    writer = osmium.SimpleWriter(str(path))
    for ref, place in NODES.items():
        writer.add_node(Node(id=ref, location=place, tags=BARRIERS.get(ref, {})))
    for ref, (nodes, tags) in WAYS.items():
        writer.add_way(Way(id=ref, nodes=nodes, tags=tags))
    for ref, (members, tags) in RULES.items():
        writer.add_relation(Relation(id=ref, members=members, tags={"type": "restriction", **tags}))
    writer.close()
    return path.read_bytes()


def overpass(geometry: bool = False) -> bytes:
    kinds = {"n": "node", "w": "way"}
    elements = [
        {"type": "node", "id": ref, "lon": place[0], "lat": place[1], "tags": BARRIERS.get(ref, {})}
        for ref, place in NODES.items()
        if not geometry or ref in BARRIERS
    ]
    for ref, (nodes, tags) in WAYS.items():
        way = {"type": "way", "id": ref, "nodes": nodes, "tags": tags}
        if geometry:
            places = [NODES.get(node) for node in nodes]
            way["geometry"] = [place and {"lon": place[0], "lat": place[1]} for place in places]
        elements.append(way)
    for ref, (members, tags) in RULES.items():
        rows = [{"type": kinds[kind], "ref": member, "role": role} for kind, member, role in members]
        elements.append({"type": "relation", "id": ref, "members": rows, "tags": {"type": "restriction", **tags}})
    return json.dumps({"version": 0.6, "elements": elements}).encode()
