"""What is read: queue, board, units to send, places, layers, periods; always within the viewer's scope."""

from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from anning.domains.calls.selectors import layers
from anning.domains.calls.selectors.asked import AskedFigures
from anning.domains.calls.selectors.board import board, tally
from anning.domains.calls.selectors.protocols import outcome_of, tree_of
from anning.domains.calls.selectors.queue import Chosen, queue, tallies
from anning.domains.calls.selectors.tasks import my_unit, units_to_serve_in, visible_units
from anning.domains.calls.selectors.whereabouts import as_wgs84, lies
from anning.domains.calls.services import units
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.models import Item

from .conftest import FIRST, HAISHU, XIANGSHAN, World


def numbers(items: list[Item]) -> list[str]:
    return [item.number for item in items]


class TestQueue:
    def test_waiting_first_then_urgent_then_old(self, world: World) -> None:
        late, urgent, old = world.call(priority=3), world.call(priority=1), world.call(priority=3)
        worked = world.call(priority=1)
        units.assign(world.viewer("dispatcher"), worked.number, ["海曙01"], version=worked.version)
        assert numbers(queue(world.viewer("dispatcher"), Chosen())) == numbers([urgent, late, old, worked])

    def test_closed_and_other_counties_are_not_in_it(self, world: World) -> None:
        from anning.kernel.work.services.items import act

        item = world.call()
        act(world.viewer("dispatcher"), item.number, "close", version=item.version, reason="误报")
        world.call()
        assert len(queue(world.viewer("dispatcher"), Chosen())) == 1
        assert queue(world.viewer("elsewhere"), Chosen()) == []

    @pytest.mark.parametrize(
        ("chosen", "count"),
        [
            (Chosen(priority=1), 1),
            (Chosen(kind="matter"), 1),
            (Chosen(category="life"), 1),
            (Chosen(area=XIANGSHAN), 0),
            (Chosen(area=HAISHU), 3),
            (Chosen(view="waiting"), 3),
            (Chosen(view="at_work"), 0),
            (Chosen(view="ending"), 0),
            (Chosen(view="late"), 2),
            (Chosen(mine=True), 0),
        ],
    )
    def test_filters(self, world: World, chosen: Chosen, count: int) -> None:
        world.call(priority=1)
        world.call()
        world.call(category="life.noise")
        Item.objects.filter(kind="incident").update(due_at=timezone.now() - timedelta(minutes=1))
        assert len(queue(world.viewer("dispatcher"), chosen)) == count

    def test_mine_is_what_i_acted_on(self, world: World) -> None:
        item, _other = world.call(), world.call(who="dispatcher")
        assert numbers(queue(world.viewer("taker"), Chosen(mine=True))) == [item.number]

    def test_tallies_agree_with_the_rows(self, world: World) -> None:
        worked = world.call(received_at=timezone.now())
        world.call()
        world.call(category="life.noise")
        units.assign(world.viewer("dispatcher"), worked.number, ["海曙01"], version=worked.version)
        counts = tallies(world.viewer("dispatcher"), Chosen())
        for view in ("waiting", "at_work", "ending", "late"):
            assert counts[view] == len(queue(world.viewer("dispatcher"), Chosen(view=view)))
        assert counts["today"] == 1

    @pytest.mark.parametrize(
        "given",
        [{"priority": "9"}, {"priority": "x"}, {"kind": "joint"}, {"view": "all"}, {"mine": "yes"}, {"area": ""}],
    )
    def test_nonsense_is_left_out(self, given: dict[str, str]) -> None:
        assert Chosen.read(given) == Chosen()


class TestUnits:
    def test_each_sees_the_units_of_their_scope(self, world: World) -> None:
        def seen(who: str) -> set[str]:
            return set(visible_units(world.viewer(who)).values_list("code", flat=True))

        assert seen("dispatcher") == {"海曙01", "海曙02", "海曙03"}
        assert seen("elsewhere") == {"象山01"}
        assert seen("crew") == {"海曙01"}
        assert seen("auditor") == set()
        assert len(seen("supervisor")) == 4

    def test_board_puts_those_at_work_first(self, world: World) -> None:
        item = world.call()
        units.assign(world.viewer("dispatcher"), item.number, ["海曙03"], version=item.version)
        rows = board(world.viewer("dispatcher"))
        assert [row["code"] for row in rows] == ["海曙03", "海曙01", "海曙02"]
        assert rows[0]["number"] == item.number
        assert tally(rows) == {"off_duty": 0, "free": 2, "assigned": 1, "en_route": 0, "on_scene": 0}

    def test_board_names_no_incident_out_of_scope(self, world: World) -> None:
        item = world.call()
        units.assign(world.viewer("supervisor"), item.number, ["象山01"], version=item.version)
        (row,) = board(world.viewer("elsewhere"))
        assert (row["status"], row["number"], row["title"]) == ("assigned", "", "")

    def test_whom_one_serves_with(self, world: World) -> None:
        unit = my_unit(world.viewer("crew"), timezone.now())
        assert unit is not None
        assert unit.code == "海曙01"
        assert my_unit(world.viewer("dispatcher"), timezone.now()) is None
        assert {one.agency.code for one in units_to_serve_in(world.viewer("crew"))} == {"hs"}
        assert not units_to_serve_in(world.viewer("dispatcher")).exists()


class TestPlaces:
    def test_where_a_point_lies_by_level(self, world: World) -> None:
        found = lies(121.541, 29.868)
        assert (found.area_code, found.outside) == ("330203002001", False)
        assert [name for _level, name in found.names] == ["海曙区", "月湖街道", "平桥社区", ""]
        with translation.override("en"):
            assert lies(121.541, 29.868).names[0][1] == "海曙区 en"

    def test_outside_every_area(self, world: World) -> None:
        assert lies(100.0, 20.0).outside

    @pytest.mark.parametrize("point", [(181, 0), (0, 91), (float("nan"), 0), (0, float("inf"))])
    def test_not_on_the_earth(self, point: tuple[float, float]) -> None:
        with pytest.raises(RefusedError):
            as_wgs84(*point)


class TestProtocols:
    def test_the_nearest_tree_above_a_category(self, world: World) -> None:
        assert tree_of("help.water.drowning") == tree_of("help.water")
        assert tree_of("help.water.drowning") is not None
        assert tree_of("help") is None
        assert tree_of("nothing") is None

    def test_answers_decide(self, world: World) -> None:
        decided = outcome_of("help.water", {"in": "no"})
        assert (decided.priority, decided.flags, decided.capabilities) == (2, frozenset(), frozenset())


class TestLayers:
    def test_open_incidents_with_a_place(self, world: World) -> None:
        item = world.call()
        world.call(lon=None, lat=None, area_code=HAISHU)
        (found,) = layers.incidents(world.viewer("dispatcher"), {})
        assert found["properties"]["number"] == item.number
        assert found["geometry"]["coordinates"] == [item.lon, item.lat]
        assert layers.incidents(world.viewer("elsewhere"), {}) == []
        assert layers.incidents(world.viewer("dispatcher"), {"area": XIANGSHAN}) == []

    def test_nothing_personal_in_it(self, world: World) -> None:
        world.call(narrative="说了什么", caller_phone="13800000000")
        text = str(layers.incidents(world.viewer("dispatcher"), {}))
        assert "说了什么" not in text
        assert "13800000000" not in text

    def test_units_on_duty_and_how_old_their_position_is(self, world: World) -> None:
        unit = world.unit("海曙01")
        unit.position_at = FIRST
        unit.save()
        other = world.unit("海曙02")
        other.status = "off_duty"
        other.save()
        found = {one["properties"]["title"]: one["properties"] for one in layers.units(world.viewer("dispatcher"), {})}
        assert set(found) == {"海曙01", "海曙03"}
        assert (found["海曙01"]["stale"], found["海曙01"]["tone"]) == (True, "void")
        assert found["海曙03"]["stale"] is False


TODAY = date(2026, 11, 24)


class TestAskedFigures:
    @pytest.mark.parametrize(
        ("name", "start", "end", "by"),
        [
            ("week", date(2026, 11, 17), date(2026, 11, 23), "day"),
            ("month", date(2026, 10, 25), date(2026, 11, 23), "day"),
            ("quarter", date(2026, 8, 25), date(2026, 11, 23), "month"),
            ("year", date(2025, 11, 24), date(2026, 11, 23), "month"),
            ("last_month", date(2026, 10, 1), date(2026, 10, 31), "day"),
            ("last_year", date(2025, 1, 1), date(2025, 12, 31), "month"),
        ],
    )
    def test_named_periods(self, name: str, start: date, end: date, by: str) -> None:
        asked = AskedFigures.read({"period": name}, TODAY)
        assert (asked.period.start, asked.period.end, asked.by) == (start, end, by)

    def test_own_period(self) -> None:
        asked = AskedFigures.read({"period": "own", "since": "2024-01-01", "until": "2024-03-31"}, TODAY)
        assert (asked.period.start, asked.period.days) == (date(2024, 1, 1), 91)

    @pytest.mark.parametrize(
        ("since", "until"),
        [
            ("", ""),
            ("2024-13-01", "2024-12-31"),
            ("2024-03-01", "2024-02-01"),
            ("1900-01-01", "2026-01-01"),
            ("x", "y"),
        ],
    )
    def test_an_own_period_that_cannot_be_is_the_last_month(self, since: str, until: str) -> None:
        asked = AskedFigures.read({"period": "own", "since": since, "until": until, "kind": "cat"}, TODAY)
        assert (asked.name, asked.kind, asked.period.days) == ("month", "incident", 30)
