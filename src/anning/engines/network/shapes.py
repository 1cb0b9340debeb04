"""Lines on the ground: their length, and a stretch of one."""

from __future__ import annotations

import numpy as np

from anning.engines.network.graph import Floats
from anning.engines.space.distance import equirectangular_m


def metres_along(points: Floats) -> Floats:
    """Metres from the start of a line at each of its points; float64[points, 2] lon, lat in, float64[points] out."""
    steps = equirectangular_m(points[:-1, 0], points[:-1, 1], points[1:, 0], points[1:, 1])
    return np.concatenate([[0.0], np.cumsum(steps)])


def line_length_m(points: Floats) -> float:
    """Length of a line in metres, float64[points, 2] lon, lat.

    Example:
        >>> round(line_length_m(np.array([[0.0, 0.0], [0.0, 0.5], [0.0, 1.0]])))
        111195
    """
    return float(metres_along(points)[-1])


def cut(points: Floats, begins: float, ends: float) -> Floats:
    """The stretch of a line between two shares of its length, `begins` ≤ `ends`; float64[points, 2] lon, lat.

    Example:
        >>> cut(np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]]), 0.25, 1.0).tolist()
        [[0.5, 0.0], [1.0, 0.0], [2.0, 0.0]]
    """
    metres = metres_along(points)
    shares = metres / metres[-1] if metres[-1] > 0 else np.linspace(0.0, 1.0, len(points))
    between = points[(shares > begins) & (shares < ends)]
    edges = np.column_stack([np.interp([begins, ends], shares, points[:, axis]) for axis in (0, 1)])
    return np.vstack([edges[:1], between, edges[1:]])
