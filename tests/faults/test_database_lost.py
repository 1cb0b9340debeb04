"""Full disk, read-only database, lost PostgreSQL: a clear answer, nothing acknowledged lost, work goes on after."""

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.faults.running import Running, new_key

pytestmark = pytest.mark.fault
sqlite_only = pytest.mark.skipif(databases.CHOICE != "sqlite", reason="a fault of SQLite's file")
postgres_only = pytest.mark.skipif(databases.CHOICE != "postgres", reason="a fault of the PostgreSQL server")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes."""
    place = tmp_path / "small"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(place)], capture_output=True)
    if made.returncode:
        pytest.skip("no right to mount a small file system here: run as root to see a disk fill up")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=False)


@sqlite_only
def test_full_disk_is_said_and_nothing_acknowledged_is_lost(small_disk: Path, tmp_path: Path) -> None:
    running = Running(f"sqlite:///{small_disk}/anning.sqlite3", tmp_path / "data")
    running.prepare()
    running.start()
    try:
        filler = small_disk / "filler"
        acknowledged = [key for key in (new_key() for _ in range(5)) if running.take(key)[0] == 200]
        with filler.open("wb", buffering=0) as stream:
            try:
                while True:
                    stream.write(b"\0" * 4096)
            except OSError:
                pass
        refused = None
        for _ in range(200):
            key = new_key()
            status, answer = running.take(key)
            if status == 200:
                acknowledged.append(key)
            else:
                refused = (key, status, answer)
                break
        assert refused, "the disk never filled"
        assert refused[1] == 503
        assert "disk" in str(refused[2]["detail"]) or "磁盘" in str(refused[2]["detail"])
        filler.unlink()
        assert running.take(refused[0])[0] == 200
        assert {*acknowledged, refused[0]} == set(running.kept_keys())
    finally:
        running.stop()


@sqlite_only
def test_read_only_database_is_said(running: Running) -> None:
    running.start()
    assert running.take(new_key())[0] == 200
    running.stop()
    path = running.url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA journal_mode=DELETE")
    database.close()
    running.extra["ANNING_DATABASE_URL"] = f"{running.url}?mode=ro"
    running.start()
    status, answer = running.take(new_key())
    assert status == 503
    assert "read-only" in str(answer["detail"]) or "只读" in str(answer["detail"])


@postgres_only
def test_lost_postgresql_is_said_and_comes_back(running: Running) -> None:
    running.start()
    first = new_key()
    assert running.take(first)[0] == 200
    backend = running.python(
        "import django; django.setup()\nfrom django.db import connection\n"
        'c = connection.cursor(); c.execute("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() '
        "AND backend_type = 'client backend'\"); print(' '.join(str(r[0]) for r in c.fetchall()))"
    ).split()
    for pid in map(int, backend):
        os.kill(pid, signal.SIGTERM)
    time.sleep(0.5)
    answers = [running.take(key) for key in (new_key() for _ in range(6))]
    assert {status for status, _ in answers} <= {200, 503}
    assert answers[-1][0] == 200, "the server did not find its way back to the database"
    assert first in running.kept_keys()
