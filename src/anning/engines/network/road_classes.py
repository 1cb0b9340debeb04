"""Classes of road with what is assumed where a map says nothing: limits, who may pass, how fast each travels.

Sources:
    classes: OpenStreetMap wiki, *Key:highway*.
    limits: Implementing Regulations of the Road Traffic Safety Law (State Council decree 405, 2004), articles 45
        (30 km/h in towns and 40 km/h outside on roads without a centre line, 50 and 70 with one lane a way) and 78
        (120 km/h on expressways); CJJ 37-2012 table 3.2.1 (expressway 60 to 100, arterial 40 to 60, secondary 30 to
        50, branch 20 to 40 km/h); JTG B01-2014 table 3.0.2 (expressway 80 to 120 km/h).
    share of the limit: Highway Capacity Manual 2010, exhibit 16-4: 67 to 85 % of the free speed is a level of service
        of B on streets with junctions, more than 85 % one of A.
    walking: Highway Capacity Manual 2010, chapter 16: 4.0 ft/s; stairs at half of it.
    siren: the city data of JEMSS.jl has 47 against 33 km/h in Auckland and 14.7 against 11 in Manhattan.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from anning.engines.network.graph import Floats
from anning.engines.network.travellers import COUNT, Traveller

WALKING_M_S = 1.2
"""Walking speed, metres a second."""
SIREN_RATIO = 1.35
"""How many times faster a vehicle goes with the siren on."""
FASTEST_KMH = 120.0
"""No vehicle is taken to go faster."""


@dataclass(frozen=True, slots=True)
class RoadClass:
    """A class of road.

    Attributes:
        name: as in OpenStreetMap's key `highway`; "road" where the class is not known.
        limit_kmh: speed limit where no sign is mapped.
        share: part of the limit that is kept on the whole street, junctions counted.
        normal, siren, foot: who may pass where the map says nothing.
        walking: part of the walking speed.
    """

    name: str
    limit_kmh: float
    share: float = 0.75
    normal: bool = True
    siren: bool = True
    foot: bool = True
    walking: float = 1.0


ROAD_CLASSES: tuple[RoadClass, ...] = (
    RoadClass("road", 40),
    RoadClass("motorway", 100, 0.9, foot=False),
    RoadClass("motorway_link", 40, 0.9, foot=False),
    RoadClass("trunk", 80, 0.85),
    RoadClass("trunk_link", 40),
    RoadClass("primary", 60),
    RoadClass("primary_link", 40),
    RoadClass("secondary", 50),
    RoadClass("secondary_link", 30),
    RoadClass("tertiary", 40),
    RoadClass("tertiary_link", 30),
    RoadClass("unclassified", 40),
    RoadClass("residential", 30),
    RoadClass("living_street", 20),
    RoadClass("service", 20),
    RoadClass("track", 20, 0.5),
    RoadClass("busway", 50, normal=False, foot=False),
    RoadClass("pedestrian", 10, normal=False),
    RoadClass("footway", 10, normal=False, siren=False),
    RoadClass("path", 10, normal=False, siren=False),
    RoadClass("cycleway", 10, normal=False, siren=False),
    RoadClass("steps", 0, normal=False, siren=False, walking=0.5),
)
"""Every class; a street's `kind` is a row of this table."""

ROW_OF_CLASS = {one.name: row for row, one in enumerate(ROAD_CLASSES)}
"""Row of each class by its name."""


def free_flow_seconds(length_m: Floats, kind: np.ndarray, limit_kmh: Floats | None = None) -> Floats:
    """Seconds each class of traveller takes over streets with nobody in the way, whether it may go there or not.

    Parameters:
        length_m: float64[streets].
        kind: int[streets], rows of `ROAD_CLASSES`.
        limit_kmh: float64[streets], the signed limit; NaN (or no array) takes that of the class.

    Returns:
        float64[classes of traveller, streets]; infinite where a class of road bears no vehicle at all.
    """
    of_class = np.array([one.limit_kmh for one in ROAD_CLASSES])[kind]
    limit = of_class if limit_kmh is None else np.where(np.isnan(limit_kmh), of_class, limit_kmh)
    normal = np.minimum(limit, FASTEST_KMH) * np.array([one.share for one in ROAD_CLASSES])[kind] / 3.6
    speed = np.empty((COUNT, len(length_m)))
    speed[Traveller.NORMAL] = normal
    speed[Traveller.SIREN] = np.minimum(normal * SIREN_RATIO, FASTEST_KMH / 3.6)
    speed[Traveller.FOOT] = WALKING_M_S * np.array([one.walking for one in ROAD_CLASSES])[kind]
    return np.asarray(np.divide(length_m, speed, out=np.full(speed.shape, np.inf), where=speed > 0))


def allowed(kind: np.ndarray) -> np.ndarray:
    """Whether each class of traveller may pass streets where the map says nothing; bool[classes, streets]."""
    table = np.array([[one.siren, one.normal, one.foot] for one in ROAD_CLASSES]).T
    return np.asarray(table[:, kind])
