"""Cutting text into the terms it is found by: pairs of Chinese characters, and words of everything else.

Chinese is written without spaces, so each two neighbouring characters are a term; a query of three characters or
more asks for all its pairs. A single character is a term too, so that a query of one finds it. The platform's
own terms (kind, area) start with a letter and an underscore, which no text term does.
"""

import re
import unicodedata
from collections.abc import Iterator

LONGEST_WORD = 40
_RUN = re.compile(r"[㐀-䶿一-鿿豈-﫿]+|[^\W_㐀-䶿一-鿿豈-﫿]+")


def text_terms(text: str) -> set[str]:
    """The terms `text` is indexed under."""
    return {term for run in _runs(text) for term in _terms_of(run, singles=True)}


def query_terms(text: str) -> list[str]:
    """The terms that text must all have to match the query `text`; empty when it holds nothing to look for."""
    return sorted({term for run in _runs(text) for term in _terms_of(run, singles=False)})


def kind_term(code: str) -> str:
    """The term of a kind of work."""
    return f"k_{code}"


def area_terms(code: str) -> set[str]:
    """The terms of an area and of all it may be part of: one per prefix that ends where a level can end."""
    return {area_term(code[:length]) for length in range(2, len(code) + 1)} | {area_term("")}


def area_term(code: str) -> str:
    """The term that everything within the area `code` has."""
    return f"a_{code}"


def _runs(text: str) -> Iterator[str]:
    for match in _RUN.finditer(unicodedata.normalize("NFKC", text).lower()):
        yield match[0]


def _terms_of(run: str, *, singles: bool) -> Iterator[str]:
    if not _is_chinese(run[0]):
        yield run[:LONGEST_WORD]
        return
    if singles or len(run) == 1:
        yield from run
    for place in range(len(run) - 1):
        yield run[place : place + 2]


def _is_chinese(character: str) -> bool:
    return "㐀" <= character <= "䶿" or "一" <= character <= "鿿" or "豈" <= character <= "﫿"
