"""Addresses as callers give them, made comparable."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

_CROSSING = re.compile(r"交叉口|十字路口|丁字路口|\bINTERSECTION( OF)?\b")
_JOINT = re.compile(r"(?<=[路街道巷弄线])[与和](?=\w)|&|\bAND\b|\bAT\b")
_NOT_WORD = re.compile(r"[\W_]+")


def normalise_address(text: str) -> str:
    """An address with width, case, punctuation and the words for "crossing" evened out.

    Example:
        >>> normalise_address("Welsh Rd. & N Bethlehem Pike"), normalise_address("药行街与开明街交叉口")
        ('WELSH RD N BETHLEHEM PIKE', '药行街 开明街')
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    plain = _JOINT.sub(" ", _CROSSING.sub(" ", plain))
    return _NOT_WORD.sub(" ", plain).strip()


def address_similarity(first: Sequence[str], second: Sequence[str]) -> NDArray[np.float64]:
    """Likeness 0 to 1 of pairs of normalised addresses, in any order of their words; NaN if one is empty.

    The measure is the normalised insertion-deletion similarity of the sorted words (rapidfuzz
    ``token_sort_ratio``), so the two orders of naming a crossing are alike.
    """
    likeness = process.cpdist(first, second, scorer=fuzz.token_sort_ratio, dtype=np.float64) / 100
    known = np.array([bool(a) and bool(b) for a, b in zip(first, second, strict=True)], np.bool_)
    return np.where(known, likeness, np.nan)
