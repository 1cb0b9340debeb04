"""What commands over files share: reading text, one line of JSON, a quiet solver."""

import json
import math
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def text_of(path: Path) -> str:
    """A file's text; a fault that names the place where it is no UTF-8."""
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        raise ValueError(f"{path}: line {line}, column {column}: not UTF-8 text; save the file as UTF-8") from error


def named(path: Path | None) -> tuple[str, str] | None:
    """Name and text of a file, for messages and reading; None for none."""
    return (str(path), text_of(path)) if path else None


class Folder(Mapping[str, str]):
    """Text of every .csv of a folder by its name; a file is read when it is asked for."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise ValueError(f"{folder}: no such folder")
        self._paths = {path.name: path for path in sorted(folder.iterdir()) if path.suffix.lower() == ".csv"}

    def __getitem__(self, name: str) -> str:
        return text_of(self._paths[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def one_line(found: dict[str, Any]) -> str:
    """One line of JSON; what is not a finite number becomes null."""
    return json.dumps(_plain(found), ensure_ascii=False, allow_nan=False)


@contextmanager
def quiet() -> Iterator[None]:
    """Send what a compiled library writes to the output to the error stream instead: a last line of JSON stays last."""
    sys.stdout.flush()
    kept = os.dup(1)
    try:
        os.dup2(2, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
