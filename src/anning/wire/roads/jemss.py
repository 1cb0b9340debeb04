"""Road networks in the layout of JEMSS.jl: named tables in CSV files, seconds as parts of a day.

Source: *JEMSS.jl*, the simulation package of the University of Auckland, its files `nodes.csv` and `arcs.csv`.
"""

from __future__ import annotations

import numpy as np

from anning.engines.network import travellers
from anning.engines.network.road_classes import WALKING_M_S
from anning.engines.network.streets import Ints, straight_streets
from anning.engines.network.travellers import Traveller
from anning.engines.space.distance import equirectangular_m
from anning.wire.roads.columns import Table, read_table
from anning.wire.roads.reading import Roads, RoadsError, two_ways

DAY_S = 86_400.0


def read_jemss(nodes: bytes, arcs: bytes) -> Roads:
    """The road network of the files `nodes.csv` and `arcs.csv`.

    Mode 1 is taken as travel with the siren, mode 2 (mode 1 where there is none) as normal travel. Lengths are in
    kilometres; where they are not given, they are those of the straight line. Walking takes both ways along every arc.

    Raises:
        RoadsError: a table or column is missing, arcs are not directed, a value cannot be read, or an arc ends at a
            node that is not there.
    """
    node_table = named_table("nodes", nodes, ("index", "x", "y"))
    form = named_table("miscData", arcs, ("arcForm",)).text("arcForm")
    if form.to_list() != ["directed"]:
        raise RoadsError(f"arcs, table miscData: arcForm is {form.to_list()}; only 'directed' is understood")
    arc_table = named_table("arcs", arcs, ("index", "fromNode", "toNode", "mode_1"))
    ref, lon, lat = node_table.whole("index"), node_table.number("x"), node_table.number("y")
    first, last = (_rows(arc_table, side, ref) for side in ("fromNode", "toNode"))
    length_m = equirectangular_m(lon[first], lat[first], lon[last], lat[last])
    if arc_table.has("distance"):
        length_m = 1000 * arc_table.number("distance", least=0.0)
    modes = [DAY_S * arc_table.number(mode, least=0.0) for mode in ("mode_1", "mode_2") if arc_table.has(mode)]
    forward, backward = two_ways(first, last, np.rint(length_m * 1000).astype(np.int64))
    seconds = np.full((travellers.COUNT, 2, len(forward)), np.inf)
    for who, mode in ((Traveller.SIREN, modes[0]), (Traveller.NORMAL, modes[-1])):
        seconds[who, 0] = mode[forward]
        seconds[who, 1] = np.where(backward >= 0, mode[backward], np.inf)
    seconds[Traveller.FOOT] = length_m[forward] / WALKING_M_S
    made = straight_streets(ref, lon, lat, first[forward], last[forward], length_m[forward], seconds)
    return Roads(made, {"nodes": len(ref), "arcs": len(first), "streets": len(forward)})


def named_table(name: str, data: bytes, needed: tuple[str, ...]) -> Table:
    """One table of a file of several: a line with its name, one with its columns, rows, and a line that begins empty.

    Raises:
        RoadsError: the table is not there, or lacks a column.
    """
    lines = data.lstrip(b"\xef\xbb\xbf").splitlines()
    starts = [
        number for number, line in enumerate(lines) if line.split(b",")[0].strip().decode("utf-8", "replace") == name
    ]
    if not starts:
        raise RoadsError(f"the file has no table {name!r}: a line that begins with its name is expected")
    head = starts[0] + 1
    end = head
    while end < len(lines) and lines[end].split(b",")[0].strip():
        end += 1
    return read_table(name, b"\n".join(lines[head:end]), needed, head + 2)


def _rows(table: Table, column: str, ref: Ints) -> Ints:
    """Rows of nodes numbered 1, 2, … in order."""
    if not np.array_equal(ref, np.arange(1, len(ref) + 1)):
        raise RoadsError("nodes: index must count 1, 2, 3, … line by line")
    rows = table.whole(column) - 1
    wrong = np.flatnonzero((rows < 0) | (rows >= len(ref)))
    if len(wrong):
        row = int(wrong[0])
        raise RoadsError(table.at(row, column, f"is {rows[row] + 1}, which is the index of no node"))
    return rows
