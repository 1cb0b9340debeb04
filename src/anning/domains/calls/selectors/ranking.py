"""From units and seconds to the engine's arrays, and from its ranking back to units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from anning.domains.calls.selectors.cover import cover_left
from anning.domains.calls.selectors.fleet import Candidate
from anning.domains.calls.selectors.recommended import Choice, Passed, PassedOver
from anning.engines.dispatch.joint import pick
from anning.engines.dispatch.recommend import Ranking, Reason, Rule, Units, make_units, rank
from anning.kernel.org.models import UnitStatus

LIMIT_S = 3600.0
"""Who needs longer is out of reach; the search for ways stops here too."""
OLDEST_S = 3600.0
"""A position counts as at most this old: beyond it nothing more is known of where a unit is."""
RULE = Rule(limit_s=LIMIT_S, shift_margin_s=300.0, cover_price_s=60.0, age_price=0.01)
"""A crew has five minutes of its shift left on arrival at least; stripping its area counts for a minute, a position an
hour old for 36 seconds."""
_PASSED = {
    Reason.OFF_DUTY: Passed.OFF_DUTY,
    Reason.UNREACHABLE: Passed.UNREACHABLE,
    Reason.BEYOND_LIMIT: Passed.UNREACHABLE,
    Reason.BUSY: Passed.BUSY,
    Reason.SHIFT_ENDS: Passed.SHIFT_ENDS,
}


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


def ranked(
    fleet: Sequence[Candidate], reach: Reach, needs: Sequence[str], left: Sequence[str], now: datetime, *, wanted: bool
) -> Ranked:
    """Units that can be sent now, best first, those recommended together marked; and why the others cannot.

    `left` are the needs that nobody at work on the incident brings; unless somebody is `wanted` none is recommended.
    """
    units = _units(fleet, reach, needs, now)
    found = rank(units, np.zeros(len(needs), np.bool_), RULE)
    fit: NDArray[np.bool_] = np.asarray(units.skills.any(axis=1) if needs else np.ones(len(fleet), np.bool_))
    order = [int(k) for k in found.order if fit[k] and not fleet[k].on_it]
    first, missing = _first(units, order, needs, left) if wanted else (set[int](), ())
    order.sort(key=lambda k: k not in first)
    rest = [k for k in range(len(fleet)) if k not in set(order)]
    return Ranked(
        tuple(_choice(fleet[k], found, k, bool(np.isnan(reach.seconds[k])), needs, k in first) for k in order),
        tuple(PassedOver(fleet[k], _why(fleet[k], found, k, reach, bool(fit[k])), tuple(needs)) for k in rest),
        missing,
    )


def _units(fleet: Sequence[Candidate], reach: Reach, needs: Sequence[str], now: datetime) -> Units:
    """The engine's arrays. Who is on the incident already counts as off duty: it cannot be sent to it again."""
    unknown = np.isnan(reach.seconds)
    nowhere = np.array([one.lon is None for one in fleet], np.bool_) & ~unknown.all()
    travel = np.where(unknown, np.where(nowhere, np.inf, 0.0), np.where(reach.near, reach.seconds, np.inf))
    free = [
        0.0 if one.status == UnitStatus.FREE else np.inf if one.free_in_s is None else one.free_in_s for one in fleet
    ]
    busy = np.array([one.status != UnitStatus.FREE for one in fleet], np.bool_)
    return make_units(
        travel,
        np.array([[code in one.able for code in needs] for one in fleet], np.bool_).reshape(len(fleet), len(needs)),
        on_duty=[one.status != UnitStatus.OFF_DUTY and not one.on_it for one in fleet],
        free_in_s=np.maximum(np.array(free), np.where(busy, 1.0, 0.0)),
        age_s=[
            min(OLDEST_S, max(0.0, (now - one.position_at).total_seconds())) if one.position_at else 0.0
            for one in fleet
        ],
        shift_left_s=[max(0.0, (one.shift_end - now).total_seconds()) if one.shift_end else np.inf for one in fleet],
        cover_left=cover_left(fleet),
    )


def _first(
    units: Units, order: Sequence[int], needs: Sequence[str], left: Sequence[str]
) -> tuple[set[int], tuple[str, ...]]:
    """The units to send together so that what is left open comes at the least sum of scores; and what nobody brings."""
    if not needs:
        return set(order[:1]), ()
    if len(left) == 1:
        able = [k for k in order if units.skills[k, list(needs).index(left[0])]]
        return set(able[:1]), () if able else tuple(left)
    found = pick(units, [int(code in left) for code in needs], RULE)
    missing = tuple(code for code, short in zip(needs, found.missing.tolist(), strict=True) if short)
    return set(found.units.tolist()), missing


def _choice(unit: Candidate, found: Ranking, k: int, unknown: bool, needs: Sequence[str], first: bool) -> Choice:
    terms = {
        "travel": float(found.travel_s[k]),
        "wait": float(found.wait_s[k]),
        "cover": float(found.cover_s[k]),
        "age": float(found.age_s[k]),
    }
    brings = tuple(code for code in needs if code in unit.able)
    lacks = tuple(code for code in needs if code not in unit.able)
    return Choice(unit, None if unknown else terms["travel"], float(found.score_s[k]), terms, brings, lacks, first)


def _why(unit: Candidate, found: Ranking, k: int, reach: Reach, fit: bool) -> Passed:
    """Why a unit was passed over, the plainest reason first."""
    if unit.on_it:
        return Passed.ON_IT
    reason = Reason(int(found.reason[k]))
    if reason is Reason.OFF_DUTY:
        return Passed.OFF_DUTY
    if not fit:
        return Passed.INCAPABLE
    if reason is Reason.UNREACHABLE and unit.lon is None:
        return Passed.NO_POSITION
    if reason is Reason.UNREACHABLE and not reach.near[k]:
        return Passed.NO_ROAD
    return _PASSED[reason]
