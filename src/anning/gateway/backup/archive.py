"""The archive: a tar file of members, closed by a manifest with the SHA-256 of each.

It is written beside its place under another name and moved there when whole, so that a full disk or a kill
leaves no archive that looks good.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

MANIFEST = "manifest.json"
CHUNK = 1 << 20


class BackupError(ValueError):
    """An archive cannot be written, or is not what its manifest says."""


class Writer:
    """Writes an archive; used as a context manager, it leaves the archive only when nothing failed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._part = path.with_name(f"{path.name}.part")
        self._sums: dict[str, str] = {}

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._part.touch(mode=0o600)
        self._tar = tarfile.open(self._part, "w:gz", compresslevel=3)
        return self

    def add_file(self, name: str, source: Path) -> None:
        """Add the file at `source` as the member `name`."""
        digest = hashlib.sha256()
        with source.open("rb") as stream:
            while block := stream.read(CHUNK):
                digest.update(block)
        self._tar.add(source, arcname=name, recursive=False)
        self._sums[name] = digest.hexdigest()

    def add_bytes(self, name: str, data: bytes) -> None:
        """Add `data` as the member `name`."""
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(data), 0o600
        self._tar.addfile(entry, io.BytesIO(data))
        self._sums[name] = hashlib.sha256(data).hexdigest()

    def finish(self, facts: dict[str, Any]) -> None:
        """Write the manifest: `facts` and the sums of all members."""
        text = json.dumps({**facts, "members": self._sums}, indent=1, sort_keys=True)
        self.add_bytes(MANIFEST, text.encode())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._tar.close()
            if error is None:
                with self._part.open("rb") as stream:
                    os.fsync(stream.fileno())
                self._part.replace(self.path)
        finally:
            self._part.unlink(missing_ok=True)


@contextmanager
def unpacked(path: Path, into: Path) -> Iterator[dict[str, Any]]:
    """Unpack an archive into the empty folder `into`, check every sum, and yield the manifest.

    Raises:
        BackupError: it is no archive of ours, or a member is missing, damaged or added.
    """
    try:
        with tarfile.open(path, "r:gz") as tar:
            tar.extractall(into, filter="data")
    except (tarfile.TarError, EOFError, OSError) as error:
        raise BackupError(f"{path} cannot be read as a backup: {error}") from error
    yield _checked(path, into)


def _checked(path: Path, folder: Path) -> dict[str, Any]:
    listed = folder / MANIFEST
    if not listed.is_file():
        raise BackupError(f"{path} has no {MANIFEST}: it is not a whole backup")
    manifest: dict[str, Any] = json.loads(listed.read_text())
    found = {str(item.relative_to(folder)) for item in folder.rglob("*") if item.is_file()} - {MANIFEST}
    if found != set(manifest["members"]):
        raise BackupError(f"{path} has other members than its manifest: {sorted(found ^ set(manifest['members']))}")
    for name, expected in manifest["members"].items():
        with (folder / name).open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != expected:
                raise BackupError(f"{path}: {name} is damaged: its content is not what the manifest says")
    return manifest
