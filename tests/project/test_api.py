"""How the API is put together: lasting ids, refusals said for all, modules' own operations beside the generic ones."""

from __future__ import annotations

import json
from types import ModuleType

import pytest
from ninja import Router

from anning.kernel.contract.module import Module
from anning.project import api as project
from tests import pages


@pytest.fixture
def own(monkeypatch) -> Router:
    """A module with a router of its own, installed beside the others."""
    routes = Router(tags=["ponds"])

    def drain(request, number: str) -> dict[str, str]:
        return {"number": number}

    def depth(request) -> dict[str, int]:
        return {}

    drain.__module__, depth.__module__ = "city.ponds.api", "city.ponds.api.looking"
    routes.post("/{number}/drain")(drain)
    routes.get("/depth")(depth)
    package = ModuleType("ponds_api")
    package.router = routes  # type: ignore[attr-defined]  # what a module's api file holds
    monkeypatch.setitem(__import__("sys").modules, "ponds_api", package)
    return routes


@pytest.fixture
def document(own) -> dict:
    module = Module(code="ponds", title="Ponds", api="ponds_api.router")
    with pages.declared(pages.MODULE, module):
        return json.loads(json.dumps(project.build().get_openapi_schema(path_prefix=""), default=str))


def test_a_modules_operations_are_called_by_module_and_name(document) -> None:
    assert document["paths"]["/ponds/{number}/drain"]["post"]["operationId"] == "ponds_drain"
    assert document["paths"]["/ponds/depth"]["get"]["operationId"] == "ponds_depth"


def test_what_a_module_does_not_say_of_refusals_is_said_for_it(document) -> None:
    written = document["paths"]["/ponds/{number}/drain"]["post"]["responses"]
    read = document["paths"]["/ponds/depth"]["get"]["responses"]
    assert {"401", "403", "404", "409", "422", "503"} <= set(written)
    assert {"401", "403", "404", "422", "503"} <= set(read)
    assert "409" not in read
    schema = written["409"]["content"]["application/json"]["schema"]["$ref"]
    assert schema == "#/components/schemas/Conflict"
    assert "Conflict" in document["components"]["schemas"]


def test_a_kind_only_declared_has_its_operations_with_its_filters(document) -> None:
    listed = document["paths"]["/work/well"]["get"]
    assert listed["operationId"] == "list_well"
    assert "f.address" in [one["name"] for one in listed["parameters"]]
    assert "/work/well/imports" not in document["paths"], "nothing brings wells in"
    assert document["paths"]["/work/well/{number}/act/{verb}"]["post"]["operationId"] == "act_well"
