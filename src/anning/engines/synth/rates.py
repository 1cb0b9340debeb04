"""What a synthetic city's calls are drawn from: rhythms, mix of categories, places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Rhythm:
    """When events happen.

    Attributes:
        yearly: expected events in a year at scale 1.
        hour: 24 weights of the hours of a day.
        weekday: 7 weights, Monday first.
        month: 12 weights.
        holiday: factor on public holidays.
        scatter: shape of the gamma factor each day is multiplied by (mean 1, variance 1/shape): days differ by more
            than chance, as weather and matches make them.

    Raises:
        ValueError: a weight is missing, negative, or all are zero.
    """

    yearly: float
    hour: tuple[float, ...]
    weekday: tuple[float, ...]
    month: tuple[float, ...]
    holiday: float = 1.0
    scatter: float = 60.0

    def __post_init__(self) -> None:
        for name, wanted in (("hour", 24), ("weekday", 7), ("month", 12)):
            weights = np.asarray(getattr(self, name), float)
            if weights.size != wanted or not np.all(weights >= 0) or not weights.sum() > 0:
                raise ValueError(f"{name} needs {wanted} weights, none negative and not all zero; got {weights.size}")
        if not (self.yearly > 0 and self.holiday >= 0 and self.scatter > 0):
            raise ValueError("yearly and scatter must be above 0, holiday not negative")


@dataclass(frozen=True)
class Mix:
    """What events are: a weight per category, how many call about one, and how long each stage takes.

    Attributes:
        weight: share of events per category (any scale).
        callers: expected further callers about one event, per category.
        scene_s: mean seconds on scene, per category.
        livelihood: whether no unit is sent, per category.
        hour: 24 weights of the hours of a day per category, shape (categories, 24), for those whose day differs from
            the rhythm's; rows of zeros, or leaving it out, means the rhythm's hours.
        kind, kind_share: per category, the kind of places it prefers and which share of its events happen there;
            the others, and all of kind 0, happen at places of kind 0.

    Raises:
        ValueError: lengths differ, or a value is negative.
    """

    weight: Floats
    callers: Floats
    scene_s: Floats
    livelihood: NDArray[np.bool_]
    hour: Floats | None = None
    kind: Ints | None = None
    kind_share: Floats | None = None

    def __post_init__(self) -> None:
        if self.hour is not None and (self.hour.shape != (len(self.weight), 24) or (self.hour < 0).any()):
            raise ValueError(f"hour needs 24 weights per category, none negative; got the shape {self.hour.shape}")
        if (self.kind is None) != (self.kind_share is None):
            raise ValueError("kind and kind_share are given together or not at all")
        if self.kind is not None and self.kind_share is not None:
            if len(self.kind) != len(self.weight) or len(self.kind_share) != len(self.weight):
                raise ValueError("kind and kind_share need one value per category")
            if (self.kind_share < 0).any() or (self.kind_share > 1).any():
                raise ValueError("kind_share is a share of events: 0 to 1")
        sizes = {len(self.weight), len(self.callers), len(self.scene_s), len(self.livelihood)}
        if len(sizes) != 1 or 0 in sizes:
            raise ValueError("weight, callers, scene_s and livelihood need one value per category")
        if (self.weight < 0).any() or (self.callers < 0).any() or (self.scene_s <= 0).any() or self.weight.sum() <= 0:
            raise ValueError("weights and callers may not be negative, times on scene must be above 0")


@dataclass(frozen=True)
class Places:
    """Where events happen: points with a weight and the spread (standard deviation, m) of events round them.

    `kind` says of each place what it is, 0 where events of any category happen; left out, all are of kind 0.

    Raises:
        ValueError: lengths differ, or no place of kind 0 has weight.
    """

    lon: Floats
    lat: Floats
    weight: Floats
    spread_m: Floats
    kind: Ints | None = None

    def __post_init__(self) -> None:
        lengths = {len(one) for one in (self.lon, self.lat, self.weight, self.spread_m, self.kinds)}
        if len(lengths) != 1 or not self.weight[self.kinds == 0].sum() > 0:
            raise ValueError("places need one lon, lat, weight, spread and kind each, and some weight of kind 0")

    @property
    def kinds(self) -> Ints:
        """The kind of each place."""
        return np.zeros(len(self.lon), np.int64) if self.kind is None else self.kind
