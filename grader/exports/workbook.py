"""Write a class's tables as an Excel workbook.

Each text is stored as text, whatever it begins with: a cell of a workbook, unlike one of a CSV
file, has a type. No cell is a formula or a link.
"""

from __future__ import annotations

__all__ = ["class_xlsx"]

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import xlsxwriter

from grader.exports.class_tables import class_tables
from grader.report.text import clean

if TYPE_CHECKING:
    from grader.exports.class_tables import ClassTable
    from grader.results import ClassResult

# The stored creation date is fixed, so that the same class gives the same file.
LONG_AGO = datetime(1980, 1, 1, tzinfo=UTC)
MOST_CHARACTERS = 4_000  # in one cell; Excel allows 32,767
WIDTHS = {"text": 24, "points": 9, "share": 9, "number": 9, "seconds": 11, "correlation": 13}
WIDE = {"claim": 60, "sentence": 60, "note": 60, "who": 60, "diagnoses": 40, "check": 40}
FORMATS = {
    "text": {"num_format": "@"},
    "points": {"num_format": "0.##"},
    "share": {"num_format": "0%"},
    "number": {"num_format": "0"},
    "seconds": {"num_format": "0.00"},
    "correlation": {"num_format": "0.00"},
}


def class_xlsx(result: ClassResult) -> bytes:
    """Return the class's tables as a workbook.

    Parameters
    ----------
    result : ClassResult
        The class's results, complete or `shortened`.

    Returns
    -------
    bytes
        XLSX with one sheet for each table of `class_tables`. The header row of each sheet stays in
        view and has filters. The same class gives the same bytes.
    """
    file = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": clean(result.course.title, 200), "created": LONG_AGO})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        formats = {name: book.add_format(how) for name, how in FORMATS.items()}
        for table in class_tables(result):
            sheet = book.add_worksheet(table.name)
            sheet.freeze_panes(1, 1)
            _fill(sheet, table, head, formats)
    return file.getvalue()


def _fill(
    sheet: xlsxwriter.worksheet.Worksheet,
    table: ClassTable,
    head: xlsxwriter.format.Format,
    formats: dict[str, xlsxwriter.format.Format],
) -> None:
    for column, (name, kind) in enumerate(zip(table.columns, table.formats, strict=True)):
        sheet.set_column(column, column, WIDE.get(name, WIDTHS[kind]), formats[kind])
        sheet.write_string(0, column, _text(name), head)
    for row, cells in enumerate(table.rows, 1):
        for column, (cell, kind) in enumerate(zip(cells, table.formats, strict=True)):
            if isinstance(cell, str):
                if cell:
                    sheet.write_string(row, column, _text(cell), formats["text"])
            else:
                sheet.write_number(row, column, cell, formats[kind])
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)


def _text(text: str) -> str:
    """Return a text in which a workbook can store and show every character."""
    return clean(text, MOST_CHARACTERS)
