"""Road networks from the JSON answers of the Overpass API.

Source: OpenStreetMap wiki, *Overpass API/Overpass QL*, output format JSON.
"""

from __future__ import annotations

import json
from typing import Any

from anning.wire.roads.from_osm import roads_of
from anning.wire.roads.osm import Extract, TurnRule, Way
from anning.wire.roads.reading import Roads, RoadsError

QUERY = '[out:json];(way["highway"]({south},{west},{north},{east});>;relation["type"="restriction"](bw););out body;'
"""Asks for the roads within bounds with their nodes and the rules for turns, in the form read here."""


def read_overpass(data: bytes) -> Roads:
    """The road network of an answer in JSON.

    Ways come with their nodes as elements of their own, or with their geometry (`out geom`).

    Raises:
        RoadsError: it is no answer of Overpass, or an element lacks what it needs; the message names the element.
    """
    try:
        answer = json.loads(data)
    except ValueError as error:
        raise RoadsError(f"this is no JSON: {error}") from None
    if not isinstance(answer, dict) or not isinstance(answer.get("elements"), list):
        raise RoadsError("this is no answer of Overpass: an object with a list of 'elements' is expected")
    if answer.get("remark", "").startswith("runtime error"):
        raise RoadsError(f"Overpass broke off its answer ({answer['remark']}): ask for a smaller area")
    extract = Extract()
    for number, element in enumerate(answer["elements"]):
        try:
            _take(extract, element)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            what = f"{element.get('type')} {element.get('id')}" if isinstance(element, dict) else repr(element)[:40]
            raise RoadsError(f"element {number} ({what}) cannot be used: {error!r}") from None
    return roads_of(extract)


def _take(extract: Extract, element: dict[str, Any]) -> None:
    tags = {str(key): str(value) for key, value in element.get("tags", {}).items()}
    if element["type"] == "node":
        extract.places[int(element["id"])] = (float(element["lon"]), float(element["lat"]))
        if "barrier" in tags:
            extract.barriers[int(element["id"])] = tags
    elif element["type"] == "way":
        nodes = [int(node) for node in element["nodes"]]
        extract.ways.append(Way(int(element["id"]), nodes, tags))
        for node, place in zip(nodes, element.get("geometry", []), strict=False):
            if place is not None:
                extract.places.setdefault(node, (float(place["lon"]), float(place["lat"])))
    elif element["type"] == "relation" and tags.get("type", "restriction").startswith("restriction"):
        extract.rules.append(_rule(element, tags))


def _rule(element: dict[str, Any], tags: dict[str, str]) -> TurnRule:
    def members(role: str, kind: str) -> list[int]:
        every = element["members"]
        return [int(one["ref"]) for one in every if one["role"] == role and one["type"] == kind]

    ends = members("from", "way"), members("via", "node"), members("to", "way")
    return TurnRule(int(element["id"]), *ends, tags, members("via", "way"))
