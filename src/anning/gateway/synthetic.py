"""A city folder as the simulator sees it, and its calls as the platform takes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar
import numpy as np
import shapely

from anning.engines.space.areas import label_point
from anning.engines.synth.calls import Calls
from anning.engines.synth.rates import Mix, Places, Rhythm
from anning.engines.synth.words import narrate, telephone_numbers
from anning.wire.city import City

COMMUNITY = 4
SPREAD_M = 350.0
SETTLED = "已上门处理，双方认可。"
ATTENDED = "到场处置完毕，现场秩序正常。"
BY_TELEPHONE = "电话中已答复，无需到场。"
"""What made people write when they end what they worked on."""
_UNIT_KINDS = {"fire": "engine", "medical": "ambulance"}


@dataclass(frozen=True)
class Simulated:
    """What the simulator draws from, with the texts its rows stand for."""

    rhythm: Rhythm
    mix: Mix
    places: Places
    categories: tuple[str, ...]
    livelihood: tuple[bool, ...]
    place_names: tuple[str, ...]
    area_codes: tuple[str, ...]
    zone: ZoneInfo
    narratives: dict[str, tuple[str, ...]]


def simulated(city: City) -> Simulated:
    """The simulator's view of a city.

    Raises:
        ValueError: the folder has no rates, or none of its leaves has a weight.
    """
    rates = city.rates
    if "mix" not in rates:
        raise ValueError("the city folder has no rates.toml with a [mix]: nothing can be simulated")
    rhythm = Rhythm(
        float(rates["yearly"]),
        tuple(rates["hour"]),
        tuple(rates["weekday"]),
        tuple(rates["month"]),
        float(rates.get("holiday", 1.0)),
        float(rates.get("scatter", 60.0)),
    )
    leaves = [one for one in city.categories if one.level == max(other.level for other in city.categories)]
    codes = [one.code for one in leaves]
    rows = [_row(code, rates["mix"], codes) for code in codes]
    weight, callers, scene_s = (np.array(column) for column in zip(*rows, strict=True))
    alone = np.array([one.handled_by == "livelihood" for one in leaves])
    hour = np.array([_of(rates.get("hours", {}), code) or [0.0] * 24 for code in codes], float)
    where = list(rates.get("where", {}).items())
    preferred = [_of({code: number for number, (code, _) in enumerate(where, 1)}, code) or 0 for code in codes]
    share = [where[kind - 1][1]["share"] if kind else 0.0 for kind in preferred]
    grounds, names, areas = _grounds(city, [tuple(row["kinds"]) for _, row in where])
    return Simulated(
        rhythm=rhythm,
        mix=Mix(weight, callers, scene_s, alone, hour, np.array(preferred), np.array(share, float)),
        places=grounds,
        categories=tuple(codes),
        livelihood=tuple(bool(flag) for flag in alone),
        place_names=names,
        area_codes=areas,
        zone=ZoneInfo(city.facts.time_zone),
        narratives={code: tuple(texts) for code, texts in city.narratives.items()},
    )


def _grounds(city: City, kinds: Sequence[tuple[str, ...]]) -> tuple[Places, tuple[str, ...], tuple[str, ...]]:
    """Communities as the ground of all events, then the named places of each list of kinds; names and areas of all."""
    homes = [one for one in city.areas if one.level == COMMUNITY]
    spots = [np.array([label_point(one.shape.geometry) for one in homes]).reshape(-1, 2)]
    size = np.array([one.shape.geometry.area for one in homes])
    weight, spread_m = [1 / np.sqrt(size / np.median(size))], [np.full(len(homes), SPREAD_M)]
    names, areas = [one.name for one in homes], [one.code for one in homes]
    lengths, near = [len(homes)], shapely.STRtree([one.shape.geometry for one in homes])
    for wanted in kinds:
        named = [one for one in city.places if one.kind in wanted]
        points = np.array([(one.lon, one.lat) for one in named], float).reshape(-1, 2)
        nearest = near.nearest(shapely.points(points))
        spots.append(points)
        weight.append(weight[0][nearest])
        spread_m.append(np.minimum([one.radius_m / 2 for one in named], SPREAD_M))
        names += [one.name for one in named]
        areas += [homes[row].code for row in nearest]
        lengths.append(len(named))
    lon, lat = np.vstack(spots).T
    kind = np.repeat(np.arange(len(lengths)), lengths)
    return Places(lon, lat, np.concatenate(weight), np.concatenate(spread_m), kind), tuple(names), tuple(areas)


def holidays(first: date, last: date) -> set[date]:
    """The days off between two days, weekends aside, as far as they have been announced."""
    off = set()
    for number in range((last - first).days + 1):
        day = first + timedelta(number)
        try:
            if chinese_calendar.is_holiday(day) and day.weekday() < 5:
                off.add(day)
        except NotImplementedError:
            continue
    return off


def moments(calls: Calls, zone: ZoneInfo) -> list[datetime]:
    """When each call rang, in UTC."""
    midnights = {
        int(day): datetime.combine(date.fromordinal(int(day)), time(), zone).astimezone(UTC)
        for day in np.unique(calls.day)
    }
    return [
        midnights[int(day)] + timedelta(seconds=float(at))
        for day, at in zip(calls.day, calls.at_s.round(3), strict=True)
    ]


def texts(calls: Calls, view: Simulated, seed: int) -> tuple[list[str], list[str], list[str]]:
    """Addresses, narratives and callers' numbers of the calls."""
    rng = np.random.default_rng([seed, int(calls.day[0]), len(calls), 7])
    addresses = [view.place_names[place] for place in calls.place]
    codes = [view.categories[category] for category in calls.category]
    return addresses, narrate(view.narratives, codes, addresses, rng), telephone_numbers(len(calls), rng)


def unit_kind(category: str) -> str:
    """The kind of unit made dispatchers send to a category of incident."""
    return _UNIT_KINDS.get(category.split(".", maxsplit=1)[0], "car")


def _of(table: Mapping[str, Any], code: str) -> Any:
    """What the table says of a category, or of the nearest group above it; None when it says nothing."""
    while code not in table and code:
        code = code.rpartition(".")[0]
    return table.get(code)


def _row(code: str, mix: dict[str, dict[str, float]], leaves: Sequence[str]) -> tuple[float, float, float]:
    key = code if code in mix else code.rpartition(".")[0]
    values = mix.get(key)
    if values is None:
        return 0.0, 0.0, 1.0
    sharing = sum(leaf == key or (leaf.startswith(f"{key}.") and leaf not in mix) for leaf in leaves)
    return values["weight"] / sharing, values["callers"], values["scene_s"]
