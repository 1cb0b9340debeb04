"""Question trees: as the desk's script walks them, and what a set of answers decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from anning.domains.calls.models import Protocol
from anning.domains.calls.selectors.catalogue import categories
from anning.engines.rules.protocol import walk
from anning.kernel.places.selectors import revision
from anning.kernel.work.errors import RefusedError


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
    """What `answers` (question → answer) decide for a call of `category`; those off the way walked count for nothing.

    Raises:
        RefusedError: an answer is not among those of its question.
    """
    tree = tree_of(category) if answers else None
    if tree is None:
        return Decided()
    try:
        end = walk(tree, answers)
    except ValueError as error:
        raise RefusedError(_("The protocol has no such answer: %(why)s.") % {"why": error}) from error
    return Decided(end.priority, end.flags, end.capabilities)


def forget() -> None:
    """Read the protocols anew at the next look."""
    _trees.cache_clear()


@lru_cache(maxsize=1)
def _trees(_revision: int) -> dict[str, dict[str, Any]]:
    return dict(Protocol.objects.values_list("code", "tree"))


def language() -> str:
    """`zh` or `en`: whose texts are shown."""
    return "zh" if (get_language() or "zh").startswith("zh") else "en"
