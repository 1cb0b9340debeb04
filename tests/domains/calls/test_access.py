"""Who may do what: every role × every verb, on an item in their county and on one elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from anning.domains.calls.services import changing, contacts, joint, matters, merging, units
from anning.kernel.access.scope import Viewer
from anning.kernel.audit.models import Entry
from anning.kernel.work.errors import NotVisibleError, RefusedError
from anning.kernel.work.models import Change, Event, Item, Task
from anning.kernel.work.selectors.live import LiveEvent, admits, live_scopes
from anning.kernel.work.services.items import act, note

from .conftest import World

Verb = Callable[[World, Viewer, Item], object]
ROLES = ("taker", "dispatcher", "supervisor", "crew", "partner", "analyst", "auditor", "administrator", "elsewhere")


def version(item: Item) -> int:
    return Item.objects.get(pk=item.pk).version


VERBS: dict[str, tuple[Verb, set[str]]] = {
    "assign": (
        lambda w, v, i: units.assign(v, i.number, ["海曙02"], version=version(i)),
        {"dispatcher", "supervisor"},
    ),
    "report": (
        lambda w, v, i: units.report(v, i.number, "海曙01", "arrive"),
        {"dispatcher", "supervisor", "crew"},
    ),
    "stand_down": (
        lambda w, v, i: units.stand_down_all(v, i.number, version=version(i), reason="误报"),
        {"dispatcher", "supervisor"},
    ),
    "take_over": (
        lambda w, v, i: units.take_over(v, i.number, "海曙01", "海曙03", version=version(i), reason="换班"),
        {"dispatcher", "supervisor"},
    ),
    "reclassify": (
        lambda w, v, i: changing.reclassify(v, i.number, version=version(i), priority=4),
        {"taker", "dispatcher", "supervisor"},
    ),
    "relocate": (
        lambda w, v, i: changing.relocate(v, i.number, 121.45, 29.75, version=version(i)),
        {"taker", "dispatcher", "supervisor"},
    ),
    "ask": (
        lambda w, v, i: joint.ask(v, i.number, ["rescue"], "送绳索", version=version(i)),
        {"dispatcher", "supervisor"},
    ),
    "contact": (
        lambda w, v, i: contacts.reveal_contact(v, i.number, i.calls.get().pk, "回拨确认位置"),
        {"taker", "dispatcher", "supervisor"},
    ),
    "note": (
        lambda w, v, i: note(v, i.number, "到了"),
        {"taker", "dispatcher", "supervisor", "crew", "analyst"},
    ),
}


def prepared(world: World) -> Item:
    """An incident with 海曙01 (the crew's unit) on it."""
    item = world.call(caller_phone="138")
    units.assign(world.viewer("dispatcher"), item.number, ["海曙01"], version=item.version)
    return Item.objects.get(pk=item.pk)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ROLES)
def test_role_by_verb(world: World, who: str, verb: str) -> None:
    """Allowed verbs leave one audit entry; refused ones leave nothing at all."""
    item, (run, allowed) = prepared(world), VERBS[verb]
    before = (Entry.objects.count(), Change.objects.count(), Event.objects.count(), Task.objects.count())
    if who in allowed:
        run(world, world.viewer(who), item)
        assert Entry.objects.count() == before[0] + 1
        return
    with pytest.raises((RefusedError, NotVisibleError)):
        run(world, world.viewer(who), item)
    after = (Entry.objects.count(), Change.objects.count(), Event.objects.count(), Task.objects.count())
    assert after == before


@pytest.mark.parametrize("verb", VERBS)
def test_elsewhere_it_does_not_exist(world: World, verb: str) -> None:
    """Another county's item gives the same error as a number never given out: nothing is learnt from it."""
    item = prepared(world)
    with pytest.raises(NotVisibleError):
        VERBS[verb][0](world, world.viewer("elsewhere"), item)
    with pytest.raises(NotVisibleError):
        units.report(world.viewer("elsewhere"), "JQ9999999", "象山01", "arrive")


@pytest.mark.parametrize("who", ROLES)
def test_who_may_merge(world: World, who: str) -> None:
    first, second = world.call(), world.call()
    allowed = {"taker", "dispatcher", "supervisor"}
    viewer = world.viewer(who)
    if who in allowed:
        merging.merge_into(viewer, second.number, first.number, version=second.version, reason="同一件事")
        assert Item.objects.get(pk=second.pk).state == "merged"
    else:
        with pytest.raises((RefusedError, NotVisibleError)):
            merging.merge_into(viewer, second.number, first.number, version=second.version, reason="同一件事")
        assert Item.objects.get(pk=second.pk).state == "new"


@pytest.mark.parametrize("who", ROLES)
def test_who_may_hand_over_a_matter(world: World, who: str) -> None:
    item = world.call(category="life.noise")
    if who in {"taker", "dispatcher", "supervisor"}:
        assert matters.route(world.viewer(who), item.number, version=item.version).state == "routed"
    else:
        with pytest.raises((RefusedError, NotVisibleError)):
            matters.route(world.viewer(who), item.number, version=item.version)


@pytest.mark.parametrize(
    ("verb", "allowed"), [("close", {"dispatcher", "supervisor"}), ("reopen", {"dispatcher", "supervisor"})]
)
@pytest.mark.parametrize("who", ROLES)
def test_who_may_close_and_reopen(world: World, who: str, verb: str, allowed: set[str]) -> None:
    item = world.call()
    if verb == "reopen":
        item = act(world.viewer("dispatcher"), item.number, "close", version=item.version, reason="误报")
    if who in allowed:
        act(world.viewer(who), item.number, verb, version=item.version, reason="核实")
        assert (Item.objects.get(pk=item.pk).closed_at is None) == (verb == "reopen")
    else:
        with pytest.raises((RefusedError, NotVisibleError)):
            act(world.viewer(who), item.number, verb, version=item.version, reason="核实")


@pytest.mark.parametrize(
    "verb", ["depart", "arrive", "clear", "stand_down", "assigned", "fall_back", "regroup", "unit", "merge"]
)
def test_no_internal_move_can_be_made_by_hand(world: World, verb: str) -> None:
    """The state is folded; the generic verb page and API cannot set it."""
    item = prepared(world)
    with pytest.raises(RefusedError):
        act(world.viewer("supervisor"), item.number, verb, version=item.version, reason="x")
    assert Item.objects.get(pk=item.pk).state == "assigned"


class TestLive:
    """What the live feed tells, and to whom."""

    def heard(self, world: World, who: str) -> set[str]:
        scopes = live_scopes(world.viewer(who))
        rows = Event.objects.order_by("pk").values_list("pk", "topic", "kind", "area_code", "agencies", "units", "body")
        events = [
            LiveEvent(pk, topic, kind, area, tuple(a), tuple(u), body) for pk, topic, kind, area, a, u, body in rows
        ]
        return {event.topic for event in events if admits(scopes, event)}

    def test_each_hears_what_exists_for_them(self, world: World) -> None:
        prepared(world)
        assert self.heard(world, "dispatcher") >= {"work.incident", "unit"}
        assert self.heard(world, "supervisor") >= {"work.incident", "unit"}
        assert self.heard(world, "elsewhere") == set()
        assert self.heard(world, "auditor") == set()

    def test_a_unit_hears_of_its_own_task(self, world: World) -> None:
        prepared(world)
        assert self.heard(world, "crew") == {"work.incident", "unit"}
        assert self.heard(world, "mate") == set()

    def test_a_partner_hears_of_what_it_is_asked(self, world: World) -> None:
        item = world.call()
        assert self.heard(world, "rescuer") == set()
        joint.ask(world.viewer("dispatcher"), item.number, ["rescue"], "送绳索", version=item.version)
        assert "work.joint" in self.heard(world, "rescuer")
        assert self.heard(world, "partner") == set()
