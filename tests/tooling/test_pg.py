"""The throw-away PostgreSQL: it starts, it is private, and it leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tools import pg

pytestmark = pytest.mark.static


@pytest.fixture(scope="module")
def server() -> Iterator[pg.Server]:
    with pg.Server() as running:
        yield running


def gone(pid: int, seconds: float = 15.0) -> bool:
    """Whether the process `pid` ends within `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def setting(url: str, name: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
    assert row is not None
    return str(row[0])


def test_it_answers_in_utf8_and_does_not_wait_for_the_disk(server: pg.Server) -> None:
    assert setting(server.url, "server_encoding") == "UTF8"
    assert setting(server.url, "fsync") == "off"


def test_benchmarks_get_a_durable_one() -> None:
    with pg.Server(durable=True) as server:
        assert setting(server.url, "fsync") == "on"
        assert setting(server.url, "synchronous_commit") == "on"


def test_it_asks_for_the_password(server: pg.Server) -> None:
    head, _, tail = server.url.partition("postgres:")
    wrong = f"{head}postgres:wrong@{tail.partition('@')[2]}"
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_it_does_not_run_as_root(server: pg.Server) -> None:
    assert server.data.stat().st_uid != 0


def test_a_database_is_made_and_dropped(server: pg.Server) -> None:
    with pg.database(server, "one") as url:
        assert setting(url, "server_encoding") == "UTF8"
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)


def test_stopping_twice_is_harmless_and_leaves_no_file() -> None:
    server = pg.Server()
    server.stop()
    server.stop()
    assert gone(server.postmaster, 0.5)
    assert not server.data.parent.exists()


def test_it_ends_with_its_owner_even_when_that_is_killed() -> None:
    code = "from tools import pg; s = pg.Server(); print(s.postmaster, s.data, flush=True); input()"
    owner = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True, cwd=pg.ROOT
    )
    assert owner.stdout is not None
    postmaster, data = owner.stdout.readline().split()
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    assert gone(int(postmaster))
    deadline = time.monotonic() + 15
    while Path(data).parent.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(data).parent.exists()


def test_a_server_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pg, "COMMON", ("max_connections=none",))
    cluster = pg.Cluster(tmp_path, durable=False)
    cluster.home.chmod(0o755)
    monkeypatch.setattr(cluster, "data", tmp_path / "missing")
    with pytest.raises(pg.ServerError, match="did not start"):
        cluster.launch()


def test_the_command_line_starts_tells_and_stops(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys) -> None:
    monkeypatch.setattr(pg, "STATE", tmp_path / "pg.json")
    with pytest.raises(pg.ServerError, match="no server was started"):
        pg.noted()
    assert pg.start(durable=False) == 0
    url = capsys.readouterr().out.strip()
    try:
        assert pg.start(durable=False) == 1, "a second one is refused"
        assert pg.noted()["url"] == url
        assert setting(url, "fsync") == "off"
    finally:
        postmaster = pg.noted()["postmaster"]
        assert pg.stop() == 0
    assert gone(postmaster)
    assert not pg.STATE.exists()
