"""Texts and numbers for tables that a spreadsheet opens: nothing in them is run as a formula."""

from __future__ import annotations

__all__ = ["as_csv", "decimals", "defused", "number"]

import csv
import io
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from grader.report.text import line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CELL = 300
# What spreadsheets take for the beginning of a formula, their full-width forms too.
FORMULA = ("=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠", "\N{MINUS SIGN}")  # noqa: RUF001
# In a country where semicolons separate, a text in quotes may be split at one all the same.
_SPLIT = re.compile(r"""(;[\s'"]*)(?=[=+\-@|%＝＋－＠\N{MINUS SIGN}])""")  # noqa: RUF001
Cell = str | int | float


def defused(text: str, limit: int = CELL) -> str:
    """Return a text as one line that a spreadsheet shows and never computes.

    Line ends, control characters and what turns the reading direction are made visible; before
    what would begin a formula stands an apostrophe, which spreadsheets take for "this is text".
    """
    shown = _SPLIT.sub(r"\1'", line(text, limit))
    return f"'{shown}" if shown.lstrip("'\" ").startswith(FORMULA) else shown


def number(value: float) -> int | float:
    """Return points as a table holds them: at most two decimals, none where there are none."""
    rounded = round(value, 2)
    return int(rounded) if rounded == int(rounded) else rounded


def decimals(value: Decimal) -> int | float:
    """Return exact points as `number` does, halves up: 2.675 is 2.68."""
    return number(float(value.quantize(Decimal("0.01"), ROUND_HALF_UP)))


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, limit: int = CELL) -> bytes:
    """Return a table as CSV: commas, quoted texts, bare numbers, UTF-8 with a mark for Excel.

    Every text is defused and quoted, so that none becomes two cells where a spreadsheet separates
    by semicolons; `limit` is how many characters it may have.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    for row in (columns, *rows):
        writer.writerow([defused(cell, limit) if isinstance(cell, str) else cell for cell in row])
    return file.getvalue().encode("utf-8-sig")
