"""The demonstration's crews: sent as recommended where nobody sends, driving along roads, never in a person's way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
import pytest

from anning.domains.calls.services.intake import Intake, take_call
from anning.domains.calls.services.units import assign
from anning.gateway import cities, crews
from anning.gateway.driving import straight
from anning.kernel.audit.models import Entry
from anning.kernel.org.models import Unit, UnitStatus
from anning.kernel.places.models import Site
from anning.kernel.work.models import Item, Task
from anning.kernel.work.services.items import note
from anning.wire.city import City
from tests.factories import NOW, viewer
from tests.grid import grid, roads

pytestmark = pytest.mark.django_db
STEP = 0.005


@pytest.fixture
def made(small_city: City) -> Iterator[crews.Crews]:
    """The crews of a small city whose one unit stands four streets from the middle of a grid."""
    cities.load(small_city)
    middle = (121.5, 29.8)
    Unit.objects.update(status=UnitStatus.FREE, status_at=NOW, lon=middle[0] + 4 * STEP, lat=middle[1], position_at=NOW)
    with roads(grid(*middle, step=STEP)):
        yield crews.Crews(np.random.default_rng(1), 1.0, 1.0)


def ring(who=crews.PLAYER) -> Item:
    said = Intake(source_key="one", category="fire.home", received_at=NOW, lon=121.5, lat=29.8, narrative="着火")
    return take_call(who, said, now=NOW)[0].item


def play(made: crews.Crews, since: datetime, seconds: int) -> list[tuple[float, float]]:
    """Let so many seconds go by; answers where the unit was at each."""
    seen = []
    for second in range(seconds):
        now = since + timedelta(seconds=second)
        made.dispatch(now)
        made.progress(now)
        made.homeward(now)
        unit = Unit.objects.get()
        seen.append((unit.lon or 0.0, unit.lat or 0.0))
    return seen


def test_sent_as_recommended_under_its_own_label_with_the_reason(made: crews.Crews) -> None:
    item = ring()
    made.dispatch(NOW + timedelta(seconds=crews.WAIT_S + 1))
    assert Task.objects.get().item == item
    assert item.changes.latest("version").reason == crews.SENT
    assert Entry.objects.filter(action="send").get().actor == crews.PLAYER.label


@pytest.mark.parametrize("touch", ["rang", "note"])
def test_an_incident_a_person_has_acted_on_is_left_to_people(made: crews.Crews, touch: str) -> None:
    person = viewer("supervisor")
    item = ring(person if touch == "rang" else crews.PLAYER)
    if touch == "note":
        note(person, item.number, "我来处理", now=NOW)
    made.dispatch(NOW + timedelta(minutes=10))
    assert not Task.objects.exists()


def test_a_unit_drives_along_the_road_and_arrives_when_it_is_there(made: crews.Crews) -> None:
    item = ring()
    start = NOW + timedelta(seconds=crews.WAIT_S + 1)
    seen = play(made, start, 400)
    task = Task.objects.get()
    assert task.item == item
    assert task.en_route_at is not None
    assert task.on_scene_at is not None
    driven = [lon for lon, _lat in seen]
    assert len(set(driven)) > 10
    assert driven == sorted(driven, reverse=True)
    assert {round(lat, 5) for _lon, lat in seen} == {29.8}
    took = (task.on_scene_at - task.en_route_at).total_seconds()
    assert took == pytest.approx(4 * 483 / (30 / 3.6 * 0.75 * 1.35), rel=0.1)


def test_crews_sent_by_a_person_drive_too_but_people_close(made: crews.Crews) -> None:
    person = viewer("supervisor")
    item = ring(person)
    assign(person, item.number, [Unit.objects.get().code], version=None, now=NOW)
    play(made, NOW, 300)
    assert Task.objects.get().on_scene_at is not None
    Item.objects.filter(pk=item.pk).update(state="cleared", state_at=NOW)
    made.progress(NOW + timedelta(hours=1))
    assert Item.objects.get(pk=item.pk).state == "cleared"


def test_an_idle_unit_drives_home(made: crews.Crews) -> None:
    unit = Unit.objects.get()
    site = Site.objects.create(code="home", kind="fire", name="站", lon=121.5, lat=29.8)
    Unit.objects.update(site_code=site.code)
    for second in range(0, 600, 2):
        made.homeward(NOW + timedelta(seconds=40 + second))
    unit.refresh_from_db()
    assert (unit.lon, unit.lat) == pytest.approx((site.lon, site.lat), abs=0.002)


def test_where_nobody_can_be_found_is_looked_at_again_later(made: crews.Crews) -> None:
    Unit.objects.update(status=UnitStatus.OFF_DUTY)
    item, now = ring(), NOW + timedelta(minutes=1)
    made.dispatch(now)
    assert made.in_vain == {item.pk: now}
    Unit.objects.update(status=UnitStatus.FREE)
    made.dispatch(now + timedelta(seconds=1))
    assert not Task.objects.exists()
    made.dispatch(now + timedelta(seconds=crews.AGAIN_S + 1))
    assert Task.objects.exists()


def test_a_drive_is_at_its_ends_before_and_after() -> None:
    drive = straight((121.0, 29.0), (122.0, 30.0), 100.0, NOW)
    assert drive.at(NOW - timedelta(seconds=5)) == (121.0, 29.0)
    assert drive.at(NOW + timedelta(seconds=50)) == pytest.approx((121.5, 29.5))
    assert drive.at(NOW + timedelta(seconds=500)) == (122.0, 30.0)
    assert drive.over(NOW + timedelta(seconds=100))
    assert not drive.over(NOW + timedelta(seconds=99))
