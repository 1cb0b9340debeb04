"""What every reader of road networks gives, and how it fails."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from anning.engines.network.streets import Ints, Streets


class RoadsError(ValueError):
    """A file of roads cannot be read; the message says where and why."""


@dataclass(frozen=True, eq=False, slots=True)
class Roads:
    """A road network as read.

    Attributes:
        streets: what was read.
        counts: how many things of each kind were read, and how many left out, with the reason in the name.
    """

    streets: Streets
    counts: dict[str, int]


def two_ways(first: Ints, last: Ints, same: Ints) -> tuple[Ints, Ints]:
    """Match each arc with the one that goes back along the same street.

    The k-th arc from a to b with the same `same` belongs with the k-th from b to a.

    Parameters:
        first, last: int64[arcs], ends.
        same: int64[arcs], equal for arcs that may belong together (a length in millimetres, say).

    Returns:
        (forward, backward): rows of arcs, one pair for each street; backward is −1 where nothing goes back.

    Example:
        >>> forward, backward = two_ways(np.array([1, 2, 3]), np.array([2, 1, 1]), np.zeros(3, int))
        >>> forward.tolist(), backward.tolist()
        ([0, 2], [1, -1])
    """
    low, high = np.minimum(first, last), np.maximum(first, last)
    turned = first > last
    order = np.lexsort((np.arange(len(first)), turned, same, high, low))
    keys = np.stack([low, high, same])[:, order]
    group = np.concatenate([[0], np.cumsum((np.diff(keys) != 0).any(0))]) if len(first) else np.empty(0, np.int64)
    side = 2 * group + turned[order]
    begins = np.searchsorted(side, side)
    ordinal = np.arange(len(order)) - begins
    partner_at = np.searchsorted(side, side ^ 1) + ordinal
    partner = np.minimum(partner_at, len(order) - 1)
    matched = (partner_at < len(order)) & (side[partner] == side ^ 1) if len(order) else np.empty(0, np.bool_)
    kept = ~(matched & (side & 1 == 1))
    backward = np.where(matched, order[partner], -1)[kept] if len(order) else np.empty(0, np.int64)
    forward = order[kept]
    by_row = np.argsort(forward, kind="stable")
    return forward[by_row], backward[by_row]
