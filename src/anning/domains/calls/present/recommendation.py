"""A recommendation as a dispatcher reads it: minutes, a bar of what they are made of, and what speaks against."""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from anning.domains.calls.present.chips import local, unit_chip
from anning.domains.calls.present.lengths import clock
from anning.domains.calls.selectors.board import capability_names
from anning.domains.calls.selectors.fleet import WATER_KINDS, Candidate
from anning.domains.calls.selectors.layers import STALE_S
from anning.domains.calls.selectors.recommendation import Way
from anning.domains.calls.selectors.recommended import Choice, Doubt, Passed, PassedOver, Recommendation
from anning.kernel.contract.text import Text
from anning.kernel.org.models import UnitStatus
from anning.kernel.work.models import Item

SCALE_ROWS = 12
"""The bars are as long as the longest of so many rows; later ones are cut off."""
ORDER: Mapping[Passed, int] = {
    one: place
    for place, one in enumerate(
        (
            Passed.ON_IT,
            Passed.UNREACHABLE,
            Passed.NO_ROAD,
            Passed.NO_POSITION,
            Passed.SHIFT_ENDS,
            Passed.BUSY,
            Passed.INCAPABLE,
            Passed.OFF_DUTY,
        )
    )
}
"""Passed-over units are listed in this order: those that would be thought of first come first."""
ENDING_S = 1800.0
"""A shift that ends within this long is said."""
BARE_S = 30.0
"""A loss of cover that counts for so much is said: half of its area's calls would find nobody."""
_BAR = 100.0
TERMS: Mapping[str, tuple[Text, str]] = {
    "travel": (gettext_lazy("way there"), "travel"),
    "wait": (gettext_lazy("until it is free"), "wait"),
    "cover": (gettext_lazy("cover its own area loses"), "cover"),
    "age": (gettext_lazy("position not fresh"), "age"),
}
"""What each term is called, and its colour in the bar."""
_DOUBTS: Mapping[Doubt, Text] = {
    Doubt.NO_POINT: gettext_lazy("The incident has no point on the map: nothing can be said of travel times."),
    Doubt.NO_NETWORK: gettext_lazy("The city has no road network: minutes are those of a straight line."),
    Doubt.AMBIGUOUS: gettext_lazy("Two roads lie about as near: check which one, minutes may differ."),
    Doubt.FAR: gettext_lazy("The nearest road is %(metres)d m away: the rest of the way is not counted."),
    Doubt.NOWHERE: gettext_lazy("No road lies near the incident: nobody can be said to reach it by road."),
}


def recommendation(item: Item, found: Recommendation, now: datetime) -> dict[str, Any]:
    """Everything `calls/_recommend.html` shows."""
    names = capability_names()
    longest = max((choice.cost_s for choice in found.choices[:SCALE_ROWS] if math.isfinite(choice.cost_s)), default=1.0)
    rows = [choice_row(rank, choice, longest, names, now) for rank, choice in enumerate(found.choices, 1)]
    first = [row for row in rows if row["first"]]
    passed = [passed_row(one, names) for one in sorted(found.passed, key=lambda one: ORDER[one.why])]
    return {
        "rows": rows,
        "settled": found.settled,
        "first": first,
        "first_codes": ",".join(found.first),
        "first_names": "、".join(found.first),
        "arrives": max((row["seconds"] for row in first if row["seconds"] is not None), default=None),
        "arrives_text": minutes(max((row["seconds"] for row in first if row["seconds"] is not None), default=None)),
        "needs": [names.get(code, code) for code in found.needs],
        "missing": "、".join(names.get(code, code) for code in found.missing),
        "doubts": [doubt_text(doubt, found.place_m) for doubt in found.doubts],
        "passed": passed,
        "pickable": any(row["pickable"] for row in passed),
        "passed_count": len(found.passed),
        "routes_url": reverse("calls:routes", args=[item.number]),
    }


def choice_row(rank: int, choice: Choice, longest_s: float, names: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """One unit that could be sent."""
    unit = choice.unit
    return {
        "rank": rank,
        "code": unit.code,
        "agency": local(unit.agency, unit.agency_en),
        "find": f"{unit.code} {unit.agency} {unit.agency_en}",
        "first": choice.first,
        "seconds": choice.travel_s,
        "minutes": minutes(choice.travel_s),
        "bars": bars(choice.terms, longest_s),
        "terms": terms_text(choice.terms),
        "chips": chips(choice, names, now),
    }


def minutes(seconds: float | None) -> str:
    """A time to be read at a glance; an em dash where none is known."""
    if seconds is None or not math.isfinite(seconds):
        return "—"
    if seconds < 60:
        return _("< 1 min")
    return _("%(minutes)d min") % {"minutes": round(seconds / 60)}


def bars(terms: Mapping[str, float], longest_s: float) -> list[dict[str, Any]]:
    """The terms side by side, in hundredths of the longest row's; for the `rect`s of one SVG."""
    made, start = [], 0.0
    for code, seconds in terms.items():
        if seconds <= 0 or not math.isfinite(seconds) or start >= _BAR:
            continue
        width = min(seconds / longest_s * _BAR, _BAR - start)
        made.append({"tone": TERMS[code][1], "x": f"{start:.1f}", "width": f"{width:.1f}"})
        start += width
    return made


def terms_text(terms: Mapping[str, float]) -> str:
    """The terms in words, for whom the bar says nothing."""
    said = [
        _("%(term)s %(time)s") % {"term": TERMS[code][0], "time": clock(seconds)}
        for code, seconds in terms.items()
        if seconds > 0 and math.isfinite(seconds)
    ]
    return " · ".join(said)


def chips(choice: Choice, names: Mapping[str, str], now: datetime) -> list[dict[str, Any]]:
    """What a dispatcher should know beside the minutes, the gravest first."""
    unit, made = choice.unit, []
    if choice.lacks:
        brought = "、".join(names.get(code, code) for code in choice.brings)
        made.append({"tone": "active", "text": brought or _("can do none of it")})
    if unit.kind in WATER_KINDS:
        made.append({"tone": "void", "text": _("by water, straight line")})
    if unit.at_station:
        made.append({"tone": "void", "text": _("from its station")})
    elif unit.position_at is None:
        made.append({"tone": "void", "text": _("no position")})
    elif (now - unit.position_at).total_seconds() > STALE_S:
        made.append(
            {"tone": "void", "text": _("position %(age)s old") % {"age": timesince(unit.position_at, now, depth=1)}}
        )
    if unit.shift_end and (unit.shift_end - now).total_seconds() < ENDING_S:
        at = localtime(unit.shift_end).strftime("%H:%M")
        made.append({"tone": "waiting", "text": _("shift ends %(time)s") % {"time": at}})
    if choice.terms.get("cover", 0.0) >= BARE_S:
        made.append({"tone": "waiting", "text": _("leaves its area bare")})
    return made


def passed_row(one: PassedOver, names: Mapping[str, str]) -> dict[str, Any]:
    """One unit that was left out, and why; a free one can be picked all the same."""
    unit = one.unit
    return {
        "code": unit.code,
        "agency": local(unit.agency, unit.agency_en),
        "find": f"{unit.code} {unit.agency} {unit.agency_en}",
        "why": _why(one, names),
        "pickable": unit.status == UnitStatus.FREE,
    }


def _why(one: PassedOver, names: Mapping[str, str]) -> str:
    if one.why is Passed.BUSY:
        return _busy(one.unit)
    if one.why is Passed.INCAPABLE:
        return _("has none of what is needed: %(what)s") % {"what": "、".join(names.get(c, c) for c in one.lacks)}
    plain: Mapping[Passed, str] = {
        Passed.ON_IT: _("on this incident already"),
        Passed.OFF_DUTY: _("off duty"),
        Passed.NO_POSITION: _("neither position nor station is known"),
        Passed.NO_ROAD: _("stands on no road"),
        Passed.UNREACHABLE: _("no way there within an hour"),
        Passed.SHIFT_ENDS: _("its shift ends before it could do much"),
    }
    return plain[one.why]


def _busy(unit: Candidate) -> str:
    status = unit_chip(unit.status)["label"]
    if unit.free_in_s is None:
        return str(status)
    left = max(1, round(unit.free_in_s / 60))
    about = ngettext("free in about %(count)d minute", "free in about %(count)d minutes", left) % {"count": left}
    return _("%(status)s, %(about)s") % {"status": status, "about": about}


def doubt_text(doubt: Doubt, place_m: float | None) -> str:
    """What makes the whole list less sure, in words."""
    return str(_DOUBTS[doubt]) % {"metres": place_m or 0}


def way_features(drawn: Iterable[Way]) -> list[dict[str, Any]]:
    """Ways as GeoJSON lines: `key` is the callsign, `first` says whether it is recommended."""
    return [_line(one) for one in drawn]


def _line(one: Way) -> dict[str, Any]:
    points = [[round(lon, 6), round(lat, 6)] for lon, lat in zip(one.route.lon, one.route.lat, strict=True)]
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": points},
        "properties": {
            "key": one.code,
            "title": one.code,
            "label": f"{one.code} {minutes(one.route.seconds)}",
            "text": _("%(km).1f km by road") % {"km": one.route.length_m / 1000},
            "first": one.first,
            "seconds": round(one.route.seconds),
        },
    }
