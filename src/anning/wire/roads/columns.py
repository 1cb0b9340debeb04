"""Columns of a CSV table read whole, with the line and column of the first value that cannot be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from anning.engines.network.streets import Floats, Ints
from anning.wire.roads.reading import RoadsError


@dataclass(frozen=True, slots=True)
class Table:
    """A table of text: its name in messages, and the line its first row stands on."""

    name: str
    frame: pl.DataFrame
    first_line: int = 2

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.frame)

    def has(self, column: str) -> bool:
        """Whether there is a column."""
        return column in self.frame.columns

    def at(self, row: int, column: str, what: str) -> str:
        """A message about one value."""
        return f"{self.name}, line {row + self.first_line}: {column} {what}"

    def text(self, column: str) -> pl.Series:
        """A column as text without spaces around it; empty where nothing stands."""
        return self.frame[column].fill_null("").str.strip_chars()

    def number(self, column: str, *, empty: float | None = None, least: float | None = None) -> Floats:
        """A column as float64.

        Parameters:
            empty: stands for nothing; None refuses that.
            least: smallest value allowed.

        Raises:
            RoadsError: a value is no number, missing, or too small.
        """
        text = self.text(column)
        values = text.cast(pl.Float64, strict=False)
        if empty is not None:
            values = pl.select(pl.when(text == "").then(pl.lit(empty)).otherwise(values)).to_series()
        wrong = values.is_null() | (values.is_nan() & (text != ""))
        if wrong.any():
            row = int(wrong.arg_true()[0])
            raise RoadsError(self.at(row, column, f"is {text[row]!r}: a number is expected"))
        found = values.to_numpy().astype(np.float64)
        small = np.flatnonzero(found < (-np.inf if least is None else least))
        if len(small):
            row = int(small[0])
            raise RoadsError(self.at(row, column, f"is {text[row]!r}: {least:g} or more is expected"))
        return found

    def whole(self, column: str, *, empty: int | None = None) -> Ints:
        """A column as int64; otherwise as `number`."""
        values = self.number(column, empty=empty)
        wrong = np.flatnonzero((values != np.rint(values)) | (np.abs(values) > 2**53))
        if len(wrong):
            row = int(wrong[0])
            raise RoadsError(self.at(row, column, f"is {self.text(column)[row]!r}: a whole number is expected"))
        return values.astype(np.int64)


def read_table(name: str, data: bytes, needed: tuple[str, ...], first_line: int = 2) -> Table:
    """A CSV table in UTF-8 whose first line names its columns.

    Parameters:
        name: what messages call the table.
        needed: columns it must have.
        first_line: number of the line the first row stands on, in the file the data were taken from.

    Raises:
        RoadsError: it is no CSV, or a column is missing.
    """
    try:
        frame = pl.read_csv(data, infer_schema=False, truncate_ragged_lines=True)
    except pl.exceptions.NoDataError:
        raise RoadsError(f"{name} is empty: a first line with the names of columns is expected") from None
    except pl.exceptions.PolarsError as error:
        raise RoadsError(f"{name} cannot be read as CSV in UTF-8: {error}") from None
    frame.columns = [column.strip() for column in frame.columns]
    missing = [column for column in needed if column not in frame.columns]
    if missing:
        raise RoadsError(f"{name} has no column {missing[0]!r}; its columns are {', '.join(frame.columns)}")
    return Table(name, frame, first_line)
