"""Which unit of the past goes where: the nearest fitting one that is on nothing else, or none."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from anning.domains.calls.selectors.crews import LATEST, RETRY, Crew, Crews, crews_between
from anning.domains.calls.services import units

from .conftest import FIRST, World

HOUR = timedelta(hours=1)
AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def crews(*kinds: str) -> Crews:
    """Units of these kinds, each a little further east."""
    rows = [Crew(number, f"U{number}", 1) for number in range(len(kinds))]
    east = np.array([121.5 + number / 100 for number in range(len(kinds))])
    return Crews(rows, kinds, east, np.full(len(kinds), 29.8), [[] for _ in kinds])


def send(those: Crews, kind: str = "car", at: datetime = AT, lasts: timedelta = HOUR) -> tuple[str, datetime] | None:
    found = those.send(kind, 121.5, 29.8, at, lasts)
    return (found[0].code, found[1]) if found else None


def test_the_nearest_of_the_kind_goes_first_then_the_next() -> None:
    those = crews("engine", "car", "car")
    assert [send(those), send(those)] == [("U1", AT), ("U2", AT)]
    assert send(those, "engine") == ("U0", AT)


def test_a_unit_goes_again_the_moment_it_is_back_and_before_what_it_does_later() -> None:
    those = crews("car")
    assert send(those, at=AT + 2 * HOUR) == ("U0", AT + 2 * HOUR)
    assert send(those) == ("U0", AT)
    assert send(those, at=AT + HOUR) == ("U0", AT + HOUR)
    assert send(those, at=AT + 3 * HOUR) == ("U0", AT + 3 * HOUR)


def test_a_desk_without_a_free_unit_looks_again_until_it_is_too_late() -> None:
    those = crews("car")
    send(those, lasts=timedelta(minutes=10))
    assert send(those, at=AT + timedelta(minutes=1)) == ("U0", AT + timedelta(minutes=1) + 3 * RETRY)
    assert send(those, at=AT + timedelta(minutes=11), lasts=LATEST) is None


@pytest.mark.parametrize(("kinds", "sent"), [(("boat", "car"), "U1"), (("boat",), None), ((), None)])
def test_without_the_kind_any_but_a_boat_goes(kinds: tuple[str, ...], sent: str | None) -> None:
    found = send(crews(*kinds), "ambulance")
    assert (found and found[0]) == sent


@pytest.mark.parametrize("seed", range(20))
def test_no_unit_is_ever_in_two_places(seed: int) -> None:
    draw, those = random.Random(seed), crews(*["car"] * 3)
    for _turn in range(200):
        send(those, at=AT + timedelta(minutes=draw.randint(0, 3000)), lasts=timedelta(minutes=draw.randint(1, 90)))
    for stretches in those.busy:
        assert len(stretches) > 10
        assert stretches == sorted(stretches)
        assert all(one[1] <= two[0] for one, two in pairwise(stretches))


def test_what_units_are_known_to_be_on_keeps_them_away(world: World) -> None:
    item = world.call()
    units.assign(world.viewer("dispatcher"), item.number, ["海曙03"], version=None, now=FIRST + HOUR)
    manned = {"海曙01", "海曙02", "象山01"}
    those = crews_between(FIRST - HOUR, FIRST + 9 * HOUR, FIRST + 2 * HOUR)
    assert {crew.code for crew in those.crews} == manned | {"海曙03"}
    sent = {(send(those, at=FIRST, lasts=HOUR / 2) or ("",))[0] for _each in range(4)}
    assert sent == manned | {"海曙03"}
    assert send(those, at=FIRST + 3 * HOUR) is None


def test_what_is_over_before_or_begins_after_is_not_looked_at(world: World) -> None:
    chief, item = world.viewer("supervisor"), world.call()
    units.assign(chief, item.number, ["海曙03"], version=None, now=FIRST + HOUR)
    units.stand_down_all(chief, item.number, version=None, reason="误报", now=FIRST + 2 * HOUR)
    for since, until, known in ((0, 9, 1), (3, 9, 0), (-2, -1, 0)):
        those = crews_between(FIRST + since * HOUR, FIRST + until * HOUR, FIRST + 99 * HOUR)
        assert len(those.busy[[crew.code for crew in those.crews].index("海曙03")]) == known
