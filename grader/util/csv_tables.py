"""Tables in the many forms that spreadsheets and learning platforms write.

A table of CSV keeps its form: after cells are filled in, it is written with the delimiter,
encoding, line ends and quotation marks with which it was read. Lines without any text are left out.
A workbook is read, and never written.
"""

from __future__ import annotations

__all__ = ["Spreadsheet", "read_table"]

import codecs
import contextlib
import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from grader.errors import UsageError
from grader.util.workbooks import is_workbook, sheets_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_BYTES = 32 << 20
MAX_CELL = 1 << 20
_DELIMITERS = ",;\t"
_MOST_ABOVE = 20
# How letters of western Europe are saved by Excel's "CSV" on Windows: À to ÿ, Œ, œ, an apostrophe,
# a dash and a blank. Other bytes may be another code page's, such as é in that of a Mac; and four
# in a row are a word of another alphabet.
_WESTERN = frozenset((0x8C, 0x9C, 0x92, 0x96, 0xA0, 0xB0, *range(0xC0, 0x100))) - {0xD7, 0xF7}
_ANOTHER_ALPHABET = re.compile(rb"[\x80-\xff]{4}")
_LEAST_ZEROS = 0.4
_IsHeader = Callable[[Sequence[str]], bool]
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
    above : tuple of tuple of str
        Lines with text above the header, such as a title.
    notes : tuple of str
        What a person should know of how it was read, one sentence each.
    is_workbook : bool
        Whether it was a workbook, which cannot be filled in.
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
    above: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = ()
    is_workbook: bool = False

    def written(self, rows: tuple[tuple[str, ...], ...]) -> bytes:
        """Return the file with other rows, in the format in which it was read.

        Raises
        ------
        UsageError
            If a cell cannot be written in its encoding, or if it is a workbook.
        """
        if self.is_workbook:
            raise UsageError(
                f"{self.name} is a workbook, which cannot be filled in: give the table as the "
                "platform exports it, as CSV."
            )
        text = io.StringIO(newline="")
        if self.named:
            text.write(f"sep={self.delimiter}{self.newline}")
        quoting: Literal[0, 1] = csv.QUOTE_ALL if self.quoted else csv.QUOTE_MINIMAL
        writer = csv.writer(
            text, delimiter=self.delimiter, lineterminator=self.newline, quoting=quoting
        )
        writer.writerows([*self.above, self.header, *rows])
        try:
            return self.mark + text.getvalue().encode(self.encoding)
        except UnicodeEncodeError as error:
            cell = ascii(error.object[error.start : error.end])
            raise UsageError(
                f"{self.name} cannot be filled in: {cell} is not a character. Which name has it?"
            ) from error


def read_table(path: Path, is_header: _IsHeader | None = None, *, called: str = "") -> Spreadsheet:
    """Read a table.

    Parameters
    ----------
    path : Path
        CSV with commas, semicolons or tabs, in UTF-8, UTF-16 or, as Excel of western Europe saves
        it, in Windows' code page 1252; or a workbook (.xlsx).
    is_header : callable, optional
        Whether a line, given as its cells, names the columns. Lines above the first one that does
        are set aside, such as a title. If none does, the first line is the header.
    called : str
        The file's name in sentences, if not its path.

    Raises
    ------
    UsageError
        If it cannot be read or is not such a table: one sentence.
    """
    name = called or str(path)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}.") from error
    if len(content) > MAX_BYTES:
        raise UsageError(
            f"{name} has more than {MAX_BYTES >> 20} MiB: it is not the table of a class."
        )
    if is_workbook(content):
        return _of_workbook(name, content, is_header)
    mark, encoding, text = _decoded(content)
    if "\0" in text:
        raise UsageError(
            f'{name} is not a table in UTF-8: save it again as "CSV UTF-8" or as a workbook '
            "(.xlsx)."
        )
    table = _parsed(name, text, is_header)
    if encoding == "cp1252":
        odd = next(cell for row in _all_rows(table) for cell in row if not cell.isascii())
        said = (
            f"{name} is not in UTF-8 and was read as Windows-1252: look whether “{odd[:40]}” is "
            'right, and save it as "CSV UTF-8" if not.'
        )
        table = replace(table, notes=(*table.notes, said))
    return replace(table, mark=mark, encoding=encoding)


def _all_rows(table: Spreadsheet) -> Iterator[tuple[str, ...]]:
    yield from table.rows
    yield table.header
    yield from table.above


def _decoded(content: bytes) -> tuple[bytes, str, str]:
    """Return the byte order mark, the encoding and the text; a text with NUL if it is none."""
    mark, encoding = next(
        ((mark, encoding) for mark, encoding in _MARKS if content.startswith(mark)), (b"", "utf-8")
    )
    zeros = content[1::2].count(0), content[::2].count(0)
    if not mark and max(zeros) > _LEAST_ZEROS * len(content) / 2:
        encoding = "utf-16-le" if zeros[0] > zeros[1] else "utf-16-be"
    try:
        return mark, encoding, content[len(mark) :].decode(encoding)
    except UnicodeDecodeError:
        high = {byte for byte in content if byte > 0x7F}
        if encoding == "utf-8" and not mark and high <= _WESTERN and 0 not in content:
            if _ANOTHER_ALPHABET.search(content):
                return mark, encoding, "\0"
            return mark, "cp1252", content.decode("cp1252")
        return mark, encoding, "\0"


def _of_workbook(name: str, content: bytes, is_header: _IsHeader | None) -> Spreadsheet:
    """Return the first sheet of a workbook with a header, or else its first one."""
    sheets = [sheet for sheet in sheets_of(content, name) if sheet.rows]
    if not sheets:
        raise UsageError(f"{name} is empty: its sheets have no cells.")
    found = ((sheet, _header_of(sheet.rows, is_header)) for sheet in sheets)
    chosen, at = next(((sheet, at) for sheet, at in found if at is not None), (sheets[0], 0))
    table = _spreadsheet(name, chosen.rows, chosen.lines, at)
    notes = table.notes
    if len(sheets) > 1:
        said = f"{name} has several sheets: “{chosen.name[:40]}” was read."
        notes = (*notes, said)
    return replace(table, is_workbook=True, notes=notes)


def _header_of(rows: Sequence[Sequence[str]], is_header: _IsHeader | None) -> int | None:
    """Return which row names the columns; None if it cannot be told."""
    if is_header is None:
        return None
    return next((at for at, row in enumerate(rows[: _MOST_ABOVE + 1]) if is_header(row)), None)


def _parsed(name: str, text: str, is_header: _IsHeader | None) -> Spreadsheet:
    newline = next((end for end in ("\r\n", "\n", "\r") if end in text), "\r\n")
    named = _NAMED.match(text)
    first = named[1] if named else _delimiter(text)
    delimiter, at = first, None
    for one in (first, *_DELIMITERS.replace(first, "")) if is_header else ():
        with contextlib.suppress(UsageError):  # said below, of the delimiter that is taken
            at = _header_of(_rows_of(name, text, one)[0], is_header)
        if at is not None:
            delimiter = one
            break
    rows, lines = _rows_of(name, text, delimiter)
    if named:
        del rows[0], lines[0]
        at = at - 1 if at else None
    if not rows:
        raise UsageError(f"{name} is empty: save it again as CSV.")
    return replace(
        _spreadsheet(name, rows, lines, at or 0),
        delimiter=delimiter,
        newline=newline,
        quoted=_all_quoted(text, delimiter, sum(map(len, rows))),
        named=bool(named),
    )


def _rows_of(name: str, text: str, delimiter: str) -> tuple[list[tuple[str, ...]], list[int]]:
    """Return the rows with any text, and the line in which each begins."""
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    start = 1
    was = csv.field_size_limit(MAX_CELL)
    try:
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
    return rows, lines


def _spreadsheet(
    name: str, rows: Sequence[tuple[str, ...]], lines: Sequence[int], at: int
) -> Spreadsheet:
    """Return the table whose header is in row `at`."""
    width = len(rows[at])
    body, numbers = rows[at + 1 :], lines[at + 1 :]
    long = next((i for i, row in enumerate(body) if any(c.strip() for c in row[width:])), None)
    if long is not None:
        raise UsageError(
            f"{name}, line {numbers[long]}, has more cells than line {lines[at]}, which is taken "
            "for the names of the columns: leave a title above them out, put quotation marks round "
            "a cell that holds a comma, or save it again as CSV."
        )
    filled = [(*row[:width], *[""] * (width - len(row))) for row in (rows[at], *body)]
    notes: tuple[str, ...] = ()
    if at:
        title = " ".join(cell.strip() for cell in rows[0] if cell.strip())
        said = (
            f"{name} names its columns in line {lines[at]}: what stands above, “{title[:60]}”, was "
            "left out."
        )
        notes = (said,)
    return Spreadsheet(
        name=name,
        header=filled[0],
        rows=tuple(filled[1:]),
        lines=tuple(numbers),
        above=tuple(rows[:at]),
        notes=notes,
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
