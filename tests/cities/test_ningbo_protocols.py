"""Ningbo's question trees: which calls they serve, and what their walks come to."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from anning.domains.calls.services.intake import FLAGS as DESK_FLAGS
from anning.engines.rules.protocol import Step, walk
from anning.wire.city import City, read_folder
from anning.wire.city.checks import FLAGS

FOLDER = Path(__file__).resolve().parents[2] / "cities" / "ningbo"
Answers = dict[str, str]


@pytest.fixture(scope="module")
def ningbo() -> City:
    found = [path for path in FOLDER.rglob("*") if path.suffix in (".toml", ".csv", ".geojson")]
    return read_folder({str(path.relative_to(FOLDER)): path.read_bytes() for path in found})


@pytest.fixture(scope="module")
def trees(ningbo: City) -> dict[str, dict[str, Any]]:
    return {one.code: one.tree for one in ningbo.protocols}


def ends(tree: dict[str, Any], answers: Answers | None = None) -> Iterator[tuple[Answers, Step]]:
    """Every walk to its end."""
    step = walk(tree, answers or {})
    if step.question is None:
        yield answers or {}, step
        return
    for one in tree["questions"][step.question]["answers"]:
        yield from ends(tree, {**(answers or {}), step.question: one["id"]})


def test_every_urgent_category_has_a_tree_and_every_tree_a_category(ningbo: City, trees: dict[str, Any]) -> None:
    assert {"drowning", "fire", "crash", "cardiac", "fight", "theft", "missing", "noise", "gas"} <= set(trees)
    assert [one.code for one in ningbo.categories if one.level == 3 and one.priority == 1 and not one.protocol] == []
    assert set(trees) == {one.protocol for one in ningbo.categories if one.protocol}


def test_the_flags_of_trees_are_those_of_the_desk() -> None:
    assert FLAGS == DESK_FLAGS


def test_whatever_a_tree_asks_for_some_unit_can_do(ningbo: City, trees: dict[str, Any]) -> None:
    able = {code for unit in ningbo.units for code in unit.capabilities}
    assert {code for tree in trees.values() for _, step in ends(tree) for code in step.capabilities} <= able


def test_a_caller_in_an_urgent_matter_is_told_what_to_do(trees: dict[str, Any]) -> None:
    silent = [
        (code, answers)
        for code, tree in trees.items()
        for answers, step in ends(tree)
        if step.priority == 1 and not step.advice
    ]
    assert silent == []


def test_no_walk_is_longer_than_a_caller_bears(trees: dict[str, Any]) -> None:
    assert max(len(answers) for tree in trees.values() for answers, _ in ends(tree)) <= 6


@pytest.mark.parametrize(
    ("code", "way", "category", "priority", "flags", "capability"),
    [
        ("drowning", "in=stranded rising=no", "help.water.stranded", 2, "water", "water-rescue"),
        ("drowning", "in=yes seen=no child=yes flow=sea", "help.water.drowning", 1, "children water", "search"),
        ("drowning", "in=boat boat=fire", "help.water.boat", 1, "fire water", "fire-fighting"),
        ("fire", "what=alarm smoke=no", "fire.building.alarm", 2, "", "fire-fighting"),
        ("fire", "what=vehicle vehicle=ebike parked=yes", "fire.outdoor.ebike", 1, "fire", "medical"),
        ("gas", "what=gas where=pipe ill=no", "fire.hazard.gas", 1, "", "gas"),
        ("crash", "injured=no vehicles=no road=moved", "traffic.crash.damage", 3, "", "traffic"),
        ("crash", "injured=no vehicles=no road=fled", "traffic.crash.run", 2, "", "patrol"),
        ("cardiac", "awake=no breathing=no age=adult aed=no", "medical.illness.cardiac", 1, "", "medical"),
        ("illness", "awake=yes sign=face when=recent", "medical.illness.stroke", 1, "", "advanced-life-support"),
        ("fight", "weapon=yes hurt=yes going=no", "crime.person.weapon", 1, "injured weapon", "armed"),
        ("theft", "now=no where=street", "crime.property.theft", 3, "", "patrol"),
        ("noise", "kind=noise source=home now=no", "life.neighbour.noise", 4, "", "mediation"),
        ("missing", "who=elder long=short water=road need=no", "help.person.elder", 1, "", "traffic"),
        ("missing", "who=child age=small taken=yes long=short", "help.person.child", 1, "children", "armed"),
    ],
)  # fmt: skip
def test_walks_come_to_what_the_trade_would_say(
    trees: dict[str, Any], code: str, way: str, category: str, priority: int, flags: str, capability: str
) -> None:
    end = walk(trees[code], dict(step.split("=") for step in way.split()))
    assert (end.category, end.priority) == (category, priority)
    assert end.flags == set(flags.split())
    assert capability in end.capabilities


def test_two_districts_have_users_of_every_role(ningbo: City) -> None:
    for district in ("330203", "330225"):
        assert {user.role for user in ningbo.users if user.area_code == district} == {
            "call_taker", "dispatcher", "supervisor", "unit", "partner", "analyst", "auditor", "administrator"
        }  # fmt: skip
