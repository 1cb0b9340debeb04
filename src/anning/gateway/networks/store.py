"""The file of a road graph in its folder."""

import os
from pathlib import Path

from anning.kernel.travel.network import FILE, mapped
from anning.wire.roads import RoadsError
from anning.wire.roads.packed import Packed, pack, source_of, unpack


def write(packed: Packed, folder: Path) -> None:
    """Write a graph into a folder: whoever opens it sees the old one or the new one, never a part."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{FILE}.{os.getpid()}"
    try:
        with part.open("wb") as made:
            made.writelines(pack(packed))
            made.flush()
            os.fsync(made.fileno())
        part.replace(folder / FILE)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def open_network(folder: Path) -> Packed:
    """The graph of a folder, mapped into memory: opened in milliseconds, read as it is used.

    Raises:
        FileNotFoundError: no graph has been built there.
        RoadsError: the file is damaged or of another version.
    """
    file = folder / FILE
    if not file.exists():
        raise FileNotFoundError(f"{folder} holds no road graph: build one with `anning network build`")
    try:
        return unpack(mapped(file))
    except RoadsError as error:
        raise RoadsError(f"{file}: {error}") from None


def source_in(folder: Path) -> str:
    """Digest of the source the graph of a folder was made from; "" where there is none that can be read."""
    file = folder / FILE
    return source_of(mapped(file)) if file.exists() else ""
