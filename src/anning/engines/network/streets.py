"""Streets as a reader or maker hands them over: junctions, the streets between them, and turns that are banned."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from anning.engines.network import travellers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FORWARD, BACKWARD = 0, 1
"""Ways along a street: as it is drawn, and against it."""


def no_bans() -> Ints:
    """An empty table of banned turns."""
    return np.empty((0, 5), np.int64)


@dataclass(frozen=True, eq=False, slots=True)
class Streets:
    """A street network before it is made ready for searching.

    A street joins two junctions and may be drawn with bends between them. Several streets may join the same two
    junctions, a street may be of no length, and parts need not hang together.

    Attributes:
        ref: int64[junctions], what the source calls each junction.
        lon, lat: float64[junctions], degrees WGS-84.
        first, last: int64[streets], rows of the junctions at the ends.
        length_m: float64[streets], metres, zero allowed.
        kind: uint8[streets], row in `road_classes.ROAD_CLASSES`.
        seconds: float64[classes of traveller, 2, streets], free flow over the whole street as drawn (row 0) and
            against it (row 1); infinite where that class may not go that way, zero allowed.
        bend_start: int64[streets + 1], where each street's bends begin in the next two.
        bend_lon, bend_lat: float64[bends], degrees, points between the ends, in the order drawn.
        bans: int64[bans, 5]: street and way (0, 1) of arrival, street and way of departure, and a bit for each class
            of traveller the ban holds for (1 << class).
    """

    ref: Ints
    lon: Floats
    lat: Floats
    first: Ints
    last: Ints
    length_m: Floats
    kind: NDArray[np.uint8]
    seconds: Floats
    bend_start: Ints
    bend_lon: Floats
    bend_lat: Floats
    bans: Ints = field(default_factory=no_bans)

    def __post_init__(self) -> None:
        _check_junctions(self)
        _check_streets(self)
        _check_bans(self)


def straight_streets(
    ref: Ints, lon: Floats, lat: Floats, first: Ints, last: Ints, length_m: Floats, seconds: Floats
) -> Streets:
    """Streets without bends, classes of road or bans, as plain tables of nodes and arcs give them.

    Parameters and errors as for `Streets`.
    """
    count, none = len(first), np.empty(0)
    kinds, starts = np.zeros(count, np.uint8), np.zeros(count + 1, np.int64)
    return Streets(ref, lon, lat, first, last, length_m, kinds, seconds, starts, none, none)


def _check_junctions(streets: Streets) -> None:
    count = len(streets.lon)
    if len(streets.lat) != count or len(streets.ref) != count:
        raise ValueError(f"{count} lon but {len(streets.lat)} lat and {len(streets.ref)} refs of junctions")
    wrong = np.flatnonzero(~((np.abs(streets.lon) <= 180) & (np.abs(streets.lat) <= 90)))
    if wrong.size:
        row = int(wrong[0])
        raise ValueError(
            f"junction {streets.ref[row]} lies at {streets.lon[row]}, {streets.lat[row]}: "
            "degrees are expected, lon within ±180, lat within ±90"
        )


def _check_streets(streets: Streets) -> None:
    count, junctions = len(streets.first), len(streets.lon)
    lengths = {len(streets.last), len(streets.length_m), len(streets.kind), len(streets.bend_start) - 1}
    shape = (travellers.COUNT, 2, count)
    if lengths != {count} or streets.seconds.shape != shape:
        raise ValueError(f"{count} streets need as many ends, lengths and classes, and seconds of shape {shape}")
    for ends in (streets.first, streets.last):
        wrong = np.flatnonzero((ends < 0) | (ends >= junctions))
        if wrong.size:
            raise ValueError(f"street {wrong[0]} ends at junction row {ends[wrong[0]]}, but there are {junctions}")
    wrong = np.flatnonzero(~((streets.length_m >= 0) & np.isfinite(streets.length_m)))
    if wrong.size:
        raise ValueError(f"street {wrong[0]} is {streets.length_m[wrong[0]]} m long: zero or more is expected")
    wrong = np.flatnonzero(~(streets.seconds >= 0).all((0, 1)))
    if wrong.size:
        raise ValueError(
            f"street {wrong[0]} has negative or missing seconds: write infinity where a class of traveller may not go"
        )
    starts = streets.bend_start
    if (
        starts[0] != 0
        or (np.diff(starts) < 0).any()
        or not starts[-1] == len(streets.bend_lon) == len(streets.bend_lat)
    ):
        raise ValueError("bend_start must rise from 0 to the number of bends")


def _check_bans(streets: Streets) -> None:
    for from_street, from_way, to_street, to_way, _ in streets.bans.tolist():
        arrival = (streets.last, streets.first)[from_way][from_street]
        departure = (streets.first, streets.last)[to_way][to_street]
        if arrival != departure:
            raise ValueError(
                f"a turn is banned from street {from_street} to {to_street}, which do not meet at one junction"
            )
