"""Running the platform's processes together on one machine: pages, live feed, worker.

In production each is a systemd unit of its own (see docs/guides/operate.md); this is for one command.
"""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

STEADY_S = 30.0
"""A process that ran this long is started again at once; one that keeps dying sooner waits longer each time."""
GRACE_S = 10.0
log = logging.getLogger(__name__)


@dataclass
class Process:
    """One child: its command, and how it has fared."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    child: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    next_at: float = 0.0

    def start(self) -> None:
        """Start the child in its own process group, so that a Ctrl-C reaches only this supervisor."""
        self.child = subprocess.Popen(  # noqa: S603  # the command is built here, not given from outside
            self.command, env={**os.environ, **self.environment}, start_new_session=True
        )
        self.started_at = time.monotonic()

    def look_after(self) -> None:
        """Start the child again when it has ended, after a pause that grows with each early death."""
        now = time.monotonic()
        if self.child and self.child.poll() is not None:
            self.failures = 0 if now - self.started_at > STEADY_S else self.failures + 1
            self.next_at = now + min(0.5 * 2**self.failures, 30.0) if self.failures else now
            log.error("%s ended with code %s; starting it again", self.name, self.child.returncode)
            self.child = None
        if self.child is None and now >= self.next_at:
            self.start()

    def stop(self) -> None:
        """Ask the child's group to end."""
        if self.child and self.child.poll() is None:
            os.killpg(self.child.pid, signal.SIGTERM)

    def wait(self) -> None:
        """Wait for the child to end; kill its group when it does not in time."""
        if self.child is None:
            return
        try:
            self.child.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()


def run(processes: list[Process]) -> None:
    """Start the processes and keep them running until a signal to end."""
    ending: list[int] = []

    def end(number: int, _frame: FrameType | None) -> None:
        ending.append(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    try:
        while not ending:
            for process in processes:
                process.look_after()
            time.sleep(0.2)
    finally:
        for process in processes:
            process.stop()
        for process in processes:
            process.wait()


def check_free(host: str, *ports: int) -> None:
    """Raise `OSError` naming the first of `ports` that something listens on already."""
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise OSError(
                    f"port {port} of {host} cannot be used ({error.strerror}): name another with --port"
                ) from error


def pages(host: str, port: int, workers: int, threads: int = 4) -> Process:
    """The pages and the API, by granian over WSGI."""
    return Process("pages", _granian("wsgi", host, port, workers, "anning.project.wsgi:application", threads))


def live_feed(host: str, port: int) -> Process:
    """The live feed, by granian over ASGI; one process serves hundreds of open pages."""
    return Process("live feed", _granian("asgi", host, port, 1, "anning.gateway.live.asgi:application"))


def worker() -> Process:
    """Clocks, roll-ups and retention."""
    return Process("worker", anning("worker"))


def anning(*words: str) -> list[str]:
    """The command line of `anning` in this very environment."""
    return [sys.executable, "-m", "anning.gateway.cli", *words]


def _granian(interface: str, host: str, port: int, workers: int, target: str, threads: int = 1) -> list[str]:
    command = [sys.executable, "-m", "granian", "--interface", interface, "--host", host, "--port", str(port)]
    command += ["--workers", str(workers), "--no-ws", "--log-level", "warning", "--respawn-failed-workers"]
    if interface == "wsgi":
        command += ["--blocking-threads", str(threads), "--backpressure", str(threads * 32)]
    return [*command, target]
