"""How a Chinese name may be typed in Latin letters: its syllables, and other readings of its characters."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, combinations, islice, product

from pypinyin import Style, lazy_pinyin, pinyin

Syllables = tuple[str, ...]

HAN = "㐀-䶿一-鿿"
MOST_READINGS = 12
"""Readings kept for one name; the likely one first, then those with the fewest changes from it."""

_READINGS_OF_A_CHARACTER = 4
_MOST_SPLITS = 12
_RUNS = re.compile(f"[{HAN}]+|[a-z0-9]+")
_HAN = re.compile(f"[{HAN}]")
_BESIDE_HAN = re.compile(f"(?<=[{HAN}]) | (?=[{HAN}])")
_SPELLINGS = {"lv": ("lyu",), "nv": ("nyu",), "lve": ("lue", "lyue"), "nve": ("nue", "nyue")}


def plain_text(text: str) -> str:
    """A name or query with width, case, marks and spaces evened out: "天一广场 (东门)" is "天一广场东门"."""
    spaced = re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", text).lower()).strip()
    return _BESIDE_HAN.sub("", spaced)


def plain_pinyin(text: str) -> str:
    """Typed pinyin without tones, ü as v, chunks parted by one space: ``"Lǚ'ān lu:"`` → ``"lv an lv"``."""
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).lower())
    without = "".join(c for c in apart.replace("u\u0308", "v") if unicodedata.category(c) != "Mn")
    return " ".join(re.findall("[a-z0-9]+", without.replace("u:", "v")))


def has_han(text: str) -> bool:
    """Whether a text holds a Chinese character."""
    return _HAN.search(text) is not None


def readings(name: str) -> list[Syllables]:
    """The ways to read a name, likeliest first, at most `MOST_READINGS`; none for a name without words.

    The first follows pypinyin's dictionary of phrases (重庆 *chong qing*, 乐清 *yue qing*); the others change
    one character, then two, to another of its readings. Latin letters and digits are syllables of their own.

    Example:
        >>> readings("长乐路")[:3]
        [('chang', 'le', 'lu'), ('zhang', 'le', 'lu'), ('chang', 'yue', 'lu')]
    """
    likely: list[str] = []
    others: list[tuple[str, ...]] = []
    for run in _RUNS.findall(unicodedata.normalize("NFKC", name).lower()):
        if not has_han(run):
            likely.append(run)
            others.append(())
            continue
        syllables = lazy_pinyin(run, style=Style.NORMAL)
        likely += syllables
        others += [
            tuple(other for other in _character(c) if other != syllable)
            for c, syllable in zip(run, syllables, strict=True)
        ]
    return list(_varied(tuple(likely), others)) if likely else []


def initials(syllables: Syllables) -> str:
    """First letters of a reading; runs with a digit (``g329``) stay whole."""
    return "".join(s if any(c.isdigit() for c in s) else s[:1] for s in syllables)


class SyllableSplitter:
    """Splits typed letters into the syllables that occur in an index: ``"xian"`` → *xian* and *xi an*.

    Parameters:
        syllables: every syllable known.
    """

    __slots__ = ("_longest", "_sorted", "_spelt")

    def __init__(self, syllables: Iterable[str]) -> None:
        known = set(syllables)
        self._spelt = {s: s for s in known}
        for syllable, spellings in _SPELLINGS.items():
            if syllable in known:
                self._spelt.update({s: syllable for s in spellings if s not in known})
        self._sorted = sorted(known)
        self._longest = max((len(s) for s in self._spelt), default=0)

    def split(self, chunks: str) -> list[Syllables]:
        """Splits of space-parted chunks of letters, at most a dozen; the last syllable may be incomplete."""
        parts = chunks.split()
        if not parts:
            return []
        choices = [
            list(islice(self._parts(part, last=k == len(parts) - 1), _MOST_SPLITS)) for k, part in enumerate(parts)
        ]
        return [tuple(chain.from_iterable(chosen)) for chosen in islice(product(*choices), _MOST_SPLITS)]

    def _parts(self, letters: str, *, last: bool) -> Iterator[Syllables]:
        """Splits of one chunk, long first syllables first; only ways that reach the end are walked."""
        ends = self._ends(letters, last=last)
        stack: list[tuple[int, Syllables]] = [(0, ())]
        while stack:
            at, done = stack.pop()
            if at == len(letters):
                yield done
                continue
            stack += [(end, (*done, syllable)) for end, syllable in ends[at]]

    def _ends(self, letters: str, *, last: bool) -> list[list[tuple[int, str]]]:
        """For each place, the syllables that begin there and can be followed to the end, short ones first."""
        ends: list[list[tuple[int, str]]] = [[] for _ in letters]
        for at in range(len(letters) - 1, -1, -1):
            rest = letters[at:]
            if last and rest not in self._spelt and self._begins(rest):
                ends[at].append((len(letters), rest))
            for size in range(1, min(self._longest, len(rest)) + 1):
                syllable = self._spelt.get(rest[:size])
                if syllable is not None and (size == len(rest) or ends[at + size]):
                    ends[at].append((at + size, syllable))
        return ends

    def _begins(self, letters: str) -> bool:
        at = bisect_left(self._sorted, letters)
        return at < len(self._sorted) and self._sorted[at].startswith(letters)


@lru_cache(maxsize=30_000)
def _character(character: str) -> tuple[str, ...]:
    found = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
    return tuple(dict.fromkeys(found))[:_READINGS_OF_A_CHARACTER]


def _varied(likely: Syllables, others: list[tuple[str, ...]]) -> Iterator[Syllables]:
    yield likely
    count = 1
    open_places = [place for place, other in enumerate(others) if other]
    for changes in (1, 2):
        for places in combinations(open_places, changes):
            for chosen in product(*(others[place] for place in places)):
                if count == MOST_READINGS:
                    return
                changed = list(likely)
                for place, syllable in zip(places, chosen, strict=True):
                    changed[place] = syllable
                count += 1
                yield tuple(changed)
