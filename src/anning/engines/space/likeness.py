"""Texts that nearly match a query: candidates by shared pairs of letters, then ranked by edit similarity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from anning.engines.space.readings import has_han

_CANDIDATES = 200
_PART = 0.9
"""What a match with only a part of a longer text is worth of a match with the whole."""
_START = 0.95
"""The same for a match with its beginning."""
_LENGTH_PENALTY = 0.02
"""Shared pairs a candidate loses for each character: of lines that share alike, the shorter are looked at."""


class LikenessIndex:
    """Immutable index of lines by their n-grams: pairs of letters, and single Chinese characters.

    Parameters:
        lines: (text, row) pairs, any number of them for one row.
        merit: of each row, 0 to 1; decides which of many candidates are looked at, not their similarity.
    """

    __slots__ = ("_ends", "_grams", "_handicap", "_lines", "_postings", "_rows")

    def __init__(self, lines: Iterable[tuple[str, int]], merit: Sequence[float]) -> None:
        pairs = list(lines)
        gathered: defaultdict[str, list[int]] = defaultdict(list)
        for number, (line, _) in enumerate(pairs):
            for gram in grams(line):
                gathered[gram].append(number)
        self._lines, self._rows = tuple(line for line, _ in pairs), tuple(row for _, row in pairs)
        lengths = np.fromiter((len(line) for line in self._lines), np.float64, len(pairs))
        self._handicap = lengths * _LENGTH_PENALTY - np.array([merit[row] for row in self._rows])
        self._grams = {gram: k for k, gram in enumerate(gathered)}
        self._ends = np.cumsum([0, *(len(numbers) for numbers in gathered.values())])
        self._postings = np.array([n for numbers in gathered.values() for n in numbers], np.int32)

    def nearest(self, query: str, least: float) -> Iterator[tuple[int, float]]:
        """(row, similarity) of the lines most like a query, those at or above `least`, in no order.

        Similarity is 0 to 1, the greatest of: the normalised insertion-deletion similarity with the whole
        line; a little discounted, the same with the part of the line most like the query; and the normalised
        optimal string alignment (swapped neighbours count once) with as much of its beginning as was typed.
        """
        asked = [self._grams[gram] for gram in grams(query) if gram in self._grams]
        if not asked:
            return
        shared = np.bincount(
            np.concatenate([self._postings[self._ends[k] : self._ends[k + 1]] for k in asked]),
            minlength=len(self._lines),
        )
        count = min(_CANDIDATES, len(shared))
        numbers = np.argpartition(self._handicap - shared, count - 1)[:count]
        lines = [self._lines[number] for number in numbers]
        whole = process.cdist([query], lines, scorer=fuzz.ratio, dtype=np.float64)[0] / 100
        part = process.cdist([query], lines, scorer=fuzz.partial_ratio, dtype=np.float64)[0] / 100
        begun = [line[: len(query)] for line in lines]
        start = process.cdist([query], begun, scorer=OSA.normalized_similarity, dtype=np.float64)[0]
        longer = np.array([len(line) >= len(query) for line in lines])
        similarity = np.maximum(whole, np.where(longer, np.maximum(part * _PART, start * _START), 0))
        for number, value in zip(numbers.tolist(), similarity.tolist(), strict=True):
            if value >= least:
                yield self._rows[number], value


def grams(text: str) -> set[str]:
    """Pairs of neighbouring characters, and every Chinese character alone."""
    return {text[k : k + 2] for k in range(len(text) - 1)} | {c for c in text if has_han(c)}
