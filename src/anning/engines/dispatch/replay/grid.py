"""The node nearest to a point, by a grid of cells; ties go to the lowest node."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from anning.engines.dispatch.compiled import compiled
from anning.engines.dispatch.replay.model import Floats, Ints

_NODES_A_CELL = 2.0


class Grid(NamedTuple):
    """Nodes by cell: those of cell c are ``members[first[c]:first[c + 1]]``, lowest first."""

    x: Floats
    y: Floats
    x0: float
    y0: float
    cell: float
    columns: int
    rows: int
    first: Ints
    members: Ints


def make_grid(x: Floats, y: Floats) -> Grid:
    """The grid over the nodes' box, about two nodes a cell."""
    x0, y0 = float(x.min()), float(y.min())
    width, height = float(x.max()) - x0, float(y.max()) - y0
    cell = max(np.sqrt(width * height * _NODES_A_CELL / len(x)), max(width, height) * _NODES_A_CELL / len(x)) or 1.0
    columns, rows = int(width / cell) + 1, int(height / cell) + 1
    at = ((y - y0) / cell).astype(np.int64) * columns + ((x - x0) / cell).astype(np.int64)
    first = np.concatenate([[0], np.cumsum(np.bincount(at, minlength=columns * rows))]).astype(np.int64)
    return Grid(x, y, x0, y0, float(cell), columns, rows, first, np.argsort(at, kind="stable").astype(np.int64))


@compiled
def nearest(grid: Grid, px: float, py: float) -> tuple[int, float]:
    """The node nearest to a point within the nodes' box, and how far one may go from there in safety.

    By rings of cells about the point. Anybody who goes less than half the difference of the distances to the second
    nearest and the nearest node is still nearest to the same node.
    """
    x, y, first, members = grid.x, grid.y, grid.first, grid.members
    cell, columns, rows = grid.cell, grid.columns, grid.rows
    column = min(max(int((px - grid.x0) / cell), 0), columns - 1)
    row = min(max(int((py - grid.y0) / cell), 0), rows - 1)
    best, best_squared, second_squared = -1, np.inf, np.inf
    for ring in range(max(columns, rows) + 1):
        if ring > 1 and ((ring - 1) * cell) ** 2 > second_squared:
            break
        for r in range(max(row - ring, 0), min(row + ring, rows - 1) + 1):
            step = 1 if abs(r - row) == ring else max(2 * ring, 1)
            for c in range(column - ring, column + ring + 1, step):
                if c < 0 or c >= columns:
                    continue
                at = r * columns + c
                for k in range(first[at], first[at + 1]):
                    node = members[k]
                    squared = (x[node] - px) ** 2 + (y[node] - py) ** 2
                    if squared < best_squared or (squared == best_squared and node < best):
                        best, best_squared, second_squared = node, squared, best_squared
                    elif squared < second_squared:
                        second_squared = squared
    return best, (np.sqrt(second_squared) - np.sqrt(best_squared)) / 2
