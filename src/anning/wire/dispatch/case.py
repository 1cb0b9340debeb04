"""A replay as files give it: the engine's arrays with the names the files use."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anning.engines.dispatch.replay.model import Calls, Fleet, Ground


@dataclass(frozen=True, slots=True)
class Case:
    """A replay ready to run.

    Attributes:
        calls, fleet, ground: for the engine. call_ids, unit_ids, node_ids: their names in the files.
        source: where the roster was read, for the report.
        expected: what an earlier run answered, if the folder holds it.
    """

    calls: Calls
    fleet: Fleet
    ground: Ground
    call_ids: tuple[str, ...]
    unit_ids: tuple[str, ...]
    node_ids: tuple[str, ...]
    source: str
    expected: Expected | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """Answers to compare with: unit and response of each call, in seconds."""

    file: str
    unit: NDArray[np.int64]
    response_s: NDArray[np.float64]
