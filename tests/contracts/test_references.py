"""The reference pages name all there is: every field of a declaration, every operation of the API."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from anning.kernel.contract import clocks, kinds, module, registry, roles, states
from tests.contracts import walking

pytestmark = pytest.mark.static
REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
SECTIONS = {
    "Module": (module.Module,),
    "Kind": (kinds.Kind,),
    "Register": (kinds.Register,),
    "Field": (kinds.Field,),
    "StateTable, State, Transition": (states.StateTable, states.State, states.Transition),
    "ClockRule, Rung": (clocks.ClockRule, clocks.Rung),
    "Page": (module.Page,),
    "Layer, Indicator, Importer, Retention, LinkKind": (
        module.Layer,
        module.Indicator,
        module.Importer,
        module.Retention,
        module.LinkKind,
    ),
    "Role": (roles.Role,),
}


def sections(name: str) -> dict[str, str]:
    """The parts of a reference page by their headings."""
    text = (REFERENCE / name).read_text("utf-8")
    return {part.partition("\n")[0]: part for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]}


def test_the_page_of_declarations_has_a_section_for_each() -> None:
    assert set(sections("module.md")) == set(SECTIONS)


@pytest.mark.parametrize("heading", SECTIONS)
def test_every_field_of_a_declaration_is_explained_and_no_other(heading: str) -> None:
    declared = {field.name for one in SECTIONS[heading] for field in fields(one) if field.init}
    said = sections("module.md")[heading]
    explained = set(re.findall(r"`(\w+)`", said if heading == "Role" else _first_column(said)))
    assert explained == declared


def _first_column(section: str) -> str:
    return "\n".join(line.split("|")[1] for line in section.splitlines() if line.startswith("| `"))


def test_every_generic_operation_is_in_the_reference() -> None:
    text = "\n".join(sections("api.md").values())
    named = set(re.findall(r"`([a-z_]+)`", text))
    generic = set()
    for _method, _path, operation in walking.operations():
        name = operation["operationId"]
        for shelf in (*registry.kinds(), *registry.registers()):
            name = name if name in named else re.sub(rf"(?<=_){shelf.code}\Z", "", name)
        generic |= {name} if not name.startswith(tuple(f"{one.code}_" for one in registry.modules())) else set()
    assert generic - named == set()
    assert len(generic) > 25


def test_every_status_an_operation_may_answer_is_explained() -> None:
    said = set(re.findall(r"\b([2-5]\d\d)\b", sections("api.md")["How it answers"]))
    given = {str(status) for _method, _path, operation in walking.operations() for status in operation["responses"]}
    assert given <= said
