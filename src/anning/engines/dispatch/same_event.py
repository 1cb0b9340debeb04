"""Which emergency calls tell of the same event? Proposals with a score and its terms; a person decides.

Two calls are compared when they are near in place and time. The score is the weighted mean of up to four
terms, each 0 to 1: nearness in place, nearness in time, agreement of category, likeness of address. A term
that cannot be known is left out. Background, precision and recall: ``docs/background/same-event.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from anning.engines.dispatch.addresses import address_similarity
from anning.engines.dispatch.categories import LEVELS, CategoryAgreement
from anning.engines.space.distance import EARTH_RADIUS_M, haversine_m

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Weights:
    """What each term counts for in the score; only their ratios matter."""

    distance: float = 0.35
    time: float = 0.15
    category: float = 0.35
    address: float = 0.15

    def __post_init__(self) -> None:
        values = (self.distance, self.time, self.category, self.address)
        if min(values) < 0 or not np.isfinite(values).all() or self.distance + self.time + self.category <= 0:
            raise ValueError(f"same-event weights must be 0 or more, one of the first three positive; got {self}")


@dataclass(frozen=True, slots=True)
class SameEventRule:
    """When and how two calls are compared.

    Attributes:
        radius_m: calls farther apart than this, beyond both uncertainties, are not compared.
        window_s: calls farther apart in time than this are not compared.
        uncertainty_cap_m: a larger radius of uncertainty counts as this; what is known only to the district
            must not be compared with everything in it.
        weights: of the four terms.
        threshold: pairs scored lower are not proposed, 0 to 1.
        categories: the city's table of agreeing categories.
    """

    radius_m: float = 200.0
    window_s: float = 900.0
    uncertainty_cap_m: float = 500.0
    weights: Weights = Weights()
    threshold: float = 0.65
    categories: CategoryAgreement = field(default_factory=CategoryAgreement)

    def __post_init__(self) -> None:
        if not (0 < self.radius_m < 1e6 and 0 < self.window_s < 1e9 and 0 <= self.uncertainty_cap_m < 1e6):
            raise ValueError(
                "same-event radius and window must be positive, the cap 0 or more: "
                f"{self.radius_m=}, {self.window_s=}, {self.uncertainty_cap_m=}"
            )
        if not 0 <= self.threshold <= 1:
            raise ValueError(f"same-event threshold must be 0 to 1, got {self.threshold}")


@dataclass(frozen=True, slots=True)
class CallPoints:
    """What is compared of n calls. Make it with `call_points`, which checks shapes.

    Attributes:
        lon, lat: degrees WGS-84; NaN for a call without a place, which is never proposed.
        time_s: seconds on any one scale; NaN is never proposed.
        uncertainty_m: radius round the point within which the place lies, 0 or more.
        category: int64, shape (n, 3), −1 unknown.
        address: normalised texts (`normalise_address`), "" unknown.
    """

    lon: Floats
    lat: Floats
    time_s: Floats
    uncertainty_m: Floats
    category: Ints
    address: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.lon)


@dataclass(frozen=True, slots=True)
class Proposals:
    """Pairs proposed as the same event, best first, with the reasons. All arrays have one length.

    Attributes:
        first, second: rows of the two calls; first < second over a log, and for `match_one` first is the row
            among the recent calls and second is 0.
        score: 0 to 1.
        distance_m, gap_s: metres and seconds between the calls.
        distance_term, time_term, category_term, address_term: 0 to 1; address NaN where one is unknown.
    """

    first: Ints
    second: Ints
    score: Floats
    distance_m: Floats
    gap_s: Floats
    distance_term: Floats
    time_term: Floats
    category_term: Floats
    address_term: Floats

    def __len__(self) -> int:
        return len(self.first)


def call_points(
    lon: ArrayLike,
    lat: ArrayLike,
    time_s: ArrayLike,
    *,
    uncertainty_m: ArrayLike = 0.0,
    category: ArrayLike = (-1, -1, -1),
    address: Sequence[str] | None = None,
) -> CallPoints:
    """Checked `CallPoints`; a single uncertainty or category stands for all calls, scalars for one call.

    Raises:
        ValueError: lengths differ, category is not (n, 3), or an uncertainty is negative or NaN.
    """
    x, y, t = (np.atleast_1d(np.asarray(values, np.float64)) for values in (lon, lat, time_s))
    if not x.shape == y.shape == t.shape == (len(x),):
        raise ValueError(f"lon, lat and time_s must be of one length: {x.shape}, {y.shape}, {t.shape}")
    codes = np.asarray(category, np.int64)
    if codes.shape not in ((LEVELS,), (len(x), LEVELS)):
        raise ValueError(f"category must have shape ({len(x)}, {LEVELS}), got {codes.shape}")
    radius = np.asarray(uncertainty_m, np.float64)
    if radius.shape not in ((), x.shape) or not np.all(radius >= 0):
        raise ValueError("uncertainty_m must be one number or one per call, each 0 or more")
    texts = ("",) * len(x) if address is None else tuple(address)
    if len(texts) != len(x):
        raise ValueError(f"{len(texts)} addresses for {len(x)} calls: give one each, '' where unknown")
    codes, radius = np.broadcast_to(codes, (len(x), LEVELS)), np.broadcast_to(radius, x.shape)
    return CallPoints(x, y, t, radius, codes, texts)


def candidate_pairs(calls: CallPoints, rule: SameEventRule) -> Proposals:
    """Proposals among all calls of a log, in no more than n log n time plus the pairs near in place and time.

    Calls become points of four dimensions, chord metres on the globe over the greatest reach and seconds over
    the window, and a k-d tree gives the pairs within 1 along every axis: a superset, since a chord is shorter
    than its arc.
    """
    rows = np.flatnonzero(np.isfinite(calls.lon) & np.isfinite(calls.lat) & np.isfinite(calls.time_s))
    if rows.size < 2:
        return _propose(calls, calls, np.empty(0, np.int64), np.empty(0, np.int64), rule)
    reach = rule.radius_m + 2 * _capped(calls, rows, rule).max()
    lon, lat = np.radians(calls.lon[rows]), np.radians(calls.lat[rows])
    sphere = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]) * EARTH_RADIUS_M
    time = calls.time_s[rows] - calls.time_s[rows].min()
    tree = cKDTree(np.vstack([sphere / reach, time / rule.window_s]).T)
    pairs = rows[tree.query_pairs(1 + 1e-6, p=np.inf, output_type="ndarray")]
    return _propose(calls, calls, pairs.min(axis=1), pairs.max(axis=1), rule)


def match_one(new: CallPoints, recent: CallPoints, rule: SameEventRule) -> Proposals:
    """Proposals for one new call among recent ones, with exactly the scores `candidate_pairs` would give.

    Raises:
        ValueError: `new` is not one call.
    """
    if len(new) != 1:
        raise ValueError(f"match_one takes one new call, got {len(new)}; use candidate_pairs for a log")
    with np.errstate(invalid="ignore"):
        near = np.flatnonzero(np.abs(recent.time_s - new.time_s[0]) <= rule.window_s)
    return _propose(recent, new, near, np.zeros(near.size, np.int64), rule)


def _capped(calls: CallPoints, rows: Ints, rule: SameEventRule) -> Floats:
    return np.minimum(calls.uncertainty_m[rows], rule.uncertainty_cap_m)


def _propose(a: CallPoints, b: CallPoints, i: Ints, j: Ints, rule: SameEventRule) -> Proposals:
    """Score pairs (i of a, j of b); keep those within reach and at or above the threshold, best first."""
    distance = haversine_m(a.lon[i], a.lat[i], b.lon[j], b.lat[j])
    gap = np.abs(a.time_s[i] - b.time_s[j])
    reach = rule.radius_m + (_capped(a, i, rule) + _capped(b, j, rule))
    near = (distance <= reach) & (gap <= rule.window_s)
    i, j, distance, gap, reach = i[near], j[near], distance[near], gap[near], reach[near]
    terms = np.stack(
        [
            (1 - distance / reach) * (rule.radius_m / reach),
            1 - gap / rule.window_s,
            rule.categories.between(a.category[i], b.category[j]),
            address_similarity([a.address[k] for k in i], [b.address[k] for k in j]),
        ]
    )
    score = _weighted(terms, rule.weights)
    order = np.lexsort((j, i, -score))
    order = order[score[order] >= rule.threshold]
    return Proposals(i[order], j[order], score[order], distance[order], gap[order], *terms[:, order])


def _weighted(terms: Floats, weights: Weights) -> Floats:
    """Weighted mean of the known terms; rounded, so that noise in the last digits decides no threshold."""
    weight = np.array([weights.distance, weights.time, weights.category, weights.address])[:, None]
    known = ~np.isnan(terms)
    total = np.sum(weight * known, axis=0)
    return np.asarray(np.round(np.sum(weight * np.where(known, terms, 0), axis=0) / total, 9))
