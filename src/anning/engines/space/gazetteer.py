"""Names of places found by Chinese text, pinyin, initials, English and nearly right spelling, as one types.

Kinds of match are tried from the surest to the loosest, each giving its best first, until enough are found.
Background: ``docs/background/gazetteer.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from anning.engines.space.likeness import LikenessIndex
from anning.engines.space.lines import RankedLines
from anning.engines.space.readings import (
    Syllables,
    SyllableSplitter,
    has_han,
    initials,
    plain_pinyin,
    plain_text,
    readings,
)


class Reason(StrEnum):
    """Why a name was found."""

    EXACT = "exact"
    PREFIX = "prefix"
    CONTAINS = "contains"
    PINYIN = "pinyin"
    INITIALS = "initials"
    FUZZY = "fuzzy"


class Hit(NamedTuple):
    """A row of the index, its score (0 to 1) and why it was found."""

    row: int
    score: float
    why: Reason


class _Search(NamedTuple):
    """One way to look: the least score of its kind, the reason, where, and for what."""

    base: float
    why: Reason
    find: Callable[[str, int], Iterator[tuple[int, int]]]
    text: str


_STEP = 0.04
"""Room within one kind of match for weight and completeness; the kinds lie farther apart."""
_FUZZY_TOP = 0.5
_LEAST_LIKENESS = 0.6
_LEAST_LIKENESS_BESIDE_OTHERS = 0.8
_SHORTEST_FUZZY = 2


class GazetteerIndex:
    """Immutable search index over names, in memory; rows are positions in `names`.

    Parameters:
        names: Chinese names (or any).
        names_en: English names, "" where there is none; None for none at all.
        weights: how much a place matters, 0 or more (a district more than an alley); None for all alike.

    Raises:
        ValueError: lengths differ, or a weight is negative or no number.

    Example:
        >>> index = GazetteerIndex(["海曙区", "长乐路", "宁波站"], ["Haishu District", "", "Ningbo Station"])
        >>> [(hit.row, hit.why.value) for hit in index.search("nbz")]
        [(2, 'initials')]
        >>> [(hit.row, hit.why.value) for hit in index.search("changyuelu")]
        [(1, 'pinyin')]
    """

    __slots__ = ("_initials", "_likeness", "_merit", "_rare", "_size", "_splitter", "_spoken", "_texts")

    def __init__(
        self,
        names: Sequence[str],
        names_en: Sequence[str] | None = None,
        weights: Sequence[float] | None = None,
    ) -> None:
        english = [""] * len(names) if names_en is None else list(names_en)
        merit = np.zeros(len(names)) if weights is None else np.asarray(weights, np.float64)
        if not len(names) == len(english) == len(merit):
            raise ValueError(f"{len(names)} names, {len(english)} English names, {len(merit)} weights: one each")
        if not np.all(np.isfinite(merit) & (merit >= 0)):
            raise ValueError("weights must be finite and 0 or more")
        self._size = len(names)
        self._merit: list[float] = (merit / max(merit.max(initial=0.0), np.finfo(float).tiny)).tolist()
        order = sorted(range(len(names)), key=lambda row: (-merit[row], len(names[row]), row))
        spoken = [(row, ways) for row in order if (ways := readings(names[row]))]
        texts = [(plain_text(text), row) for row in order for text in (names[row], english[row])]
        texts = [(text, row) for text, row in dict.fromkeys(texts) if text]
        self._texts = RankedLines(texts)
        self._spoken = RankedLines((_spaced(ways[0]), row) for row, ways in spoken)
        self._rare = RankedLines((_spaced(way), row) for row, ways in spoken for way in ways[1:])
        self._initials = RankedLines(
            (letters, row) for row, ways in spoken for letters in dict.fromkeys(map(initials, ways))
        )
        self._splitter = SyllableSplitter({s for _, ways in spoken for way in ways for s in way})
        self._likeness = LikenessIndex([*texts, *(("".join(ways[0]), row) for row, ways in spoken)], self._merit)

    def __len__(self) -> int:
        return self._size

    def search(self, query: str, limit: int = 10) -> list[Hit]:
        """The names that fit what was typed so far, best first.

        Kinds, from the surest: the name itself, its pinyin, the beginning of the name, of its pinyin (for a
        Chinese query: the same sound), a part of the name, of its pinyin, initials, likeness. Within a kind,
        weight and completeness decide.

        Parameters:
            query: Chinese, pinyin with or without spaces and tones (ü as ü, v, u: or yu), initials, English.
            limit: most hits to return, 1 or more.

        Raises:
            ValueError: limit is below 1.
        """
        if limit < 1:
            raise ValueError(f"limit must be 1 or more, got {limit}")
        text = plain_text(query)
        best: dict[int, Hit] = {}
        for search in sorted(self._searches(text, query), key=lambda search: -search.base) if text else ():
            if len(best) >= limit and search.base + _STEP < min(hit.score for hit in best.values()):
                break
            for row, length in search.find(search.text, limit):
                self._offer(best, row, search.base + self._bonus(row, len(search.text) / length), search.why)
        if len(best) < limit and len(text) >= _SHORTEST_FUZZY:
            self._add_alike(best, text, query)
        return sorted(best.values(), key=lambda hit: (-hit.score, -self._merit[hit.row], hit.row))[:limit]

    def _searches(self, text: str, query: str) -> Iterator[_Search]:
        """Every way a query may be looked for, in no order."""
        yield _Search(0.96, Reason.EXACT, self._texts.whole, text)
        yield _Search(0.86, Reason.PREFIX, self._texts.beginning, text)
        if has_han(text):
            yield _Search(0.76, Reason.CONTAINS, self._texts.containing, text)
            for way in readings(text)[:2]:
                yield from self._sounds(_spaced(way), (0.81, 0.71, 0.66))
            return
        yield _Search(0.76, Reason.CONTAINS, self._texts.containing, text if text[0].isdigit() else f" {text}")
        for way in self._splitter.split(plain_pinyin(query)):
            yield from self._sounds(_spaced(way), (0.91, 0.81, 0.71))
        letters = text.replace(" ", "")
        yield _Search(0.66, Reason.INITIALS, self._initials.whole, letters)
        yield _Search(0.61, Reason.INITIALS, self._initials.beginning, letters)
        yield _Search(0.56, Reason.INITIALS, self._initials.containing, letters)

    def _sounds(self, line: str, bases: tuple[float, float, float]) -> Iterator[_Search]:
        """A reading looked for whole, then as a beginning and a part, where the last syllable may go on."""
        part = line if bases[0] < 0.9 else line.rstrip()
        for lines in (self._spoken, self._rare):
            yield _Search(bases[0], Reason.PINYIN, lines.whole, line)
            yield _Search(bases[1], Reason.PINYIN, lines.beginning, part)
            yield _Search(bases[2], Reason.PINYIN, lines.containing, part)

    def _add_alike(self, best: dict[int, Hit], text: str, query: str) -> None:
        least = _LEAST_LIKENESS_BESIDE_OTHERS if best else _LEAST_LIKENESS
        typed = plain_pinyin(query).replace(" ", "")
        for form in {text} if has_han(text) or len(typed) < _SHORTEST_FUZZY else {text, typed}:
            for row, likeness in self._likeness.nearest(form, least):
                self._offer(best, row, _FUZZY_TOP * likeness + self._bonus(row, 0), Reason.FUZZY)

    def _bonus(self, row: int, completeness: float) -> float:
        return _STEP * (0.7 * self._merit[row] + 0.3 * min(1.0, completeness))

    @staticmethod
    def _offer(best: dict[int, Hit], row: int, score: float, why: Reason) -> None:
        known = best.get(row)
        if known is None or known.score < score:
            best[row] = Hit(row, round(score, 6), why)


def _spaced(syllables: Syllables) -> str:
    """A reading as a line whose every syllable stands between spaces, so that matches begin at a syllable."""
    return " " + " ".join(syllables) + " "
