"""The documents of a server: landing page, conformance, collections, queryables, pages of features, one feature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from anning.wire.ogc.values import CRS84, Collection

JSON, GEOJSON, SCHEMA = "application/json", "application/geo+json", "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
CONFORMANCE = tuple(
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "geojson", "oas30")
)
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
Document = dict[str, Any]


def link(href: str, rel: str, kind: str = JSON, title: str = "") -> Document:
    """A link of type `kind`."""
    return {"href": href, "rel": rel, "type": kind, **({"title": title} if title else {})}


def landing(root: str, title: str, description: str) -> Document:
    """The landing page of the server at `root` (without a slash at its end)."""
    return {
        "title": title,
        "description": description,
        "links": [
            link(f"{root}/", "self"),
            link(f"{root}/api", "service-desc", OPENAPI, "OpenAPI 3.0"),
            link(f"{root}/conformance", "conformance"),
            link(f"{root}/collections", "data"),
        ],
    }


def conformance() -> Document:
    """The classes this server conforms to."""
    return {"conformsTo": list(CONFORMANCE)}


def collections(root: str, found: Sequence[Collection]) -> Document:
    """All collections."""
    return {
        "links": [link(f"{root}/collections", "self")],
        "collections": [collection(root, one) for one in found],
    }


def collection(root: str, one: Collection) -> Document:
    """One collection."""
    at = _at(root, one)
    told: Document = {
        "id": one.id,
        "title": one.title,
        "description": one.description,
        "itemType": "feature",
        "crs": [CRS84],
        "links": [
            link(at, "self"),
            link(f"{at}/items", "items", GEOJSON, one.title),
            link(f"{at}/queryables", QUERYABLES, SCHEMA),
        ],
    }
    if one.box:
        told["extent"] = {"spatial": {"bbox": [list(one.box)], "crs": CRS84}}
    return told


def queryables(root: str, one: Collection) -> Document:
    """What one can ask of a collection's features, as a JSON schema."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{_at(root, one)}/queryables",
        "type": "object",
        "title": one.title,
        "properties": {name.name: schema(name) for name in one.properties if name.filters},
        "additionalProperties": False,
    }


def schema(one: Any) -> Document:
    """The JSON schema of a property."""
    return {"title": one.title, "type": one.type, **({"format": one.format} if one.format else {})}


def page(
    root: str,
    one: Collection,
    asked: Mapping[str, str],
    features: Sequence[Document],
    at: datetime,
    *,
    cursor: str = "",
    matched: int | None = None,
) -> Document:
    """A page of features; `cursor` is where the next one goes on, `matched` how many there are, where that is known."""
    items = f"{_at(root, one)}/items"
    links = [link(_with(items, asked), "self", GEOJSON), link(_at(root, one), "collection")]
    if cursor:
        links.append(link(_with(items, {**asked, "cursor": cursor}), "next", GEOJSON))
    told: Document = {
        "type": "FeatureCollection",
        "timeStamp": at.isoformat(timespec="seconds"),
        "numberReturned": len(features),
        "links": links,
        "features": list(features),
    }
    return told if matched is None else {**told, "numberMatched": matched}


def feature(root: str, one: Collection, found: Document) -> Document:
    """One feature with its links."""
    at = _at(root, one)
    links = [link(f"{at}/items/{quote(str(found['id']), safe='')}", "self", GEOJSON), link(at, "collection")]
    return {**found, "links": links}


def fault(code: str, description: str) -> Document:
    """A fault, as the standard's exception schema has it."""
    return {"code": code, "description": description}


def _at(root: str, one: Collection) -> str:
    return f"{root}/collections/{quote(one.id, safe='')}"


def _with(address: str, asked: Mapping[str, str]) -> str:
    return f"{address}?{urlencode(asked)}" if asked else address
