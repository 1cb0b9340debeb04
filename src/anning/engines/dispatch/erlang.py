"""Erlang's formulas: how often all are busy, how long a call waits, how many are needed.

Offered traffic is in erlang: calls a second times mean seconds of service. Arguments broadcast together and
arrays of their common shape come back. Background: ``docs/background/erlang.md``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_SERVERS = 100_000
"""More than this are refused: no desk is so large, and a slip of units (per hour for per second) is likelier."""


def erlang_b(servers: ArrayLike, offered: ArrayLike) -> Floats:
    """Chance that a call finds all busy where none may wait (Erlang's loss formula).

    By the recursion ``B(k) = a·B(k−1) / (k + a·B(k−1))`` from ``B(0) = 1``, which neither overflows nor cancels.

    Source: A. K. Erlang 1917; recursion: e.g. V. B. Iversen, *Teletraffic Engineering*, §4.4.

    Parameters:
        servers: whole numbers, 0 or more.
        offered: erlang, 0 or more.

    Raises:
        ValueError: servers broken, negative or above `MOST_SERVERS`, or traffic negative or not finite.

    Example:
        >>> round(float(erlang_b(12, 10)), 6)
        0.119739
    """
    c, a = np.broadcast_arrays(_servers(servers), _offered(offered))
    blocked = np.ones(c.shape)
    running = np.ones(c.shape)
    for k in range(1, int(c.max(initial=0)) + 1):
        running = a * running / (k + a * running)
        blocked = np.where(c == k, running, blocked)
    return blocked


def erlang_c(servers: ArrayLike, offered: ArrayLike) -> Floats:
    """Chance that a call must wait where the line is endless; 1 where traffic is not below the servers.

    Raises:
        ValueError: as for `erlang_b`.

    Example:
        >>> erlang_c([2, 7], [1, 5]).round(6).tolist()
        [0.333333, 0.32415]
    """
    c, a = np.broadcast_arrays(_servers(servers), _offered(offered))
    return _waits(c, a, erlang_b(c, a))


def service_level(servers: ArrayLike, offered: ArrayLike, mean_service_s: ArrayLike, target_s: ArrayLike) -> Floats:
    """Share of calls answered within the target, exponential service; 0 where the line would grow for ever.

    Parameters:
        servers, offered: as for `erlang_b`.
        mean_service_s: seconds, above 0.
        target_s: seconds, 0 or more.

    Raises:
        ValueError: as for `erlang_b`, or a time is out of its range.

    Example:
        >>> round(float(service_level(55, 48, 240, 15)), 6)
        0.845883
    """
    c, a = _servers(servers), _offered(offered)
    service, target = _seconds(mean_service_s, target_s)
    return _level(erlang_c(c, a), c - a, service, target)


def mean_wait_s(servers: ArrayLike, offered: ArrayLike, mean_service_s: ArrayLike) -> Floats:
    """Mean seconds in line over all calls, those that do not wait among them; inf where it would grow for ever.

    Raises:
        ValueError: as for `service_level`.

    Example:
        >>> round(float(mean_wait_s(55, 48, 240)), 3)
        8.184
    """
    c, a = _servers(servers), _offered(offered)
    service, _ = _seconds(mean_service_s, 0.0)
    spare, waits = c - a, erlang_c(c, a)
    return np.asarray(np.where(spare > 0, waits * service / np.where(spare > 0, spare, 1.0), np.inf))


def staffing(offered: ArrayLike, mean_service_s: ArrayLike, target_s: ArrayLike, level: ArrayLike) -> Ints:
    """The fewest servers with which at least a share `level` of calls is answered within the target.

    Parameters:
        offered, mean_service_s, target_s: as for `service_level`.
        level: above 0 and below 1.

    Raises:
        ValueError: as for `service_level`, a level out of its range, or more than `MOST_SERVERS` would be needed.

    Example:
        >>> staffing([48, 0], 240, 15, 0.8).tolist()
        [55, 0]
    """
    wanted = np.asarray(level, np.float64)
    if not np.all((wanted > 0) & (wanted < 1)):
        raise ValueError(f"level must be above 0 and below 1, such as 0.8 for 80 %; got {wanted.ravel()[:3].tolist()}")
    a, service, target, wanted = np.broadcast_arrays(_offered(offered), *_seconds(mean_service_s, target_s), wanted)
    needed = np.where(a == 0, 0, -1)
    running = np.ones(a.shape)
    for k in range(1, MOST_SERVERS + 1):
        if np.all(needed >= 0):
            return needed.astype(np.int64)
        running = a * running / (k + a * running)
        reached = _level(_waits(np.asarray(k), a, running), k - a, service, target) >= wanted
        needed = np.where((needed < 0) & reached, k, needed)
    raise ValueError(f"more than {MOST_SERVERS:,} servers would be needed: check the units of the traffic offered")


def _waits(c: NDArray[np.int64], a: Floats, blocked: Floats) -> Floats:
    """Erlang C from Erlang B."""
    spare = np.maximum(c - a, 0)
    below = np.maximum(spare + a * blocked, np.finfo(float).tiny)
    return np.asarray(np.where((c > a) | (a == 0), np.where(c == 0, 1.0, c * blocked / below), 1.0))


def _level(waits: Floats, spare: Floats, service: Floats, target: Floats) -> Floats:
    within = 1 - waits * np.exp(-np.maximum(spare, 0) * target / service)
    return np.asarray(np.where(spare > 0, within, 0.0))


def _servers(servers: ArrayLike) -> NDArray[np.int64]:
    given = np.asarray(servers, np.float64)
    if not np.all(np.isfinite(given) & (given >= 0) & (given == np.floor(given)) & (given <= MOST_SERVERS)):
        raise ValueError(f"servers must be whole numbers from 0 to {MOST_SERVERS:,}; got {given.ravel()[:3].tolist()}")
    return given.astype(np.int64)


def _offered(offered: ArrayLike) -> Floats:
    given = np.asarray(offered, np.float64)
    if not np.all(np.isfinite(given) & (given >= 0)):
        raise ValueError(f"offered traffic must be 0 erlang or more; got {given.ravel()[:3].tolist()}")
    return given


def _seconds(mean_service_s: ArrayLike, target_s: ArrayLike) -> tuple[Floats, Floats]:
    service, target = np.asarray(mean_service_s, np.float64), np.asarray(target_s, np.float64)
    if not np.all(np.isfinite(service) & (service > 0)):
        raise ValueError(f"mean service must be above 0 seconds; got {service.ravel()[:3].tolist()}")
    if not np.all(np.isfinite(target) & (target >= 0)):
        raise ValueError(f"the target must be 0 seconds or more; got {target.ravel()[:3].tolist()}")
    return service, target
