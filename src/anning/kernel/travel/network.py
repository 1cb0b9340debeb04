"""The city's road graph: where it lies, and the one copy of it this process searches."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anning.engines.network.graph import Graph
from anning.engines.network.snap import snap
from anning.engines.network.snap_index import SnapIndex, build_index
from anning.engines.network.snapped import Snapped

RECHECK_S = 5.0
_lock = threading.Lock()


@dataclass(frozen=True, eq=False)
class Network:
    """A road graph with what snapping to it needs; two are the same only if they are one object."""

    graph: Graph
    index: SnapIndex

    def snap(self, lon: Sequence[float], lat: Sequence[float], streets: NDArray[np.bool_] | None = None) -> Snapped:
        """The nearest point on any street (of those given) to each position, degrees WGS-84."""
        return snap(self.graph, self.index, lon, lat, streets=streets)


_held: dict[str, Network | None] = {}
"""The network of this process, under the one key `network`, once it was looked for."""


def network() -> Network | None:
    """The city's road network, or None where it has none."""
    return _held.get("network")


def hold(graph: Graph | None) -> None:
    """Let this process search a graph from now on; None forgets the one it has."""
    _held["network"] = Network(graph, build_index(graph)) if graph is not None else None
