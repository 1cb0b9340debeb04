"""Auckland and Manhattan: seconds and routes equal to a search in plain Python over the files themselves."""

from __future__ import annotations

import csv
import heapq
import io
import math
import zipfile
from collections import defaultdict

import numpy as np
import pytest

from anning.engines.network.build import build_graph
from anning.engines.network.route import route
from anning.engines.network.search import times_from, times_to, times_to_nodes
from anning.engines.network.snapped import place_on
from anning.engines.network.travellers import Traveller
from anning.engines.network.weights import free_flow
from anning.wire.roads import read_tables

pytestmark = pytest.mark.data
DAY_S = 86400
SAMPLE = 6


def rows(text: str, table: str):
    """Rows of one named table of a file, each by its columns' names."""
    lines = iter(csv.reader(io.StringIO(text)))
    for line in lines:
        if line[0] == table:
            break
    head = next(lines)
    for line in lines:
        if not line[0]:
            return
        yield dict(zip(head, line, strict=False))


def shortest(leaving, start: int) -> dict[int, float]:
    best, queue, done = {start: 0.0}, [(0.0, start)], set()
    while queue:
        cost, at = heapq.heappop(queue)
        if at in done:
            continue
        done.add(at)
        for head, step in leaving[at]:
            if cost + step < best.get(head, math.inf):
                best[head] = cost + step
                heapq.heappush(queue, (cost + step, head))
    return best


@pytest.fixture(scope="module", params=["auckland", "manhattan"])
def city(request, shared_data):
    """The graph, and index → (index, seconds with the siren) of the arcs in the file, forwards and backwards."""
    with zipfile.ZipFile(shared_data / "network" / request.param / "roads.zip") as archive:
        nodes, arcs = archive.read("nodes.csv"), archive.read("arcs.csv")
    there, back = defaultdict(list), defaultdict(list)
    for row in rows(arcs.decode(), "arcs"):
        tail, head, seconds = int(float(row["fromNode"])), int(float(row["toNode"])), DAY_S * float(row["mode_1"])
        there[tail].append((head, seconds))
        back[head].append((tail, seconds))
    return build_graph(read_tables(nodes, arcs).streets), there, back


def test_every_node_and_arc_of_the_file_is_in_the_graph(city):
    graph, there, _ = city
    siren = np.isfinite(graph.seconds[Traveller.SIREN])
    assert int(siren.sum()) == sum(map(len, there.values()))
    assert np.unique(graph.ref).size == graph.nodes
    assert math.isclose(
        graph.seconds[Traveller.SIREN][siren].sum(), sum(s for arcs in there.values() for _, s in arcs), rel_tol=1e-9
    )


@pytest.mark.parametrize("seed", range(SAMPLE))
def test_seconds_backwards_and_forwards_equal_the_plain_search(city, seed):
    graph, there, back = city
    node = int(np.random.default_rng(seed).integers(graph.nodes))
    weights = free_flow(graph, Traveller.SIREN)
    for leaving, found in (
        (back, times_to_nodes(graph, weights, node)),
        (there, times_from(graph, weights, place_on(graph, *arrival(graph, weights, node)))),
    ):
        plain = shortest(leaving, int(graph.ref[node]))
        expected = np.array([plain.get(ref, math.inf) for ref in graph.ref.tolist()])
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-9)


def arrival(graph, weights, node: int) -> tuple[int, float]:
    """A place at a node: the end of an open street that leads to it."""
    arcs = np.arange(graph.in_start[node], graph.in_start[node + 1])
    arc = int(arcs[np.isfinite(weights[arcs])][0])
    return int(graph.street[arc]), 1.0 - float(graph.way[arc])


@pytest.mark.parametrize("seed", range(SAMPLE))
def test_routes_follow_arcs_and_take_the_plain_seconds(city, seed):
    graph, there, _ = city
    rng = np.random.default_rng(100 + seed)
    weights = free_flow(graph, Traveller.SIREN)
    a, b = (int(row) for row in rng.integers(graph.nodes, size=2))
    start, end = (place_on(graph, *arrival(graph, weights, node)) for node in (a, b))
    found = route(graph, weights, start, end)
    expected = shortest(there, int(graph.ref[a])).get(int(graph.ref[b]), math.inf)
    assert found.seconds == pytest.approx(expected, rel=1e-9)
    if found.found:
        assert graph.tail[found.arcs[1:]].tolist() == graph.head[found.arcs[:-1]].tolist()
        assert [found.lon[0], found.lat[0]] == [graph.lon[a], graph.lat[a]]
        assert [found.lon[-1], found.lat[-1]] == [graph.lon[b], graph.lat[b]]


def test_the_triangle_inequality_holds_over_a_sample(city):
    graph, _, _ = city
    weights = free_flow(graph, Traveller.NORMAL)
    rng = np.random.default_rng(3)
    places = [place_on(graph, int(row), 0.5) for row in rng.integers(graph.streets, size=4)]
    for via in places:
        onward = times_to(graph, weights, via)
        for goal in places:
            direct = times_to(graph, weights, goal)
            finite = np.isfinite(onward) & np.isfinite(direct)
            leg = route(graph, weights, via, goal).seconds
            assert (direct[finite] <= onward[finite] + leg + 1e-6).all()
