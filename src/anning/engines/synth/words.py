"""Narratives and callers for synthetic calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

UNASSIGNED = "100"
"""Chinese mobile numbers start 13 to 19; none starts 100, so no number made here rings anywhere."""


def narrate(
    templates: Mapping[str, Sequence[str]], categories: Sequence[str], places: Sequence[str], rng: np.random.Generator
) -> list[str]:
    """A narrative per call: a template of the longest matching category prefix, with `{place}` filled in.

    Parameters:
        templates: texts by category code or prefix of one; `""` for all others.
        categories, places: one per call.

    Raises:
        KeyError: a category has no template and there is none under `""`.
    """
    chosen = [templates[_prefix(templates, code)] for code in categories]
    picks = rng.random(len(chosen))
    return [
        texts[int(pick * len(texts))].replace("{place}", place)
        for texts, pick, place in zip(chosen, picks, places, strict=True)
    ]


def telephone_numbers(count: int, rng: np.random.Generator) -> list[str]:
    """Eleven-digit numbers from a range no operator holds."""
    return [f"{UNASSIGNED}{number:08d}" for number in rng.integers(0, 10**8, count)]


def _prefix(templates: Mapping[str, Sequence[str]], code: str) -> str:
    parts = code.split(".")
    for length in range(len(parts), 0, -1):
        prefix = ".".join(parts[:length])
        if prefix in templates:
            return prefix
    if "" not in templates:
        raise KeyError(f"the category {code!r} has no narrative, and there is none for all others (under '')")
    return ""
