"""Routes asked for on the command line."""

import math
from pathlib import Path
from typing import Any

from anning.engines.network.graph import Floats
from anning.engines.network.route import route
from anning.engines.network.snap import snap
from anning.engines.network.snapped import Confidence, Snapped
from anning.engines.network.travellers import traveller
from anning.engines.network.weights import at_hour, free_flow
from anning.wire.roads import RoadsError, read_factors
from anning.wire.roads.packed import Packed


def position(text: str) -> tuple[float, float]:
    """lon, lat of a position as written on the command line.

    Raises:
        ValueError: it is not two numbers within ±180, ±90.
    """
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        raise ValueError(f"{text!r} is no position: write LON,LAT in degrees, as 121.55,29.87") from None
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise ValueError(f"{text!r} is no position: LON within ±180 comes first, then LAT within ±90")
    return lon, lat


def weights_at(packed: Packed, who: str, factors: Path | None, hour: int | None) -> Floats:
    """Seconds of every arc for a class of traveller: free of traffic, or at an hour of the week by a file of factors.

    Raises:
        ValueError: one of factors and hour lacks the other, the file cannot be read, or there is no such hour.
        OSError: the file is not there.
    """
    if (factors is None) != (hour is None):
        raise ValueError("factors and an hour of the week belong together: give both, or neither")
    if factors is None or hour is None:
        return free_flow(packed.graph, traveller(who))
    try:
        table = read_factors(factors.read_bytes())
    except RoadsError as error:
        raise RoadsError(f"{factors}: {error}") from None
    return at_hour(packed.graph, traveller(who), table, hour)


def route_between(
    packed: Packed, start: tuple[float, float], end: tuple[float, float], who: str, weights: Floats | None = None
) -> dict[str, Any]:
    """The fastest way between two positions, in words and numbers for the command line.

    Parameters:
        weights: float64[arcs], as `weights_at` gives; free of traffic when not given.

    Returns:
        who, from and to (distance from the street, confidence), seconds (None where there is no way, and then `why`),
        length_m, and the line as lon, lat pairs.

    Raises:
        ValueError: there is no such class of traveller.
    """
    kind = traveller(who)
    graph = packed.graph
    lon, lat = zip(start, end, strict=True)
    places = snap(graph, packed.index, lon, lat, streets=graph.open_streets(kind))
    found = route(graph, free_flow(graph, kind) if weights is None else weights, places[0], places[1])
    told: dict[str, Any] = {"who": kind.name.lower(), "from": _place(places, 0), "to": _place(places, 1)}
    if not found.found:
        nowhere = places.confidence == Confidence.NOWHERE
        why = "no street is within reach of a position" if nowhere.any() else "the streets do not join"
        return {**told, "seconds": None, "why": why, "length_m": None, "line": []}
    line = [[round(x, 7), round(y, 7)] for x, y in zip(found.lon.tolist(), found.lat.tolist(), strict=True)]
    return {**told, "seconds": round(found.seconds, 3), "length_m": round(found.length_m, 1), "line": line}


def _place(places: Snapped, row: int) -> dict[str, Any]:
    distance = float(places.distance_m[row])
    confidence = Confidence(places.confidence[row]).name.lower()
    return {"distance_m": round(distance, 1) if math.isfinite(distance) else None, "confidence": confidence}
