"""Whether `rates.toml` and `narratives.toml` can be drawn from; a folder without them is simply not simulated."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from anning.wire.city.faults import Fault

if TYPE_CHECKING:
    from anning.wire.city.folder import City

WEIGHTS = {"hour": 24, "weekday": 7, "month": 12}
MIX = ("weight", "callers", "scene_s")
SLOT = "{place}"


def rates(city: City) -> Iterator[Fault]:
    """What of `rates.toml` cannot be: a number, a rhythm, or a weight of the mix."""
    given = city.rates
    if not given:
        return
    for name, wanted in WEIGHTS.items():
        weights = given.get(name)
        if not isinstance(weights, list) or len(weights) != wanted or not all(_at_least(one) for one in weights):
            yield _fault(name, weights, f"needs {wanted} weights, none below 0")
        elif not any(weights):
            yield _fault(name, weights, "needs a weight above 0")
    for name, default in (("yearly", None), ("holiday", 1.0), ("scatter", 60.0)):
        if not _at_least(given.get(name, default), above=True):
            yield _fault(name, given.get(name), "has to be a number above 0")
    for extra in sorted(set(given) - {*WEIGHTS, "yearly", "holiday", "scatter", "mix", "hours", "where"}):
        yield _fault(extra, "", "is no field here")
    yield from _hours(city)
    yield from _where(city)
    yield from _mix(city)


def narratives(city: City) -> Iterator[Fault]:
    """What of `narratives.toml` cannot be: a code, a sentence, or a category that is drawn and has none."""
    known = {one.code for one in city.categories}
    for code, texts in city.narratives.items():
        if code and code not in known:
            yield Fault("narratives.toml", "", "category", code, "is not in categories.toml")
        if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
            yield Fault("narratives.toml", "", code or "all others", "", "needs a list of sentences")
            continue
        for text in texts:
            if SLOT not in text or text.replace(SLOT, "").count("{"):
                yield Fault("narratives.toml", code, "sentence", text, f"needs {SLOT}, and no other slot")
    mix = city.rates.get("mix")
    if not isinstance(mix, Mapping) or "" in city.narratives:
        return
    for code in sorted(_leaves(city)):
        drawn = code in mix or code.rpartition(".")[0] in mix
        if drawn and not any(code == key or code.startswith(f"{key}.") for key in city.narratives):
            yield Fault("narratives.toml", "", "category", code, "is drawn by rates.toml and has no sentence")


def _hours(city: City) -> Iterator[Fault]:
    for code, weights in _by_category(city, "hours"):
        if not isinstance(weights, list) or len(weights) != 24 or not all(_at_least(one) for one in weights):
            yield _fault(f"hours.{code}", weights, "needs 24 weights, none below 0")
        elif not any(weights):
            yield _fault(f"hours.{code}", weights, "needs a weight above 0")
    yield from _unknown(city, "hours")


def _where(city: City) -> Iterator[Fault]:
    there = {one.kind for one in city.places}
    for code, row in _by_category(city, "where"):
        if not isinstance(row, Mapping) or set(row) != {"kinds", "share"}:
            yield _fault(f"where.{code}", row, "needs kinds and share")
            continue
        if not _at_least(row["share"]) or row["share"] > 1:
            yield _fault(f"where.{code}.share", row["share"], "is not a share from 0 to 1")
        if not isinstance(row["kinds"], list) or not all(isinstance(kind, str) for kind in row["kinds"]):
            yield _fault(f"where.{code}.kinds", row["kinds"], "is no list of kinds")
        elif not there.intersection(row["kinds"]):
            yield _fault(f"where.{code}.kinds", row["kinds"], "are kinds of no place in gazetteer.csv")
    yield from _unknown(city, "where")


def _by_category(city: City, name: str) -> Iterator[tuple[str, Any]]:
    given = city.rates.get(name, {})
    if isinstance(given, Mapping):
        yield from given.items()
    else:
        yield name, given


def _unknown(city: City, name: str) -> Iterator[Fault]:
    known, given = {one.code for one in city.categories}, city.rates.get(name, {})
    for code in sorted(set(given) - known) if isinstance(given, Mapping) else ():
        yield _fault(name, code, "is not in categories.toml")


def _mix(city: City) -> Iterator[Fault]:
    mix, known = city.rates.get("mix"), {one.code for one in city.categories}
    leaves = _leaves(city)
    drawn = leaves | {code.rpartition(".")[0] for code in leaves}
    if not isinstance(mix, Mapping) or not mix:
        yield _fault("mix", "", "is missing: give [mix] with the share of each category")
        return
    for code, values in mix.items():
        if code not in known:
            yield _fault("mix", code, "is not in categories.toml")
        elif code not in drawn:
            yield _fault("mix", code, "is neither a lowest category nor the group right above one")
        if not isinstance(values, Mapping) or set(values) != set(MIX):
            yield _fault(f"mix.{code}", values, f"needs {', '.join(MIX)}")
            continue
        for name in MIX:
            if not _at_least(values[name], above=name == "scene_s"):
                yield _fault(f"mix.{code}.{name}", values[name], "is no number, or too small")
    if not any(isinstance(one, Mapping) and _at_least(one.get("weight"), above=True) for one in mix.values()):
        yield _fault("mix", "", "needs a weight above 0")


def _leaves(city: City) -> set[str]:
    deepest = max((one.level for one in city.categories), default=1)
    return {one.code for one in city.categories if one.level == deepest}


def _fault(name: str, value: Any, reason: str) -> Fault:
    return Fault("rates.toml", "", name, "" if value is None else str(value), reason)


def _at_least(value: Any, *, above: bool = False) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if isinstance(value, float) and not math.isfinite(value):
        return False
    return value > 0 if above else value >= 0
