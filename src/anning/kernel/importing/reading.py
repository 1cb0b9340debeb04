"""Reading rows of text from CSV, TSV, XLSX and Parquet files, with the line each stands on."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from anning.kernel.importing.mapping import Mapping

if TYPE_CHECKING:
    import polars

Rows = Iterator[tuple[int, dict[str, str]]]
ENCODINGS = ("utf-8-sig", "gb18030")
RUN, LINE, FAULTS = "(run)", "(line)", "(faults)"
"""The columns Anning adds to a file of rejected rows; such a file is read by its own header."""


class UnreadableFileError(ValueError):
    """A file that cannot be taken at all; nothing of it was imported."""


def header_of(path: Path) -> list[str]:
    """The column names in a file's first line (its first values, when it has no header)."""
    if path.suffix.lower() in (".xlsx", ".parquet"):
        return list(_frame(path, header=True).columns)
    with path.open(newline="", encoding=encoding_of(path)) as stream:
        return next(csv.reader(stream, delimiter=_separator(path, ",")), [])


def count_rows(path: Path, mapping: Mapping) -> int:
    """How many rows a file holds, for progress; a quoted line break counts as a row too many."""
    if path.suffix.lower() in (".xlsx", ".parquet"):
        return len(_frame(path, header=mapping.header))
    with path.open("rb") as stream:
        lines = sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b""))
    return max(lines - mapping.header, 0)


def read_rows(path: Path, mapping: Mapping) -> Rows:
    """Each row with its line number, as texts by column name.

    Raises:
        UnreadableFileError: the file is missing, in no known encoding, or lacks a column the mapping needs.
    """
    if not path.is_file():
        raise UnreadableFileError(f"{path}: there is no such file")
    if path.suffix.lower() in (".xlsx", ".parquet"):
        return _frame_rows(path, mapping)
    return _text_rows(path, mapping)


def encoding_of(path: Path) -> str:
    """UTF-8, or GB 18030 (which holds GBK and GB 2312) where the text is not UTF-8.

    Raises:
        UnreadableFileError: it is neither.
    """
    for encoding in ENCODINGS:
        try:
            with path.open(encoding=encoding) as stream:
                while stream.read(1 << 20):
                    pass
        except UnicodeDecodeError:
            continue
        except OSError as error:
            raise UnreadableFileError(f"{path}: cannot be read: {error.strerror}") from error
        return encoding
    raise UnreadableFileError(f"{path}: is neither UTF-8 nor GB 18030 text: save it as UTF-8")


def _text_rows(path: Path, mapping: Mapping) -> Rows:
    with path.open(newline="", encoding=encoding_of(path)) as stream:
        own = is_rejects(path)
        reader = csv.reader(stream, delimiter="," if own else _separator(path, mapping.separator))
        names = next(reader, []) if mapping.header or own else list(mapping.columns)
        _check_columns(path, mapping, names)
        try:
            for values in reader:
                if any(values):
                    yield reader.line_num, _named(names, values)
        except csv.Error as error:
            raise UnreadableFileError(f"{path}, line {reader.line_num}: cannot be read as CSV: {error}") from error


def _frame_rows(path: Path, mapping: Mapping) -> Rows:
    frame = _frame(path, header=mapping.header)
    names = list(frame.columns) if mapping.header else list(mapping.columns)
    _check_columns(path, mapping, names)
    for number, values in enumerate(frame.iter_rows(), 1 + mapping.header):
        yield number, _named(names, ["" if value is None else str(value) for value in values])


def is_rejects(path: Path) -> bool:
    """Whether a file is one of rejected rows, as `anning import` writes them."""
    if path.suffix.lower() in (".xlsx", ".parquet"):
        return False
    return {RUN, LINE, FAULTS} <= set(header_of(path))


def _frame(path: Path, *, header: bool) -> "polars.DataFrame":
    import polars

    try:
        if path.suffix.lower() == ".parquet":
            return polars.read_parquet(path)
        return polars.read_excel(path, has_header=header, infer_schema_length=0)
    except Exception as error:
        raise UnreadableFileError(f"{path}: cannot be read as a {path.suffix[1:]} file: {error}") from error


def _named(names: list[str], values: list[str]) -> dict[str, str]:
    row = dict(zip(names, values, strict=False))
    if len(values) > len(names):
        row["(extra)"] = "|".join(values[len(names) :])
    return row


def _check_columns(path: Path, mapping: Mapping, names: list[str]) -> None:
    missing = mapping.missing_from(names)
    if missing:
        raise UnreadableFileError(
            f"{path}: the mapping {mapping.code} needs the columns {', '.join(missing)}; the file has "
            f"{', '.join(names) or 'none'}: name another mapping, or write one"
        )


def _separator(path: Path, given: str) -> str:
    return "\t" if path.suffix.lower() == ".tsv" else given
