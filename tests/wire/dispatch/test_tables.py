"""Tables: every fault names its file, line and column."""

from __future__ import annotations

import math

import pytest

from anning.wire.dispatch import tables
from anning.wire.dispatch.tables import FileFault, numbered, read_matrix, read_table, write_table

GOOD = "\ufeffname,size\nx,1\n\ny,2.5\n"


def test_a_table_is_read_without_its_mark_and_empty_lines():
    table = read_table("t.csv", GOOD)
    assert table.heading == ("name", "size")
    assert table.column("size", tables.number) == [1, 2.5]
    assert table.lines == (2, 4)
    assert len(table) == 2 and table.has("name") and not table.has("Name")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", r"t\.csv: line 1: the file is empty"),
        ("a,b\n1\n", r"t\.csv: line 2: 1 cells under 2 headings"),
        ("a\nx\n", r"t\.csv: line 1: no column 'size'; it has 'a'"),
        ("size\nx\n", r"t\.csv: line 2, column 1 \(size\): 'x' is not a number"),
        ("n,size\n1,\n", r"t\.csv: line 2, column 2 \(size\): '' is not a number"),
        ("size\n1\nnan\n", r"line 3, column 1 \(size\): 'nan' is not a finite number"),
    ],
)
def test_faults_of_tables(text, says):
    with pytest.raises(FileFault, match=says):
        read_table("t.csv", text).column("size", tables.number)


@pytest.mark.parametrize(
    ("read", "text", "says"),
    [
        (tables.amount, "-1", "below 0"),
        (tables.whole, "1.5", "not a whole number"),
        (tables.yes_no, "perhaps", "neither True nor False"),
        (tables.label, "", "a name is needed"),
        (tables.one_of({"a": 0}, "nodes"), "b", "'b' is not among the 1 nodes"),
    ],
)
def test_cells_that_cannot_be_read(read, text, says):
    with pytest.raises(ValueError, match=says):
        read(text)


def test_cells_that_can():
    assert [tables.yes_no(text) for text in ("True", "no", "1", "")] == [True, False, True, False]
    assert [tables.label(text) for text in ("3584.0", "3584", "a.b", "1.5", "-2.00")] == [
        "3584",
        "3584",
        "a.b",
        "1.5",
        "-2",
    ]
    assert tables.whole("3.0") == 3


def test_a_label_stands_once():
    with pytest.raises(FileFault, match=r"line 4, column 1 \(u\): 'x' stands on line 2 already"):
        numbered(read_table("t.csv", "u\nx\ny\nx\n"), "u")


def test_a_matrix():
    labels, matrix = read_matrix("m.csv", "n,a,b\na,0,2\nb,,0\n")
    assert labels == {"a": 0, "b": 1}
    assert matrix.tolist() == [[0, 2], [math.inf, 0]]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("n,a,b\na,0,1\nc,1,0\n", r"m\.csv: line 3: the 2 labels down the side must be the 2 across"),
        ("n,a,b\na,0,1\n", r"m\.csv: line 1: the 1 labels"),
        ("n,a,b\na,0,x\nb,1,0\n", r"m\.csv: line 2, column 3 \(b\): 'x' is not a number"),
        ("n,a,b\na,0,1\nb,-1,0\n", r"m\.csv: line 3, column 2 \(a\): -1 is below 0"),
        ("n,a,b\na,0,nan\nb,1,0\n", r"m\.csv: line 2, column 3 \(b\): 'nan' is not a finite number"),
    ],
)
def test_faults_of_a_matrix(text, says):
    with pytest.raises(FileFault, match=says):
        read_matrix("m.csv", text)


def test_what_is_written_reads_back_to_the_last_digit():
    text = write_table(("a", "b"), [("x, y", 0.1 + 0.2), ("z", math.nan), ("w", None)])
    table = read_table("t.csv", text)
    assert table.column("a", str) == ["x, y", "z", "w"]
    assert table.column("b", lambda cell: float(cell) if cell else None) == [0.1 + 0.2, None, None]
