"""Recommendation over files: the answer as figures and in words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

from anning.engines.dispatch.joint import NOBODY, team
from anning.engines.dispatch.recommend import Ranking, Reason, Rule
from anning.wire.dispatch.units import Scene


def answer(scene: Scene, rule: Rule) -> dict[str, Any]:
    """Who goes for each place asked for, all who could, and why each other is passed over."""
    found = team(scene.units, scene.places, rule)
    places = []
    for place, (ranking, unit) in enumerate(zip(found.rankings, found.unit.tolist(), strict=True)):
        places.append(
            {
                "needs": scene.asked[place],
                "unit": None if unit == NOBODY else scene.ids[unit],
                "arrival_s": None if unit == NOBODY else float(ranking.arrival_s[unit]),
                "candidates": len(ranking.order),
                "unmet": None if unit != NOBODY else _unmet(scene, place, ranking),
                "ranked": [_terms(scene, ranking, row) for row in ranking.order.tolist()],
                "passed_over": _passed_over(scene, ranking),
            }
        )
    return {"units": len(scene.units), "complete_s": found.complete_s, "unmet": len(found.unmet), "places": places}


def lines(found: dict[str, Any]) -> Iterator[str]:
    """The answer in words."""
    for place in found["places"]:
        if place["unit"] is None:
            yield f"{place['needs']}: nobody. {place['unmet']}"
        else:
            yield f"{place['needs']}: {place['unit']} in {place['arrival_s']:.0f} s"
        for row in place["ranked"]:
            yield (
                f"  {row['unit']}: {row['arrival_s']:.0f} s (wait {row['wait_s']:.0f}, travel {row['travel_s']:.0f}; "
                f"cover {row['cover_s']:+.0f}){'' if row['slower_s'] == 0 else ', ' + row['why']}"
            )
        for row in place["passed_over"]:
            yield f"  not {row['unit']}: {row['why']}"


def _terms(scene: Scene, ranking: Ranking, row: int) -> dict[str, Any]:
    slower = float(ranking.amount[row])
    return {
        "unit": scene.ids[row],
        "score_s": float(ranking.score_s[row]),
        "arrival_s": float(ranking.arrival_s[row]),
        "wait_s": float(ranking.wait_s[row]),
        "travel_s": float(ranking.travel_s[row]),
        "cover_s": float(ranking.cover_s[row]),
        "age_s": float(scene.units.age_s[row]),
        "slower_s": slower,
        "why": f"slower by {slower:.0f} s" if slower else "first",
    }


def _passed_over(scene: Scene, ranking: Ranking) -> list[dict[str, Any]]:
    rows = [row for row, code in enumerate(ranking.reason.tolist()) if code not in (Reason.FIRST, Reason.SLOWER)]
    return [
        {
            "unit": scene.ids[row],
            "reason": Reason(int(ranking.reason[row])).name.lower(),
            "amount": float(ranking.amount[row]),
            "why": _why(scene, ranking, row),
        }
        for row in rows
    ]


def _why(scene: Scene, ranking: Ranking, row: int) -> str:
    much = float(ranking.amount[row])
    lacks = [name for name, lack in zip(scene.capabilities, ranking.lacking[row], strict=True) if lack]
    return {
        Reason.OFF_DUTY: "off duty",
        Reason.LACKS: f"lacks {', '.join(lacks)}",
        Reason.POSITION_TOO_OLD: "position never heard of" if math.isnan(much) else f"position {much:.0f} s old",
        Reason.UNREACHABLE: "no way leads from it to the place",
        Reason.BUSY: f"busy for {much:.0f} s more" if much < float("inf") else "busy, no end known",
        Reason.SHIFT_ENDS: f"shift ends in {much:.0f} s" if much >= 0 else f"shift ended {-much:.0f} s ago",
        Reason.BEYOND_LIMIT: f"{much:.0f} s beyond the limit",
    }[Reason(int(ranking.reason[row]))]


def _unmet(scene: Scene, place: int, ranking: Ranking) -> str:
    """Which requirement nobody meets, plainly."""
    if len(ranking.order):
        return f"{len(ranking.order)} could, but are needed for other places"
    wanted = scene.places[place]
    if not len(scene.units):
        return "There are no units"
    lacking = [name for k, name in enumerate(scene.capabilities) if wanted[k] and not scene.units.skills[:, k].any()]
    if lacking:
        return f"No unit has {', '.join(lacking)}"
    counts = Counter(row["reason"] for row in _passed_over(scene, ranking))
    return "No unit can go: " + ", ".join(f"{count} {_ARE[reason]}" for reason, count in counts.items())


_ARE = {
    "off_duty": "off duty",
    "lacks": "lacking a capability",
    "position_too_old": "with too old a position",
    "unreachable": "without a way there",
    "busy": "busy",
    "shift_ends": "at the end of the shift",
    "beyond_limit": "beyond the limit",
}
"""How units are that cannot go for a reason."""
