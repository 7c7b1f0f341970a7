"""Fill points into a learning platform's table, and leave all other cells as they are."""

from __future__ import annotations

__all__ = ["FilledTable", "GradeScale", "fill", "grade_of", "harmless", "key", "replacements"]

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from grader.exports.safe_cells import FORMULA
from grader.report.text import exact_points, line, points
from grader.results import State, reckon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from grader.results import SubmissionResult

_NUMBER = re.compile(r"\s*[+-]?(\d+([.,]\d*)?|[.,]\d+)\s*%?\s*")
# A teacher's comment may begin with a sign, but never with one of these.
FORMULA_SURELY = ("=", "@", "＝", "＠")  # noqa: RUF001
_RUNS = frozenset("(|!")


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledTable:
    """A filled-in table.

    Attributes
    ----------
    content : bytes
        The file's bytes.
    count : int
        The number of rows that got points.
    notes : tuple of str
        How the points were changed, one sentence each.
    left : tuple of str
        One text for each student whose points were not filled in, with the reason.
    replaced : tuple of str
        One text for each student for whom another grade stood in the table.
    """

    content: bytes
    count: int
    notes: tuple[str, ...]
    left: tuple[str, ...]
    replaced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeScale:
    """How a table writes points: the maximum, the decimal sign, and whether points are capped."""

    most: float | None = None
    comma: bool = False
    cap: bool = False

    def written(self, result: SubmissionResult) -> str:
        """Return a submission's final points as text, rounded half up to at most two decimals."""
        found = reckon(result)
        score, whole = found.total, found.most
        most = whole if self.most is None else Decimal(str(self.most))
        if whole > 0:
            score = score * most / whole
        if self.cap:
            score = min(score, most)
        text = f"{score.quantize(Decimal('0.01'), ROUND_HALF_UP):f}".rstrip("0").rstrip(".")
        return text.replace(".", ",") if self.comma else text

    def notes(self, results: Iterable[SubmissionResult]) -> tuple[str, ...]:
        """Return a sentence if the points are scaled."""
        wholes = {found.most for found in map(reckon, results) if found.most > 0}
        if self.most is None or wholes <= {Decimal(str(self.most))}:
            return ()
        out_of = " or ".join(exact_points(whole) for whole in sorted(wholes))
        return (f"Points out of {out_of} were scaled to {points(self.most)}, as the table says.",)


def replacements(
    lines: Mapping[int, SubmissionResult], before: Callable[[int], str], scale: GradeScale
) -> tuple[str, ...]:
    """Return a text for each filled-in row in which another grade stood.

    Somebody may have written it on the platform, and uploading the table takes it away.

    Parameters
    ----------
    lines : mapping of int to SubmissionResult
        The rows that are filled in.
    before : callable
        Returns the cell that stood in a row.
    scale : GradeScale
        How the table writes points.
    """
    found = []
    for number, result in sorted(lines.items()):
        was, now = before(number).strip(), scale.written(result)
        if was.strip("-–") and _worth(was) != _worth(now):
            found.append(f"{line(result.student, 60)}: {line(was, 20)} → {now}")
    return tuple(found)


def _worth(cell: str) -> Decimal | str:
    """Return a cell's number, so that 5.00 and 5 are the same; another text as it is."""
    found = _NUMBER.fullmatch(cell)
    return Decimal(found[0].strip(" %+\t").replace(",", ".")) if found else cell


def key(text: str) -> str:
    """Return a text in the form used for comparison: NFKC, stripped, case-folded."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def harmless(cell: str, *, is_theirs: bool = True) -> str:
    """Return a cell of a platform's own table, changed so that no spreadsheet runs it.

    Parameters
    ----------
    cell : str
        The cell as read; a number stays unchanged.
    is_theirs : bool
        Whether the platform ignores the cell on import (a name, for example). A cell that it
        imports is changed only if a spreadsheet would run it.
    """
    text = cell.strip()
    if not text.startswith(FORMULA) or _NUMBER.fullmatch(cell) or len(text) < 2:
        return cell
    runs = text.startswith(FORMULA_SURELY) or bool(_RUNS & set(text))
    return f"'{cell}" if is_theirs or runs else cell


def grade_of(result: SubmissionResult) -> str:
    """Return why a submission's points must not be exported; empty if they may."""
    found = reckon(result)
    if found.excused:
        return "is excused: there is no grade"
    if found.waiting:
        waits = (
            "1 answer that waits" if found.waiting == 1 else f"{found.waiting} answers that wait"
        )
        return f"has {waits} for a person: `grader grade-by-hand`"
    if found.by_hand:
        return ""
    if result.state is State.UNREADABLE:
        return f"has no grade: {line(result.refused, 300)}"
    if result.state is State.PROVISIONAL:
        return "is provisional: grade it again first"
    if result.unread and found.open:
        return f"has a part without a grade: {line(' '.join(result.unread), 300)}"
    return ""


def fill(
    results: Sequence[SubmissionResult], places: Callable[[SubmissionResult], Sequence[int]]
) -> tuple[Mapping[int, SubmissionResult], tuple[str, ...]]:
    """Assign results to the rows of a table.

    Parameters
    ----------
    results : sequence of SubmissionResult
        The graded submissions.
    places : callable
        Returns the row indices of a submission's students; empty if they are not in the table.

    Returns
    -------
    Mapping of int to SubmissionResult
        The result by row index, counted from 0.
    tuple of str
        One text for each student whose points are not filled in, with the reason.
    """
    lines: dict[int, SubmissionResult] = {}
    twice: set[int] = set()
    left: list[str] = []
    for result in results:
        reason = grade_of(result)
        found = () if reason else tuple(places(result))
        if not found:
            left.append(f"{line(result.student, 60)} {reason or 'is not in the table'}")
        twice |= lines.keys() & set(found)
        lines.update(dict.fromkeys(found, result))
    for number in sorted(twice):
        left.append(f"{line(lines[number].student, 60)} is not the only one with that line")
        del lines[number]
    return lines, tuple(left)
