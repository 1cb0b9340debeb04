"""Seconds from many places to many: by the roads where there are any, straight where there are none."""

from __future__ import annotations

import numpy as np
import pytest

from anning.engines.network.travellers import Traveller
from anning.engines.space.distance import haversine_m
from anning.kernel.travel.selectors import matrix as matrices
from anning.kernel.travel.selectors.matrix import DETOUR, STRAIGHT_KMH, matrix
from tests.grid import grid, roads

HERE, EAST, NORTH = (121.5, 29.8), (121.51, 29.8), (121.5, 29.81)


def test_without_roads_it_is_the_straight_line_with_its_detour() -> None:
    with roads(None):
        found = matrix([HERE], [EAST, HERE], Traveller.SIREN)
    metres = float(haversine_m(*HERE, *EAST))
    assert not found.by_road
    assert found.seconds[0].tolist() == pytest.approx([metres * DETOUR / (STRAIGHT_KMH / 3.6), 0.0])


def test_by_road_it_is_what_the_streets_take() -> None:
    with roads(grid(*HERE)):
        found = matrix([HERE, EAST], [EAST, NORTH], Traveller.SIREN)
    assert found.by_road
    assert found.seconds[1, 0] == pytest.approx(0, abs=1)
    assert found.seconds[1, 1] == pytest.approx(found.seconds[0, 0] + found.seconds[0, 1], rel=0.05), "round the corner"


def test_where_no_road_leads_it_is_infinite() -> None:
    with roads(grid(*HERE, cut=True)):
        found = matrix([(121.49, 29.8)], [(121.515, 29.8)], Traveller.SIREN)
    assert np.isinf(found.seconds).all()


def test_the_same_again_is_not_searched_again(monkeypatch) -> None:
    with roads(grid(*HERE)):
        first = matrix([HERE], [EAST], Traveller.SIREN)
        monkeypatch.setattr(matrices.search, "matrix", None)
        assert matrix([HERE], [EAST], Traveller.SIREN) is first


def test_more_places_than_can_be_searched_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 500"):
        matrix([HERE], [HERE] * 501, Traveller.SIREN)
