"""The city's road graph: where it lies, and the one copy of it this process searches where it lies."""

import mmap
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from anning.engines.network.graph import Graph
from anning.engines.network.snap import snap
from anning.engines.network.snap_index import SnapIndex, build_index
from anning.engines.network.snapped import Snapped
from anning.wire.roads.packed import unpack

FILE = "roads.network"
"""Name of the file in the folder of the setting `ROADS_DIR`; `anning network build` writes it."""
RECHECK_S = 5.0
"""A file put in place of the old one is seen within this long."""
Stamp = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Network:
    """A road graph with what snapping to it needs; two are the same only if they are one object."""

    graph: Graph
    index: SnapIndex

    def snap(self, lon: Sequence[float], lat: Sequence[float], streets: NDArray[np.bool_] | None = None) -> Snapped:
        """The nearest point on any street (of those given) to each position, degrees WGS-84."""
        return snap(self.graph, self.index, lon, lat, streets=streets)


@dataclass
class _Held:
    """What this process has loaded: of which file, and when it last looked for another."""

    network: Network | None = None
    stamp: Stamp | None = None
    looked: float = -RECHECK_S
    pinned: bool = False


_held = _Held()
_lock = threading.Lock()


def network() -> Network | None:
    """The city's road network, or None where none has been built; mapped into memory once a process.

    Raises:
        RoadsError: the file is damaged or of another version.
    """
    if _held.pinned or time.monotonic() - _held.looked < RECHECK_S:
        return _held.network
    with _lock:
        stamp = _stamp(file())
        if stamp != _held.stamp:
            _held.network = opened(file()) if stamp else None
            _held.stamp = stamp
        _held.looked = time.monotonic()
    return _held.network


def file() -> Path:
    """Where the road graph lies, or would."""
    return Path(settings.ROADS_DIR) / FILE


def opened(path: Path) -> Network:
    """The network in a file, mapped into memory: read as it is used.

    Raises:
        FileNotFoundError: it is not there.
        RoadsError: it is damaged or of another version.
    """
    packed = unpack(mapped(path))
    return Network(packed.graph, packed.index)


def mapped(path: Path) -> bytes | mmap.mmap:
    """What a file holds, mapped into memory; nothing for an empty one, which cannot be."""
    if not path.stat().st_size:
        return b""
    with path.open("rb") as stream:
        return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)


def hold(graph: Graph | None) -> None:
    """Let this process search a graph that lies in no file; None goes back to the file."""
    _held.network = None if graph is None else Network(graph, build_index(graph))
    _held.pinned, _held.stamp, _held.looked = graph is not None, None, -RECHECK_S


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino) if found.st_size else None
