"""Backup and restore on both databases, and archives that are not what they say."""

import gzip
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests import databases
from tests.faults.running import Running, postgres

COUNTS = """
import django; django.setup()
from django.apps import apps
print(sorted((m._meta.db_table, m._base_manager.count()) for m in apps.get_models()))
"""
TAKE = """
import django; django.setup()
from django.utils import timezone
from anning.domains.calls.services.intake import Intake, take_call
from anning.kernel.access.scope import Grant, Viewer
viewer = Viewer(1, "d1", (Grant("dispatcher", 1, ""),))
for number in range(3):
    take_call(viewer, Intake(f"key-{number}", "theft", timezone.now(), caller_phone="000"))
"""


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Running, Running]]:
    """An installation with calls in it, and an empty one of the same kind with the same keys."""
    server = None
    if databases.CHOICE == "postgres":
        server, first = postgres(tmp_path / "data")
        with psycopg.connect(server.url, autocommit=True) as base:
            base.execute("CREATE DATABASE second")
        second = Running(server.url.rpartition("/")[0] + "/second", tmp_path / "data")
    else:
        first = Running(f"sqlite:///{tmp_path}/first.sqlite3", tmp_path / "data")
        second = Running(f"sqlite:///{tmp_path}/second.sqlite3", tmp_path / "data")
    try:
        first.prepare()
        first.python(TAKE)
        yield first, second
    finally:
        if server:
            server.stop()


def test_what_was_backed_up_is_restored_whole(pair: tuple[Running, Running], tmp_path: Path) -> None:
    first, second = pair
    photo = first.data / "files" / "ab" / "abcd"
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"a picture")
    archive = tmp_path / "backup.tar.gz"
    said = first.anning("backup", str(archive), "--json").stdout.splitlines()[-1]
    assert json.loads(said)["attachments"] == 1
    before = first.python(COUNTS)
    photo.unlink()
    second.anning("restore", str(archive))
    assert second.python(COUNTS) == before
    assert photo.read_bytes() == b"a picture"
    assert second.anning("audit", "verify").returncode == 0
    second.python(TAKE.replace("key-", "later-"))
    assert len(second.kept_keys()) == 6


def test_a_database_in_use_is_not_overwritten_unasked(pair: tuple[Running, Running], tmp_path: Path) -> None:
    first, _ = pair
    archive = tmp_path / "backup.tar.gz"
    first.anning("backup", str(archive))
    first.python(TAKE.replace("key-", "later-"))
    refused = first.anning("restore", str(archive), check=False)
    assert refused.returncode == 1
    assert "--replace" in refused.stderr
    assert len(first.kept_keys()) == 6
    first.anning("restore", str(archive), "--replace")
    assert len(first.kept_keys()) == 3


def test_damaged_archives_are_refused_before_anything_is_touched(pair: tuple[Running, Running], tmp_path: Path) -> None:
    first, second = pair
    archive = tmp_path / "backup.tar.gz"
    first.anning("backup", str(archive))
    first.anning("backup", str(archive), "--check")
    whole = gzip.decompress(archive.read_bytes())
    place = whole.index(b"key-1")
    flipped = tmp_path / "flipped.tar.gz"
    flipped.write_bytes(gzip.compress(whole[:place] + b"kez" + whole[place + 3 :]))
    short = tmp_path / "short.tar.gz"
    short.write_bytes(archive.read_bytes()[:-200])
    empty = tmp_path / "empty.tar.gz"
    with tarfile.open(empty, "w:gz"):
        pass
    for broken, word in ((flipped, "damaged"), (short, "cannot be read"), (empty, "not a whole backup")):
        refused = second.anning("restore", str(broken), check=False)
        assert refused.returncode == 1, broken
        assert word in refused.stderr
        assert "Traceback" not in refused.stderr


def test_nothing_is_left_where_the_archive_cannot_be_written(pair: tuple[Running, Running], tmp_path: Path) -> None:
    first, _ = pair
    in_the_way = tmp_path / "folder"
    in_the_way.write_text("a file where a folder is asked for")
    refused = first.anning("backup", str(in_the_way / "backup.tar.gz"), check=False)
    assert refused.returncode == 1
    assert not list(tmp_path.glob("*.part"))
