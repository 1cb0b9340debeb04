"""A grid that answers, for most of the plane at once, which polygon a point lies in.

The plane over the polygons' joint bounds is cut into equal cells. A cell is *settled* when every point of it
has the same answer; the rest are *open* and keep the short list of polygons that touch them. Settled and open
are decided with exact predicates on cells widened by a millionth of their size, so a point whose cell number
was rounded to the neighbour still gets the exact answer.

Source of the idea, "true hit" cells that need no exact test: A. Kipf et al., *Adaptive Main-Memory Indexing
for High-Performance Point-Polygon Joins*, EDBT 2020.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NOWHERE = -1
"""Table value of a cell that no polygon touches."""

_FIRST_OPEN = -2
_WIDENING = 1e-6
_BASE_CELLS_PER_POLYGON = 4
_CELLS_PER_POLYGON = 100
_FEWEST_CELLS = 2**16
_MOST_CELLS = 2**22


@dataclass(frozen=True, slots=True)
class CellGrid:
    """Settled answers per cell, and the polygons to test in open cells.

    Attributes:
        west, south, east, north: bounds of the grid, degrees.
        columns, rows: number of cells along lon and lat.
        table: flat int32 array (row-major, south to north); ≥ 0 the settled polygon, −1 nowhere,
            ≤ −2 the open cell number ``-2 - value``.
        starts: int64 array, length open cells + 1; where each open cell's list begins in ``touching``.
        touching: int32 array of polygon numbers, ascending within a cell.
    """

    west: float
    south: float
    east: float
    north: float
    columns: int
    rows: int
    table: NDArray[np.int32]
    starts: Ints
    touching: NDArray[np.int32]

    def look_up(self, lon: Floats, lat: Floats) -> NDArray[np.int32]:
        """Table values of the cells the points fall in; NOWHERE outside the bounds and for NaN.

        Parameters:
            lon, lat: float64 arrays of one shape, degrees.
        """
        with np.errstate(invalid="ignore", over="ignore"):
            within = (lon >= self.west) & (lon <= self.east) & (lat >= self.south) & (lat <= self.north)
            column = (np.where(within, lon, self.west) - self.west) * (self.columns / (self.east - self.west))
            row = (np.where(within, lat, self.south) - self.south) * (self.rows / (self.north - self.south))
        cell = np.minimum(row.astype(np.int64), self.rows - 1) * self.columns
        cell += np.minimum(column.astype(np.int64), self.columns - 1)
        return np.where(within, self.table[cell], np.int32(NOWHERE))

    def look_up_one(self, lon: float, lat: float) -> int:
        """What `look_up` gives for one point, by the same arithmetic and without making arrays."""
        if not (self.west <= lon <= self.east and self.south <= lat <= self.north):
            return NOWHERE
        column = int((lon - self.west) * (self.columns / (self.east - self.west)))
        row = int((lat - self.south) * (self.rows / (self.north - self.south)))
        return int(self.table[min(row, self.rows - 1) * self.columns + min(column, self.columns - 1)])

    @property
    def open_share(self) -> float:
        """Share of the cells, 0 to 1, that need an exact test."""
        return float(np.mean(self.table <= _FIRST_OPEN))


def open_cell(value: NDArray[np.int32]) -> Ints:
    """Numbers of open cells from their (≤ −2) table values."""
    return _FIRST_OPEN - value.astype(np.int64)


def open_cell_one(value: int) -> int:
    """The number of an open cell from its table value; negative for a settled one."""
    return _FIRST_OPEN - value


def is_open(value: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether table values name open cells."""
    return value <= _FIRST_OPEN


@dataclass(frozen=True, slots=True)
class _Frame:
    """A grid's bounds with its resolution at one level of refinement."""

    bounds: tuple[float, float, float, float]
    columns: int
    rows: int

    def boxes(self, cells: Ints) -> NDArray[np.object_]:
        """Cells as slightly widened rectangles."""
        west, south, east, north = self.bounds
        width, height = (east - west) / self.columns, (north - south) / self.rows
        row, column = np.divmod(cells, self.columns)
        x, y = west + column * width, south + row * height
        dx, dy = width * _WIDENING, height * _WIDENING
        boxes: NDArray[np.object_] = shapely.box(x - dx, y - dy, x + width + dx, y + height + dy)
        return boxes

    def finer(self) -> _Frame:
        """The same bounds with every cell cut in four."""
        return _Frame(self.bounds, self.columns * 2, self.rows * 2)

    def children(self, cells: Ints) -> Ints:
        """Numbers, in the finer frame, of the four parts of each cell: shape (4, n)."""
        row, column = np.divmod(cells, self.columns)
        first = row * 2 * (self.columns * 2) + column * 2
        return np.stack([first, first + 1, first + self.columns * 2, first + self.columns * 2 + 1])


def build_grid(polygons: NDArray[np.object_]) -> CellGrid:
    """The grid over prepared, valid polygons; where several hold a point, the one numbered lowest answers.

    Parameters:
        polygons: shapely (multi-)polygons, non-empty array.
    """
    west, south, east, north = (float(v) for v in shapely.total_bounds(polygons))
    frame, levels = _first_frame((west, south, east, north), len(polygons))
    cells = np.arange(frame.columns * frame.rows)
    touched, polygon = shapely.STRtree(polygons).query(frame.boxes(cells))
    table = np.full(cells.size, NOWHERE, np.int32)
    for level in range(levels + 1):
        touched, polygon = _settle(frame, table, touched, polygon, polygons)
        if level < levels:
            touched, polygon = frame.children(touched).ravel(), np.tile(polygon, 4)
            table = table.reshape(frame.rows, frame.columns).repeat(2, axis=0).repeat(2, axis=1).ravel()
            frame = frame.finer()
    order = np.lexsort((polygon, touched))
    open_cells, first = np.unique(touched[order], return_index=True)
    table[open_cells] = _FIRST_OPEN - np.arange(open_cells.size, dtype=np.int32)
    starts = np.append(first, touched.size)
    touching = polygon[order].astype(np.int32)
    for array in (table, starts, touching):
        array.flags.writeable = False
    return CellGrid(west, south, east, north, frame.columns, frame.rows, table, starts, touching)


def _first_frame(bounds: tuple[float, float, float, float], polygons: int) -> tuple[_Frame, int]:
    """Coarsest frame, cells about square, and how many times to refine it."""
    west, south, east, north = bounds
    wanted = min(max(_CELLS_PER_POLYGON * polygons, _FEWEST_CELLS), _MOST_CELLS)
    base = min(max(_BASE_CELLS_PER_POLYGON * polygons, 16), wanted)
    aspect = min(max((east - west) / (north - south), 1e-3), 1e3)
    columns = max(1, round((base * aspect) ** 0.5))
    rows = max(1, round((base / aspect) ** 0.5))
    levels = max(0, round(np.log2(wanted / (columns * rows)) / 2))
    return _Frame(bounds, columns, rows), int(levels)


def _settle(
    frame: _Frame, table: NDArray[np.int32], cell: Ints, polygon: Ints, polygons: NDArray[np.object_]
) -> tuple[Ints, Ints]:
    """Write the answers of cells that can be settled; return the (cell, polygon) pairs of the others."""
    table[cell] = NOWHERE
    box = frame.boxes(cell)
    meets = shapely.intersects(polygons[polygon], box)
    cell, polygon, box = cell[meets], polygon[meets], box[meets]
    order = np.lexsort((polygon, cell))
    first = order[np.unique(cell[order], return_index=True)[1]]
    full = first[shapely.covers(polygons[polygon[first]], box[first])]
    table[cell[full]] = polygon[full]
    settled = np.zeros(table.size, np.bool_)
    settled[cell[full]] = True
    remain = ~settled[cell]
    return cell[remain], polygon[remain]
