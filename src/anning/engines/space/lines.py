"""Lines of text in order of merit, found whole, by their beginning, or by a part."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

_LAST = chr(0x10FFFF)


class RankedLines:
    """Immutable lines; each search gives the best first and can stop early.

    Whole lines and beginnings are found by bisection in sorted order; parts by scanning one long string in
    which the lines lie in order of merit.

    Parameters:
        lines: (text, row) pairs, best first; texts hold no newline. A row may have several lines.
    """

    __slots__ = ("_ranks", "_rows", "_sorted", "_starts", "_text")

    def __init__(self, lines: Iterable[tuple[str, int]]) -> None:
        pairs = list(lines)
        texts = [text for text, _ in pairs]
        self._rows = [row for _, row in pairs]
        self._text = "\n".join([*texts, ""])
        lengths = np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts))
        self._starts: list[int] = (np.cumsum(lengths) - lengths).tolist()
        order = sorted(range(len(texts)), key=texts.__getitem__)
        self._sorted = [texts[rank] for rank in order]
        self._ranks: NDArray[np.int64] = np.array(order, np.int64)

    def whole(self, text: str, limit: int) -> Iterator[tuple[int, int]]:
        """(row, length of the line) of the best `limit` lines that are the text."""
        return self._best(bisect_left(self._sorted, text), bisect_right(self._sorted, text), limit)

    def beginning(self, text: str, limit: int) -> Iterator[tuple[int, int]]:
        """(row, length of the line) of the best `limit` lines that begin with the text."""
        return self._best(bisect_left(self._sorted, text), bisect_left(self._sorted, text + _LAST), limit)

    def containing(self, text: str, limit: int) -> Iterator[tuple[int, int]]:
        """(row, length of the line) of the best `limit` lines that hold the text anywhere."""
        at = self._text.find(text)
        while at >= 0 and limit > 0:
            line = bisect_right(self._starts, at) - 1
            end = self._text.find("\n", at)
            yield self._rows[line], end - self._starts[line]
            at, limit = self._text.find(text, end), limit - 1

    def _best(self, first: int, end: int, limit: int) -> Iterator[tuple[int, int]]:
        ranks = self._ranks[first:end]
        if len(ranks) > limit:
            ranks = np.partition(ranks, limit)[:limit]
        for rank in np.sort(ranks).tolist():
            stop = self._starts[rank + 1] if rank + 1 < len(self._starts) else len(self._text)
            yield self._rows[rank], stop - 1 - self._starts[rank]
