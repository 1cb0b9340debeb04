"""Tables of comma-separated text, read so that every fault names its file, line and column."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Value = TypeVar("Value")
TRUE, FALSE = {"true", "yes", "1", "1.0"}, {"false", "no", "0", "0.0", ""}


class FileFault(ValueError):
    """Something in a file that cannot be meant; the message says file, line, column, what and why."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a file under its heading.

    Attributes:
        file: its name, for messages. heading: names of the columns.
        rows: cells of each row. lines: the line each row ends on, counted from 1.
    """

    file: str
    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def has(self, name: str) -> bool:
        """Whether there is such a column."""
        return name in self.heading

    def column(self, name: str, read: Callable[[str], Value]) -> list[Value]:
        """Every cell of a column, read.

        Raises:
            FileFault: there is no such column, or a cell cannot be read.
        """
        if name not in self.heading:
            raise FileFault(f"{self.file}: line 1: no column {name!r}; it has {', '.join(map(repr, self.heading))}")
        at = self.heading.index(name)
        return [self._cell(row, at, read) for row in range(len(self.rows))]

    def fault(self, row: int, name: str, why: str) -> FileFault:
        """A fault of one cell, to be raised."""
        at = self.heading.index(name)
        return FileFault(f"{self.file}: line {self.lines[row]}, column {at + 1} ({name}): {why}")

    def _cell(self, row: int, at: int, read: Callable[[str], Value]) -> Value:
        try:
            return read(self.rows[row][at].strip())
        except ValueError as error:
            raise self.fault(row, self.heading[at], str(error)) from error


def read_table(file: str, text: str) -> Table:
    """A table with one line of heading; a byte-order mark and empty lines are passed over.

    Raises:
        FileFault: the file is empty, or a row has more or fewer cells than the heading.
    """
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    heading: tuple[str, ...] | None = None
    rows, lines = [], []
    for cells in reader:
        if not cells:
            continue
        if heading is None:
            heading = tuple(cell.strip() for cell in cells)
            continue
        if len(cells) != len(heading):
            raise FileFault(f"{file}: line {reader.line_num}: {len(cells)} cells under {len(heading)} headings")
        rows.append(tuple(cells))
        lines.append(reader.line_num)
    if heading is None:
        raise FileFault(f"{file}: line 1: the file is empty; it needs a line of column names")
    return Table(file, heading, tuple(rows), tuple(lines))


def number(text: str) -> float:
    """A finite number.

    Raises:
        ValueError: it is none.
    """
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a number") from None
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is not a finite number")
    return value


def amount(text: str) -> float:
    """A number that is 0 or more.

    Raises:
        ValueError: it is not.
    """
    value = number(text)
    if value < 0:
        raise ValueError(f"{text} is below 0")
    return value


def whole(text: str) -> int:
    """A whole number, written with or without ".0".

    Raises:
        ValueError: it is none.
    """
    value = number(text)
    if value != math.floor(value):
        raise ValueError(f"{text} is not a whole number")
    return int(value)


def yes_no(text: str) -> bool:
    """True or False; empty is no.

    Raises:
        ValueError: it is neither.
    """
    lowered = text.lower()
    if lowered in TRUE or lowered in FALSE:
        return lowered in TRUE
    raise ValueError(f"{text!r} is neither True nor False")


def label(text: str) -> str:
    """The name of a place or unit; "3584.0" is "3584".

    Raises:
        ValueError: it is empty.
    """
    if not text:
        raise ValueError("empty; a name is needed")
    head, point, tail = text.partition(".")
    return head if point and head.lstrip("-").isdigit() and not tail.strip("0") else text


def one_of(known: Mapping[str, int], what: str) -> Callable[[str], int]:
    """A reader of labels that must be known."""

    def read(text: str) -> int:
        name = label(text)
        if name not in known:
            raise ValueError(f"{name!r} is not among the {len(known)} {what}")
        return known[name]

    return read


def numbered(table: Table, name: str) -> dict[str, int]:
    """The labels of a column with their row; each may stand once.

    Raises:
        FileFault: a label stands twice.
    """
    found: dict[str, int] = {}
    for row, text in enumerate(table.column(name, label)):
        if text in found:
            raise table.fault(row, name, f"{text!r} stands on line {table.lines[found[text]]} already")
        found[text] = row
    return found


def read_matrix(file: str, text: str) -> tuple[dict[str, int], NDArray[np.float64]]:
    """A square matrix with one label a column and the same ones down the first column; empty cells are inf.

    Raises:
        FileFault: labels across and down differ, or a cell is no number 0 or more.
    """
    table = read_table(file, text)
    across = [label(cell) for cell in table.heading[1:]]
    down = numbered(table, table.heading[0])
    if list(down) != across:
        at = next((i for i, pair in enumerate(zip(down, across, strict=False)) if pair[0] != pair[1]), -1)
        where = f"line {table.lines[at]}" if 0 <= at < len(table) else "line 1"
        raise FileFault(
            f"{file}: {where}: the {len(down)} labels down the side must be the {len(across)} across, in order"
        )
    return down, matrix_of(table, 1)


def matrix_of(table: Table, first: int) -> NDArray[np.float64]:
    """The cells from column `first` on as numbers 0 or more; empty cells are inf.

    Raises:
        FileFault: a cell is no such number.
    """
    values = np.array([[cell or "inf" for cell in row[first:]] for row in table.rows])
    try:
        found = values.astype(np.float64)
    except ValueError:
        found = np.full(values.shape, np.nan)
    if np.all(found >= 0):
        return found
    _point_out(table, values, first)
    return found


def _point_out(table: Table, values: NDArray[np.str_], first: int) -> None:
    """Find the first broken cell of a matrix."""
    for row, cells in enumerate(values.tolist()):
        for at, cell in enumerate(cells):
            try:
                if cell.strip() != "inf":
                    amount(cell.strip())
            except ValueError as error:
                place = f"{table.file}: line {table.lines[row]}, column {at + first + 1} ({table.heading[at + first]})"
                raise FileFault(f"{place}: {error}") from None


def write_table(heading: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Comma-separated text with one line of heading; floats in full, NaN and None empty."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(heading)
    writer.writerows([[_written(cell) for cell in row] for row in rows])
    return out.getvalue()


def _written(cell: object) -> object:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    return repr(cell) if isinstance(cell, float) else cell
