"""Capabilities as words in a cell, and as the bits or columns the engines take."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

_BETWEEN = re.compile(r"[\s;,|]+")
MOST = 64


def words(text: str) -> frozenset[str]:
    """The words of a cell, parted by spaces, semicolons, commas or bars."""
    return frozenset(word for word in _BETWEEN.split(text) if word)


def known(*groups: Iterable[frozenset[str]]) -> tuple[str, ...]:
    """All words of some cells, in order.

    Raises:
        ValueError: there are more than 64.
    """
    found = sorted({word for group in groups for cell in group for word in cell})
    if len(found) > MOST:
        raise ValueError(f"{len(found)} different capabilities; at most {MOST} can be told apart")
    return tuple(found)


def bits(cells: Sequence[frozenset[str]], names: Sequence[str]) -> NDArray[np.uint64]:
    """A mask for each cell: bit k stands for ``names[k]``."""
    place = {name: 1 << k for k, name in enumerate(names)}
    return np.array([sum(place[word] for word in cell) for cell in cells], np.uint64)


def flags(cells: Sequence[frozenset[str]], names: Sequence[str]) -> NDArray[np.bool_]:
    """A row for each cell and a column for each name."""
    return np.array([[name in cell for name in names] for cell in cells], np.bool_).reshape(len(cells), len(names))
