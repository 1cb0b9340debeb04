"""p-median instances in the layout of the OR-Library: ``n edges p``, then ``i j cost`` for each edge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import shortest_path

from anning.wire.dispatch.tables import FileFault, amount, whole


@dataclass(frozen=True, slots=True)
class Pmed:
    """An instance: shortest travel between all nodes, (n, n), and how many posts it asks for."""

    travel: NDArray[np.float64]
    posts: int


def read_pmed(file: str, text: str) -> Pmed:
    """Read an instance; edges run both ways, and of repeated ones the last counts.

    Source of the layout: J. E. Beasley, *OR-Library*, Journal of the Operational Research Society 41 (1990),
    1069-1072; *A note on solving large p-median problems*, EJOR 21 (1985), 270-273.

    Raises:
        FileFault: a line is not three numbers, names a node that is not there, or edges are too few or too many.
    """
    lines = [(at, line.split()) for at, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise FileFault(f"{file}: line 1: the file is empty; it begins with: nodes edges posts")
    nodes, edges, posts = (int(value) for value in _three(file, *lines[0], kinds="www"))
    if nodes < 1 or not 1 <= posts <= nodes:
        raise FileFault(f"{file}: line {lines[0][0]}: {nodes} nodes and {posts} posts; posts must be 1 to the nodes")
    if len(lines) - 1 != edges:
        raise FileFault(f"{file}: line {lines[0][0]}: {edges} edges are announced, {len(lines) - 1} follow")
    cost: dict[tuple[int, int], float] = {}
    for at, cells in lines[1:]:
        i, j, value = _three(file, at, cells, kinds="wwa")
        for column, node in enumerate((i, j), 1):
            if not 1 <= node <= nodes:
                raise FileFault(f"{file}: line {at}, column {column}: node {node:g} is not among 1 to {nodes}")
        cost[(int(min(i, j)) - 1, int(max(i, j)) - 1)] = value
    pairs = np.array(list(cost), np.int64).reshape(-1, 2)
    graph = np.full((nodes, nodes), np.inf)
    graph[pairs[:, 0], pairs[:, 1]] = graph[pairs[:, 1], pairs[:, 0]] = list(cost.values())
    return Pmed(_all_shortest(graph), posts)


def _all_shortest(graph: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shortest travel between all nodes; an edge of cost 0 is an edge, which a sparse matrix must be told."""
    i, j = np.nonzero(np.isfinite(graph))
    sparse = coo_matrix((np.maximum(graph[i, j], np.finfo(float).tiny), (i, j)), graph.shape).tocsr()
    found = np.asarray(shortest_path(sparse, directed=False), np.float64)
    np.fill_diagonal(found, 0)
    return found


def _three(file: str, at: int, cells: list[str], kinds: str) -> list[float]:
    if len(cells) != 3:
        raise FileFault(f"{file}: line {at}: {len(cells)} numbers where 3 are needed")
    values = []
    for column, (cell, kind) in enumerate(zip(cells, kinds, strict=True), 1):
        try:
            values.append(float(whole(cell)) if kind == "w" else amount(cell))
        except ValueError as error:
            raise FileFault(f"{file}: line {at}, column {column}: {error}") from error
    return values
