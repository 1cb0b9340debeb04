"""Killed in the middle of sustained intake: every acknowledged call is there, once."""

import threading
import time
from collections import Counter

import pytest

from tests.faults.running import Running, new_key

pytestmark = pytest.mark.fault
CLIENTS = 6
BEFORE_KILL = 150
"""Calls acknowledged before the server is killed, however long a busy machine takes for them."""
LONGEST_S = 90.0


class Caller(threading.Thread):
    """Submits calls until told to stop, remembering which were acknowledged and which were under way."""

    def __init__(self, running: Running, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.running, self.stop = running, stop
        self.acknowledged: list[str] = []
        self.unknown: list[str] = []

    def run(self) -> None:
        while not self.stop.is_set():
            key = new_key()
            try:
                status, _ = self.running.take(key, timeout=5)
            except OSError:
                self.unknown.append(key)
                time.sleep(0.05)
                continue
            (self.acknowledged if status == 200 else self.unknown).append(key)


def test_every_acknowledged_call_survives_a_kill_once(running: Running) -> None:
    running.start(workers=2)
    stop = threading.Event()
    callers = [Caller(running, stop) for _ in range(CLIENTS)]
    for caller in callers:
        caller.start()
    began = time.monotonic()
    while sum(len(caller.acknowledged) for caller in callers) < BEFORE_KILL and time.monotonic() - began < LONGEST_S:
        time.sleep(0.02)
    running.kill()
    stop.set()
    for caller in callers:
        caller.join(10)
    acknowledged = [key for caller in callers for key in caller.acknowledged]
    unknown = [key for caller in callers for key in caller.unknown]
    assert len(acknowledged) > 50, "the load was too small to mean anything"
    kept = Counter(running.kept_keys())
    assert not [key for key in acknowledged if kept[key] != 1]
    assert set(kept) <= set(acknowledged) | set(unknown)
    running.start()
    for key in [*unknown, *acknowledged[-20:]]:
        status, _ = running.take(key)
        assert status == 200
    kept = Counter(running.kept_keys())
    assert not [key for key in (*acknowledged, *unknown) if kept[key] != 1]
    assert running.anning("audit", "verify").returncode == 0
