"""Question trees: as the desk's script walks them, and what a set of answers decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language

from anning.domains.calls.models import Protocol
from anning.domains.calls.selectors.catalogue import categories
from anning.kernel.places.selectors import revision


@dataclass(frozen=True)
class Decided:
    """What answers came to: the most urgent priority, all flags and capabilities."""

    priority: int | None = None
    flags: frozenset[str] = frozenset()
    capabilities: frozenset[str] = frozenset()


def tree_of(category: str) -> dict[str, Any] | None:
    """The stored question tree for a category, its own or the nearest above it; None when there is none."""
    known, stored = categories(), _trees(revision())
    code = category
    while code:
        entry = known.get(code)
        if entry and entry.protocol in stored:
            return stored[entry.protocol]
        code = code.rpartition(".")[0]
    return None


def outcome_of(category: str, answers: Mapping[str, str]) -> Decided:
    """What `answers` (question → answer) decide for a call of `category`; unknown ones count for nothing."""
    tree = tree_of(category) if answers else None
    if tree is None:
        return Decided()
    chosen = [
        answer
        for code, question in tree["questions"].items()
        for answer in question["answers"]
        if answers.get(code) == answer["id"]
    ]
    urgent = [answer["priority"] for answer in chosen if answer.get("priority")]
    return Decided(
        min(urgent, default=None),
        frozenset(flag for answer in chosen for flag in answer.get("flags", ())),
        frozenset(need for answer in chosen for need in answer.get("capabilities", ())),
    )


def forget() -> None:
    """Read the protocols anew at the next look."""
    _trees.cache_clear()


@lru_cache(maxsize=1)
def _trees(_revision: int) -> dict[str, dict[str, Any]]:
    return dict(Protocol.objects.values_list("code", "tree"))


def language() -> str:
    """`zh` or `en`: whose texts are shown."""
    return "zh" if (get_language() or "zh").startswith("zh") else "en"
