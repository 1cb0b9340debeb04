"""A graph in a file: the same arrays, not copied; files that are none, old, or cut short."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given

from anning.engines.network.build import build_graph
from anning.engines.network.search import times_to
from anning.engines.network.snap_index import build_index
from anning.engines.network.snapped import place_on
from anning.engines.network.weights import free_flow
from anning.wire.roads import RoadsError
from anning.wire.roads.packed import FORM, MAGIC, Packed, pack, source_of, unpack
from tests.engines.network.plain import networks
from tests.engines.network.test_search import network


def packed(streets) -> Packed:
    graph = build_graph(streets)
    return Packed(graph, build_index(graph), "abc", {"nodes": graph.nodes})


@given(networks())
def test_what_was_packed_is_unpacked(streets):
    before = packed(streets)
    after = unpack(b"".join(pack(before)))
    assert (after.source, after.facts) == ("abc", before.facts)
    for part in ("graph", "index"):
        for field in fields(getattr(before, part)):
            one, other = getattr(getattr(before, part), field.name), getattr(getattr(after, part), field.name)
            assert one.dtype == other.dtype
            assert one.shape == other.shape
            assert np.array_equal(one, other)


def test_arrays_lie_aligned_in_the_file_and_cannot_be_written():
    data = b"".join(pack(packed(network(3, [(0, 1, 5), (1, 2, 6)]))))
    found = unpack(data)
    begin = np.frombuffer(data, np.uint8).__array_interface__["data"][0]
    for field in fields(found.graph):
        values = getattr(found.graph, field.name)
        assert not values.flags.writeable and not values.flags.owndata
        assert (values.__array_interface__["data"][0] - begin) % 64 == 0
    with pytest.raises(ValueError, match="read-only"):
        found.graph.lon[0] = 0


def test_a_graph_from_a_file_is_searched_as_one_from_memory():
    before = packed(network(4, [(0, 1, 5), (1, 2, 6), (2, 3, 7)], both_ways=True))
    after = unpack(b"".join(pack(before)))
    found = [times_to(one.graph, free_flow(one.graph, 0), place_on(one.graph, 1, 0.5)) for one in (before, after)]
    assert found[0].tolist() == found[1].tolist()


def test_the_digest_is_read_without_the_arrays():
    data = b"".join(pack(packed(network(2, [(0, 1, 5)]))))
    assert source_of(data) == "abc"
    assert [source_of(other) for other in (b"", b"anything else", data[:20])] == ["", "", ""]


def head_of(data: bytes) -> tuple[bytes, bytes]:
    """The head's text, and the arrays."""
    begin = len(MAGIC) + 8
    length = int.from_bytes(data[len(MAGIC) : begin], "little")
    return data[begin : begin + length], data[begin + length :]


def test_files_that_cannot_be_used_are_refused():
    data = b"".join(pack(packed(network(2, [(0, 1, 5)]))))
    head, arrays = head_of(data)
    newer = json.dumps({**json.loads(head), "form": FORM + 1}).encode()
    for wrong, message in (
        (b"", "this is no file of a road graph: build one"),
        (b"PK\x03\x04" + data, "this is no file of a road graph"),
        (data[:-64], "cut short .*: build it again"),
        (data[: len(MAGIC) + 100], "damaged: build it again"),
        (MAGIC + len(newer).to_bytes(8, "little") + newer + arrays, f"has form {FORM + 1}, this version reads {FORM}"),
        (MAGIC + (2).to_bytes(8, "little") + b"[]", "damaged"),
    ):
        with pytest.raises(RoadsError, match=message):
            unpack(wrong)


def test_another_source_is_another_file():
    one = packed(network(2, [(0, 1, 5)]))
    assert b"".join(pack(one)) == b"".join(pack(replace(one)))
    assert b"".join(pack(one)) != b"".join(pack(replace(one, source="abd")))
