"""Whatever a desk does by the services, in any order, what it leaves keeps the rules; and each rule can be broken."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from anning.domains.calls.models import Call, Matter
from anning.domains.calls.services import changing, matters, merging, units
from anning.domains.calls.services.intake import Intake, take_call
from anning.kernel.org.models import Unit
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.models import Change, Clock, Item, Link, Share, Task
from anning.kernel.work.services.items import act

from .conftest import FIRST, HAISHU, World
from .invariants import broken

CODES = ("海曙01", "海曙02", "海曙03")


class Desk:
    """A desk that does something legal or not every minute; what is refused leaves no trace."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.now = world, FIRST
        self.draw, self.taken = random.Random(seed), 0
        self.chief, self.partner = world.viewer("supervisor"), world.viewer("partner")

    def turn(self) -> bool:
        self.now += timedelta(seconds=self.draw.randint(5, 900))
        move = self.draw.choice(
            (self.rings, self.rings_again, self.sends, self.sends, self.reports, self.reports, self.reports, self.ends,
             self.answers, self.answers, self.answers, self.merges, self.corrects)
        )  # fmt: skip
        try:
            move(self.now)
        except (RefusedError, IndexError):
            return False
        return True

    def some(self, kind: str) -> str:
        return self.draw.choice(list(Item.objects.filter(kind=kind).order_by("pk"))).number

    def rings(self, now: datetime) -> None:
        category = self.draw.choice(["public.fight", "help.water.drowning", "life.noise"])
        self.takes(now, category=category)

    def rings_again(self, now: datetime) -> None:
        self.takes(now, category="public.fight", join=self.some("incident"))

    def takes(self, now: datetime, **fields: str) -> None:
        self.taken += 1
        rang = now - timedelta(seconds=20)
        take_call(
            self.chief, Intake(source_key=f"desk-{self.taken}", received_at=rang, area_code=HAISHU, **fields), now=now
        )

    def sends(self, now: datetime) -> None:
        units.assign(self.chief, self.some("incident"), [self.draw.choice(CODES)], version=None, now=now)

    def reports(self, now: datetime) -> None:
        task = self.draw.choice(list(Task.objects.filter(ended_at=None).select_related("item", "unit").order_by("pk")))
        action = self.draw.choice(["depart", "arrive", "clear", "stand_down"])
        units.report(self.chief, task.item.number, task.unit.code, action, reason="已有人到场", now=now)

    def ends(self, now: datetime) -> None:
        kind, verb = self.draw.choice(["incident", "matter"]), self.draw.choice(["close", "reopen"])
        act(self.chief, self.some(kind), verb, version=None, reason="处置完毕", now=now)

    def answers(self, now: datetime) -> None:
        number, verb = self.some("matter"), self.draw.choice(["route", "accept", "finish", "wait", "resume"])
        if verb == "route":
            matters.route(self.chief, number, version=None, now=now)
        elif verb == "finish":
            matters.finish(self.chief, number, "已劝停", version=None, now=now)
        else:
            act(self.chief, number, verb, version=None, reason="等报警人回电", now=now)

    def merges(self, now: datetime) -> None:
        known = Link.objects.filter(state="accepted").first()
        if known and self.draw.random() < 0.5:
            merging.unmerge(self.chief, known.pk, now=now)
        else:
            merging.merge_into(
                self.chief, self.some("incident"), self.some("incident"), version=None, reason="同一件事", now=now
            )

    def corrects(self, now: datetime) -> None:
        changing.reclassify(self.chief, self.some("incident"), version=None, priority=2, reason="升级", now=now)


@pytest.mark.parametrize("seed", range(8))
def test_what_services_leave_keeps_every_rule(world: World, seed: int) -> None:
    desk = Desk(world, seed)
    for _call in range(6):
        desk.rings(desk.now)
    done = sum(desk.turn() for _turn in range(100))
    assert done > 20
    assert list(broken()) == []


def _worked(world: World) -> tuple[Item, Item]:
    """An incident with a unit on scene, and a matter dealt with."""
    chief, item = world.viewer("supervisor"), world.call()
    units.assign(chief, item.number, ["海曙01"], version=None)
    units.report(chief, item.number, "海曙01", "arrive")
    matter = world.call(category="life.noise")
    matters.route(chief, matter.number, version=None)
    act(chief, matter.number, "accept", version=None)
    matters.finish(chief, matter.number, "已劝停", version=None)
    return item, matter


def _later(item: Item) -> dict[str, datetime]:
    return {"state_at": item.opened_at + timedelta(days=1)}


Spoil = Callable[[Item, Item], object]
SPOILS: tuple[tuple[str, Spoil], ...] = (
    ("one row for each version", lambda i, _m: Change.objects.filter(item=i, version=2).delete()),
    ("moves of the table alone", lambda i, _m: Change.objects.filter(item=i, verb="arrive").update(verb="close")),
    ("its state, since when", lambda i, _m: Item.objects.filter(pk=i.pk).update(**_later(i))),
    ("its state, since when", lambda _i, m: Item.objects.filter(pk=m.pk).update(closed_at=m.opened_at)),
    ("furthest stage of any unit", lambda i, _m: Task.objects.filter(item=i).delete()),
    ("on the timeline at its time", lambda i, _m: Task.objects.filter(item=i).update(assigned_at=FIRST)),
    ("its agency takes part", lambda i, _m: Share.objects.filter(item=i).delete()),
    ("the call that opened it", lambda i, _m: Call.objects.filter(item=i).delete()),
    ("names the agency", lambda _i, m: Item.objects.filter(pk=m.pk).update(agency_id=None)),
    ("names the agency", lambda _i, m: Share.objects.filter(item=m).delete()),
    ("once dealt with it says how", lambda _i, m: Matter.objects.filter(item=m).update(outcome="")),
    ("its status is the stage", lambda _i, _m: Unit.objects.filter(code="海曙01").update(status="free")),
    ("the clocks its states started", lambda i, _m: _clock(i)),
    ("never was on two tasks", lambda i, _m: _twice(i)),
)  # fmt: skip


def _clock(item: Item) -> None:
    Clock.objects.create(item=item, code="assign", started_at=item.opened_at, limit_s=60)


def _twice(item: Item) -> None:
    task = Task.objects.get(item=item)
    Task.objects.create(
        item=item,
        unit=task.unit,
        assigned_at=task.assigned_at - timedelta(hours=1),
        ended_at=task.assigned_at + timedelta(hours=1),
        outcome="cleared",
    )


@pytest.mark.parametrize(("rule", "spoil"), SPOILS)
def test_each_rule_tells_what_breaks_it(world: World, rule: str, spoil: Spoil) -> None:
    worked = _worked(world)
    assert list(broken()) == []
    spoil(*worked)
    assert any(rule in told for told in broken())
