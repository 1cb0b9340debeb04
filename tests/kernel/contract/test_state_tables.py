"""State tables are checked when they are made, and answer which moves there are."""

import pytest

from anning.kernel.contract import registry
from anning.kernel.contract.roles import COMMAND
from anning.kernel.contract.states import STAY, State, StateTable, Transition


def table(*moves: Transition, states: tuple[str, ...] = ("new", "closed")) -> StateTable:
    return StateTable(tuple(State(code, code.title()) for code in states), moves)


def move(verb: str, sources: tuple[str, ...], target: str) -> Transition:
    return Transition(sources, verb, target, verb, COMMAND)


def test_a_move_to_or_from_an_unknown_state_is_refused() -> None:
    for wrong in (move("close", ("new",), "gone"), move("close", ("old",), "closed")):
        with pytest.raises(ValueError, match="unknown state"):
            table(move("end", ("new",), "closed"), wrong)


def test_a_state_nobody_reaches_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\['lost'\] cannot be reached"):
        table(move("close", ("new",), "closed"), states=("new", "closed", "lost"))


def test_two_moves_of_one_name_from_one_state_are_refused() -> None:
    with pytest.raises(ValueError, match="two moves 'close' leave the state 'new'"):
        table(move("close", ("new",), "closed"), move("close", ("new",), "new"))


def test_a_table_answers_what_is_possible() -> None:
    made = table(move("note", ("new", "closed"), STAY), move("close", ("new",), "closed"))
    assert made.first.code == "new"
    assert [m.verb for m in made.from_state("new")] == ["note", "close"]
    assert made.find("closed", "close") is None
    note = made.find("closed", "note")
    assert note is not None
    assert made.target_of("closed", note).code == "closed"


class TestRegistry:
    """What is installed is found by code and by prefix."""

    def test_kinds_registers_and_modules(self) -> None:
        assert registry.kind("incident").prefix == "JQ"
        assert registry.kind_by_prefix("JQ").code == "incident"
        assert registry.register("units").model == "org.Unit"

    @pytest.mark.parametrize("ask", [registry.kind, registry.kind_by_prefix, registry.register])
    def test_what_nobody_declares_is_said_plainly(self, ask) -> None:
        with pytest.raises(registry.UnknownKindError, match="nothing-like-it"):
            ask("nothing-like-it")

    def test_a_code_twice_is_refused(self) -> None:
        [module] = (one for one in registry.modules() if one.code == "calls")
        with pytest.raises(ValueError, match="share the code"):
            registry.check_unique([module, module])
