"""Question trees: walks come to what their answers decide."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.engines.rules.protocol import walk
from anning.engines.rules.tree_faults import faults
from tests.engines.rules.building import GOOD, answer, question


def test_a_walk_gathers_the_most_urgent_priority_and_all_else() -> None:
    step = walk(GOOD, {"a": "yes", "b": "trapped"})
    assert (step.question, step.priority, step.category) == (None, 1, "fire")
    assert step.flags == {"fire", "injured"}
    assert step.capabilities == {"medical"}
    assert [advice["en"] for advice in step.advice] == ["Take the stairs", "Block the gap"]


def test_a_walk_stops_at_the_first_question_not_answered() -> None:
    assert walk(GOOD, {}).question == "a"
    assert walk(GOOD, {"a": "yes"}).question == "b"
    assert walk(GOOD, {"a": "no", "b": "trapped"}).priority == 4


def test_a_less_urgent_answer_never_lowers_the_priority() -> None:
    assert walk(GOOD, {"a": "yes", "b": "out"}).priority == 2


def test_the_last_category_named_stands() -> None:
    assert walk(GOOD, {"a": "yes", "b": "out"}).category == "fire.out"


def test_an_answer_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="question 'a' has no answer 'perhaps'"):
        walk(GOOD, {"a": "perhaps"})


@st.composite
def trees(draw: st.DrawFn) -> dict[str, Any]:
    """Trees whose answers lead only onward, so that every walk ends; each end names all it must."""
    count = draw(st.integers(1, 5))
    names = [f"q{number}" for number in range(count)]
    questions = {}
    for place, name in enumerate(names):
        follow = names[place + 1] if place + 1 < count else None
        ends = draw(st.integers(0 if follow else 1, 2))
        answers = [answer(f"end{k}", category=f"c{k}", priority=draw(st.integers(1, 4))) for k in range(ends)]
        if follow:
            answers.append(answer("on", next=follow, priority=draw(st.sampled_from([None, 1, 4]))))
        questions[name] = question(*answers)
    return {"code": "t", "start": names[0], "questions": questions}


@given(trees(), st.data())
def test_every_walk_through_a_fit_tree_ends_with_category_and_priority(
    made: dict[str, Any], data: st.DataObject
) -> None:
    assert faults(made) == []
    answers: dict[str, str] = {}
    while (asked := walk(made, answers).question) is not None:
        answers[asked] = data.draw(st.sampled_from([one["id"] for one in made["questions"][asked]["answers"]]))
    end = walk(made, answers)
    assert end.category
    assert end.priority in (1, 2, 3, 4)
