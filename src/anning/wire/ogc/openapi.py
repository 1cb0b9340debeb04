"""The OpenAPI 3.0 document of a server, for the collections that exist for who asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from anning.wire.ogc.documents import GEOJSON, JSON, OPENAPI, SCHEMA, schema
from anning.wire.ogc.values import DEFAULT_LIMIT, MOST, Collection, Property

_LIMIT = {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT}
_BOX = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
_FAULT = {
    "type": "object",
    "required": ["code"],
    "properties": {"code": {"type": "string"}, "description": {"type": "string"}},
}
_SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic", "description": "any name, the token as password"},
}


def openapi(root: str, title: str, found: Sequence[Collection]) -> dict[str, Any]:
    """The document."""
    paths = {
        "/": _get("landing page", JSON),
        "/api": _get("this document", OPENAPI),
        "/conformance": _get("conformance classes", JSON),
        "/collections": _get("collections", JSON),
    }
    for one in found:
        at = f"/collections/{one.id}"
        paths[at] = _get(one.title, JSON)
        paths[f"{at}/queryables"] = _get(f"{one.title}: what one can ask for", SCHEMA)
        paths[f"{at}/items"] = _get(one.title, GEOJSON, [*_COMMON, *(_filter(p) for p in one.properties if p.filters)])
        paths[f"{at}/items/{{featureId}}"] = _get(f"{one.title}: one", GEOJSON, [_FEATURE])
    return {
        "openapi": "3.0.3",
        "info": {"title": title, "version": "1"},
        "servers": [{"url": root}],
        "security": [{name: []} for name in _SECURITY],
        "paths": paths,
        "components": {"securitySchemes": _SECURITY, "schemas": {"exception": _FAULT}},
    }


def _get(summary: str, kind: str, parameters: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    refused = {"description": "Refused", "content": {JSON: {"schema": {"$ref": "#/components/schemas/exception"}}}}
    answers = {"200": {"description": summary, "content": {kind: {"schema": {"type": "object"}}}}}
    told = {"summary": summary, "responses": {**answers, "400": refused, "401": refused, "404": refused}}
    return {"get": {**told, **({"parameters": list(parameters)} if parameters else {})}}


def _query(name: str, what: dict[str, Any], *, form: bool = False) -> dict[str, Any]:
    style = {"style": "form", "explode": False} if form else {}
    return {"name": name, "in": "query", "required": False, "schema": what, **style}


def _filter(one: Property) -> dict[str, Any]:
    return _query(one.name, schema(one))


_COMMON = (
    _query("limit", _LIMIT),
    _query("bbox", _BOX, form=True),
    _query("datetime", {"type": "string"}),
    _query("cursor", {"type": "string"}),
)
_FEATURE = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
