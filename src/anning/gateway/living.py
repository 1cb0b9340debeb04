"""`anning city live`: made calls ring now, and made units work them when nobody else does.

All it does goes through the platform's own services, under a label of its own, so that the trail tells what was
played. It is a process beside the platform; nothing in the platform knows of it.
"""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

import numpy as np
from django.db import Error
from django.utils import timezone

from anning.domains.calls.services.intake import Intake, take_call
from anning.domains.calls.services.matters import finish, route
from anning.engines.synth.calls import Calls, generate
from anning.gateway.crews import PLAYER, WAIT_S, Crews, attempt
from anning.gateway.synthetic import SETTLED, Simulated, holidays, moments, simulated, texts
from anning.kernel.work.models import Item
from anning.kernel.work.services.items import act
from anning.wire.city import City

TURN_S = 1.0
log = logging.getLogger(__name__)


@dataclass
class Play:
    """One running play: the calls of each day by the moment they ring, and how fast days go by since it began."""

    view: Simulated
    scale: float
    speed: float
    seed: int
    began: datetime = field(default_factory=timezone.now)
    crews: Crews = field(init=False)
    days: dict[date, list[tuple[datetime, Intake]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.crews = Crews(np.random.default_rng([self.seed, int(time.time())]), self.speed, TURN_S)

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
    play.crews.dispatch(now)
    play.crews.progress(now)
    play.crews.homeward(now)
    _matters(now)
    return rung


def _matters(now: datetime) -> None:
    for item in Item.objects.filter(kind="matter", state="received", opened_at__lt=now - timedelta(seconds=WAIT_S))[:5]:
        attempt(partial(route, PLAYER, item.number, "", version=None, now=now))
    for item in Item.objects.filter(kind="matter", state="routed", state_at__lt=now - timedelta(minutes=3))[:3]:
        attempt(partial(act, PLAYER, item.number, "accept", version=None, now=now))
    for item in Item.objects.filter(kind="matter", state="accepted", state_at__lt=now - timedelta(minutes=15))[:3]:
        attempt(partial(finish, PLAYER, item.number, SETTLED, version=None, now=now))
