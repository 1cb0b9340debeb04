"""How well the categories of two calls agree, by a table that a city gives as data.

A category is three codes, coarse to fine (公安 › 交通 › 交通事故). Equal words are not needed for agreement:
an ambulance call about a vehicle accident and a traffic call about an accident are two views of one event, as
the table says.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEVELS = 3
UNKNOWN = -1
"""Code of a level that is not known."""


class CategoryAgreement:
    """Immutable agreement between categories, 0 (nothing in common) to 1 (the same matter).

    The agreement of two calls is the greatest of: the agreement for sharing a code at a level, and every
    related pair of which one call holds the one code and the other call the other, at whatever level. Where
    either call's category is wholly unknown it is `unknown`.

    Parameters:
        related: (code, code, agreement) triples, in either order; a code with itself overrides nothing. Codes
            must be unique over the three levels, as hierarchical codes are.
        same: agreement for an equal code at level 1, 2 and 3.
        unknown: agreement when nothing can be said.

    Raises:
        ValueError: an agreement is outside 0 to 1, or a related code is `UNKNOWN`.

    Example:
        >>> table = CategoryAgreement([(10201, 30102, 0.9)])
        >>> table.between([[1, 102, 10201]], [[3, 301, 30102]]).tolist()
        [0.9]
    """

    __slots__ = ("_codes", "_matrix", "_same", "_unknown")

    def __init__(
        self,
        related: Iterable[tuple[int, int, float]] = (),
        same: tuple[float, float, float] = (0.3, 0.7, 1.0),
        unknown: float = 0.5,
    ) -> None:
        triples = list(related)
        for value in (*same, unknown, *(triple[2] for triple in triples)):
            if not 0 <= value <= 1:
                raise ValueError(f"category agreement must be 0 to 1, got {value}")
        codes = sorted({code for first, second, _ in triples for code in (first, second)})
        if codes and codes[0] <= UNKNOWN:
            raise ValueError(f"related category codes must be 0 or more, got {codes[0]}")
        self._codes: NDArray[np.int64] = np.array(codes, np.int64)
        self._matrix: NDArray[np.float64] = np.zeros((len(codes) + 1, len(codes) + 1))
        for first, second, value in triples:
            i, j = codes.index(first), codes.index(second)
            self._matrix[i, j] = self._matrix[j, i] = max(value, self._matrix[i, j])
        self._same, self._unknown = same, unknown

    def between(self, first: ArrayLike, second: ArrayLike) -> NDArray[np.float64]:
        """Agreement of pairs of categories.

        Parameters:
            first, second: int arrays of shape (n, 3), `UNKNOWN` where a level is not known.

        Returns:
            float64 array of shape (n,), 0 to 1.
        """
        a, b = (
            np.asarray(first, np.int64).reshape(-1, LEVELS),
            np.asarray(second, np.int64).reshape(-1, LEVELS),
        )
        agreement = np.zeros(len(a))
        for level, value in enumerate(self._same):
            equal = (a[:, level] == b[:, level]) & (a[:, level] != UNKNOWN)
            agreement = np.where(equal, np.maximum(agreement, value), agreement)
        row, column = self._slots(a), self._slots(b)
        for i in range(LEVELS):
            for j in range(LEVELS):
                agreement = np.maximum(agreement, self._matrix[row[:, i], column[:, j]])
        nothing = np.all(a == UNKNOWN, axis=1) | np.all(b == UNKNOWN, axis=1)
        return np.where(nothing, self._unknown, agreement)

    def _slots(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rows of the matrix for codes; the last, empty one for codes the table does not name."""
        if not self._codes.size:
            return np.zeros(codes.shape, np.int64)
        at = np.minimum(np.searchsorted(self._codes, codes), self._codes.size - 1)
        return np.where(self._codes[at] == codes, at, self._codes.size)
