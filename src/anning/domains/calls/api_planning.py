"""The planners' operations of the JSON API: replays, kept scenarios, placements of posts."""

from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from anning.domains.calls.module import COUNTERS
from anning.domains.calls.present.placing import features as post_features
from anning.domains.calls.present.planning import trouble
from anning.domains.calls.selectors.planning import lab, placing
from anning.domains.calls.selectors.planning.asked import AskedPosts, AskedReplay, lists
from anning.domains.calls.selectors.planning.cells import features
from anning.domains.calls.selectors.planning.check import check
from anning.domains.calls.selectors.planning.figures import figures
from anning.domains.calls.selectors.planning.scenarios import scenario, scenarios
from anning.domains.calls.services import scenarios as keeping
from anning.kernel.access.middleware import viewer
from anning.kernel.access.scope import Viewer
from anning.kernel.work.errors import NotVisibleError, RefusedError

router = Router(tags=["calls"])


class DemandIn(Schema):
    """Whose incidents, of when and where; without days the last thirty."""

    service: Literal["police", "fire", "medical"] = "police"
    period: Literal["week", "month", "quarter", "year", "last_month", "last_year", "own"] = "month"
    since: str = Field("", max_length=10, description="first day, with period=own")
    until: str = Field("", max_length=10, description="last day, with period=own")
    area: str = Field("", max_length=20)
    least_urgent: int = Field(4, ge=1, le=4)


class ReplayIn(DemandIn):
    """A replay: the rule, what is assumed, the roster beside today's."""

    policy: Literal["nearest", "reserve"] = "nearest"
    reserve: int = Field(1, ge=1, le=50)
    target_min: float = Field(8, ge=1, le=120)
    turn_out_s: float = Field(60, ge=0, le=600)
    scene_min: float = Field(30, ge=1, le=600)
    change: list[str] = Field([], max_length=20, description="GROUP:+1, a group as agency~station~kind")
    posts: str = Field("", max_length=6000, description="lon,lat;lon,lat: one unit at each instead of today's")


class PostsIn(DemandIn):
    """A placement: how many posts (0: as today), how near is near, how busy a unit is, by which model."""

    number: int = Field(0, ge=0, le=200)
    within_min: float = Field(8, ge=1, le=120)
    busy: float = Field(0.3, ge=0, le=0.95)
    model: Literal["p_median", "mclp", "mexclp"] = "p_median"


class KeepIn(ReplayIn):
    """A replay to keep, and its name."""

    name: str = Field(min_length=1, max_length=80)


class CheckOut(Schema):
    """The hypercube beside the simulation: pairs of model and simulation."""

    exact: bool
    busy: tuple[float, float]
    travel_s: tuple[float, float]
    waits: tuple[float, float]


class ReplayOut(Schema):
    """Figures of a replay (seconds and shares, each with low and high), the check, and the cells as features."""

    figures: dict[str, Any]
    check: CheckOut | None
    cells: list[dict[str, Any]]


class ScenarioOut(Schema):
    """A kept scenario: what was asked for, over which areas, and its figures."""

    id: int
    name: str
    query: str
    made_at: str
    made_by: str
    areas: list[str]
    result: dict[str, Any]


class CoverOut(Schema):
    """A choice of posts: where, the model's value, the share of incidents in time with its interval."""

    posts: list[tuple[float, float]]
    value: float
    in_time: tuple[float, float, float] = Field(description="share, low, high")
    mean_travel_s: tuple[float, float] = Field(description="mean, half its 95 % interval")


class PostsOut(Schema):
    """A placement beside today's: bound and gap say how good it surely is; what stays out of time as features."""

    today: CoverOut
    proposed: CoverOut
    bound: float
    gap: float
    proven: bool
    by_road: bool
    uncovered: list[dict[str, Any]]


@router.get("replay", response=ReplayOut, summary="Replay the city's own incidents with another roster")
def replay(request: HttpRequest, asked: Query[ReplayIn]) -> dict[str, Any]:
    """At most 60,000 incidents and 500 units; more are refused with the reason."""
    found = lab.run(_planner(request), _replay(asked))
    if isinstance(found, lab.Trouble):
        raise RefusedError(trouble(found)[1])
    checked = check(found, found.after)
    return {"figures": figures(found), "check": checked, "cells": features(found)}


@router.get("posts", response=PostsOut, summary="Place posts for the city's own incidents")
def posts(request: HttpRequest, asked: Query[PostsIn]) -> dict[str, Any]:
    """p-median, MCLP or MEXCLP, with the proven bound; five seconds at most are spent on the proof."""
    found = placing.plan(_planner(request), AskedPosts.read(lists(asked.dict()), timezone.localdate()))
    if isinstance(found, lab.Trouble):
        raise RefusedError(trouble(found)[1])
    return {
        "today": _cover(found, found.now),
        "proposed": _cover(found, found.placement.sites),
        "bound": found.bound,
        "gap": found.placement.gap,
        "proven": found.placement.proven,
        "by_road": found.by_road,
        "uncovered": post_features(found, "uncovered"),
    }


@router.get("replay/scenarios", response=list[ScenarioOut], summary="Kept scenarios")
def list_scenarios(request: HttpRequest) -> list[dict[str, Any]]:
    """The newest first, at most fifty, as far as they lie within what may be counted."""
    return [keeping.exported(one) for one in scenarios(_planner(request))]


@router.post("replay/scenarios", response=ScenarioOut, summary="Keep a replay as a scenario")
def keep_scenario(request: HttpRequest, body: KeepIn) -> dict[str, Any]:
    """It is run once more and kept with its figures."""
    return keeping.exported(keeping.keep(_planner(request), body.name, _replay(body)))


@router.get("replay/scenarios/{scenario_id}", response=ScenarioOut, summary="One scenario")
def get_scenario(request: HttpRequest, scenario_id: int) -> dict[str, Any]:
    """What was asked for and every figure."""
    return keeping.exported(scenario(_planner(request), scenario_id))


@router.delete("replay/scenarios/{scenario_id}", response=dict[str, bool], summary="Delete a scenario")
def delete_scenario(request: HttpRequest, scenario_id: int) -> dict[str, bool]:
    """One's own only."""
    keeping.delete(_planner(request), scenario_id)
    return {"deleted": True}


def _planner(request: HttpRequest) -> Viewer:
    seer = viewer(request)
    if not seer.holds(COUNTERS):
        raise NotVisibleError(request.path)
    return seer


def _replay(asked: ReplayIn) -> AskedReplay:
    return AskedReplay.read(lists(asked.dict()), timezone.localdate())


def _cover(found: placing.Plan, sites: Any) -> dict[str, Any]:
    return {
        "posts": [found.sites[row] for row in sites],
        "value": found.value(sites),
        "in_time": found.covered(sites),
        "mean_travel_s": found.mean_travel(sites),
    }
