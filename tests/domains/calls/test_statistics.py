"""Statistics: counts that agree with the records, verdicts that agree with the intervals."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from anning.domains.calls.present.statistics import figure, limited, percent, verdict
from anning.domains.calls.selectors.asked import AskedFigures
from anning.domains.calls.selectors.statistics import board
from anning.kernel.figures.period import Period
from anning.kernel.figures.selectors import Figure
from anning.kernel.figures.services import roll

from .conftest import World

PERIOD = {"period": "own", "since": "2026-03-01", "until": "2026-03-31"}


@pytest.fixture
def counted(world: World, tmp_path: object) -> World:
    """A March with six incidents and a matter, and four incidents the March before; rolled up."""
    zone = timezone.get_default_timezone()
    with override_settings(DATA_DIR=tmp_path):
        for year, count in ((2026, 6), (2025, 4)):
            for k in range(count):
                at = datetime(year, 3, 2, 10, tzinfo=zone) + timedelta(days=k)
                world.call(received_at=at, category="public.fight" if k % 2 else "help")
        world.call(received_at=datetime(2026, 3, 5, 22, tzinfo=zone), category="life.noise")
        roll()
        yield world


class TestBoard:
    def test_counts_agree_with_the_records(self, counted: World) -> None:
        asked = AskedFigures.read(PERIOD, date(2026, 6, 1))
        found = board(counted.viewer("supervisor"), asked)
        assert (found.total.now, found.total.before) == (6, 4)
        assert (found.calls.now, found.calls.before) == (7, 4)
        assert {one.key: one.now for one in found.categories} == {"public": 3, "help": 3}
        assert {one.key: one.now for one in found.areas} == {"330203": 6}
        assert sum(sum(row) for row in found.heat) == 6
        assert found.heat[0][10] == 1
        assert sum(now for _day, now, _past in found.line) == 6
        assert sum(past for _day, _now, past in found.line) == 4
        assert len(found.line) == 31

    def test_narrowed(self, counted: World) -> None:
        asked = AskedFigures.read({**PERIOD, "category": "public", "area": "330203"}, date(2026, 6, 1))
        found = board(counted.viewer("supervisor"), asked)
        assert found.total.now == 3
        assert {one.key for one in found.categories} == {"public.fight"}
        assert {one.key for one in found.areas} == {"330203002"}

    def test_other_counties_count_nothing(self, counted: World) -> None:
        found = board(counted.viewer("elsewhere"), AskedFigures.read(PERIOD, date(2026, 6, 1)))
        assert (found.total.now, found.categories, found.areas) == (0, [], [])

    def test_a_year_by_months(self, counted: World) -> None:
        found = board(counted.viewer("supervisor"), AskedFigures.read({"period": "year"}, date(2026, 6, 1)))
        assert sum(now for _day, now, _past in found.line) == 6
        assert all(day.day == 1 for day, _now, _past in found.line)


def one(**fields: object) -> Figure:
    plain = {
        "key": "x",
        "now": 84,
        "before": 100,
        "change": -0.16,
        "low": -0.37,
        "high": 0.12,
        "verdict": 0,
        "small": False,
    }
    return Figure(**{**plain, **fields})  # type: ignore[arg-type]


class TestWords:
    """84 against 100 is −16 % with −37 … +12 %: not distinguishable (worked examples, change on the year)."""

    def test_what_chance_could_do_is_called_so(self) -> None:
        shown = figure(one(), "溺水死亡")
        assert (shown["change"], shown["interval"]) == ("−16.0 %", "−37.0 % … +12.0 %")
        assert (shown["verdict"], shown["direction"]) == ("same", "down")

    def test_a_real_fall_and_a_real_rise(self) -> None:
        assert figure(one(verdict=-1), "x")["verdict"] == "better"
        assert figure(one(verdict=1, change=0.2), "x")["direction"] == "up"
        assert len({verdict(one(verdict=v, small=s)) for v in (-1, 0, 1) for s in (True, False)}) == 4

    def test_nothing_a_year_ago_gives_no_change(self) -> None:
        shown = figure(one(before=0, change=float("inf"), high=float("inf")), "x")
        assert "change" not in shown
        assert shown["verdict"] == "none"

    @pytest.mark.parametrize(
        ("ratio", "text", "drawn"),
        [(-0.032, "−3.2 %", -3.2), (0, "+0.0 %", 0), (9, "+900.0 %", 50), (float("inf"), "∞", 50)],
    )
    def test_percentages(self, ratio: float, text: str, drawn: float) -> None:
        assert (percent(ratio), limited(ratio)) == (text, drawn)


class TestPages:
    def test_figures_charts_and_the_lists_behind_them(self, counted: World) -> None:
        page = counted.client("supervisor").get(reverse("calls:statistics"), PERIOD).content.decode()
        assert 'id="over-time-data"' in page
        assert 'id="by-hour-data"' in page
        assert "since=2026-03-01" in page
        assert "category=public" in page

    def test_nothing_to_count_says_so(self, world: World) -> None:
        page = world.client("supervisor").get(reverse("calls:statistics"), PERIOD).content.decode()
        assert 'class="empty"' in page

    def test_the_file_has_the_same_counts(self, counted: World) -> None:
        answer = counted.client("supervisor").get(reverse("calls:statistics_csv"), PERIOD)
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        totals = {row["breakdown"]: row["count"] for row in rows if row["breakdown"] == "total"}
        assert totals == {"total": "6"}
        assert sum(int(row["count"]) for row in rows if row["breakdown"] == "category") == 6
        assert "2026-03-01" in answer["Content-Disposition"]

    def test_the_api_says_the_same(self, counted: World) -> None:
        query = {"since": "2026-03-01", "until": "2026-03-31", "by": "category"}
        body = counted.client("supervisor").get("/api/v1/calls/statistics", query).json()
        assert (body["total"]["now"], body["total"]["before"]) == (6, 4)
        assert {group["key"]: group["now"] for group in body["groups"]} == {"public": 3, "help": 3}
        nothing = counted.client("elsewhere").get("/api/v1/calls/statistics", query).json()
        assert (nothing["total"]["now"], nothing["total"]["change"], nothing["groups"]) == (0, None, [])


def test_periods_are_whole_days() -> None:
    assert AskedFigures.read({}, date(2026, 3, 1)).period == Period(date(2026, 1, 30), date(2026, 2, 28))
