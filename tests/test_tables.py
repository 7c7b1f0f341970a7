"""A table is written in the form in which it was read."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

import pytest

from grader.errors import UsageError
from grader.util.csv_tables import Spreadsheet, read_table

if TYPE_CHECKING:
    from pathlib import Path


def table_of(folder: Path, content: bytes) -> Spreadsheet:
    path = folder / "table.csv"
    path.write_bytes(content)
    return read_table(path)


@pytest.mark.parametrize(
    "text",
    [
        "id,name\r\n1,Ann\r\n",
        "id;name\n1;Ann\n",
        "id\tname\r1\tAnn\r",
        '"id","name"\r\n"1","Ann"\r\n',
        '"id";"name"\n"1";"says ""no"""\n',
        'id,name\r\n1,"Ann, the first"\r\n',
        'id,name\n1,"two\nlines"\n',
        "sep=;\r\nid;name\r\n1;Ann\r\n",
    ],
)
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE])
def test_what_was_read_is_written_as_it_was(tmp_path: Path, text: str, mark: bytes) -> None:
    encoding = "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-8"
    content = mark + text.encode(encoding)
    table = table_of(tmp_path, content)
    assert table.header == ("id", "name")
    assert table.written(table.rows) == content


@pytest.mark.parametrize(
    "before", ["", "\r\n", "   \r\n", ";;\r\n", "sep=;\r\n", '"sep=;"\r\n', "\t\r\n"]
)
def test_the_delimiter_is_that_of_the_header(tmp_path: Path, before: str) -> None:
    table = table_of(tmp_path, f"{before}id;last, first;mark\r\n1;Lee, Ann;2\r\n".encode())
    assert (table.header, table.delimiter) == (("id", "last, first", "mark"), ";")
    assert table.rows == (("1", "Lee, Ann", "2"),)


def test_rows_have_the_length_of_the_header_and_know_their_line(tmp_path: Path) -> None:
    table = table_of(tmp_path, b'a,b\n1\n\n2,"x\ny",,\n3,4\n')
    assert table.rows == (("1", ""), ("2", "x\ny"), ("3", "4"))
    assert table.lines == (2, 4, 6)


def test_what_is_no_character_is_a_sentence(tmp_path: Path) -> None:
    table = table_of(tmp_path, b"id,name\n1,Ann\n")
    with pytest.raises(UsageError, match=r"cannot be filled in: '\\udcff' is not a character"):
        table.written((("1", "\udcff"),))
