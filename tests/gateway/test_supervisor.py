"""Keeping processes running, and ending them."""

import os
import signal
import sys
import threading
import time

import pytest

from anning.gateway import supervisor
from anning.gateway.supervisor import Process

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_a_dead_child_is_started_again_with_growing_pauses() -> None:
    process = Process("dies", [sys.executable, "-c", "raise SystemExit(3)"])
    process.look_after()
    pauses = []
    for _ in range(3):
        assert process.child is not None
        process.child.wait(10)
        process.look_after()
        pauses.append(process.next_at - time.monotonic())
        process.next_at = 0.0
        process.look_after()
    assert pauses == sorted(pauses)
    assert pauses[-1] > pauses[0] > 0
    process.wait()


def test_a_child_that_ran_steadily_is_started_again_at_once() -> None:
    process = Process("steady", SLEEP)
    process.look_after()
    assert process.child is not None
    first = process.child.pid
    process.started_at -= supervisor.STEADY_S + 1
    process.child.kill()
    process.child.wait(10)
    process.look_after()
    assert process.child is not None
    assert process.child.pid != first
    process.stop()
    process.wait()


def test_a_signal_ends_all_children() -> None:
    processes = [Process("one", SLEEP), Process("two", SLEEP)]
    threading.Timer(0.8, os.kill, (os.getpid(), signal.SIGTERM)).start()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        supervisor.run(processes)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert all(process.child and process.child.returncode == -signal.SIGTERM for process in processes)


def test_a_child_that_will_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "GRACE_S", 0.3)
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    process = Process("stubborn", [sys.executable, "-c", stubborn])
    process.start()
    time.sleep(0.5)
    process.stop()
    process.wait()
    assert process.child is not None
    assert process.child.returncode == -signal.SIGKILL
