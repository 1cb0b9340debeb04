"""The synthetic city: same seed same calls, any split of the days, and the rhythms it was asked for."""

from dataclasses import fields
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anning.engines.space.distance import haversine_m
from anning.engines.synth.calls import Calls, by_day, expected, generate
from anning.engines.synth.rates import Mix, Places, Rhythm
from anning.engines.synth.words import narrate, telephone_numbers

FLAT = Rhythm(365_250.0, (1.0,) * 24, (1.0,) * 7, (1.0,) * 12, scatter=1e9)
MIX = Mix(np.array([3.0, 1.0]), np.array([0.0, 1.0]), np.array([900.0, 1800.0]), np.array([False, True]))
PLACES = Places(np.array([121.5, 121.9]), np.array([29.9, 29.3]), np.array([1.0, 3.0]), np.array([300.0, 500.0]))
START = date(2023, 1, 1)


def days(count: int, start: date = START) -> list[date]:
    return [start + timedelta(number) for number in range(count)]


def made(span: list[date], rhythm: Rhythm = FLAT, seed: int = 7, scale: float = 1.0) -> Calls:
    return generate(span, (), rhythm, MIX, PLACES, seed=seed, scale=scale)


def same(left: Calls, right: Calls) -> bool:
    return all(np.array_equal(getattr(left, f.name), getattr(right, f.name)) for f in fields(Calls))


def test_the_same_seed_gives_the_same_calls_to_the_byte() -> None:
    assert same(made(days(5)), made(days(5)))
    assert not same(made(days(5)), made(days(5), seed=8))


@settings(max_examples=20)
@given(st.integers(1, 9))
def test_days_generated_apart_are_the_days_generated_together(cut: int) -> None:
    whole, parts = made(days(10)), (made(days(10)[:cut]), made(days(10)[cut:]))
    joined = Calls(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Calls)))
    assert same(whole, joined)


def test_the_yearly_number_is_met_within_chance() -> None:
    calls = made(days(365))
    assert abs(len(calls) - 365_000) < 5 * np.sqrt(2 * 365_000)


def test_scale_multiplies() -> None:
    assert len(made(days(60), scale=0.1)) == pytest.approx(6000, rel=0.05)
    with pytest.raises(ValueError, match="scale"):
        made(days(1), scale=0.0)
    with pytest.raises(ValueError, match="no day"):
        made([])


def test_hours_and_weekdays_follow_their_weights() -> None:
    rhythm = Rhythm(365_250.0, (*([1.0] * 12), *([3.0] * 12)), (2.0, 1, 1, 1, 1, 1, 1), (1.0,) * 12, scatter=1e9)
    calls = made(days(364), rhythm)
    afternoon = (calls.at_s >= 43_200).mean()
    assert afternoon == pytest.approx(0.75, abs=0.01)
    weekday = np.bincount((calls.day - 1) % 7, minlength=7)
    assert weekday[0] / weekday[1:].mean() == pytest.approx(2.0, rel=0.03)


def test_holidays_and_months_change_what_is_expected() -> None:
    rhythm = Rhythm(1000.0, (1.0,) * 24, (1.0,) * 7, (2.0, *(1.0,) * 11), holiday=0.5)
    assert expected(date(2023, 1, 9), (), rhythm) == pytest.approx(2 * expected(date(2023, 2, 6), (), rhythm))
    ordinary, holiday = expected(START, (), rhythm), expected(START, {START}, rhythm)
    assert holiday == pytest.approx(ordinary / 2)


def test_days_scatter_beyond_chance_when_asked_to() -> None:
    def dispersion(scatter: float) -> float:
        rhythm = Rhythm(365_250.0, (1.0,) * 24, (1.0,) * 7, (1.0,) * 12, scatter=scatter)
        single = Mix(np.array([1.0]), np.array([0.0]), np.array([900.0]), np.array([False]))
        counts = [len(part) for part in by_day(days(200), (), rhythm, single, PLACES, seed=3)]
        return float(np.var(counts) / np.mean(counts))

    assert dispersion(1e9) == pytest.approx(1.0, abs=0.4)
    assert dispersion(60.0) > 8


def test_several_callers_tell_of_one_event_near_in_place_and_time() -> None:
    calls = made(days(30))
    again = ~calls.first
    assert again.mean() == pytest.approx(0.2, abs=0.02)
    firsts = {event: row for row, event in enumerate(calls.event) if calls.first[row]}
    rows = np.flatnonzero(again)
    of = np.array([firsts[event] for event in calls.event[rows]])
    assert (calls.category[rows] == calls.category[of]).all()
    assert (calls.category[rows] == 1).all()
    assert ((calls.at_s[rows] - calls.at_s[of]) >= 0).all()
    far = haversine_m(calls.lon[rows], calls.lat[rows], calls.lon[of], calls.lat[of])
    assert np.median(far) < 100


def test_columns_are_in_order_and_possible() -> None:
    calls = made(days(10))
    rung = calls.day * 86_400.0 + calls.at_s
    assert (np.diff(rung) >= 0).all()
    assert ((calls.at_s >= 0) & (calls.at_s < 86_400)).all()
    for name in ("answer_s", "assign_s", "travel_s", "scene_s", "radius_m"):
        assert (getattr(calls, name) > 0).all()
    share = np.bincount(calls.place[calls.first]) / calls.first.sum()
    assert share[1] == pytest.approx(0.75, abs=0.03)


@pytest.mark.parametrize(
    "change",
    [{"hour": (1.0,) * 23}, {"weekday": (0.0,) * 7}, {"month": (-1.0,) * 12}, {"yearly": 0.0}, {"scatter": 0.0}],
)
def test_impossible_rhythms_are_refused(change: dict[str, object]) -> None:
    values = {"yearly": 1.0, "hour": (1.0,) * 24, "weekday": (1.0,) * 7, "month": (1.0,) * 12, **change}
    with pytest.raises(ValueError, match=r"weights|above 0"):
        Rhythm(**values)


def test_impossible_mixes_and_places_are_refused() -> None:
    one = np.array([1.0])
    with pytest.raises(ValueError, match="per category"):
        Mix(one, np.array([1.0, 2.0]), one, np.array([False]))
    with pytest.raises(ValueError, match="negative"):
        Mix(-one, one, one, np.array([False]))
    with pytest.raises(ValueError, match="some weight"):
        Places(one, one, np.array([0.0]), one)


def mix(**more: object) -> Mix:
    return Mix(MIX.weight, MIX.callers, MIX.scene_s, MIX.livelihood, **more)  # type: ignore[arg-type]  # fields vary


def test_a_category_may_have_a_day_of_its_own() -> None:
    hour = np.zeros((2, 24))
    hour[1, [2, 23]] = 1.0, 3.0
    calls = generate(days(30), (), FLAT, mix(hour=hour), PLACES, seed=1)
    hours = (calls.at_s // 3600).astype(int)[calls.first]
    night = hours[calls.category[calls.first] == 1]
    assert set(night) == {2, 23}
    assert (night == 23).mean() == pytest.approx(0.75, abs=0.02)
    assert np.bincount(hours[calls.category[calls.first] == 0], minlength=24).min() > 500


def test_a_category_may_happen_at_places_of_its_own_and_others_never_do() -> None:
    there = Places(
        np.array([121.5, 121.7, 121.9]), np.array([29.9, 29.6, 29.3]), np.array([1.0, 1.0, 3.0]), np.full(3, 50.0),
        np.array([0, 0, 1]),
    )  # fmt: skip
    prefers = mix(kind=np.array([0, 1]), kind_share=np.array([0.0, 0.6]))
    calls = generate(days(60), (), FLAT, prefers, there, seed=1)
    first = calls.first
    assert set(calls.place[first & (calls.category == 0)]) == {0, 1}
    assert (calls.place[first & (calls.category == 1)] == 2).mean() == pytest.approx(0.6, abs=0.02)
    assert (calls.place[calls.category == 0] == 0).mean() == pytest.approx(0.5, abs=0.02)


def test_a_preferred_kind_that_no_place_is_of_leaves_events_where_others_are() -> None:
    prefers = mix(kind=np.array([0, 4]), kind_share=np.array([0.0, 1.0]))
    assert set(generate(days(3), (), FLAT, prefers, PLACES, seed=1).place) == {0, 1}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"hour": np.ones((2, 23))}, "24 weights per category"),
        ({"hour": -np.ones((2, 24))}, "24 weights per category"),
        ({"kind": np.zeros(2, int)}, "together"),
        ({"kind": np.zeros(3, int), "kind_share": np.zeros(3)}, "one value per category"),
        ({"kind": np.zeros(2, int), "kind_share": np.array([0.0, 1.5])}, "0 to 1"),
    ],
)
def test_impossible_days_and_preferences_are_refused(more: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        mix(**more)


def test_places_without_an_ordinary_one_are_refused() -> None:
    one = np.array([1.0])
    with pytest.raises(ValueError, match="kind 0"):
        Places(one, one, one, one, np.array([2]))


def test_narratives_come_from_the_nearest_prefix() -> None:
    templates = {"": ["{place}有事"], "fire": ["{place}着火"], "fire.car": ["{place}车着火", "{place}汽车自燃"]}
    rng = np.random.default_rng(1)
    codes, places = ["fire.car.taxi", "fire.house", "theft"], ["甲", "乙", "丙"]
    told = narrate(templates, codes, places, rng)
    assert told[0] in ("甲车着火", "甲汽车自燃")
    assert told[1:] == ["乙着火", "丙有事"]
    with pytest.raises(KeyError, match="theft"):
        narrate({"fire": ["x"]}, ["theft"], ["丙"], rng)


def test_no_number_made_here_can_ring() -> None:
    numbers = telephone_numbers(500, np.random.default_rng(2))
    assert all(len(number) == 11 and number.startswith("100") for number in numbers)
