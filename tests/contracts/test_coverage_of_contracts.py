"""Nothing that is registered goes untested: pages, operations, kinds, registers, layers, figures, services."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from anning.kernel.contract import registry
from tests.contracts import api_tries, tries, walking

ROOT = Path(__file__).resolve().parents[2]
SOURCES, TESTS = ROOT / "src" / "anning", ROOT / "tests"
CONTRACTS = {
    "access": "walks every address and operation",
    "charter": "no judgement of persons, sealed fields, retention",
    "html": "valid, labelled, under the policy",
    "live": "who is told of what",
    "new_domain": "a domain is one folder and one setting",
    "openapi": "the document, and what is thrown at it",
    "page_operations": "what a page does, the API does",
    "queries": "what a page asks does not grow",
    "states": "every state and verb",
    "translations": "every message in both languages",
}
"""The contracts a domain inherits, each a file of this folder."""
WORD = re.compile(r"\w+")


def test_every_contract_is_there_and_asks_the_registry_or_walks_it() -> None:
    for name in CONTRACTS:
        text = (Path(__file__).parent / f"test_{name}.py").read_text("utf-8")
        assert re.search(r"registry\.|counties|get_models|ANNING_DOMAINS", text), f"{name} looks at no declaration"


@pytest.mark.django_db
def test_every_declared_page_operation_and_layer_is_walked(counties) -> None:
    home, _away = counties
    pages = {one.name for one in tries.pages(home)}
    operations = {one.name for one in api_tries.operations(home)}
    paths = {one.path for one in tries.pages(home)}
    declared = {f"{module.code}:{page.name}" for module in registry.modules() for page in module.pages}
    assert declared <= pages
    assert {one["operationId"] for _method, _path, one in walking.operations()} <= operations
    for module in registry.modules():
        for layer in module.layers:
            assert f"/map/layers/{module.code}/{layer.code}.geojson" in paths


@pytest.mark.django_db
def test_every_kind_and_register_is_walked(counties) -> None:
    home, _away = counties
    codes = {kind.code for kind in registry.kinds()}
    assert codes == set(tries.FIRST) == set(tries.MOVES)
    assert {item.kind for item in home.items.values()} == codes
    assert {register.code for register in registry.registers()} == set(home.keys)


@pytest.mark.parametrize("module", registry.modules(), ids=lambda module: module.code)
def test_figures_importers_and_retention_have_tests_of_their_own(module) -> None:
    named = words(TESTS)
    for indicator in module.indicators:
        assert indicator.source.rpartition(".")[2] in named, f"no test reads the figure {indicator.code}"
    for importer in module.importers:
        assert importer.code in named, f"no test runs the importer {importer.code}"
    for rule in module.retention:
        assert rule.purge.rpartition(".")[2] in named, f"no test sees {rule.purge} delete and prove it"


def test_every_service_is_reached_from_a_test() -> None:
    """By name: a test names it, or something that a test or a walked page reaches calls it."""
    calls = _calls()
    reached, todo = set(), words(TESTS) | _entrances()
    while todo:
        reached |= todo
        todo = {called for name in todo for called in calls.get(name, ())} - reached
    unreached = [f"{path.relative_to(SOURCES)}: {name}" for path, name in _services() if name not in reached]
    assert unreached == []


def test_a_service_nobody_calls_would_be_found() -> None:
    names = {name for _path, name in _services()}
    assert {"open_item", "act", "take_call", "record_export"} <= names
    assert "no_such_service" not in set().union(*_calls().values())


@cache
def words(folder: Path) -> set[str]:
    """Every word in the Python files of a folder."""
    return {word for path in folder.rglob("*.py") for word in WORD.findall(path.read_text("utf-8"))}


@cache
def _trees() -> dict[Path, ast.Module]:
    return {
        path: ast.parse(path.read_text("utf-8")) for path in SOURCES.rglob("*.py") if "migrations" not in path.parts
    }


def _services() -> list[tuple[Path, str]]:
    """Every public function of a `services` module."""
    return [
        (path, node.name)
        for path, tree in _trees().items()
        if "services" in (*path.parts, path.stem)
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def _entrances() -> set[str]:
    """The functions the walks ask for: pages, operations of the API, and what declarations name by dotted path."""
    found: set[str] = set()
    for path, tree in _trees().items():
        if {"pages", "api"} & {*path.parts, path.stem}:
            found |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        if path.stem == "module":
            texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
            found |= {text.rpartition(".")[2] for text in texts if isinstance(text, str) and "." in text}
    return found


def _calls() -> dict[str, set[str]]:
    """What each function or method of the product names in its body, by its own name."""
    found: dict[str, set[str]] = {}
    for tree in _trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found.setdefault(node.name, set()).update(_names(node))
    return found


def _names(function: ast.AST) -> set[str]:
    named = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    return named | {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)}
