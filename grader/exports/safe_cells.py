"""Texts and numbers for tables: a spreadsheet never runs them as formulas."""

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
# Characters that begin a formula in a spreadsheet, including full-width forms.
FORMULA = ("=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠", "\N{MINUS SIGN}")  # noqa: RUF001
# In a locale with semicolons as separators, a spreadsheet may split even a quoted text at one.
_SPLIT = re.compile(r"""(;[\s'"]*)(?=[=+\-@|%＝＋－＠\N{MINUS SIGN}])""")  # noqa: RUF001
Cell = str | int | float


def defused(text: str, limit: int = CELL) -> str:
    """Return a text as one line that a spreadsheet shows and never runs as a formula.

    Line ends, control characters and bidirectional controls are made visible. An apostrophe is put
    before a text that begins like a formula; spreadsheets then treat it as text.
    """
    shown = _SPLIT.sub(r"\1'", line(text, limit))
    return f"'{shown}" if shown.lstrip("'\" ").startswith(FORMULA) else shown


def number(value: float) -> int | float:
    """Return points for a table: rounded to two decimals, and an int if there are no decimals."""
    rounded = round(value, 2)
    return int(rounded) if rounded == int(rounded) else rounded


def decimals(value: Decimal) -> int | float:
    """Return exact points as in `number`, but rounded half up: 2.675 becomes 2.68."""
    return number(float(value.quantize(Decimal("0.01"), ROUND_HALF_UP)))


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, limit: int = CELL) -> bytes:
    """Return a table as CSV: commas, quoted texts, unquoted numbers, UTF-8 with a BOM for Excel.

    Every text is defused and quoted, so that a spreadsheet that separates at semicolons does not
    split it; `limit` is the maximum number of characters in a text.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    for row in (columns, *rows):
        writer.writerow([defused(cell, limit) if isinstance(cell, str) else cell for cell in row])
    return file.getvalue().encode("utf-8-sig")
