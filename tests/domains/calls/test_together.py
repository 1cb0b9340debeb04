"""Several at once: threads that race for one key, one unit, one incident."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest
from django.core.management import call_command
from django.db import connection

from anning.domains.calls.models import Call
from anning.domains.calls.services import merging, units
from anning.domains.calls.services.intake import Intake, take_call
from anning.kernel.audit.selectors import verify
from anning.kernel.work.errors import ConflictError, RefusedError
from anning.kernel.work.models import Change, Item, Task
from anning.kernel.work.services.links import propose
from tests.together import at_once, trail_unlocked

from . import conftest
from .conftest import FIRST, MOON_LAKE, World


@pytest.fixture
def committed(unlocked: None) -> Iterator[World]:
    """The test city, committed, so that other threads see it."""
    conftest.forget()
    made = World()
    conftest._places()
    conftest._catalogue()
    conftest._people(made)
    conftest._units(made)
    yield made
    conftest.forget()


@pytest.fixture
def unlocked(transactional_db: None) -> Iterator[None]:
    """Lets the test commit; the trail, which refuses deletion, is emptied afterwards."""
    yield
    with trail_unlocked():
        call_command("flush", verbosity=0, interactive=False, allow_cascade=True, inhibit_post_migrate=True)


def together(work: Callable[[int], object], times: int) -> list[object]:
    """Run `work(0)`, `work(1)` … at once; what one raised stands in place of its answer."""
    return at_once(*(partial(work, k) for k in range(times)))


def test_one_key_makes_one_call(committed: World) -> None:
    viewer = committed.viewer("taker")
    intake = Intake("race", "public.fight", FIRST, lon=MOON_LAKE[0], lat=MOON_LAKE[1])
    answers = together(lambda _k: take_call(viewer, intake), 6)
    assert Call.objects.count() == Item.objects.count() == 1
    assert sorted(new for _call, new in answers) == [False] * 5 + [True]  # type: ignore[misc]
    assert {call.pk for call, _new in answers} == {Call.objects.get().pk}  # type: ignore[misc]


def test_many_keys_make_many_calls_in_one_unbroken_trail(committed: World) -> None:
    viewer = committed.viewer("taker")

    def take(k: int) -> object:
        at = FIRST + timedelta(seconds=k)
        return take_call(viewer, Intake(f"k{k}", "public.fight", at, lon=MOON_LAKE[0], lat=MOON_LAKE[1]))

    answers = together(take, 8)
    assert all(new for _call, new in answers)  # type: ignore[misc]
    assert Call.objects.count() == 8
    assert list(verify()) == []


def test_one_unit_goes_to_one_incident(committed: World) -> None:
    desk = committed.viewer("dispatcher")
    items = [committed.call(lon=121.45 + k / 100, lat=29.75) for k in range(4)]
    answers = together(lambda k: units.assign(desk, items[k].number, ["海曙01"], version=items[k].version), 4)
    assert sum(isinstance(answer, Item) for answer in answers) == 1
    assert sum(isinstance(answer, RefusedError) for answer in answers) == 3
    assert Task.objects.filter(ended_at=None).count() == 1
    assert Item.objects.filter(state="assigned").count() == 1


def test_of_two_moves_on_one_version_one_wins(committed: World) -> None:
    desk, item = committed.viewer("dispatcher"), committed.call()
    codes = ["海曙01", "海曙02", "海曙03"]
    answers = together(lambda k: units.assign(desk, item.number, [codes[k]], version=item.version), 3)
    assert sum(isinstance(answer, Item) for answer in answers) == 1
    assert sum(isinstance(answer, ConflictError) for answer in answers) == 2
    versions = list(Change.objects.filter(item=item).order_by("version").values_list("version", flat=True))
    assert versions == [1, 2]


def test_a_double_tap_on_two_telephones_is_one_report(committed: World) -> None:
    item = committed.call()
    units.assign(committed.viewer("dispatcher"), item.number, ["海曙01"], version=item.version)
    crew = committed.viewer("crew")
    together(lambda _k: units.report(crew, item.number, "海曙01", "arrive"), 4)
    assert Change.objects.filter(item=item, verb="arrive").count() == 1
    assert Item.objects.get(pk=item.pk).version == 3


def test_merging_and_sending_at_once_never_leaves_a_unit_on_what_is_merged(committed: World) -> None:
    desk = committed.viewer("dispatcher")
    older, newer = committed.call(), committed.call()
    link = propose("same_event", newer, older, 0.9, {}, FIRST)

    def work(k: int) -> object:
        if k:
            return merging.merge(desk, link.pk)
        return units.assign(desk, newer.number, ["海曙01"], version=newer.version)

    together(work, 2)
    now = Item.objects.get(pk=newer.pk)
    sent = Task.objects.filter(item=newer, ended_at=None).exists()
    assert (now.state == "merged") != sent
    assert connection.vendor in ("sqlite", "postgresql")
