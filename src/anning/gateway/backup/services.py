"""Making, checking and restoring backups."""

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from anning.gateway.backup import databases
from anning.gateway.backup.archive import BackupError, Writer, unpacked

FILES = "files"


def backup(path: Path, now: datetime | None = None) -> dict[str, Any]:
    """Write database and attachments to the archive `path`; returns what it holds.

    The keys of personal fields and the audit chain are not in it: keep them apart (docs/guides/operate.md).
    """
    with tempfile.TemporaryDirectory(prefix="anning-backup-") as scratch, Writer(path) as archive:
        for name, file in databases.copy_out(Path(scratch)):
            archive.add_file(name, file)
        files = list(_attachments())
        for file in files:
            archive.add_file(f"{FILES}/{file.relative_to(_store())}", file)
        facts = {
            "made_at": (now or timezone.now()).isoformat(),
            "database": connection.vendor,
            "migrations": sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()),
            "attachments": len(files),
        }
        archive.finish(facts)
    return facts


def check(path: Path) -> dict[str, Any]:
    """The manifest of an archive whose every member is whole. Raises `BackupError` otherwise."""
    with (
        tempfile.TemporaryDirectory(prefix="anning-backup-") as scratch,
        unpacked(path, Path(scratch)) as manifest,
    ):
        return manifest


def restore(path: Path, *, replace: bool = False) -> dict[str, Any]:
    """Put the archive's database and attachments in place, then migrate to this version.

    Raises:
        BackupError: the archive is damaged, of another kind of database, or the present database is in use
            and `replace` was not given.
    """
    with (
        tempfile.TemporaryDirectory(prefix="anning-backup-") as scratch,
        unpacked(path, Path(scratch)) as manifest,
    ):
        if manifest["database"] != connection.vendor:
            kind = manifest["database"]
            raise BackupError(f"this backup is of a {kind} database: point ANNING_DATABASE_URL at one to restore it")
        if not (replace or databases.is_empty()):
            raise BackupError("the present database is not empty: give --replace to put the backup in its place")
        if connection.vendor == "postgresql":
            call_command("migrate", verbosity=0)
        databases.copy_in(Path(scratch))
        _put_attachments(Path(scratch) / FILES)
        call_command("migrate", verbosity=0)
    return manifest


def _store() -> Path:
    return Path(settings.DATA_DIR) / FILES


def _attachments() -> Iterator[Path]:
    return (file for file in sorted(_store().rglob("*")) if file.is_file())


def _put_attachments(source: Path) -> None:
    for file in sorted(source.rglob("*")):
        if file.is_file():
            target = _store() / file.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
