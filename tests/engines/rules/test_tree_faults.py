"""Question trees: what makes one unfit is said, whatever the data, and a fit one is let pass."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.engines.rules.tree_faults import faults
from tests.engines.rules.building import GOOD, answer, question, text, tree

END = {"category": "c", "priority": 1}


def test_a_fit_tree_has_no_fault() -> None:
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"start": "a", "questions": {}}, "no questions"),
        ({**GOOD, "start": "z"}, "start 'z' is no question"),
        (tree(a=question()), "has no answers"),
        (tree(a=question(answer("yes", next="z"))), "leads to 'z'"),
        (tree(a=question(answer("yes", priority=1))), "ends without category"),
        (tree(a=question(answer("yes", category="x"))), "ends without priority"),
        (tree(a=question(answer("yes", category="x", priority=7))), "use 1 to 4"),
        (tree(a=question(answer("yes", category="x", priority=True))), "priority True: use 1 to 4"),
        (tree(a=question(answer("yes", category=["x"], priority=1))), "category ['x']"),
        (tree(a=question(answer("yes", flags="fire", **END))), "flags 'fire': give a list"),
        (tree(a=question(answer("yes", capabilities=[1], **END))), "capabilities [1]: give a list"),
        (tree(a=question(answer("x", **END), answer("x"))), "two with the same"),
        (tree(a=question({"id": 1, "text": text("一", "One"), **END})), "without an id"),
        (tree(a=question(answer("x", **END)), b=question(answer("y", **END))), "'b' is never asked"),
        (tree(a=question(answer("x", next="b")), b=question(answer("y", next="a"))), "circle: a → b → a"),
        (tree(a={"text": {"zh": "问"}, "answers": [answer("x", **END)]}), "no text in 'en'"),
        (tree(a=question({"id": "x", "text": text("", "x"), **END})), "no text in 'zh'"),
        (tree(a=question(answer("x", advice={"zh": "建议"}, **END))), "advice has no text in 'en'"),
        (tree(a=question(answer("x", **END), advice={"en": "Wait"})), "question 'a', advice has no text in 'zh'"),
    ],
)
def test_what_makes_a_tree_unfit_is_said(bad: dict[str, Any], said: str) -> None:
    assert any(said in fault for fault in faults(bad)), faults(bad)


def test_all_faults_of_the_form_are_said_at_once() -> None:
    bad = tree(a=question(answer("x", next="z", priority=9)), b=question())
    assert len(faults(bad)) == 3


def test_many_questions_each_reached_in_many_ways_are_checked_at_once() -> None:
    """Sixty questions, each reached by both answers to the one before: 2^60 walks."""
    count = 60
    questions = {
        f"q{k}": question(*(answer(code, priority=2, next=f"q{k + 1}") for code in ("yes", "no"))) for k in range(count)
    }
    questions[f"q{count}"] = question(answer("end", category="c"), answer("bare"))
    said = faults({"start": "q0", "questions": questions})
    assert len(said) == 1
    assert said[0].endswith("q60=bare ends without category")


def test_a_chain_longer_than_the_interpreters_stack_is_checked() -> None:
    last = 3000
    questions = {f"q{k}": question(answer("on", next=f"q{k + 1}")) for k in range(last)}
    questions[f"q{last}"] = question(answer("end", **END))
    assert faults({"start": "q0", "questions": questions}) == []


@st.composite
def any_trees(draw: st.DrawFn) -> dict[str, Any]:
    """Trees of the right form whose answers lead anywhere."""
    names = [f"q{number}" for number in range(draw(st.integers(1, 4)))]
    follow = st.one_of(st.none(), st.sampled_from(names))
    optional = st.sampled_from([{}, {"category": "c"}, {"priority": 2}, END])
    questions = {}
    for name in names:
        answers = [
            answer(f"a{k}", next=draw(follow), **draw(optional))
            for k in range(draw(st.integers(min_value=1, max_value=2)))
        ]
        questions[name] = question(*answers)
    return {"code": "t", "start": names[0], "questions": questions}


def seen_by_walking(made: dict[str, Any]) -> tuple[bool, bool, bool]:
    """By trying every walk: whether one turns in a circle, one ends bare, and a question is never asked."""
    todo: list[tuple[tuple[str, ...], bool, bool]] = [((made["start"],), False, False)]
    circle = bare = False
    asked = set()
    while todo:
        way, has_category, has_priority = todo.pop()
        asked.add(way[-1])
        for one in made["questions"][way[-1]]["answers"]:
            now = has_category or bool(one.get("category")), has_priority or bool(one.get("priority"))
            if one["next"] in way:
                circle = True
            elif one["next"]:
                todo.append(((*way, one["next"]), *now))
            else:
                bare = bare or not all(now)
    return circle, bare, asked != set(made["questions"])


@given(any_trees())
def test_a_tree_is_refused_for_what_trying_every_walk_shows(made: dict[str, Any]) -> None:
    circle, bare, missed = seen_by_walking(made)
    said = " | ".join(faults(made))
    if "circle" in said:
        assert circle or missed
    else:
        assert not circle
        assert ("ends without" in said) == bare
        assert ("never asked" in said) == missed


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(0, 5), st.text("ab", max_size=2)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["a", "b", "id", "text", "zh", "en", "next", "priority", "answers", "advice"]), inner
        ),
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["a", "b"]), JSON, min_size=1), JSON)
def test_whatever_the_data_the_answer_is_a_list_of_faults(questions: dict[str, Any], start: Any) -> None:
    said = faults({"start": start, "questions": questions})
    assert said
    assert all(isinstance(fault, str) for fault in said)
