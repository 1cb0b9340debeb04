"""What a planner asks for: whose incidents of when and where, answered by whom, under which rule."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from anning.domains.calls.selectors.asked import AskedFigures
from anning.domains.calls.selectors.durations import HANDLES

Query = Mapping[str, Sequence[str]]
"""A query string as lists, as `QueryDict.lists` gives it."""
SERVICES = tuple(HANDLES)
POLICIES = ("nearest", "reserve")
MODELS = ("p_median", "mclp", "mexclp")
MOST_CHANGES = 20
MOST_POSTS = 200


@dataclass(frozen=True)
class Demand:
    """Whose incidents: of a service, a period, an area, of the priorities up to `least_urgent`."""

    figures: AskedFigures
    service: str = "police"
    least_urgent: int = 4

    @classmethod
    def read(cls, query: Query, today: date) -> "Demand":
        """From a query string; what makes no sense falls back to the last thirty days of the police."""
        plain = {name: values[-1] for name, values in query.items() if values}
        service = plain.get("service", "")
        return cls(
            AskedFigures.read(plain, today),
            service if service in SERVICES else SERVICES[0],
            int(number(query, "least_urgent", 4, 1, 4)),
        )

    def query(self) -> list[tuple[str, str]]:
        """The parts of a query string that ask for the same again, the period by its days."""
        period = self.figures.period
        parts = [("period", "own"), ("since", period.start.isoformat()), ("until", period.end.isoformat())]
        return [
            *parts,
            ("area", self.figures.area),
            ("service", self.service),
            ("least_urgent", f"{self.least_urgent}"),
        ]


@dataclass(frozen=True)
class AskedReplay:
    """A replay: the demand, the rule, what is assumed, and the roster beside today's.

    `changes` are pairs of a group of units (see `roster.groups`) and how many more (fewer) it has; `posts`, when
    given, are where one unit each stands instead of all of today's.
    """

    demand: Demand
    policy: str = "nearest"
    reserve: int = 1
    target_min: float = 8.0
    turn_out_s: float = 60.0
    scene_min: float = 30.0
    changes: tuple[tuple[str, int], ...] = ()
    posts: tuple[tuple[float, float], ...] = ()

    @classmethod
    def read(cls, query: Query, today: date) -> "AskedReplay":
        """From a query string; numbers out of their range are brought to its ends."""
        policy = (query.get("policy") or [""])[-1]
        return cls(
            demand=Demand.read(query, today),
            policy=policy if policy in POLICIES else POLICIES[0],
            reserve=int(number(query, "reserve", 1, 1, 50)),
            target_min=number(query, "target_min", 8, 1, 120),
            turn_out_s=number(query, "turn_out_s", 60, 0, 600),
            scene_min=number(query, "scene_min", 30, 1, 600),
            changes=_changes(query),
            posts=_points(query.get("posts") or []),
        )

    def query(self) -> list[tuple[str, str]]:
        """The query string that asks for the same again, in pairs."""
        plain = [("policy", self.policy), ("reserve", str(self.reserve)), ("target_min", f"{self.target_min:g}")]
        plain += [("turn_out_s", f"{self.turn_out_s:g}"), ("scene_min", f"{self.scene_min:g}")]
        plain += [("change", f"{group}:{by:+d}") for group, by in self.changes]
        posts = [("posts", ";".join(f"{lon:.5f},{lat:.5f}" for lon, lat in self.posts))] if self.posts else []
        return [*self.demand.query(), *plain, *posts]


@dataclass(frozen=True)
class AskedPosts:
    """A placement: the demand, how many posts, how near is near, how busy a unit is, by which model."""

    demand: Demand
    posts: int = 0
    within_min: float = 8.0
    busy: float = 0.3
    model: str = "p_median"

    @classmethod
    def read(cls, query: Query, today: date) -> "AskedPosts":
        """From a query string; 0 posts stands for as many as today."""
        model = (query.get("model") or [""])[-1]
        return cls(
            demand=Demand.read(query, today),
            posts=int(number(query, "number", 0, 0, MOST_POSTS)),
            within_min=number(query, "within_min", 8, 1, 120),
            busy=number(query, "busy", 0.3, 0, 0.95),
            model=model if model in MODELS else MODELS[0],
        )

    def query(self) -> list[tuple[str, str]]:
        """The query string that asks for the same again, in pairs."""
        plain = [("number", str(self.posts)), ("within_min", f"{self.within_min:g}"), ("busy", f"{self.busy:g}")]
        return [*self.demand.query(), *plain, ("model", self.model)]


def lists(query: Mapping[str, Any]) -> dict[str, list[str]]:
    """A mapping of single values or lists as lists of text."""
    return {
        name: [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]
        for name, value in query.items()
        if value is not None
    }


def number(query: Query, name: str, usual: float, least: float, most: float) -> float:
    """A number of a query, within its range; the usual one where none can be read."""
    try:
        found = float((query.get(name) or [""])[-1])
    except ValueError:
        return usual
    return usual if math.isnan(found) else min(max(found, least), most)


def _changes(query: Query) -> tuple[tuple[str, int], ...]:
    """Of `change=GROUP:+1`, and of the form's rows `group` and `delta`; those of one group are added up."""
    given = [one.rpartition(":")[::2] for one in query.get("change") or []]
    given += list(zip(query.get("group") or [], query.get("delta") or [], strict=False))
    found: dict[str, int] = {}
    for group, text in given[:MOST_CHANGES]:
        by = int(number({"by": [text]}, "by", 0, -500, 500))
        if group and by:
            found[group[:140]] = found.get(group[:140], 0) + by
    return tuple((group, by) for group, by in found.items() if by)


def _points(given: Sequence[str]) -> tuple[tuple[float, float], ...]:
    found = []
    for text in ";".join(given).split(";")[:MOST_POSTS]:
        lon, comma, lat = text.partition(",")
        try:
            point = (float(lon), float(lat))
        except ValueError:
            continue
        if comma and -180 <= point[0] <= 180 and -90 <= point[1] <= 90:
            found.append(point)
    return tuple(found)
