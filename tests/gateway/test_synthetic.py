"""A city folder as the simulator sees it: where its calls come from, when, and what is said."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from anning.engines.synth.calls import Calls, generate
from anning.gateway import cities
from anning.gateway.synthetic import Simulated, holidays, moments, simulated, texts
from anning.wire.city import read_folder
from tests.wire.city.folder import files

ROOT = Path(__file__).resolve().parents[2]
FIRST = date(2023, 7, 3)


@pytest.fixture(scope="module")
def ningbo() -> Simulated:
    return simulated(cities.read(ROOT / "cities" / "ningbo"))


@pytest.fixture(scope="module")
def week(ningbo: Simulated) -> Calls:
    days = [FIRST + timedelta(number) for number in range(7)]
    return generate(days, (), ningbo.rhythm, ningbo.mix, ningbo.places, scale=0.5, seed=5)


def rows(view: Simulated, calls: Calls, group: str) -> np.ndarray:
    wanted = np.array([code.startswith(group) for code in view.categories])
    return np.flatnonzero(wanted[calls.category])


def test_drownings_are_told_of_waters_and_home_fires_of_communities(ningbo: Simulated, week: Calls) -> None:
    def in_community(group: str) -> float:
        return float(np.mean(["社区" in ningbo.place_names[row] for row in week.place[rows(ningbo, week, group)]]))

    assert in_community("fire.building") == 1.0
    assert in_community("help.water") == pytest.approx(0.25, abs=0.1)
    assert in_community("traffic.crash") == pytest.approx(0.45, abs=0.03)


def test_traffic_peaks_in_the_morning_and_drunks_at_night(ningbo: Simulated, week: Calls) -> None:
    def busiest(group: str) -> int:
        return int(np.bincount((week.at_s[rows(ningbo, week, group)] // 3600).astype(int), minlength=24).argmax())

    assert busiest("traffic") in (8, 17)
    assert busiest("crime.order") in (21, 22)


def test_most_calls_come_from_where_most_people_live(ningbo: Simulated, week: Calls) -> None:
    codes = np.array(ningbo.area_codes)[week.place]
    core = np.mean([code.startswith(("330203", "330205", "330212")) for code in codes])
    assert 0.35 < core < 0.6
    assert {code[:6] for code in codes} == {code[:6] for code in ningbo.area_codes}


def test_every_call_has_a_place_a_sentence_and_a_number_that_rings_nowhere(ningbo: Simulated, week: Calls) -> None:
    addresses, told, numbers = texts(week, ningbo, seed=5)
    assert all(address in text for address, text in zip(addresses, told, strict=True))
    assert all(number.startswith("100") and len(number) == 11 for number in numbers)
    lamps = [told[row] for row in rows(ningbo, week, "life.service.light")]
    assert all("灯" in text for text in lamps)


def test_moments_are_the_city_s_clock_in_utc(ningbo: Simulated, week: Calls) -> None:
    rung = moments(week, ningbo.zone)
    assert rung == sorted(rung)
    local = rung[0].astimezone(ningbo.zone)
    assert local.date() == FIRST
    assert local.hour * 3600 + local.minute * 60 + local.second == int(week.at_s[0])


def test_holidays_are_weekdays_off_and_years_not_yet_announced_have_none() -> None:
    assert date(2023, 10, 2) in holidays(date(2023, 10, 1), date(2023, 10, 8))
    assert date(2023, 10, 1) not in holidays(date(2023, 10, 1), date(2023, 10, 8))
    assert holidays(date(2090, 10, 1), date(2090, 10, 8)) == set()


def test_a_folder_without_rates_says_so() -> None:
    with pytest.raises(ValueError, match=r"rates\.toml"):
        simulated(read_folder(files(rates_toml=None)))
