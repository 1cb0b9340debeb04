"""A stored question tree as the desk's script walks it: one language, plain texts."""

from collections.abc import Mapping
from typing import Any

from anning.domains.calls.selectors.protocols import language


def script_tree(tree: Mapping[str, Any]) -> dict[str, Any]:
    """The tree for `protocol.js`, texts in the reader's language."""
    questions = {code: _question(question) for code, question in tree["questions"].items()}
    return {"id": tree.get("code", ""), "start": tree["start"], "questions": questions}


def _question(question: Mapping[str, Any]) -> dict[str, Any]:
    answers = [
        {**answer, "text": _text(answer["text"]), "advice": _text(answer.get("advice"))}
        for answer in question["answers"]
    ]
    return {"text": _text(question["text"]), "advice": _text(question.get("advice")), "answers": answers}


def _text(text: Any) -> str:
    """A text in the reader's language; `{zh, en}` or one text for both."""
    if isinstance(text, Mapping):
        return str(text.get(language()) or text.get("zh") or "")
    return str(text or "")
