"""What makes a question tree unfit to be walked: every fault at once, in time linear in the tree's answers."""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

LANGUAGES = ("zh", "en")
PRIORITIES = (1, 2, 3, 4)

Questions = Mapping[str, Mapping[str, Any]]


def faults(tree: Mapping[str, Any]) -> list[str]:
    """Everything wrong with a tree (`protocol` says its form), each naming its question and answer; empty when fit.

    Checked: the form; both languages everywhere; no answer leads nowhere; no question is out of reach; no walk turns
    in a circle; every end of a walk has named a category and a priority.

    Example:
        >>> text = {"zh": "有", "en": "Yes"}
        >>> faults({"start": "q", "questions": {"q": {"text": text, "answers": [{"id": "y", "text": text}]}}})
        ['the walk q=y ends without category and priority']
    """
    questions = tree.get("questions")
    if not isinstance(questions, Mapping) or not questions:
        return ["there are no questions"]
    found = [said for code, question in questions.items() for said in _question_faults(code, question, questions)]
    start = tree.get("start")
    if not isinstance(start, str) or start not in questions:
        found.append(f"start {start!r} is no question")
    return found or _walk_faults(str(start), questions)


def _question_faults(code: str, question: Any, questions: Questions) -> Iterator[str]:
    where = f"question {code!r}"
    if not isinstance(question, Mapping):
        yield f"{where} is no table: give it text and answers"
        return
    yield from _text_faults(question.get("text"), where)
    if question.get("advice") is not None:
        yield from _text_faults(question["advice"], f"{where}, advice")
    answers = question.get("answers")
    if not isinstance(answers, list) or not answers or not all(isinstance(answer, Mapping) for answer in answers):
        yield f"{where} has no answers"
        return
    names = [answer.get("id") for answer in answers]
    if not all(isinstance(name, str) and name for name in names) or len(set(names)) < len(names):
        yield f"{where} has answers without an id, or two with the same"
    for answer in answers:
        yield from _answer_faults(answer, f"{where}, answer {answer.get('id')!r}", questions)


def _answer_faults(answer: Mapping[str, Any], place: str, questions: Questions) -> Iterator[str]:
    yield from _text_faults(answer.get("text"), place)
    if answer.get("advice") is not None:
        yield from _text_faults(answer["advice"], f"{place}, advice")
    follow, priority, category = answer.get("next"), answer.get("priority"), answer.get("category")
    if follow is not None and (not isinstance(follow, str) or follow not in questions):
        yield f"{place} leads to {follow!r}, which is no question"
    if priority is not None and (isinstance(priority, bool) or priority not in PRIORITIES):
        yield f"{place} has the priority {priority!r}: use 1 to 4"
    if category is not None and not (isinstance(category, str) and category):
        yield f"{place} has the category {category!r}: give its code, or leave it out"
    for name in ("flags", "capabilities"):
        listed = answer.get(name)
        if listed is not None and not (isinstance(listed, list) and all(isinstance(one, str) for one in listed)):
            yield f"{place} has {name} {listed!r}: give a list of codes"


def _text_faults(text: Any, where: str) -> Iterator[str]:
    for language in LANGUAGES:
        said = text.get(language) if isinstance(text, Mapping) else None
        if not isinstance(said, str) or not said.strip():
            yield f"{where} has no text in {language!r}"


def _walk_faults(start: str, questions: Questions) -> list[str]:
    graph: TopologicalSorter[str] = TopologicalSorter()
    for code, question in questions.items():
        graph.add(code)
        for answer in question["answers"]:
            if answer.get("next"):
                graph.add(answer["next"], code)
    try:
        order = list(graph.static_order())
    except CycleError as error:
        return [f"the walk turns in a circle: {' → '.join(error.args[1])}"]
    reached, bare = _walks(start, questions, order)
    return [f"question {code!r} is never asked" for code in sorted(set(questions) - reached)] + bare


def _walks(start: str, questions: Questions, order: list[str]) -> tuple[set[str], list[str]]:
    """The questions reached from `start`, and the walks that end without category or priority.

    Of the walks that reach a question with the same of the two named, one stands for all.
    """
    ways: dict[str, dict[tuple[bool, bool], str]] = {start: {(False, False): ""}}
    bare = []
    for code in order:
        for (has_category, has_priority), way in ways.get(code, {}).items():
            for answer in questions[code]["answers"]:
                now = (has_category or bool(answer.get("category")), has_priority or bool(answer.get("priority")))
                longer = f"{way} → {code}={answer['id']}" if way else f"{code}={answer['id']}"
                if answer.get("next"):
                    ways.setdefault(answer["next"], {}).setdefault(now, longer)
                elif not all(now):
                    bare.append(f"the walk {longer} ends without {_missing(now)}")
    return set(ways), sorted(bare)


def _missing(named: tuple[bool, bool]) -> str:
    return " and ".join(what for what, there in zip(("category", "priority"), named, strict=True) if not there)
