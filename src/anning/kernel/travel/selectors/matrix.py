"""How long it takes from many places to many, for planning: by the roads as they are without conditions."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from anning.engines.network import search
from anning.engines.network.snapped import Confidence
from anning.engines.network.travellers import Traveller
from anning.engines.space.distance import haversine_m
from anning.kernel.travel.network import Network, network
from anning.kernel.travel.selectors.ways import usual_weights

Floats = NDArray[np.float64]
Points = tuple[tuple[float, float], ...]
MOST_PLACES = 500
"""One search of the roads is made for each place asked about: no more than so many."""
LIMIT_S = 2 * 3600.0
"""What is farther than this counts as out of reach."""
DETOUR = 1.417
"""Road over straight line, where there is no road network: F. P. Boscoe, K. A. Henry, M. S. Zdeb, *A nationwide
comparison of driving distance versus straight-line distance to hospitals*, Professional Geographer 64 (2012), 188-196,
doi:10.1080/00330124.2011.583586."""
STRAIGHT_KMH = 40.0
"""Mean speed along such a line, an assumption that every page made with it says."""


@dataclass(frozen=True)
class Matrix:
    """Seconds from each origin (rows) to each place (columns), infinite where there is no way.

    `by_road` is whether they were searched on the road network; `off_road` marks places that lie on no road near.
    """

    seconds: Floats
    by_road: bool
    off_road: NDArray[np.bool_]


def matrix(origins: Sequence[tuple[float, float]], places: Sequence[tuple[float, float]], who: Traveller) -> Matrix:
    """Seconds from each origin to each place (lon, lat), kept for the next that asks the same.

    Without a road network it is the straight line times `DETOUR` at `STRAIGHT_KMH`.

    Raises:
        ValueError: more than `MOST_PLACES` places.
    """
    if len(places) > MOST_PLACES:
        raise ValueError(f"{len(places)} places: at most {MOST_PLACES} are searched at a time; ask for fewer")
    roads = network()
    if roads is None:
        return straight(origins, places)
    return _searched(roads, tuple(origins), tuple(places), who)


def straight(origins: Sequence[tuple[float, float]], places: Sequence[tuple[float, float]]) -> Matrix:
    """The seconds that are taken where there is no road network."""
    start, end = np.array(origins, np.float64).reshape(-1, 2), np.array(places, np.float64).reshape(-1, 2)
    metres = haversine_m(start[:, None, 0], start[:, None, 1], end[None, :, 0], end[None, :, 1])
    return Matrix(metres * DETOUR / (STRAIGHT_KMH / 3.6), False, np.zeros(len(end), np.bool_))


@lru_cache(maxsize=12)
def _searched(roads: Network, origins: Points, places: Points, who: Traveller) -> Matrix:
    usual = usual_weights(roads, who)
    here, there = (
        roads.snap([lon for lon, _ in part], [lat for _, lat in part], usual.streets) for part in (origins, places)
    )
    seconds = search.matrix(roads.graph, usual.seconds, here, there, limit_s=LIMIT_S)
    return Matrix(seconds, True, there.confidence >= Confidence.NOWHERE)
