"""What tags say of who may pass, which way, how fast."""

from __future__ import annotations

import math

import pytest

from anning.engines.network.travellers import Traveller
from anning.wire.roads.tags import limits_kmh, open_ways, road_class, speed_kmh, stopped_at

LETTERS = {Traveller.SIREN: "s", Traveller.NORMAL: "n", Traveller.FOOT: "f"}


def ways(**tags: str) -> str:
    """Letters of those who may go as drawn, a stroke, and of those who may go against it."""
    tags = {key.replace("__", ":"): value for key, value in tags.items()}
    found = open_ways(tags, road_class(tags))
    return "/".join("".join(letter for who, letter in LETTERS.items() if found[who][way]) for way in (0, 1))


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "residential"}, "snf/snf"),
        ({"highway": "residential", "oneway": "yes"}, "snf/f"),
        ({"highway": "residential", "oneway": "-1"}, "f/snf"),
        ({"highway": "residential", "oneway": "no"}, "snf/snf"),
        ({"highway": "residential", "oneway": "reversible"}, "sf/sf"),
        ({"highway": "residential", "oneway": "yes", "oneway__emergency": "no"}, "snf/sf"),
        ({"highway": "primary", "oneway": "yes", "oneway__bus": "no"}, "snf/sf"),
        ({"highway": "primary", "oneway": "yes", "busway__left": "opposite_lane"}, "snf/sf"),
        ({"highway": "motorway"}, "sn/"),
        ({"highway": "motorway", "oneway": "no"}, "sn/sn"),
        ({"highway": "trunk", "motorroad": "yes"}, "sn/sn"),
        ({"highway": "primary", "junction": "roundabout"}, "snf/f"),
        ({"highway": "primary", "junction": "roundabout", "oneway": "no"}, "snf/snf"),
        ({"highway": "busway"}, "s/s"),
        ({"highway": "service", "access": "no", "bus": "yes"}, "s/s"),
        ({"highway": "service", "access": "no"}, "/"),
        ({"highway": "service", "access": "private"}, "sf/sf"),
        ({"highway": "service", "access": "private", "motor_vehicle": "yes"}, "snf/snf"),
        ({"highway": "residential", "motor_vehicle": "no"}, "sf/sf"),
        ({"highway": "residential", "motor_vehicle": "destination"}, "snf/snf"),
        ({"highway": "residential", "emergency": "no"}, "nf/nf"),
        ({"highway": "pedestrian"}, "sf/sf"),
        ({"highway": "pedestrian", "motor_vehicle": "yes"}, "snf/snf"),
        ({"highway": "footway"}, "f/f"),
        ({"highway": "footway", "emergency": "yes"}, "sf/sf"),
        ({"highway": "footway", "access": "yes"}, "f/f"),
        ({"highway": "footway", "oneway": "yes", "oneway__foot": "yes"}, "f/"),
        ({"highway": "cycleway", "foot": "no"}, "/"),
        ({"highway": "steps"}, "f/f"),
        ({"highway": "steps", "emergency": "yes", "motor_vehicle": "yes"}, "f/f"),
        ({"highway": "primary", "foot": "no"}, "sn/sn"),
    ],
    ids=str,
)
def test_who_may_go_which_way(tags, expected):
    assert ways(**tags) == expected


@pytest.mark.parametrize(
    "tags", [{}, {"highway": "proposed"}, {"highway": "pedestrian", "area": "yes"}, {"building": "yes"}]
)
def test_what_is_no_road(tags):
    assert road_class(tags) is None


@pytest.mark.parametrize(
    ("barrier", "stopped"),
    [
        ({"barrier": "bollard"}, "n"),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, ""),
        ({"barrier": "bollard", "emergency": "no"}, "sn"),
        ({"barrier": "gate"}, ""),
        ({"barrier": "gate", "access": "private"}, "n"),
        ({"barrier": "block"}, "sn"),
        ({"barrier": "block", "emergency": "yes"}, "n"),
        ({"barrier": "wall"}, "snf"),
        ({"barrier": "cycle_barrier"}, "sn"),
        ({"barrier": "toll_booth"}, ""),
        ({"barrier": "gate", "foot": "no"}, "f"),
    ],
    ids=str,
)
def test_whom_a_barrier_stops(barrier, stopped):
    bits = stopped_at(barrier)
    assert "".join(letter for who, letter in LETTERS.items() if bits >> who & 1) == stopped


@pytest.mark.parametrize(
    ("text", "kmh"),
    [("60", 60), ("60 km/h", 60), ("40mph", 64.37376), ("7.5", 7.5), ("none", None), ("CN:urban", None), ("walk", None),
     ("0", None), ("-5", None), ("", None), ("50;60", None)],
)  # fmt: skip
def test_limits_as_written(text, kmh):
    found = speed_kmh(text)
    assert math.isnan(found) if kmh is None else found == pytest.approx(kmh)


def test_a_limit_of_one_way_goes_before_that_of_both():
    there, back = limits_kmh({"maxspeed": "60", "maxspeed:backward": "40"})
    assert (there, back) == (60, 40)
    assert all(math.isnan(value) for value in limits_kmh({}))
