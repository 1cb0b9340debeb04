"""Calls of a synthetic city, day by day: the same seed gives the same calls, whichever days are asked for together.

Each day has a random stream of its own, seeded by (seed, day), so a year generated at once and month by month is
the same year.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
from numpy.typing import NDArray

from anning.engines.synth.rates import Floats, Ints, Mix, Places, Rhythm

METRES_PER_DEGREE = 111_320.0
LONGEST_ANSWER_S = 90.0
TURNOUT_S = 60.0
"""From assignment to wheels turning; every travel time drawn is longer."""
SPEED_M_S = 8.0
"""Mean speed of units over the ground, used only to draw plausible travel times."""


@dataclass(frozen=True)
class Calls:
    """Columns of calls in the order they rang; all of one length.

    Attributes:
        day: ordinal of the day (`date.toordinal`).
        at_s: seconds after local midnight at which the call rang.
        event: truth: calls of one event share it (unique over seeds' days).
        first: whether the call is the first of its event.
        category, place: rows of the mix and of the places.
        lon, lat: where the caller says it is, degrees.
        radius_m: how sure the place is.
        answer_s: from ringing to answer; assign_s: answer to assignment; travel_s: to arrival; scene_s: to clearing.
    """

    day: Ints
    at_s: Floats
    event: Ints
    first: NDArray[np.bool_]
    category: Ints
    place: Ints
    lon: Floats
    lat: Floats
    radius_m: Floats
    answer_s: Floats
    assign_s: Floats
    travel_s: Floats
    scene_s: Floats

    def __len__(self) -> int:
        return len(self.day)


def expected(day: date, holidays: Collection[date], rhythm: Rhythm) -> float:
    """Expected events on a day at scale 1."""
    weekday, month = np.asarray(rhythm.weekday, float), np.asarray(rhythm.month, float)
    factor = weekday[day.weekday()] / weekday.mean() * month[day.month - 1] / month.mean()
    return float(rhythm.yearly / 365.25 * factor * (rhythm.holiday if day in holidays else 1.0))


def generate(
    days: Iterable[date],
    holidays: Collection[date],
    rhythm: Rhythm,
    mix: Mix,
    places: Places,
    *,
    scale: float = 1.0,
    seed: int = 0,
) -> Calls:
    """The calls of `days`, all together.

    Raises:
        ValueError: the scale is not above 0, or there is no day.
    """
    parts = list(by_day(days, holidays, rhythm, mix, places, scale=scale, seed=seed))
    if not parts:
        raise ValueError("there is no day to generate calls for")
    return Calls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Calls)))


def by_day(
    days: Iterable[date],
    holidays: Collection[date],
    rhythm: Rhythm,
    mix: Mix,
    places: Places,
    *,
    scale: float = 1.0,
    seed: int = 0,
) -> Iterator[Calls]:
    """The calls of `days`, one day at a time. Raises `ValueError` when the scale is not above 0."""
    if not scale > 0:
        raise ValueError(f"the scale must be above 0, got {scale}")
    for day in days:
        rng = np.random.default_rng([seed, day.toordinal()])
        mean = expected(day, holidays, rhythm) * scale * rng.gamma(rhythm.scatter, 1 / rhythm.scatter)
        # `yearly` counts calls; some events bring several, so fewer events are drawn.
        share = mix.weight / mix.weight.sum()
        events = int(rng.poisson(mean / (1 + float(share @ mix.callers))))
        yield _day(rng, day, events, rhythm, mix, places)


def _day(rng: np.random.Generator, day: date, events: int, rhythm: Rhythm, mix: Mix, places: Places) -> Calls:
    category = rng.choice(len(mix.weight), events, p=_share(mix.weight))
    begins = (_hours(rng, category, rhythm, mix) + rng.random(events)) * 3600.0
    place = _places(rng, category, mix, places)
    north, east = (rng.standard_normal(events) * places.spread_m[place] for _ in range(2))
    lat = places.lat[place] + north / METRES_PER_DEGREE
    lon = places.lon[place] + east / (METRES_PER_DEGREE * np.cos(np.radians(lat)))

    callers = 1 + rng.poisson(mix.callers[category])
    event = np.repeat(np.arange(events), callers)
    first = np.ones(len(event), bool)
    first[1:] = event[1:] != event[:-1]
    later = np.where(first, 0.0, rng.exponential(150.0, len(event)))
    at_s = np.minimum(begins[event] + later, 86_399.0)
    radius_m = rng.choice([20.0, 50.0, 150.0, 400.0], len(event), p=[0.4, 0.3, 0.2, 0.1])
    aside = np.where(first, 0.0, 0.35) * radius_m
    lat_said = lat[event] + aside * rng.standard_normal(len(event)) / METRES_PER_DEGREE
    east_said = aside * rng.standard_normal(len(event))
    lon_said = lon[event] + east_said / (METRES_PER_DEGREE * np.cos(np.radians(lat_said)))
    columns = {
        "day": np.full(len(event), day.toordinal(), np.int64),
        "at_s": at_s,
        "event": event + day.toordinal() * 1_000_000,
        "first": first,
        "category": category[event].astype(np.int64),
        "place": place[event].astype(np.int64),
        "lon": lon_said,
        "lat": lat_said,
        "radius_m": radius_m,
        **_stages(rng, len(event), mix.scene_s[category[event]]),
    }
    order = np.argsort(at_s, kind="stable")
    return Calls(**{name: values[order] for name, values in columns.items()})


def _hours(rng: np.random.Generator, category: Ints, rhythm: Rhythm, mix: Mix) -> Ints:
    """The hour of each event: of its category's own day, else of the rhythm's."""
    at = rng.random(len(category))
    hours = np.searchsorted(np.cumsum(_share(rhythm.hour)), at, side="right")
    if mix.hour is not None:
        totals = mix.hour.sum(axis=1)
        own = totals[category] > 0
        until = np.cumsum(mix.hour, axis=1) / np.where(totals > 0, totals, 1.0)[:, None]
        hours[own] = (until[category[own]] <= at[own, None]).sum(axis=1)
    return np.minimum(hours, 23).astype(np.int64)


def _places(rng: np.random.Generator, category: Ints, mix: Mix, places: Places) -> Ints:
    """The place of each event: of the kind its category prefers, else of kind 0."""
    ordinary = np.flatnonzero(places.kinds == 0)
    place = ordinary[rng.choice(len(ordinary), len(category), p=_share(places.weight[ordinary]))]
    if mix.kind is not None and mix.kind_share is not None:
        there = rng.random(len(category)) < mix.kind_share[category]
        for kind in np.unique(mix.kind[mix.kind > 0]):
            wanted, rows = np.flatnonzero(places.kinds == kind), there & (mix.kind[category] == kind)
            if len(wanted):
                place[rows] = wanted[rng.choice(len(wanted), int(rows.sum()), p=_share(places.weight[wanted]))]
    return place


def _stages(rng: np.random.Generator, count: int, scene_s: Floats) -> dict[str, Floats]:
    """Log-normal delays of each stage, seconds."""
    distance_m = rng.gamma(2.0, 1400.0, count)
    return {
        "answer_s": np.minimum(rng.lognormal(np.log(6.0), 0.6, count), LONGEST_ANSWER_S),
        "assign_s": rng.lognormal(np.log(45.0), 0.7, count),
        "travel_s": TURNOUT_S + distance_m / SPEED_M_S * rng.lognormal(0.0, 0.25, count),
        "scene_s": scene_s * rng.lognormal(-0.18, 0.6, count),
    }


def _share(weights: object) -> Floats:
    values = np.asarray(weights, float)
    shares: Floats = values / values.sum()
    return shares
