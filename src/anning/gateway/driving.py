"""Made units driving along their ways, for the demonstration: where each is at a moment, and when it is there."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from anning.engines.network.route import Route
from anning.engines.space.distance import haversine_m


@dataclass(frozen=True, eq=False)
class Drive:
    """One unit on its way, at an even pace.

    Attributes:
        seconds: of the whole way by the play's clock.
        share: float64[points], part of the way's length at each point, 0 to 1.
        lon, lat: float64[points], degrees.
    """

    began: datetime
    seconds: float
    share: np.ndarray
    lon: np.ndarray
    lat: np.ndarray

    def at(self, moment: datetime) -> tuple[float, float]:
        """lon, lat at a moment; the ends of the way before it began and after it ended."""
        part = (moment - self.began).total_seconds() / self.seconds if self.seconds > 0 else 1.0
        return float(np.interp(part, self.share, self.lon)), float(np.interp(part, self.share, self.lat))

    def over(self, moment: datetime) -> bool:
        """Whether the unit is there."""
        return (moment - self.began).total_seconds() >= self.seconds


def along(route: Route, began: datetime, speed: float) -> Drive:
    """A drive along a route, `speed` times faster than the route's own seconds."""
    steps = haversine_m(route.lon[:-1], route.lat[:-1], route.lon[1:], route.lat[1:])
    gone = np.concatenate([[0.0], np.cumsum(steps)])
    share = gone / gone[-1] if gone[-1] > 0 else np.linspace(0.0, 1.0, len(gone))
    return Drive(began, route.seconds / speed, share, route.lon, route.lat)


def straight(start: tuple[float, float], end: tuple[float, float], seconds: float, began: datetime) -> Drive:
    """A drive along the straight line, where no road is known."""
    lon, lat = np.array([start[0], end[0]]), np.array([start[1], end[1]])
    return Drive(began, seconds, np.array([0.0, 1.0]), lon, lat)
