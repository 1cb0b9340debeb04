"""Same-event pairs among many incidents at once, by the vectorised rule."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from anning.domains.calls.selectors.proposals import MOST, points_of, reasons, rule
from anning.engines.dispatch.same_event import candidate_pairs
from anning.kernel.work.models import Item


@dataclass(frozen=True)
class Pair:
    """Two incidents that may be one event: the later and the earlier, the score 0…1 and what it is made of."""

    newer: Item
    older: Item
    score: float
    reasons: dict[str, Any]


def pairs_among(items: Sequence[Item]) -> list[Pair]:
    """The pairs the rule proposes among `items` (loaded with `incident`), a few per later one, best first."""
    if len(items) < 2:
        return []
    found = candidate_pairs(points_of(items), rule())
    best: dict[int, list[Pair]] = defaultdict(list)
    for k, (i, j) in enumerate(zip(found.first.tolist(), found.second.tolist(), strict=True)):
        older, newer = sorted((items[i], items[j]), key=lambda item: (item.opened_at, item.pk))
        best[newer.pk].append(Pair(newer, older, float(found.score[k]), reasons(found, k)))
    return [pair for group in best.values() for pair in sorted(group, key=lambda pair: -pair.score)[:MOST]]
