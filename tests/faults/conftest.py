"""Installations to break, one per database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.faults.running import Running, postgres


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """A prepared installation on the database of this run; its server is not started yet."""
    server = None
    if databases.CHOICE == "postgres":
        server, made = postgres(tmp_path / "data")
    else:
        made = Running(f"sqlite:///{tmp_path}/anning.sqlite3", tmp_path / "data")
    try:
        made.prepare()
        yield made
    finally:
        made.stop()
        if server:
            server.stop()
