"""Question trees: an answer leads to the next question, and adds to what is known of the matter.

A tree is plain data: `{"code", "name", "name_en", "start", "questions": {id: {"text": {"zh", "en"},
"answers": [{"id", "text": {"zh", "en"}, "next"?, "priority"?, "category"?, "flags"?, "capabilities"?,
"advice"?: {"zh", "en"}}]}}}`.
An answer without `next` ends the walk.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

LANGUAGES = ("zh", "en")
PRIORITIES = (1, 2, 3, 4)


@dataclass(frozen=True)
class Step:
    """Where a walk stands.

    `question` is the id to ask next, None at the end. `priority` is the most urgent named so far, `category` the
    last one named, `flags` and `capabilities` all of them, `advice` what was to be read out, in order, by language.
    """

    question: str | None
    priority: int | None
    category: str
    flags: frozenset[str]
    capabilities: frozenset[str]
    advice: tuple[Mapping[str, str], ...]


def faults(tree: Mapping[str, Any]) -> list[str]:
    """Everything wrong with a tree, each naming its question and answer; empty when it can be walked.

    Checked: both languages everywhere; no answer leads nowhere; no question is out of reach; no walk turns in a
    circle; every end of a walk has named a category and a priority.
    """
    questions = tree.get("questions")
    if not isinstance(questions, Mapping) or not questions:
        return ["there are no questions"]
    found = [said for code, question in questions.items() for said in _question_faults(code, question, questions)]
    if tree.get("start") not in questions:
        found.append(f"start {tree.get('start')!r} is no question")
    if found:
        return found
    circle = _circle(str(tree["start"]), questions)
    if circle:
        return [f"the walk turns in a circle: {' → '.join(circle)}"]
    out_of_reach = set(questions) - _reached(str(tree["start"]), questions)
    found = [f"question {code!r} is never asked" for code in sorted(out_of_reach)]
    return found + sorted(set(_bare_ends(str(tree["start"]), questions, named=(False, False), way=())))


def walk(tree: Mapping[str, Any], answers: Mapping[str, str]) -> Step:
    """Follow `answers` (question → answer id) from the start as far as they go.

    Raises:
        ValueError: an answer is not among those of its question.
    """
    question: str | None = tree["start"]
    priority, category, advice = None, "", []
    flags: set[str] = set()
    capabilities: set[str] = set()
    while question is not None and question in answers:
        chosen = _answer(tree["questions"][question], question, answers[question])
        if chosen.get("priority"):
            priority = min(priority or 4, chosen["priority"])
        category = chosen.get("category") or category
        flags |= set(chosen.get("flags", ()))
        capabilities |= set(chosen.get("capabilities", ()))
        if chosen.get("advice"):
            advice.append(chosen["advice"])
        question = chosen.get("next")
    return Step(question, priority, category, frozenset(flags), frozenset(capabilities), tuple(advice))


def _answer(question: Mapping[str, Any], code: str, wanted: str) -> Mapping[str, Any]:
    for answer in question["answers"]:
        if answer["id"] == wanted:
            found: Mapping[str, Any] = answer
            return found
    raise ValueError(f"question {code!r} has no answer {wanted!r}")


def _question_faults(code: str, question: Mapping[str, Any], questions: Mapping[str, Any]) -> Iterator[str]:
    where = f"question {code!r}"
    yield from _text_faults(question.get("text"), where)
    answers = question.get("answers") or []
    if not answers:
        yield f"{where} has no answers"
    names = [answer.get("id") for answer in answers]
    if len(set(names)) < len(names) or not all(names):
        yield f"{where} has answers without an id, or two with the same"
    for answer in answers:
        place = f"{where}, answer {answer.get('id')!r}"
        yield from _text_faults(answer.get("text"), place)
        if answer.get("next") is not None and answer["next"] not in questions:
            yield f"{place} leads to {answer['next']!r}, which is no question"
        if answer.get("priority") is not None and answer["priority"] not in PRIORITIES:
            yield f"{place} has the priority {answer['priority']!r}: use 1 to 4"
        if answer.get("advice") is not None:
            yield from _text_faults(answer["advice"], f"{place}, advice")


def _text_faults(text: Any, where: str) -> Iterator[str]:
    for language in LANGUAGES:
        if not isinstance(text, Mapping) or not str(text.get(language) or "").strip():
            yield f"{where} has no text in {language!r}"


def _circle(start: str, questions: Mapping[str, Any], way: tuple[str, ...] = ()) -> tuple[str, ...]:
    if start in way:
        return (*way[way.index(start) :], start)
    for answer in questions[start]["answers"]:
        if answer.get("next"):
            found = _circle(answer["next"], questions, (*way, start))
            if found:
                return found
    return ()


def _reached(start: str, questions: Mapping[str, Any]) -> set[str]:
    seen, todo = {start}, [start]
    while todo:
        for answer in questions[todo.pop()]["answers"]:
            follow = answer.get("next")
            if follow and follow not in seen:
                seen.add(follow)
                todo.append(follow)
    return seen


def _bare_ends(
    code: str, questions: Mapping[str, Any], *, named: tuple[bool, bool], way: tuple[str, ...]
) -> Iterator[str]:
    for answer in questions[code]["answers"]:
        now = (named[0] or bool(answer.get("category")), named[1] or bool(answer.get("priority")))
        place = (*way, f"{code}={answer['id']}")
        if answer.get("next"):
            yield from _bare_ends(answer["next"], questions, named=now, way=place)
        elif not all(now):
            missing = " and ".join(what for what, there in zip(("category", "priority"), now, strict=True) if not there)
            yield f"the walk {' → '.join(place)} ends without {missing}"
