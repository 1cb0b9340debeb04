"""Question trees: an answer leads to the next question, and adds to what is known of the matter.

A tree is plain data: `{"code", "name", "name_en", "start", "questions": {id: {"text": {"zh", "en"},
"advice"?: {"zh", "en"}, "answers": [{"id", "text": {"zh", "en"}, "next"?, "priority"?, "category"?, "flags"?,
"capabilities"?, "advice"?: {"zh", "en"}}]}}}`.
An answer without `next` ends the walk. Whether such data can be walked at all is told by `tree_faults.faults`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


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
