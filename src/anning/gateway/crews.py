"""The made crews of the demonstration: sent where nobody sends, driving, arriving, clearing, driving home.

Everything goes through the platform's own services under the play's own label. An incident that a person has acted
on is left to people; only the crews nobody belongs to go on telling where they are.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import numpy as np
from django.db.models import QuerySet

from anning.domains.calls.selectors.fleet import WATER_KINDS
from anning.domains.calls.selectors.ranking import LIMIT_S
from anning.domains.calls.selectors.recommendation import STRAIGHT_M_S, recommend, traveller_of
from anning.domains.calls.services.board import tell_position
from anning.domains.calls.services.units import assign, report
from anning.engines.network.travellers import Traveller
from anning.engines.space.distance import haversine_m
from anning.gateway.driving import Drive, along, straight
from anning.kernel.access.scope import Grant, Viewer
from anning.kernel.org.models import Unit, UnitStatus
from anning.kernel.places.selectors import site_points
from anning.kernel.travel.selectors.ways import way
from anning.kernel.work.errors import ConflictError, NotVisibleError, RefusedError
from anning.kernel.work.models import Change, Item, Task
from anning.kernel.work.services.items import act

PLAYER = Viewer(
    None, "演示模拟 demo", (Grant("supervisor", 0, ""), Grant("dispatcher", 0, ""), Grant("call_taker", 0, ""))
)
"""Who the play is in every timeline and in the trail."""
SENT = "演示模拟器按推荐派警（无人处置）· sent by the demo's simulator as recommended: nobody had"
ENDED = "演示模拟器自动办结 · closed by the demo's simulator"
WAIT_S = 20.0
"""How long an incident waits for a person before a made dispatcher takes it."""
SET_OUT_S, SCENE_S = 12.0, 420.0
"""Mean seconds until a made crew sets out, and that it stays."""
TOLD_S = 4.0
"""A driving unit tells its position this often."""
AGAIN_S = 60.0
"""An incident nobody could be found for is looked at again after this long."""
AT_HOME_M = 150.0
log = logging.getLogger(__name__)
Point = tuple[float, float]


@dataclass
class Crews:
    """The made crews of one play: who drives where, and when each was last heard of."""

    rng: np.random.Generator
    speed: float
    turn_s: float
    drives: dict[tuple[int, int], Drive] = field(default_factory=dict)
    """By unit and task; task 0 is the way home."""
    heard: dict[int, datetime] = field(default_factory=dict)
    in_vain: dict[int, datetime] = field(default_factory=dict)
    """Incidents nobody could be found for, and when that was."""

    def dispatch(self, now: datetime) -> None:
        """Send the recommended made units to incidents that nobody has touched."""
        opened = Item.objects.filter(kind="incident", state="new", closed_at=None)
        waiting = untouched(opened.filter(opened_at__lt=now - timedelta(seconds=WAIT_S)))
        made = set(made_units().values_list("code", flat=True))
        self.in_vain = {pk: at for pk, at in self.in_vain.items() if (now - at).total_seconds() < AGAIN_S}
        first_to_last = (
            waiting.exclude(pk__in=self.in_vain).select_related("incident").order_by("priority", "opened_at")
        )
        for item in first_to_last[:10]:
            best = recommend(PLAYER, item, now)
            first = [code for code in best.first if code in made]
            codes = first or [one.unit.code for one in best.choices if one.unit.code in made][:1]
            if codes:
                send = partial(assign, PLAYER, item.number, codes, version=None, reason=SENT, now=now)
                attempt(partial(send, recommended=best.first))
            else:
                self.in_vain[item.pk] = now

    def progress(self, now: datetime) -> None:
        """Let made crews set out, drive, arrive and clear; close what only the play has worked on."""
        running = Task.objects.filter(ended_at=None, unit__in=made_units()).select_related("unit", "item")
        for task in running.order_by("pk")[:200]:
            step = self._step(task, now)
            if step:
                attempt(partial(report, PLAYER, task.item.number, task.unit.code, step, now=now))
        done = Item.objects.filter(kind="incident", state="cleared", state_at__lt=now - timedelta(seconds=40))
        for item in untouched(done)[:20]:
            attempt(partial(act, PLAYER, item.number, "close", version=None, reason=ENDED, now=now))

    def homeward(self, now: datetime) -> None:
        """Let idle made units drive back to their stations."""
        idle = made_units().filter(status=UnitStatus.FREE, lon__isnull=False).exclude(site_code="")
        units = {unit.pk: unit for unit in idle.filter(status_at__lt=now - timedelta(seconds=30)).order_by("pk")}
        homes = site_points({unit.site_code for unit in units.values()})
        for pk, unit in units.items():
            home = homes.get(unit.site_code)
            if home and ((pk, 0) in self.drives or away_m(unit, home) > AT_HOME_M):
                self._drive(unit, home, Traveller.NORMAL, now)

    def _step(self, task: Task, now: datetime) -> str | None:
        """The next report of a made unit when its time has come; while it drives its position is told."""
        if task.en_route_at is None:
            return "depart" if self._due(SET_OUT_S) else None
        if task.on_scene_at is None:
            item = task.item
            if item.lon is None or item.lat is None:
                return "arrive" if self._due(LIMIT_S / 10) else None
            there = self._drive(task.unit, (item.lon, item.lat), traveller_of(item, task.unit.kind), now, task)
            return "arrive" if there else None
        return "clear" if self._due(SCENE_S) else None

    def _due(self, mean_s: float) -> bool:
        """Whether something that takes a random, memoryless time happens within this turn."""
        return bool(self.rng.random() < 1 - np.exp(-self.turn_s / mean_s * self.speed))

    def _drive(self, unit: Unit, to: Point, who: Traveller, now: datetime, task: Task | None = None) -> bool:
        """Bring a unit on along its way and tell where it is; answers whether it is there."""
        key = (unit.pk, task.pk if task else 0)
        drive = self.drives.get(key) or self._set_out(unit, to, who, now)
        self.drives = {known: one for known, one in self.drives.items() if known[0] != unit.pk} | {key: drive}
        there = drive.over(now)
        if there:
            del self.drives[key]
        heard = self.heard.get(unit.pk)
        if there or heard is None or (now - heard).total_seconds() >= TOLD_S:
            self.heard[unit.pk] = now
            tell_position(unit, *drive.at(now), now, task.item if task else None)
        return there

    def _set_out(self, unit: Unit, to: Point, who: Traveller, now: datetime) -> Drive:
        start = to if unit.lon is None or unit.lat is None else (unit.lon, unit.lat)
        route = None if unit.kind in WATER_KINDS else way(start, to, who, now, limit_s=LIMIT_S)
        if route is not None:
            return along(route, now, self.speed)
        metres = float(haversine_m(start[0], start[1], to[0], to[1]))
        return straight(start, to, metres / STRAIGHT_M_S / self.speed, now)


def made_units() -> QuerySet[Unit]:
    """Units that no user belongs to; those of users are left to the users."""
    return Unit.objects.filter(membership=None)


def untouched(items: QuerySet[Item]) -> QuerySet[Item]:
    """Of these items those that no person has done anything on."""
    return items.exclude(pk__in=Change.objects.filter(actor_id__isnull=False, item__in=items).values("item_id"))


def away_m(unit: Unit, place: Point) -> float:
    """Metres from a unit's position to a place, along the straight line."""
    return float(haversine_m(unit.lon or 0.0, unit.lat or 0.0, place[0], place[1]))


def attempt(step: Callable[[], object]) -> None:
    """Do something the way a person would; what is refused was left to people."""
    try:
        step()
    except (RefusedError, ConflictError, NotVisibleError) as error:
        log.debug("left to people: %s", error)
