"""How long ways take now: by the roads, by what is closed or slow on them, and by who travels."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from anning.engines.network.snap_index import build_index
from anning.engines.network.snapped import Confidence
from anning.engines.network.travellers import Traveller
from anning.kernel.contract import registry
from anning.kernel.generic.services import open_work
from anning.kernel.travel import network
from anning.kernel.travel.selectors import layers, ways
from anning.kernel.travel.selectors.conditions import conditions_at
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.models import Item
from anning.kernel.work.services.items import Draft, act
from anning.wire.roads.packed import Packed, pack
from tests import factories
from tests.factories import NOW
from tests.grid import grid, roads

pytestmark = pytest.mark.django_db
MIDDLE = (121.25, 29.5)
STEP = 0.005
SIREN, NORMAL, FOOT = Traveller.SIREN, Traveller.NORMAL, Traveller.FOOT


@pytest.fixture(autouse=True)
def city() -> Iterator[None]:
    """A city of two counties with a grid of streets in one."""
    factories.city()
    with roads(grid(*MIDDLE, step=STEP)):
        yield


def at(east: float, north: float = 0.0) -> tuple[float, float]:
    return MIDDLE[0] + east * STEP, MIDDLE[1] + north * STEP


def condition(east: float, **fields: object) -> Item:
    lon, lat = at(east)
    kind = registry.kind("road_condition")
    return open_work(factories.viewer("dispatcher"), kind, Draft(title="塌陷", lon=lon, lat=lat), fields)


def seconds(start: float, who: Traveller = NORMAL, now=NOW) -> float:
    found = ways.times_to(at(0), [at(start)[0]], [at(start)[1]], who, now, limit_s=3600)
    assert found is not None
    return float(found.seconds[0])


class TestTimes:
    def test_by_class_of_traveller(self) -> None:
        assert seconds(2, SIREN) < seconds(2, NORMAL) < seconds(2, FOOT)

    def test_one_search_for_all_and_none_beyond_the_limit(self) -> None:
        lon, lat = zip(at(1), at(2), at(60), strict=True)
        found = ways.times_to(at(0), lon, lat, NORMAL, NOW, limit_s=100)
        assert found is not None
        assert found.seconds[0] == pytest.approx(seconds(1))
        assert np.isinf(found.seconds[1:]).all()
        assert found.near.tolist() == [True, True, False]
        assert found.to is Confidence.NEAR
        assert found.to_distance_m == pytest.approx(0, abs=1)

    def test_without_a_network_nothing_is_said(self) -> None:
        with roads(None):
            assert ways.times_to(at(0), [at(1)[0]], [at(1)[1]], NORMAL, NOW, limit_s=100) is None
            assert ways.way(at(1), at(0), NORMAL, NOW) is None

    def test_a_way_is_drawn_from_place_to_place(self) -> None:
        found = ways.way(at(2), at(0), NORMAL, NOW)
        assert found is not None
        assert (found.lon[0], found.lon[-1]) == pytest.approx((at(2)[0], at(0)[0]), abs=1e-6)
        assert found.seconds == pytest.approx(seconds(2))
        assert ways.way(at(60), at(0), NORMAL, NOW) is None


class TestConditions:
    def test_a_stretch_between_two_points(self) -> None:
        before = seconds(3)
        lon, lat = at(2.5)
        condition(0.5, to_lon=lon, to_lat=lat, effect="slow", factor=3.0)
        assert before < seconds(3) <= 3 * before
        one = conditions_at(NOW)[0]
        held = network.network()
        assert held is not None
        assert len(ways.stretch(held, one)) == 3

    def test_in_force_only_from_when_it_begins_until_it_ends_or_is_lifted(self) -> None:
        before = seconds(1)
        item = condition(0.5, starts_at=NOW + timedelta(hours=1), until=NOW + timedelta(hours=2))
        assert seconds(1) == before
        assert seconds(1, now=NOW + timedelta(minutes=90)) > before
        assert seconds(1, now=NOW + timedelta(hours=2)) == before
        act(factories.viewer("dispatcher"), item.number, "lift", version=None)
        assert seconds(1, now=NOW + timedelta(minutes=90)) == before

    def test_weights_of_the_same_conditions_are_made_once(self) -> None:
        condition(0.5)
        held = network.network()
        assert held is not None
        assert ways.weights(held, NORMAL, NOW) is ways.weights(held, NORMAL, NOW + timedelta(minutes=1))

    @pytest.mark.parametrize("fields", [{"factor": 0.5}, {"effect": "wet"}, {"to_lon": 999.0}])
    def test_what_cannot_be_is_refused(self, fields: dict[str, object]) -> None:
        with pytest.raises(RefusedError):
            condition(0.5, **fields)

    def test_its_life_is_in_the_timeline(self) -> None:
        item = condition(0.5)
        chief = factories.viewer("supervisor")
        act(chief, item.number, "lift", version=None)
        act(chief, item.number, "restore", version=None, reason="又塌")
        assert list(item.changes.order_by("version").values_list("verb", flat=True)) == ["open", "lift", "restore"]
        assert conditions_at(NOW)

    def test_drawn_for_those_of_the_area_only(self) -> None:
        condition(0.5)
        (line,) = layers.conditions(factories.viewer("dispatcher", factories.HOME), {})
        assert line["geometry"]["type"] == "MultiLineString"
        assert line["properties"]["tone"] == "problem"
        assert layers.conditions(factories.viewer("dispatcher", factories.AWAY), {}) == []
        with roads(None):
            assert layers.conditions(factories.viewer("dispatcher"), {}) == []


class TestFile:
    def test_the_file_of_the_folder_is_mapped_and_a_new_one_seen(self, settings, tmp_path: Path, monkeypatch) -> None:
        settings.ROADS_DIR = tmp_path
        network.hold(None)
        assert network.network() is None
        monkeypatch.setattr(network, "RECHECK_S", 0.0)
        for rows in (5, 7):
            graph = grid(*MIDDLE, rows=rows)
            part = tmp_path / "part"
            part.write_bytes(b"".join(pack(Packed(graph, build_index(graph), "x", {}))))
            part.replace(network.file())
            held = network.network()
            assert held is not None
            assert held.graph.nodes == rows * rows
            assert network.network() is held
        network.file().unlink()
        assert network.network() is None
