"""Factors by hour of the week and class of road, read from a table people keep."""

from __future__ import annotations

import numpy as np

from anning.engines.network.road_classes import ROAD_CLASSES, ROW_OF_CLASS
from anning.engines.network.streets import Floats
from anning.engines.network.weights import HOURS
from anning.wire.roads.columns import Table, read_table
from anning.wire.roads.reading import RoadsError


def read_factors(data: bytes) -> Floats:
    """How many times free flow streets take; float64[168, classes of road], 1 where no line says otherwise.

    Each line holds for the hours of the week (0 is Monday midnight to one) from `from_hour` up to, not with, `to_hour`,
    and for a class of road, or for all where none is named; a later line replaces what an earlier one says.

    Raises:
        RoadsError: a column is missing, a value cannot be read, hours are not within the week or in order, a class is
            not known, or a factor is not above zero; the message names the line and column.

    Example:
        >>> read_factors(b"from_hour,to_hour,class,factor\\n8,9,,1.5\\n8,9,motorway,2\\n")[8, :3].tolist()
        [1.5, 2.0, 1.5]
    """
    table = read_table("factors", data, ("from_hour", "to_hour", "class", "factor"))
    begins, ends = table.whole("from_hour"), table.whole("to_hour")
    names, values = table.text("class"), table.number("factor")
    made = np.ones((HOURS, len(ROAD_CLASSES)))
    for row in range(table.rows):
        _check(table, row, (int(begins[row]), int(ends[row])), names[row], float(values[row]))
        columns = slice(None) if not names[row] else ROW_OF_CLASS[names[row]]
        made[begins[row] : ends[row], columns] = values[row]
    return made


def _check(table: Table, row: int, hours: tuple[int, int], name: str, factor: float) -> None:
    begin, end = hours
    if not 0 <= begin < HOURS:
        raise RoadsError(table.at(row, "from_hour", f"is {begin}: an hour of the week is 0 to {HOURS - 1}"))
    if not begin < end <= HOURS:
        raise RoadsError(table.at(row, "to_hour", f"is {end}: it should be above {begin} and at most {HOURS}"))
    if name and name not in ROW_OF_CLASS:
        raise RoadsError(table.at(row, "class", f"is {name!r}, which is none of {', '.join(ROW_OF_CLASS)}"))
    if not 0 < factor < np.inf:
        raise RoadsError(table.at(row, "factor", f"is {factor}: a number above zero is expected"))
