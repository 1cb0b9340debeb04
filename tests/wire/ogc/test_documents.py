"""The documents of OGC API Features: every link, every requirement of the core that a document can show."""

from __future__ import annotations

from datetime import UTC, datetime

from anning.wire.ogc import documents
from anning.wire.ogc.openapi import openapi
from anning.wire.ogc.values import CRS84, Collection, Property

ROOT = "https://x.example/ogc"
ONE = Collection(
    "a b", "Wells", properties=(Property("state", "state", filters=True), Property("at", "at")), box=(1, 2, 3, 4)
)
NOW = datetime(2026, 3, 4, tzinfo=UTC)


def rels(told: dict) -> dict[str, str]:
    return {link["rel"]: link["href"] for link in told["links"]}


def test_the_landing_page_leads_to_everything() -> None:
    found = rels(documents.landing(ROOT, "t", "d"))
    assert {"self", "service-desc", "conformance", "data"} == set(found)
    assert found["data"] == f"{ROOT}/collections"
    assert [uri.rpartition("/")[2] for uri in documents.conformance()["conformsTo"]] == ["core", "geojson", "oas30"]


def test_a_collection_says_its_extent_its_crs_and_where_its_items_are() -> None:
    told = documents.collections(ROOT, [ONE])["collections"][0]
    assert told["extent"]["spatial"] == {"bbox": [[1, 2, 3, 4]], "crs": CRS84}
    assert rels(told)["items"] == f"{ROOT}/collections/a%20b/items"
    assert "extent" not in documents.collection(ROOT, Collection("x", "X"))


def test_a_page_leads_to_itself_and_to_the_next_with_what_was_asked() -> None:
    asked = {"limit": "2", "state": "new"}
    told = documents.page(ROOT, ONE, asked, [{"id": 1}, {"id": 2}], NOW, cursor="c&1", matched=5)
    assert (told["numberReturned"], told["numberMatched"]) == (2, 5)
    assert rels(told)["next"] == f"{ROOT}/collections/a%20b/items?limit=2&state=new&cursor=c%261"
    last = documents.page(ROOT, ONE, {}, [], NOW)
    assert "next" not in rels(last)
    assert "numberMatched" not in last
    assert rels(last)["self"] == f"{ROOT}/collections/a%20b/items"


def test_one_feature_leads_to_itself_and_its_collection() -> None:
    told = documents.feature(ROOT, ONE, {"type": "Feature", "id": "a/1"})
    assert rels(told)["self"].endswith("/items/a%2F1")
    assert rels(told)["collection"] == f"{ROOT}/collections/a%20b"


def test_only_what_one_can_ask_for_is_queryable() -> None:
    assert documents.queryables(ROOT, ONE)["properties"] == {"state": {"title": "state", "type": "string"}}
    parameters = openapi(ROOT, "t", [ONE])["paths"]["/collections/a b/items"]["get"]["parameters"]
    assert [one["name"] for one in parameters] == ["limit", "bbox", "datetime", "cursor", "state"]
