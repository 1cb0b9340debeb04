"""A whole recommendation among 2,000 units over a road graph, beside searches of SciPy, igraph and NetworkX, one core.

    python -m benchmarks.dispatch [--junctions N] [--units N] [--incidents N] [--limit SECONDS] [--json]

The graph is a bent grid with streets left out, some one-way, of 200,000 junctions; units and incidents stand on
streets. Ours is timed from the incident's position to the ranked list (snapping, search, seconds of every unit, every
unit ranked or passed over with its reason, as `benchmarks.recommendation` has them); peers get the node
nearest to the incident and to each unit for nothing and are timed for their search alone, which is all they can do.
Each peer's seconds to a node are compared with ours: a difference stops the run. A peer that is not installed is left
out.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from anning.engines.dispatch.recommend import Units, rank
from anning.engines.network.build import build_graph
from anning.engines.network.graph import Graph
from anning.engines.network.search import seconds_of, times_to, times_to_nodes
from anning.engines.network.snap import snap
from anning.engines.network.snap_index import SnapIndex, build_index
from anning.engines.network.snapped import Snapped
from anning.engines.network.streets import straight_streets
from anning.engines.network.travellers import Traveller
from anning.engines.network.weights import free_flow
from anning.engines.space.distance import equirectangular_m
from benchmarks.recommendation import KINDS, RULE, fleet

SEED = 20
BLOCK_M = 110.0
KEPT, ONE_WAY = 0.72, 0.15
WHO = Traveller.SIREN
FIRST = np.arange(KINDS) == 0
"""What the incident needs: the first of the capabilities."""

Floats = NDArray[np.float64]
Search = Callable[[int, float], Floats]


@dataclass(frozen=True)
class Result:
    """One way of searching, measured."""

    way: str
    limit_s: float
    incidents: int
    p50_ms: float
    p99_ms: float
    cpu_p50_ms: float
    cpu_p99_ms: float
    nodes_reached: float


def town(junctions: int) -> Graph:
    """A bent grid of that many junctions, a share of its streets left out, some one-way, speeds of 25 to 60 km/h."""
    rng = np.random.default_rng(SEED)
    side = int(np.sqrt(junctions))
    row, column = np.divmod(np.arange(side * side), side)
    degree = BLOCK_M / 111_195
    lon = 121 + degree * 1.15 * (column + 3 * np.sin(row / 40) + rng.normal(0, 0.15, side * side))
    lat = 29 + degree * (row + 3 * np.sin(column / 50) + rng.normal(0, 0.15, side * side))
    node = np.arange(side * side).reshape(side, side)
    first = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    last = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    kept = rng.random(len(first)) < KEPT
    first, last = first[kept], last[kept]
    length = equirectangular_m(lon[first], lat[first], lon[last], lat[last])
    there = length / rng.uniform(25 / 3.6, 60 / 3.6, len(first))
    seconds = np.tile(np.stack([there, np.where(rng.random(len(first)) < ONE_WAY, np.inf, there)]), (3, 1, 1))
    return build_graph(straight_streets(np.arange(side * side), lon, lat, first, last, length, seconds))


def peers(graph: Graph, weights: Floats) -> dict[str, Search]:
    """Searches backwards of those peers that are installed: node and limit in, seconds from every node out."""
    found: dict[str, Search] = {"SciPy": scipy_search(graph, weights)}
    for name, build in (("igraph", igraph_search), ("NetworkX", networkx_search)):
        try:
            found[name] = build(graph, weights)
        except ModuleNotFoundError:
            print(f"{name} is not installed: left out")
    return found


def scipy_search(graph: Graph, weights: Floats) -> Search:
    """SciPy's dijkstra over the arcs turned round, in the order of memory of our graph."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    turned = csr_matrix((weights, graph.tail, graph.in_start), shape=(graph.nodes, graph.nodes))
    return lambda node, limit: np.asarray(dijkstra(turned, indices=node, limit=limit))


def igraph_search(graph: Graph, weights: Floats) -> Search:
    """igraph's distances; it has no limit."""
    import igraph

    made = igraph.Graph(n=graph.nodes, edges=np.column_stack([graph.tail, graph.head]), directed=True)
    made.es["seconds"] = weights
    return lambda node, _: np.array(made.distances(node, weights="seconds", mode="in")[0])


def networkx_search(graph: Graph, weights: Floats) -> Search:
    """NetworkX' single-source Dijkstra with its cutoff."""
    import networkx

    made = networkx.DiGraph()
    made.add_weighted_edges_from(zip(graph.head.tolist(), graph.tail.tolist(), weights.tolist(), strict=True))

    def search(node: int, limit: float) -> Floats:
        cutoff = None if np.isinf(limit) else limit
        lengths = networkx.single_source_dijkstra_path_length(made, node, cutoff=cutoff)
        seconds = np.full(graph.nodes, np.inf)
        seconds[list(lengths)] = list(lengths.values())
        return seconds

    return search


def ours(
    graph: Graph, index: SnapIndex, weights: Floats, standing: Snapped, units: Units, node: int, limit: float
) -> Floats:
    """A whole answer: the incident snapped, searched from, every unit's seconds, and all of them ranked."""
    where = snap(graph, index, graph.lon[node], graph.lat[node])
    seconds = seconds_of(graph, weights, times_to(graph, weights, where, limit_s=limit), standing, where, limit_s=limit)
    rank(replace(units, travel_s=seconds), FIRST, RULE)
    return seconds


def timed(way: str, limit: float, runs: int, answer: Callable[[int], Floats]) -> tuple[Result, Floats]:
    """Percentiles over the incidents, by the clock and of the core's own time; the first run is not counted."""
    answer(0)
    taken, worked, reached, last = [], [], [], np.empty(0)
    for number in range(runs):
        start, cpu = time.perf_counter(), time.thread_time()
        last = answer(number)
        worked.append(1000 * (time.thread_time() - cpu))
        taken.append(1000 * (time.perf_counter() - start))
        reached.append(float(np.isfinite(last).sum()))
    percentiles = [*np.percentile(taken, [50, 99]).tolist(), *np.percentile(worked, [50, 99]).tolist()]
    return Result(way, limit, runs, *percentiles, float(np.mean(reached))), last


def measure(graph: Graph, units: int, incidents: int, limits: tuple[float, ...]) -> list[Result]:
    """Ours and the peers over the same incidents, for each limit."""
    rng = np.random.default_rng(SEED + 1)
    weights, index = free_flow(graph, WHO), build_index(graph)
    at = rng.integers(graph.nodes, size=units)
    standing = snap(
        graph, index, graph.lon[at] + rng.normal(0, 2e-4, units), graph.lat[at] + rng.normal(0, 2e-4, units)
    )
    nodes, able = rng.integers(graph.nodes, size=incidents).tolist(), fleet(units)
    results = []
    searches = peers(graph, weights)
    for limit in limits:

        def whole(number: int, limit: float = limit) -> Floats:
            return ours(graph, index, weights, standing, able, nodes[number], limit)

        def search(number: int, limit: float = limit) -> Floats:
            return times_to_nodes(graph, weights, nodes[number], limit_s=limit)

        results.append(timed(f"Anning, {units:,} units ranked", limit, incidents, whole)[0])
        result, expected = timed("Anning, search alone", limit, incidents, search)
        results.append(result)
        for name, peer in searches.items():
            runs = min(incidents, {"NetworkX": 5, "igraph": 25}.get(name, incidents))
            result, found = timed(name, limit, runs, lambda number, peer=peer, limit=limit: peer(nodes[number], limit))
            results.append(result)
            expected = search(runs - 1)
            same = found <= limit
            if not np.allclose(found[same], expected[same], rtol=1e-9) or not np.isinf(expected[~same]).all():
                raise AssertionError(f"{name} differs from ours")
    return results


def main() -> None:
    """Measure on one core and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--junctions", type=int, default=200_000)
    parser.add_argument("--units", type=int, default=2_000)
    parser.add_argument("--incidents", type=int, default=150)
    parser.add_argument("--limit", type=float, nargs="*", default=[900.0, float("inf")])
    parser.add_argument("--json", action="store_true", help="print, last, one line of JSON")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    graph = town(options.junctions)
    print(f"{graph.nodes:,} nodes, {graph.arcs:,} arcs, {graph.pieces:,} pieces")
    results = measure(graph, options.units, options.incidents, tuple(options.limit))
    print(f"{'':49}{'by the clock, ms':>18}{'core time, ms':>18}")
    print(f"{'limit s':>8}  {'way':34}{'runs':>5}{'p50':>9}{'p99':>9}{'p50':>9}{'p99':>9}{'reached':>10}")
    for r in results:
        print(f"{r.limit_s:8.0f}  {r.way:34}{r.incidents:5}{r.p50_ms:9.2f}{r.p99_ms:9.2f}", end="")
        print(f"{r.cpu_p50_ms:9.2f}{r.cpu_p99_ms:9.2f}{r.nodes_reached:10,.0f}")
    if options.json:
        print(json.dumps({"nodes": graph.nodes, "arcs": graph.arcs, "results": [asdict(r) for r in results]}))


if __name__ == "__main__":
    main()
