"""Tables in the many forms of CSV that spreadsheets and learning platforms write.

A table keeps its form: after cells are filled in, it is written with the delimiter, encoding, line
ends and quotation marks with which it was read. Lines without any text are left out.
"""

from __future__ import annotations

__all__ = ["Spreadsheet", "read_table"]

import codecs
import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from grader.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 32 << 20
MAX_CELL = 1 << 20
_DELIMITERS = ",;\t"
_NAMED = re.compile(r"\s*\"?sep=([,;\t])\"?[ \t]*(?:[\r\n]|$)")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spreadsheet:
    """A table and its file format.

    Attributes
    ----------
    name : str
        The file's name in sentences.
    header : tuple of str
        The first line with text, after the ``sep=`` line with which Excel sets the delimiter.
    rows : tuple of tuple of str
        The other lines with text, each extended to the header's length, or cut to it if all extra
        cells are empty.
    lines : tuple of int
        The number of each row's first line in the file, from 1.
    delimiter, encoding, newline : str
        The file format.
    mark : bytes
        The byte order mark at the beginning of the file; usually empty.
    quoted : bool
        Whether all cells are in quotation marks, and not only those that need them.
    named : bool
        Whether a line before the header names the delimiter.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    delimiter: str = ","
    encoding: str = "utf-8"
    newline: str = "\r\n"
    mark: bytes = b""
    quoted: bool = False
    named: bool = False

    def written(self, rows: tuple[tuple[str, ...], ...]) -> bytes:
        """Return the file with other rows, in the format in which it was read.

        Raises
        ------
        UsageError
            If a cell cannot be written in its encoding.
        """
        text = io.StringIO(newline="")
        if self.named:
            text.write(f"sep={self.delimiter}{self.newline}")
        quoting: Literal[0, 1] = csv.QUOTE_ALL if self.quoted else csv.QUOTE_MINIMAL
        writer = csv.writer(
            text, delimiter=self.delimiter, lineterminator=self.newline, quoting=quoting
        )
        writer.writerows([self.header, *rows])
        try:
            return self.mark + text.getvalue().encode(self.encoding)
        except UnicodeEncodeError as error:
            cell = ascii(error.object[error.start : error.end])
            raise UsageError(
                f"{self.name} cannot be filled in: {cell} is not a character. Which name has it?"
            ) from error


def read_table(path: Path) -> Spreadsheet:
    """Read a table.

    Parameters
    ----------
    path : Path
        CSV with commas, semicolons or tabs, in UTF-8 or, as Excel's "Unicode text", UTF-16.

    Raises
    ------
    UsageError
        If it cannot be read or is not such a table: one sentence.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    if len(content) > MAX_BYTES:
        raise UsageError(
            f"{path} has more than {MAX_BYTES >> 20} MiB: it is not the table of a class."
        )
    mark, encoding = next(
        ((mark, encoding) for mark, encoding in _MARKS if content.startswith(mark)), (b"", "utf-8")
    )
    try:
        text = content[len(mark) :].decode(encoding)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise UsageError(
            f'{path} is not a table in UTF-8: save it again as "CSV UTF-8", not as a workbook.'
        )
    return _parsed(str(path), text, mark, encoding)


def _parsed(name: str, text: str, mark: bytes, encoding: str) -> Spreadsheet:
    newline = next((end for end in ("\r\n", "\n", "\r") if end in text), "\r\n")
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    start = 1
    was = csv.field_size_limit(MAX_CELL)
    try:
        named = _NAMED.match(text)
        delimiter = named[1] if named else _delimiter(text)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(tuple(row))
                lines.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        raise UsageError(
            f"{name} cannot be read as a table, line {start}: {error}. Save it again as CSV."
        ) from error
    finally:
        csv.field_size_limit(was)
    if named:
        del rows[0], lines[0]
    if not rows:
        raise UsageError(f"{name} is empty: save it again as CSV.")
    width = len(rows[0])
    long = next((i for i, row in enumerate(rows) if any(c.strip() for c in row[width:])), None)
    if long is not None:
        raise UsageError(
            f"{name}, line {lines[long]}, has more cells than the first line: put quotation marks "
            "round a cell that holds a comma, or save it again as CSV."
        )
    filled = tuple((*row[:width], *[""] * (width - len(row))) for row in rows)
    return Spreadsheet(
        name=name,
        header=filled[0],
        rows=filled[1:],
        lines=tuple(lines[1:]),
        delimiter=delimiter,
        encoding=encoding,
        newline=newline,
        mark=mark,
        quoted=_all_quoted(text, delimiter, sum(map(len, rows))),
        named=bool(named),
    )


def _all_quoted(text: str, delimiter: str, cells: int) -> bool:
    """Return whether each of so many cells begins with a quotation mark."""
    return len(re.findall(rf'(?:^|[\r\n{re.escape(delimiter)}])"', text)) >= cells


def _delimiter(text: str) -> str:
    """Return the delimiter that gives the most cells in the first line with text."""
    lines = (line for line in re.split(r"[\r\n]", text) if line.strip(" \t,;"))
    first = next(lines, "")
    cells = {one: next(csv.reader([first], delimiter=one), []) for one in _DELIMITERS}
    return max(_DELIMITERS, key=lambda one: len(cells[one]))
