"""`anning city live`: made calls ring now, and made units work them when nobody else does.

All it does goes through the platform's own services, under a label of its own, so that the trail tells what was
played. It is a process beside the platform; nothing in the platform knows of it.
"""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

import numpy as np
from django.db import Error
from django.db.models import QuerySet
from django.utils import timezone

from anning.domains.calls.services.intake import Intake, take_call
from anning.domains.calls.services.matters import finish, route
from anning.domains.calls.services.units import assign, report
from anning.engines.space.distance import haversine_m
from anning.engines.synth.calls import Calls, generate
from anning.gateway.synthetic import SETTLED, Simulated, holidays, moments, simulated, texts, unit_kind
from anning.kernel.access.scope import Grant, Viewer
from anning.kernel.org.models import Unit, UnitStatus
from anning.kernel.work.errors import ConflictError, NotVisibleError, RefusedError
from anning.kernel.work.models import Item, Task
from anning.kernel.work.services.items import act
from anning.wire.city import City

PLAYER = Viewer(None, "demo", (Grant("supervisor", 0, ""), Grant("dispatcher", 0, ""), Grant("call_taker", 0, "")))
TURN_S = 1.0
WAIT_S = 20.0
"""How long an incident waits for a person before a made dispatcher takes it."""
log = logging.getLogger(__name__)


@dataclass
class Play:
    """One running play: the calls of each day by the moment they ring, and how fast days go by since it began."""

    view: Simulated
    scale: float
    speed: float
    seed: int
    began: datetime = field(default_factory=timezone.now)
    rng: np.random.Generator = field(init=False)
    days: dict[date, list[tuple[datetime, Intake]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng([self.seed, int(time.time())])

    def played(self, moment: datetime) -> datetime:
        """The moment of the play at a moment of the clock."""
        return self.began + (moment - self.began) * self.speed

    def ringing(self, since: datetime, until: datetime) -> Iterator[Intake]:
        """The calls that ring in a stretch of the clock's time."""
        first, last = self.played(since), self.played(until)
        day = first.astimezone(self.view.zone).date()
        while day <= last.astimezone(self.view.zone).date():
            yield from (intake for rang, intake in self._day(day) if first <= rang < last)
            day += timedelta(days=1)

    def _day(self, day: date) -> list[tuple[datetime, Intake]]:
        """The calls of a day by the moment they ring in the play, made when it begins.

        Another stream than the past's, so that no day rings twice.
        """
        if day not in self.days:
            view, off = self.view, holidays(day, day)
            calls = generate([day], off, view.rhythm, view.mix, view.places, scale=self.scale, seed=self.seed + 1)
            said = zip(*texts(calls, view, self.seed), strict=True) if len(calls) else ()
            made = [
                (rang, self._intake(calls, row, rang, *words))
                for row, (rang, words) in enumerate(zip(moments(calls, view.zone), said, strict=True))
            ]
            self.days = {one: self.days[one] for one in self.days if one >= day - timedelta(days=1)} | {day: made}
        return self.days[day]

    def _intake(self, calls: Calls, row: int, played: datetime, address: str, narrative: str, phone: str) -> Intake:
        rang = self.began + (played - self.began) / self.speed
        answered = rang + timedelta(seconds=float(min(calls.answer_s[row], 20.0)))
        return Intake(
            source_key=f"live:{self.seed}:{calls.day[row]}:{calls.event[row]}:{row}",
            category=self.view.categories[calls.category[row]],
            received_at=rang,
            answered_at=answered,
            narrative=narrative,
            address=address,
            lon=float(calls.lon[row]),
            lat=float(calls.lat[row]),
            radius_m=float(calls.radius_m[row]),
            caller_phone=phone,
        )


def run(city: City, *, scale: float, speed: float, seed: int) -> None:
    """Play until interrupted; a fault of the database is waited out.

    Raises:
        ValueError: the speed is not above 0, or the city cannot be simulated.
    """
    if speed <= 0:
        raise ValueError(f"a play cannot go at {speed} times the clock's speed: give a number above 0")
    play = Play(simulated(city), scale, speed, seed)
    last = play.began
    while True:
        time.sleep(TURN_S)
        now = timezone.now()
        try:
            turn(play, last, now)
            last = now
        except Error as error:
            log.warning("the database failed, trying again: %s", error)
            time.sleep(5)


def turn(play: Play, since: datetime, now: datetime) -> int:
    """Let ring what rings between two moments and move made units on; returns how many calls rang."""
    rung = 0
    for intake in play.ringing(since, now):
        take_call(PLAYER, intake, now=now)
        rung += 1
    _dispatch(play, now)
    _progress(play, now)
    _matters(play, now)
    return rung


def _dispatch(play: Play, now: datetime) -> None:
    waiting = Item.objects.filter(
        kind="incident", state="new", closed_at=None, opened_at__lt=now - timedelta(seconds=WAIT_S)
    )
    free = list(_made_units().filter(status=UnitStatus.FREE, lon__isnull=False).exclude(kind="boat"))
    for item in waiting.order_by("priority", "opened_at")[:10]:
        near = _nearest(item, free)
        if near is None:
            return
        _try(partial(assign, PLAYER, item.number, [near.code], version=None, now=now))
        free.remove(near)


def _made_units() -> QuerySet[Unit]:
    """Units that no user belongs to; those of users are left to the users."""
    return Unit.objects.filter(membership=None)


def _nearest(item: Item, free: list[Unit]) -> Unit | None:
    wanted = unit_kind(item.category)
    fitting = [unit for unit in free if unit.kind == wanted] or free
    if not fitting or item.lon is None or item.lat is None:
        return fitting[0] if fitting else None
    lon, lat = np.array([unit.lon for unit in fitting]), np.array([unit.lat for unit in fitting])
    return fitting[int(np.argmin(haversine_m(item.lon, item.lat, lon, lat)))]


def _progress(play: Play, now: datetime) -> None:
    for task in Task.objects.filter(ended_at=None, unit__in=_made_units()).select_related("unit", "item")[:200]:
        step = _due(play, task, now)
        if step:
            _try(partial(report, PLAYER, task.item.number, task.unit.code, step, now=now))
    for item in Item.objects.filter(kind="incident", state="cleared", state_at__lt=now - timedelta(seconds=40))[:20]:
        _try(partial(act, PLAYER, item.number, "close", version=None, reason="演示自动办结", now=now))


def _due(play: Play, task: Task, now: datetime) -> str | None:
    """The next report of a made unit, when its (random, memoryless) time has come; none for crews of people."""
    stages = ((task.en_route_at, "depart", 12.0), (task.on_scene_at, "arrive", 150.0))
    for reached, step, mean_s in stages:
        if reached is None:
            return step if play.rng.random() < 1 - np.exp(-TURN_S / mean_s * play.speed) else None
    return "clear" if play.rng.random() < 1 - np.exp(-TURN_S / 420.0 * play.speed) else None


def _matters(play: Play, now: datetime) -> None:
    for item in Item.objects.filter(kind="matter", state="received", opened_at__lt=now - timedelta(seconds=WAIT_S))[:5]:
        _try(partial(route, PLAYER, item.number, "", version=None, now=now))
    for item in Item.objects.filter(kind="matter", state="routed", state_at__lt=now - timedelta(minutes=3))[:3]:
        _try(partial(act, PLAYER, item.number, "accept", version=None, now=now))
    for item in Item.objects.filter(kind="matter", state="accepted", state_at__lt=now - timedelta(minutes=15))[:3]:
        _try(partial(finish, PLAYER, item.number, SETTLED, version=None, now=now))


def _try(step: Callable[[], object]) -> None:
    try:
        step()
    except (RefusedError, ConflictError, NotVisibleError) as error:
        log.debug("left to people: %s", error)
