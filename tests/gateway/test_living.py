"""The play: calls ring once and now, made units work them when nobody does, people's units are left to people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from anning.domains.calls.models import Call
from anning.domains.calls.services.units import assign
from anning.gateway import cities, crews, living
from anning.gateway.synthetic import simulated
from anning.kernel.audit.models import Entry
from anning.kernel.org.models import Membership, Unit, UnitStatus, User
from anning.kernel.work.models import Change, Item, Task
from anning.wire.city import City
from tests.factories import viewer

pytestmark = pytest.mark.django_db
BEGAN = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
SOON = timedelta(minutes=30)


@pytest.fixture
def loaded(small_city: City) -> City:
    cities.load(small_city)
    Unit.objects.update(status=UnitStatus.FREE, status_at=BEGAN)
    return small_city


def play(city: City, speed: float = 1.0, scale: float = 5.0) -> living.Play:
    made = living.Play(simulated(city), scale, speed, 1, BEGAN)
    made.crews.rng = np.random.default_rng(1)
    return made


def ringing(found: living.Play, since: datetime, until: datetime) -> list[str]:
    return [intake.source_key for intake in found.ringing(since, until)]


def test_every_call_rings_once_however_the_time_is_cut(small_city: City) -> None:
    found = play(small_city)
    whole = ringing(found, BEGAN, BEGAN + SOON)
    cuts = [BEGAN + SOON * share for share in (0, 0.1, 0.11, 0.5, 1)]
    parts = [key for since, until in pairwise(cuts) for key in ringing(found, since, until)]
    assert parts == whole
    assert len(set(whole)) == len(whole) > 3


def test_days_go_by_over_midnight(small_city: City) -> None:
    midnight = datetime(2026, 3, 4, 16, 0, tzinfo=UTC)
    found = play(small_city)
    before, after = ringing(found, midnight - SOON, midnight), ringing(found, midnight, midnight + SOON)
    assert ringing(found, midnight - SOON, midnight + SOON) == before + after
    assert before
    assert after


def test_a_faster_play_rings_more_and_still_now(small_city: City) -> None:
    fast = list(play(small_city, speed=20).ringing(BEGAN, BEGAN + SOON))
    assert len(fast) > 10 * len(ringing(play(small_city), BEGAN, BEGAN + SOON))
    assert all(BEGAN <= intake.received_at < BEGAN + SOON for intake in fast)


@pytest.mark.parametrize("speed", [0, -1.0])
def test_a_play_that_stands_still_is_refused(small_city: City, speed: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        living.run(small_city, scale=1, speed=speed, seed=1)


def test_calls_are_taken_under_the_label_of_the_play(loaded: City) -> None:
    rung = living.turn(play(loaded), BEGAN, BEGAN + SOON)
    assert rung == Call.objects.count() > 3
    assert set(Call.objects.values_list("taken_by", flat=True)) == {crews.PLAYER.label}
    assert set(Entry.objects.filter(action="take-call").values_list("actor", flat=True)) == {crews.PLAYER.label}


def test_made_units_work_incidents_to_their_end(loaded: City) -> None:
    found, now = play(loaded, speed=30, scale=0.5), BEGAN
    for _turn in range(400):
        living.turn(found, now, now + timedelta(seconds=2))
        now += timedelta(seconds=2)
    ended = Item.objects.filter(kind="incident", state="closed")
    assert ended.exists()
    walked = list(Change.objects.filter(item=ended[0]).order_by("version").values_list("new", flat=True))
    assert [state for k, state in enumerate(walked) if state not in walked[:k]] == [
        "new",
        "assigned",
        "en_route",
        "on_scene",
        "cleared",
        "closed",
    ]
    assert Task.objects.filter(item=ended[0], outcome="cleared").exists()


def test_an_incident_waits_for_a_person_first(loaded: City) -> None:
    found = play(loaded)
    living.turn(found, BEGAN, BEGAN + SOON)
    newest = Item.objects.filter(kind="incident").order_by("-opened_at")[0]
    Item.objects.exclude(pk=newest.pk).filter(kind="incident").update(state="closed", closed_at=BEGAN)
    Task.objects.all().delete()
    Unit.objects.update(status=UnitStatus.FREE)
    Item.objects.filter(pk=newest.pk).update(state="new", closed_at=None, opened_at=BEGAN + SOON)
    found.crews.in_vain.clear()
    found.crews.dispatch(BEGAN + SOON + timedelta(seconds=crews.WAIT_S - 1))
    assert not Task.objects.exists()
    found.crews.dispatch(BEGAN + SOON + timedelta(seconds=crews.WAIT_S + 1))
    assert Task.objects.get().item == newest


def test_units_with_a_crew_of_people_are_left_to_them(loaded: City) -> None:
    unit = Unit.objects.get()
    user = User.objects.create_user("crew", title="crew")
    Membership.objects.create(user=user, agency=unit.agency, role="unit", area_code="", unit=unit)
    found = play(loaded)
    living.turn(found, BEGAN, BEGAN + SOON)
    living.turn(found, BEGAN + SOON, BEGAN + SOON + timedelta(minutes=5))
    assert not Task.objects.exists()
    item = Item.objects.filter(kind="incident", state="new")[0]
    assign(viewer("dispatcher"), item.number, [unit.code], version=None, now=BEGAN + SOON)
    for second in range(600):
        found.crews.progress(BEGAN + SOON + timedelta(seconds=second))
    assert Task.objects.get().en_route_at is None


def test_matters_go_their_way_too(loaded: City) -> None:
    found = play(loaded, scale=5.0)
    living.turn(found, BEGAN, BEGAN + SOON)
    now = BEGAN + SOON
    for _turn in range(60):
        now += timedelta(minutes=4)
        living._matters(now)
    states = set(Item.objects.filter(kind="matter").values_list("state", flat=True))
    assert states <= {"received", "routed", "accepted", "done", "closed"}
    assert Item.objects.filter(kind="matter").exists()
