"""Road networks from OpenStreetMap's own files: PBF, and XML too."""

from __future__ import annotations

from typing import Any

import osmium
from osmium import osm

from anning.wire.roads.from_osm import roads_of
from anning.wire.roads.osm import Extract, TurnRule, Way
from anning.wire.roads.reading import Roads, RoadsError

WANTED = ("highway", "barrier", "restriction", "restriction:motorcar", "restriction:motor_vehicle")
"""Keys of the elements that are looked at."""


def read_pbf(data: bytes, form: str = "pbf") -> Roads:
    """The road network of a file of OpenStreetMap.

    Parameters:
        form: "pbf", "osm" (XML) or another name osmium knows, as "osm.bz2".

    Raises:
        RoadsError: the file is damaged or of another form.
    """
    extract = Extract()
    try:
        file = osmium.io.FileBuffer(data, form)
        wanted = osmium.filter.KeyFilter(*WANTED)
        for element in osmium.FileProcessor(file).with_locations().with_filter(wanted):
            _take(extract, element)
    except (RuntimeError, ValueError) as error:
        raise RoadsError(f"this is no file of OpenStreetMap in the form {form!r}: {error}") from None
    return roads_of(extract)


def _take(extract: Extract, element: Any) -> None:
    """Keep an element: positions come with the ways, so that nodes of other things are not kept."""
    tags = {tag.k: tag.v for tag in element.tags}
    if element.is_way() and "highway" in tags:
        nodes = [node.ref for node in element.nodes]
        extract.ways.append(Way(element.id, nodes, tags))
        for node in element.nodes:
            if node.location.valid():
                extract.places[node.ref] = (node.lon, node.lat)
    elif element.is_node() and "barrier" in tags:
        extract.barriers[element.id] = tags
    elif element.is_relation():
        arriving, via, leaving = (_members(element, *one) for one in (("from", "w"), ("via", "n"), ("to", "w")))
        extract.rules.append(TurnRule(element.id, arriving, via, leaving, tags, _members(element, "via", "w")))


def _members(relation: osm.Relation, role: str, kind: str) -> list[int]:
    return [member.ref for member in relation.members if member.role == role and member.type == kind]
