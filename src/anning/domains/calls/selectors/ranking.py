"""From units and seconds to a ranking, by the engine; and back from its rows to units."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anning.domains.calls.selectors.demand import per_hour
from anning.domains.calls.selectors.fleet import Candidate
from anning.domains.calls.selectors.recommended import Choice, Passed, PassedOver
from anning.kernel.org.models import UnitStatus


@dataclass(frozen=True)
class Reach:
    """Seconds from each unit to the incident: infinite without a way, NaN where nothing is known of travel.

    `near` tells which stand on or near a road.
    """

    seconds: NDArray[np.float64]
    near: NDArray[np.bool_]


@dataclass(frozen=True)
class Ranked:
    """The ranking, in units again."""

    choices: tuple[Choice, ...]
    passed: tuple[PassedOver, ...]
    missing: tuple[str, ...]


def rank(
    units: Sequence[Candidate], reach: Reach, needs: Sequence[str], left: Sequence[str], *, wanted: bool = True
) -> Ranked:
    """Units that can be sent now, best first, those recommended together marked; and why the others cannot.

    `left` are the needs that nobody at work on the incident brings; unless somebody is `wanted` none is recommended.
    """
    why = [_why(one, needs, float(reach.seconds[k]), bool(reach.near[k])) for k, one in enumerate(units)]
    cover = _cover(units)
    able = [k for k, reason in enumerate(why) if reason is None]
    cost = {k: float(np.nan_to_num(reach.seconds[k])) + cover[k] for k in able}
    able.sort(key=lambda k: (-len(units[k].able & set(needs)), cost[k], units[k].code))
    first, missing = _together(units, able, cost, left) if wanted else (set[int](), ())
    able.sort(key=lambda k: (k not in first, len(set(needs) - units[k].able), cost[k], units[k].code))
    return Ranked(
        tuple(_choice(units[k], float(reach.seconds[k]), cover[k], needs, k in first) for k in able),
        tuple(PassedOver(units[k], reason, tuple(needs)) for k, reason in enumerate(why) if reason is not None),
        missing,
    )


def _choice(unit: Candidate, seconds: float, cover_s: float, needs: Sequence[str], first: bool) -> Choice:
    known = bool(np.isfinite(seconds))
    terms = {"travel": seconds if known else 0.0, "cover": cover_s}
    brings = tuple(code for code in needs if code in unit.able)
    lacks = tuple(code for code in needs if code not in unit.able)
    return Choice(unit, seconds if known else None, sum(terms.values()), terms, brings, lacks, first)


def _why(unit: Candidate, needs: Sequence[str], seconds: float, near: bool) -> Passed | None:
    if unit.on_it:
        return Passed.ON_IT
    if unit.status == UnitStatus.OFF_DUTY:
        return Passed.OFF_DUTY
    if needs and not unit.able & set(needs):
        return Passed.INCAPABLE
    if unit.status != UnitStatus.FREE:
        return Passed.BUSY
    if np.isnan(seconds):
        return Passed.NO_POSITION if unit.lon is None else None
    if not near:
        return Passed.NO_ROAD
    return None if np.isfinite(seconds) else Passed.UNREACHABLE


def _together(
    units: Sequence[Candidate], able: list[int], cost: dict[int, float], needs: Sequence[str]
) -> tuple[set[int], tuple[str, ...]]:
    """The units to send together, each covering what those before it leave open; and what nobody covers."""
    if not needs:
        return set(sorted(able, key=lambda k: (cost[k], units[k].code))[:1]), ()
    left, first = set(needs), set[int]()
    while left:
        helping = [k for k in able if units[k].able & left]
        if not helping:
            break
        best = min(helping, key=lambda k: (-len(units[k].able & left), cost[k], units[k].code))
        first.add(best)
        left -= units[best].able
    return first, tuple(sorted(left))


def _cover(units: Sequence[Candidate]) -> list[float]:
    """Seconds of cover each unit's own area would lose were it sent: its calls an hour, shared by those left free."""
    free = [one.area_code for one in units if one.status == UnitStatus.FREE]
    return [
        60.0 * per_hour(one.area_code) / free.count(one.area_code)
        if one.status == UnitStatus.FREE and one.area_code
        else 0.0
        for one in units
    ]
