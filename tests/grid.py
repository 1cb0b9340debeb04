"""A small made road network: a grid of streets round a point, for tests that need ways and not their shape."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from anning.engines.network.build import build_graph
from anning.engines.network.graph import Graph
from anning.engines.network.road_classes import ROW_OF_CLASS, free_flow_seconds
from anning.engines.network.streets import straight_streets
from anning.engines.space.distance import haversine_m
from anning.kernel.travel import network
from anning.kernel.travel.selectors import ways


def grid(lon: float, lat: float, *, rows: int = 9, step: float = 0.005, cut: bool = False) -> Graph:
    """A square grid whose middle junction lies at the point; with `cut`, its eastern half is a piece of its own."""
    side = np.arange(rows) - rows // 2
    x, y = (part.ravel() for part in np.meshgrid(lon + side * step, lat + side * step))
    number = np.arange(rows * rows).reshape(rows, rows)
    east = np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    north = np.stack([number[:-1].ravel(), number[1:].ravel()])
    first, last = np.concatenate([east, north], axis=1)
    if cut:
        split = rows // 2
        kept = (first % rows <= split) == (last % rows <= split)
        first, last = first[kept], last[kept]
    metres = haversine_m(x[first], y[first], x[last], y[last])
    seconds = free_flow_seconds(metres, np.full(len(metres), ROW_OF_CLASS["residential"]))
    both = np.repeat(seconds[:, None, :], 2, axis=1)
    return build_graph(straight_streets(np.arange(rows * rows), x, y, first, last, metres, both))


@contextmanager
def roads(graph: Graph | None) -> Iterator[Graph | None]:
    """Let the platform search this graph, and none afterwards."""
    network.hold(graph)
    ways.forget()
    try:
        yield graph
    finally:
        network.hold(None)
        ways.forget()
