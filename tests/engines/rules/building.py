"""Question trees to be tested with."""

from typing import Any


def text(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def answer(code: str, **more: Any) -> dict[str, Any]:
    return {"id": code, "text": text(code, code), **more}


def question(*answers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"text": text("问", "Question"), "answers": list(answers), **more}


def tree(**questions: dict[str, Any]) -> dict[str, Any]:
    return {"code": "t", "start": "a", "questions": questions}


GOOD = tree(
    a=question(
        answer("yes", next="b", priority=2, category="fire", flags=["fire"], advice=text("走楼梯", "Take the stairs")),
        answer("no", priority=4, category="alarm"),
        advice=text("不要挂断", "Stay on the line"),
    ),
    b=question(
        answer(
            "trapped", priority=1, flags=["injured"], capabilities=["medical"], advice=text("堵门缝", "Block the gap")
        ),
        answer("out", priority=3, category="fire.out"),
    ),
)
