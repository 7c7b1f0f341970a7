"""Ids in a roster as they were before a spreadsheet changed them."""

from __future__ import annotations

__all__ = ["ids_as_given", "refuse_columns_of_one_title", "refuse_shortened", "without_zeros"]

import re
from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.intake import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.util.csv_tables import Spreadsheet

# How a text is protected from being computed: ="00123" and '00123.
_PROTECTED = re.compile(r"""="(?P<formula>[^"]*)"|'(?P<text>[^'].*)""", re.DOTALL)
_DECIMAL = re.compile(r"(?P<whole>\d{1,18})[.,]0{1,2}")
_SHORTENED = re.compile(r"\d(?:[.,]\d*)?[eE]\+\d{1,2}")


def ids_as_given(cells: Sequence[str]) -> list[str]:
    """Return a column of ids without what spreadsheets and programs of tables add.

    That is `="00123"` and `'00123` for a text, and `123.0` where all numbers of the column are
    written so: a program read them as decimal numbers.

    Parameters
    ----------
    cells : sequence of str
        The column, from the first line to the last; empty cells may be among them.
    """
    bare = [_unprotected(cell.strip()) for cell in cells]
    numbers = [cell for cell in bare if cell[:1].isdigit()]
    if numbers and all(map(_DECIMAL.fullmatch, numbers)):
        return [found["whole"] if (found := _DECIMAL.fullmatch(cell)) else cell for cell in bare]
    return bare


def _unprotected(cell: str) -> str:
    found = _PROTECTED.fullmatch(cell)
    return (found["formula"] or found["text"] or "").strip() if found else cell


def refuse_shortened(table: Spreadsheet, columns: Iterable[int]) -> None:
    """Refuse a table in which a spreadsheet has written a long id as ``1.23E+11``.

    Its last digits are lost, so that it may be anybody's.

    Raises
    ------
    UsageError
        One sentence, with the line.
    """
    for column in columns:
        for line, row in zip(table.lines, table.rows, strict=True):
            if _SHORTENED.fullmatch(cell := row[column].strip()):
                raise UsageError(
                    f"{table.name}, line {line}: a spreadsheet has shortened the id to "
                    f"{clean(cell)!r}; format its column as text, fill in the ids again, and save "
                    "it as CSV."
                )


def refuse_columns_of_one_title(table: Spreadsheet, columns: Sequence[int]) -> None:
    """Refuse a table in which two columns with the same title say different things.

    Raises
    ------
    UsageError
        One sentence, with the title.
    """
    first: dict[str, int] = {}
    for column in columns:
        title = table.header[column].strip().casefold()
        other = first.setdefault(title, column)
        if any(row[other].strip() != row[column].strip() for row in table.rows):
            raise UsageError(
                f"{table.name} has two columns called {clean(table.header[column], 30)!r}, and "
                "they differ: leave one of them out, or rename it."
            )


def without_zeros(one: str) -> str:
    """Return a number without leading zeros, which spreadsheets take away; other texts as is."""
    return one.lstrip("0") or one if one.isdecimal() else one
