"""Waiting for an `anning serve` of one's own, for tests that start one and benchmarks that measure one."""

from __future__ import annotations

import socket
import time
import urllib.error
import urllib.request

READY_S = 180.0
PAUSE_S = 0.1


def free_port() -> int:
    """A port nobody listens on, nor on the one after it: the pages' and the live feed's."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port


def wait_until_up(port: int, seconds: float = READY_S) -> None:
    """Return when something on the port answers HTTP, whatever it says.

    Raises:
        RuntimeError: nothing did within `seconds`.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/static/none", timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(PAUSE_S)
        else:
            return
    raise RuntimeError(f"the server on port {port} did not answer within {seconds} s")
