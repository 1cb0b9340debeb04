"""What the engines of rates ask of their input."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def whole_counts(name: str, values: ArrayLike) -> Floats:
    """Counts as floats; ValueError unless each is a whole number, 0 or more."""
    counts = np.asarray(values, np.float64)
    if not np.all(np.isfinite(counts) & (counts >= 0) & (counts == np.floor(counts))):
        raise ValueError(f"{name} must be whole numbers, 0 or more; got {_first_bad(counts)}")
    return counts


def positive(name: str, values: ArrayLike) -> Floats:
    """Exposures as floats; ValueError unless each is finite and above 0."""
    numbers = np.asarray(values, np.float64)
    if not np.all(np.isfinite(numbers) & (numbers > 0)):
        raise ValueError(f"{name} must be above 0 (days, people, kilometres); got {numbers.ravel()[:3].tolist()}")
    return numbers


def tail(level: float) -> float:
    """Probability left out on each side of a two-sided interval; ValueError unless the level is in 0 to 1."""
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1, such as 0.95; got {level}")
    return (1 - level) / 2


def _first_bad(counts: Floats) -> float:
    bad = ~(np.isfinite(counts) & (counts >= 0) & (counts == np.floor(counts)))
    return float(np.atleast_1d(counts)[np.atleast_1d(bad)][0])
