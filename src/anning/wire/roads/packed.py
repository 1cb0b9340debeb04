"""A graph and its index as one file that is used where it lies, without reading it.

Layout: 16 bytes of magic, 8 bytes with the length of the head (little-endian), the head in JSON (UTF-8), then the
arrays, each at a multiple of 64 bytes, little-endian, in C order. The head tells the form's version, the digest of the
source, facts for people, and of each array its type, shape and place.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields
from mmap import mmap
from typing import Any

import numpy as np

from anning.engines.network.graph import Graph
from anning.engines.network.snap_index import SnapIndex
from anning.wire.roads.reading import RoadsError

MAGIC = b"ANNING-ROADS\r\n\x1a\n"
FORM = 1
"""Version of the layout and of what the arrays mean; a file of another version is made anew."""

_ALIGN = 64
_PARTS = {"graph": Graph, "index": SnapIndex}


@dataclass(frozen=True, eq=False, slots=True)
class Packed:
    """What a file holds: graph, index, digest of the source it was made from, and facts for people."""

    graph: Graph
    index: SnapIndex
    source: str
    facts: dict[str, int]


def pack(packed: Packed) -> Iterator[bytes]:
    """The bytes of the file, piece by piece."""
    arrays = {
        f"{part}.{field.name}": np.ascontiguousarray(getattr(getattr(packed, part), field.name))
        for part, kind in _PARTS.items()
        for field in fields(kind)
    }
    table, place = {}, 0
    for name, values in arrays.items():
        little = values.dtype.newbyteorder("<")
        table[name] = {"type": little.str, "shape": list(values.shape), "at": place}
        place += -(-values.nbytes // _ALIGN) * _ALIGN
    head = {"form": FORM, "source": packed.source, "facts": packed.facts, "arrays": table, "bytes": place}
    text = json.dumps(head, separators=(",", ":")).encode()
    text += b" " * (-(len(MAGIC) + 8 + len(text)) % _ALIGN)
    yield MAGIC + len(text).to_bytes(8, "little") + text
    for values in arrays.values():
        data = values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes()
        yield data + bytes(-len(data) % _ALIGN)


def unpack(data: bytes | memoryview | mmap) -> Packed:
    """The graph and index of a file, as views of its bytes; nothing is copied.

    Parameters:
        data: the whole file, as `mmap` gives it.

    Raises:
        RoadsError: it is no such file, of another version, or cut short.
    """
    view = memoryview(data)
    head, begin = _head(view)
    whole = begin + head["bytes"]
    if len(view) < whole:
        raise RoadsError(f"the file of the road graph is cut short ({len(view):,} of {whole:,} bytes): build it again")
    parts: dict[str, Any] = {}
    for part, kind in _PARTS.items():
        parts[part] = kind(**{field.name: _array(view, begin, head, f"{part}.{field.name}") for field in fields(kind)})
    return Packed(parts["graph"], parts["index"], head["source"], head["facts"])


def source_of(data: bytes | memoryview | mmap) -> str:
    """Digest of the source a file was made from, "" where it is no file of this version."""
    try:
        return str(_head(memoryview(data))[0]["source"])
    except RoadsError:
        return ""


def _head(view: memoryview) -> tuple[dict[str, Any], int]:
    after = len(MAGIC) + 8
    if bytes(view[: len(MAGIC)]) != MAGIC:
        raise RoadsError("this is no file of a road graph: build one with `anning network build`")
    begin = after + int.from_bytes(view[len(MAGIC) : after], "little")
    try:
        head = json.loads(bytes(view[after:begin]))
        form = head["form"]
    except (ValueError, KeyError, TypeError):
        raise RoadsError("the file of the road graph is damaged: build it again") from None
    if form != FORM:
        raise RoadsError(f"the file of the road graph has form {form}, this version reads {FORM}: build it again")
    return head, begin


def _array(view: memoryview, begin: int, head: dict[str, Any], name: str) -> np.ndarray:
    entry = head["arrays"][name]
    kind = np.dtype(entry["type"])
    count = int(np.prod(entry["shape"], dtype=np.int64))
    values = np.frombuffer(view, kind, count, begin + entry["at"]) if count else np.empty(0, kind)
    native = values if sys.byteorder == "little" else values.astype(kind.newbyteorder("="))
    return native.reshape(entry["shape"])
