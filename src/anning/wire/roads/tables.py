"""Road networks as two CSV tables, of nodes and of arcs: the plain layout, and that of JEMSS.jl.

The layouts are described in ``docs/reference/road-network-files.md``; which one a file has is seen from its first line.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from anning.engines.network import travellers
from anning.engines.network.road_classes import ROAD_CLASSES, ROW_OF_CLASS, allowed, free_flow_seconds
from anning.engines.network.streets import Floats, Ints, straight_streets
from anning.engines.network.travellers import Traveller
from anning.engines.space.distance import equirectangular_m
from anning.wire.roads import jemss
from anning.wire.roads.columns import Table, read_table
from anning.wire.roads.reading import Roads, RoadsError, two_ways

SECONDS = {Traveller.SIREN: "siren_s", Traveller.NORMAL: "normal_s", Traveller.FOOT: "foot_s"}
"""Columns of seconds in the plain layout."""


def read_tables(nodes: bytes, arcs: bytes) -> Roads:
    """The road network of a table of nodes and a table of arcs, UTF-8 CSV.

    Raises:
        RoadsError: a column is missing, a value cannot be read, or an arc ends at a node that is not there; the
            message names the table, line and column.
    """
    if nodes.lstrip(b"\xef\xbb\xbf").startswith(b"nodes"):
        return jemss.read_jemss(nodes, arcs)
    node_table = read_table("nodes", nodes, ("id", "lon", "lat"))
    arc_table = read_table("arcs", arcs, ("from", "to"))
    ref, lon, lat = node_table.whole("id"), node_table.number("lon"), node_table.number("lat")
    _check_refs(node_table, ref)
    first, last = (_rows(arc_table, side, ref) for side in ("from", "to"))
    kind = _kinds(arc_table)
    length_m = equirectangular_m(lon[first], lat[first], lon[last], lat[last])
    if arc_table.has("length_m"):
        given = arc_table.number("length_m", empty=np.nan, least=0.0)
        length_m = np.where(np.isnan(given), length_m, given)
    there = _seconds(arc_table, length_m, kind)
    back = arc_table.whole("both_ways", empty=0) if arc_table.has("both_ways") else np.zeros(len(first), np.int64)
    forward, backward = two_ways(first, last, np.rint(length_m * 1000).astype(np.int64) * len(ROAD_CLASSES) + kind)
    seconds = np.full((travellers.COUNT, 2, len(forward)), np.inf)
    seconds[:, 0] = there[:, forward]
    seconds[:, 1] = np.where(backward >= 0, there[:, backward], np.where(back[forward] > 0, there[:, forward], np.inf))
    seconds[Traveller.FOOT, 1] = np.minimum(seconds[Traveller.FOOT, 1], seconds[Traveller.FOOT, 0])
    made = straight_streets(ref, lon, lat, first[forward], last[forward], length_m[forward], seconds)
    made.kind[:] = kind[forward]
    return Roads(made, {"nodes": len(ref), "arcs": len(first), "streets": len(forward)})


def _seconds(table: Table, length_m: Floats, kind: Ints) -> Floats:
    """Seconds of each class of traveller along each arc: as given, an empty value being closed, or by the class."""
    assumed = np.where(allowed(kind), free_flow_seconds(length_m, kind), np.inf)
    for who, column in SECONDS.items():
        if table.has(column):
            assumed[who] = table.number(column, empty=np.inf, least=0.0)
    return assumed


def _kinds(table: Table) -> Ints:
    if not table.has("class"):
        return np.zeros(table.rows, np.int64)
    names = table.text("class")
    kinds = names.replace_strict({**ROW_OF_CLASS, "": 0}, default=None, return_dtype=pl.Int64)
    if kinds.null_count():
        row = int(kinds.is_null().arg_true()[0])
        known = ", ".join(ROW_OF_CLASS)
        raise RoadsError(table.at(row, "class", f"is {names[row]!r}, which is none of {known}"))
    return kinds.to_numpy()


def _check_refs(table: Table, ref: Ints) -> None:
    order = np.argsort(ref, kind="stable")
    twice = np.flatnonzero(np.diff(ref[order]) == 0)
    if len(twice):
        row = int(order[twice[0] + 1])
        raise RoadsError(table.at(row, "id", f"is {ref[row]} for the second time: give every node its own"))


def _rows(table: Table, column: str, ref: Ints) -> Ints:
    wanted, order = table.whole(column), np.argsort(ref)
    place = np.minimum(np.searchsorted(ref, wanted, sorter=order), len(ref) - 1) if len(ref) else wanted * 0
    found = order[place] if len(ref) else place
    wrong = np.flatnonzero(ref[found] != wanted) if len(ref) else np.arange(len(wanted))
    if len(wrong):
        row = int(wrong[0])
        raise RoadsError(table.at(row, column, f"is {wanted[row]}, which is the id of no node"))
    return found
