"""What a replay is made of: calls, units with their hours, the ground they drive over, the policy.

Times are seconds on one scale, places are nodes of the ground, numbered from 0. Background:
``docs/background/replay.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Masks = NDArray[np.uint64]
Kind = TypeVar("Kind", np.float64, np.int64, np.uint64)

NO_HOSPITAL, NEAREST_HOSPITAL = -2, -1
"""Nobody is taken anywhere; to the nearest hospital. Any other value is the node of a hospital."""


class Homeward(IntEnum):
    """Where a unit driving home is taken to be."""

    INTERPOLATED = 0
    """On the straight line by the share of the time gone, snapped to the nearest node."""
    AT_BASE = 1
    """Already at its base."""


class Queue(IntEnum):
    """Which waiting call is next."""

    FIRST_COME = 0
    BY_PRIORITY = 1
    """The most urgent class first; first come within it."""
    LOST = 2
    """None waits: a call that finds nobody is lost to others."""


@dataclass(frozen=True, slots=True)
class Calls:
    """n calls in order of time. Make it with `calls`, which checks and sorts nothing away.

    Attributes:
        time_s: not falling. node: where. on_scene_s: seconds there.
        hospital: `NO_HOSPITAL`, `NEAREST_HOSPITAL` or a node. drop_off_s: seconds at the hospital.
        priority: 1 most urgent. needs: bits of the capabilities a unit must have, all of them.
    """

    time_s: Floats
    node: Ints
    on_scene_s: Floats
    hospital: Ints
    drop_off_s: Floats
    priority: Ints
    needs: Masks

    def __len__(self) -> int:
        return len(self.time_s)


@dataclass(frozen=True, slots=True)
class Fleet:
    """Units, numbered from 0, and when they are on duty.

    Attributes:
        base: node of each. skills: bits of its capabilities.
        on_s, off_s, of_unit: spells of duty: from, until, whose. A unit without any spell is always on duty; a
            break is the gap between two spells. A unit busy at the end of a spell first finishes.
    """

    base: Ints
    skills: Masks
    on_s: Floats
    off_s: Floats
    of_unit: Ints

    def __len__(self) -> int:
        return len(self.base)


@dataclass(frozen=True, slots=True)
class Ground:
    """Nodes, and the seconds from one to another.

    Attributes:
        travel_s: (nodes, nodes), from row to column, on the way to a call or hospital; inf where there is no way.
        x, y: of each node in one projected system, for snapping.
        hospitals: nodes, in order of preference among equals; may be empty.
        homeward_speed: speed on the way home over that on the way to a call, such as 0.95.
    """

    travel_s: Floats
    x: Floats
    y: Floats
    hospitals: Ints
    homeward_speed: float

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True, slots=True)
class Policy:
    """Who is sent, and what waits.

    Attributes:
        homeward: where units driving home count as being.
        queue: which waiting call is next.
        turn_out_s: seconds before a unit at its base drives.
        reserve: so many free capable units are kept back from calls less urgent than `reserve_for`.
        reserve_for: the least urgent priority that may use the last units.
    """

    homeward: Homeward = Homeward.INTERPOLATED
    queue: Queue = Queue.FIRST_COME
    turn_out_s: float = 0.0
    reserve: int = 0
    reserve_for: int = 1

    def __post_init__(self) -> None:
        if not 0 <= self.turn_out_s < np.inf or self.reserve < 0 or self.reserve_for < 1:
            raise ValueError(f"turn-out and reserve must be 0 or more, reserve_for 1 or more; got {self}")


def make_calls(
    time_s: ArrayLike,
    node: ArrayLike,
    on_scene_s: ArrayLike,
    *,
    hospital: ArrayLike = NO_HOSPITAL,
    drop_off_s: ArrayLike = 0.0,
    priority: ArrayLike = 1,
    needs: ArrayLike = 0,
) -> Calls:
    """Checked `Calls`; a single value stands for all calls.

    Raises:
        ValueError: times fall or are not finite, seconds are negative, a priority is below 1, lengths differ.
    """
    time = np.atleast_1d(np.asarray(time_s, np.float64))
    if time.ndim != 1 or not np.all(np.isfinite(time)) or np.any(np.diff(time) < 0):
        raise ValueError("calls must be in order of time, every time finite: sort the log first")
    spent = [_each("on_scene_s", on_scene_s, time, np.float64), _each("drop_off_s", drop_off_s, time, np.float64)]
    if not all(np.all(np.isfinite(part) & (part >= 0)) for part in spent):
        raise ValueError("on_scene_s and drop_off_s must be 0 seconds or more")
    urgency = _each("priority", priority, time, np.int64)
    if np.any(urgency < 1):
        raise ValueError(f"priority must be 1 (most urgent) or more, got {int(urgency.min())}")
    places, wards = _each("node", node, time, np.int64), _each("hospital", hospital, time, np.int64)
    return Calls(time, places, spent[0], wards, spent[1], urgency, _each("needs", needs, time, np.uint64))


def make_fleet(
    base: ArrayLike,
    *,
    skills: ArrayLike = 0,
    on_s: ArrayLike = (),
    off_s: ArrayLike = (),
    of_unit: ArrayLike = (),
) -> Fleet:
    """Checked `Fleet`; one skill mask stands for all units.

    Raises:
        ValueError: no unit, a spell ends before it begins, two spells of a unit overlap, or lengths differ.
    """
    home = np.atleast_1d(np.asarray(base, np.int64))
    start, end = np.asarray(on_s, np.float64), np.asarray(off_s, np.float64)
    whose = np.asarray(of_unit, np.int64)
    if home.ndim != 1 or not len(home):
        raise ValueError("a fleet needs at least one unit")
    if not start.shape == end.shape == whose.shape or start.ndim != 1:
        raise ValueError(f"on_s, off_s and of_unit must be of one length: {start.shape}, {end.shape}, {whose.shape}")
    if np.any((whose < 0) | (whose >= len(home))) or not np.all(start < end):
        raise ValueError(f"every spell of duty must belong to a unit 0 to {len(home) - 1} and end after it begins")
    order = np.lexsort((start, whose))
    start, end, whose = start[order], end[order], whose[order]
    clash = np.flatnonzero((whose[1:] == whose[:-1]) & (start[1:] < end[:-1]))
    if clash.size:
        raise ValueError(f"two spells of duty of unit {int(whose[clash[0]])} overlap: join them")
    return Fleet(home, _each("skills", skills, home, np.uint64), start, end, whose)


def make_ground(
    travel_s: ArrayLike,
    x: ArrayLike,
    y: ArrayLike,
    *,
    hospitals: ArrayLike = (),
    homeward_speed: float = 1.0,
) -> Ground:
    """Checked `Ground`.

    Raises:
        ValueError: the matrix is not square or holds a negative or broken number, lengths differ, a hospital is no
            node, or the speed is not above 0.
    """
    matrix = np.ascontiguousarray(travel_s, np.float64)
    east, north = np.asarray(x, np.float64), np.asarray(y, np.float64)
    if matrix.ndim != 2 or matrix.shape != (len(east), len(east)) or north.shape != east.shape or not len(east):
        raise ValueError(f"travel_s must be square over the nodes: {matrix.shape} for {east.shape}, {north.shape}")
    if np.any(np.isnan(matrix) | (matrix < 0)) or not np.all(np.isfinite(east) & np.isfinite(north)):
        raise ValueError("travel_s must be 0 or more (inf where there is no way), x and y finite")
    wards = np.asarray(hospitals, np.int64).reshape(-1)
    if np.any((wards < 0) | (wards >= len(east))):
        raise ValueError(f"hospitals must be nodes 0 to {len(east) - 1}")
    if not 0 < homeward_speed < np.inf:
        raise ValueError(f"homeward_speed must be above 0, such as 0.95; got {homeward_speed}")
    return Ground(matrix, east, north, wards, homeward_speed)


def _each(name: str, values: ArrayLike, like: Floats | Ints, kind: type[Kind]) -> NDArray[Kind]:
    """One value for each of `like`, in the kind asked for."""
    given: NDArray[Kind] = np.asarray(values).astype(kind)
    if given.shape not in ((), like.shape):
        raise ValueError(f"{name} must be one value or {like.size}, got shape {given.shape}")
    return np.ascontiguousarray(np.broadcast_to(given, like.shape))
