"""Reading files row by row: encodings, separators, headers, lines, and what is wrong said with file and reason."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anning.kernel.importing.mapping import Mapping, read_mapping
from anning.kernel.importing.reading import (
    UnreadableFileError,
    count_rows,
    encoding_of,
    header_of,
    is_rejects,
    read_rows,
)

CELL = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=8)


def mapping(*, header: bool = True, separator: str = ",") -> Mapping:
    columns = "" if header else 'columns=["a","b"]\n'
    return read_mapping(
        f'[mapping]\ncode="m"\ntitle="M"\nheader={str(header).lower()}\nseparator="{separator}"\n{columns}'
        '[fields]\na={column="a",required=true}\nb={column=["b","乙"]}\n',
        "m.toml",
    )


def written(folder: Path, text: str, name: str = "log.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def rows(path: Path, how: Mapping) -> list[tuple[int, dict[str, str]]]:
    return list(read_rows(path, how))


def test_rows_come_with_the_line_they_stand_on(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b\n1,x\n\n2,y\n")
    assert rows(path, mapping()) == [(2, {"a": "1", "b": "x"}), (4, {"a": "2", "b": "y"})]
    assert rows(written(tmp_path, "1,x\n2,y"), mapping(header=False))[1] == (2, {"a": "2", "b": "y"})


def test_cells_too_many_are_kept_and_too_few_are_missing(tmp_path: Path) -> None:
    found = rows(written(tmp_path, "a,b\n1\n1,2,3,4\n"), mapping())
    assert found == [(2, {"a": "1"}), (3, {"a": "1", "b": "2", "(extra)": "3|4"})]


@pytest.mark.parametrize(
    ("name", "separator", "text"),
    [("log.tsv", ",", "a\tb\n1\t2\n"), ("log.csv", ";", "a;b\n1;2\n"), ("log.txt", ",", "a,b\n1,2\n")],
)
def test_the_separator_is_the_mappings_or_the_tab_of_a_tsv(
    tmp_path: Path, name: str, separator: str, text: str
) -> None:
    assert rows(written(tmp_path, text, name), mapping(separator=separator)) == [(2, {"a": "1", "b": "2"})]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "gb2312"])
def test_chinese_text_is_read_in_the_encodings_of_the_country(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, "a,乙\n1,海曙区中山东路\n", encoding=encoding)
    assert rows(path, mapping()) == [(2, {"a": "1", "乙": "海曙区中山东路"})]


def test_what_is_no_text_is_refused_with_advice(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(b"a,b\n\xff\xfe\x81\x00\xff\n")
    with pytest.raises(UnreadableFileError, match=r"log\.csv: is neither UTF-8 nor GB 18030 text: save it as UTF-8"):
        encoding_of(path)


def test_a_file_without_the_columns_needed_is_refused_with_those_it_has(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="needs the columns a; the file has x, y"):
        rows(written(tmp_path, "x,y\n1,2\n"), mapping())
    with pytest.raises(UnreadableFileError, match="the file has none"):
        rows(written(tmp_path, ""), mapping())


def test_of_two_columns_one_is_enough() -> None:
    how = read_mapping('[mapping]\ncode="m"\ntitle="M"\n[fields]\na={column=["a","甲"],required=true}\n', "m.toml")
    assert how.missing_from(["甲"]) == []
    assert how.missing_from(["x"]) == ["a or 甲"]
    assert how.fits(["x", "a"])


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet"])
def test_a_table_that_is_none_is_refused_as_what_it_claims_to_be(tmp_path: Path, suffix: str) -> None:
    path = written(tmp_path, "a,b\n", f"log{suffix}")
    with pytest.raises(UnreadableFileError, match=f"cannot be read as a {suffix[1:]} file"):
        rows(path, mapping())


def test_a_parquet_file_is_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    pl.DataFrame({"a": [1, 2], "b": [None, 2.5]}).write_parquet(path)
    assert rows(path, mapping()) == [(2, {"a": "1", "b": ""}), (3, {"a": "2", "b": "2.5"})]
    assert count_rows(path, mapping()) == 2
    assert header_of(path) == ["a", "b"]


def test_a_missing_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="there is no such file"):
        read_rows(tmp_path / "nowhere.csv", mapping())


def test_rejects_are_known_by_the_columns_added_to_them(tmp_path: Path) -> None:
    assert is_rejects(written(tmp_path, "a,b,(run),(line),(faults)\n"))
    assert not is_rejects(written(tmp_path, "a,b\n"))
    path = written(tmp_path, "a,b,(run),(line),(faults)\n1,2,7,3,x\n")
    assert rows(path, mapping(header=False, separator=";"))[0][1]["(line)"] == "3"


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELL, CELL), max_size=20))
def test_whatever_a_csv_writer_writes_is_read_back(tmp_path: Path, cells: list[tuple[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("a", "b"))
    writer.writerows(cells)
    path = tmp_path / "log.csv"
    path.write_bytes(text.getvalue().encode())
    found = [(row["a"], row["b"]) for _line, row in read_rows(path, mapping())]
    assert found == [cell for cell in cells if any(cell)]
