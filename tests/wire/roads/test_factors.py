"""A table of factors, and what is said of one that cannot be read."""

from __future__ import annotations

import numpy as np
import pytest

from anning.engines.network.road_classes import ROAD_CLASSES, ROW_OF_CLASS
from anning.engines.network.weights import HOURS, check_factors
from anning.wire.roads import RoadsError, read_factors

HEAD = b"from_hour,to_hour,class,factor\n"


def test_without_lines_free_flow_holds_all_week():
    assert read_factors(HEAD).tolist() == np.ones((HOURS, len(ROAD_CLASSES))).tolist()


def test_lines_hold_for_their_hours_and_class_and_later_ones_go_first():
    found = read_factors(HEAD + b"7,10,,1.4\n8,9,primary,2\n0,168,steps,1\n")
    check_factors(found)
    primary, tertiary, steps = (found[:, ROW_OF_CLASS[name]] for name in ("primary", "tertiary", "steps"))
    assert primary[6:11].tolist() == [1, 1.4, 2, 1.4, 1]
    assert tertiary[6:11].tolist() == [1, 1.4, 1.4, 1.4, 1]
    assert set(steps.tolist()) == {1}


def test_the_last_hour_of_the_week_can_be_meant():
    assert read_factors(HEAD + b"167,168,,3\n")[166:].tolist() == [[1.0] * len(ROAD_CLASSES), [3.0] * len(ROAD_CLASSES)]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"168,168,,1\n", "factors, line 2: from_hour is 168: an hour of the week is 0 to 167"),
        (b"-1,5,,1\n", "from_hour is -1"),
        (b"5,5,,1\n", "to_hour is 5: it should be above 5 and at most 168"),
        (b"5,169,,1\n", "to_hour is 169"),
        (b"5,6,tram,1\n", "class is 'tram', which is none of road"),
        (b"5,6,,0\n", "factor is 0.0: a number above zero"),
        (b"5,6,,inf\n", "factor is inf"),
        (b"5,6,,x\n", "factor is 'x': a number is expected"),
        (b"5.5,6,,1\n", "from_hour is '5.5': a whole number"),
        (b"1,2,,1\n1,2,,-4\n", "factors, line 3: factor is -4.0"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line, message):
    with pytest.raises(RoadsError, match=message):
        read_factors(HEAD + line)


def test_a_missing_column_is_named():
    with pytest.raises(RoadsError, match="factors has no column 'class'"):
        read_factors(b"from_hour,to_hour,factor\n")
