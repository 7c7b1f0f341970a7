"""Fill a class's points into the gradebook that Canvas exported.

Canvas finds a student by ``ID`` and an assignment by the number in the title of its column,
``Sheet 1 (5678)``; the row "Points Possible" holds each assignment's maximum [1]_.

References
----------
.. [1] Canvas, ``lib/gradebook_exporter.rb`` and ``lib/gradebook_importer.rb``.
"""

from __future__ import annotations

__all__ = ["canvas_grades", "new_gradebook"]

import re
from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.exports.filling import FilledTable, GradeScale, fill, harmless, key, replacements
from grader.report.text import line
from grader.results import reckon
from grader.util.csv_tables import Spreadsheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.results import SubmissionResult

CANVAS = "canvas"
POSSIBLE = "    Points Possible"
_TITLE = re.compile(r"(?P<title>.*\S)\s*\((?P<number>\d+)\)\s*", re.DOTALL)
_IDS = ("id", "sis user id", "sis login id", "integration id")
_ABOUT = frozenset((*_IDS, "student", "lastname", "firstname", "root account", "section"))
# Cells of students who get no points for the assignment.
_KEPT = frozenset(("ex", "n/a"))


def canvas_grades(
    gradebook: Spreadsheet, results: Sequence[SubmissionResult], column: str = ""
) -> FilledTable:
    """Return a gradebook with the class's points filled into one column.

    Points are scaled to the maximum in the gradebook. These students' cells stay as they are: those
    who are excused or do not have the assignment, those without any graded work, and those whose
    score is not final.

    Parameters
    ----------
    gradebook : Spreadsheet
        The gradebook, as exported by Canvas.
    results : sequence of SubmissionResult
        The graded submissions.
    column : str
        The assignment: its title, its number or both; may be empty if there is only one.

    Raises
    ------
    UsageError
        The table is not a Canvas gradebook, or lacks this assignment.
    """
    titles = [key(title) for title in gradebook.header]
    if "id" not in titles or not {"student", "lastname"} & set(titles):
        raise UsageError(
            f'{gradebook.name} has no columns "Student" and "ID": export the gradebook from Canvas.'
        )
    at = _assignment(gradebook, column)
    possible = _possible(gradebook, at)
    numbers = [row[at] for row in gradebook.rows]
    comma = any(re.fullmatch(r"\d+,\d+", cell.strip()) for cell in (*numbers, possible))
    scale = GradeScale(most=_amount(possible), comma=comma)
    lines, left = fill(results, _Places(gradebook, titles))
    kept = {n: result for n, result in lines.items() if key(gradebook.rows[n][at]) in _KEPT}
    left += tuple(
        f"{line(result.student, 60)} is {gradebook.rows[n][at].strip()} in the gradebook"
        for n, result in kept.items()
    )
    filled = {number: result for number, result in lines.items() if number not in kept}
    rows = []
    for number, row in enumerate(gradebook.rows):
        cells = [harmless(cell, is_theirs=titles[n] in _ABOUT) for n, cell in enumerate(row)]
        if number in filled:
            cells[at] = scale.written(filled[number])
        rows.append(tuple(cells))
    return FilledTable(
        content=gradebook.written(tuple(rows)),
        count=len(filled),
        notes=(*gradebook.notes, *scale.notes(lines.values())),
        left=left,
        replaced=replacements(filled, lambda number: gradebook.rows[number][at], scale),
    )


def new_gradebook(results: Sequence[SubmissionResult], title: str) -> Spreadsheet:
    """Make a gradebook with one assignment, for a class without an export from Canvas."""
    known = [r for r in results if r.delivery.platform == CANVAS and r.delivery.id.isdigit()]
    most = max((float(reckon(result).most) for result in known), default=0.0)
    rows = [(POSSIBLE, "", "", f"{most:.2f}")]
    rows += [(line(result.student, 200), result.delivery.id, "", "") for result in known]
    return Spreadsheet(
        name="the gradebook",
        header=("Student", "ID", "Section", title),
        rows=tuple(rows),
        lines=tuple(range(2, len(rows) + 2)),
    )


class _Places:
    """Finds a student's rows in a gradebook by Canvas's number, or by the other ids and names."""

    def __init__(self, gradebook: Spreadsheet, titles: Sequence[str]) -> None:
        self._by_number: dict[str, list[int]] = {}
        self._by_cell: dict[str, set[int]] = {}
        number_at = titles.index("id")
        others = [at for at, title in enumerate(titles) if title in _IDS and at != number_at]
        others += [at for at, title in enumerate(titles) if title == "student"]
        for number, row in enumerate(gradebook.rows):
            if row[number_at].strip():
                self._by_number.setdefault(row[number_at].strip(), []).append(number)
                for at in others:
                    self._by_cell.setdefault(key(row[at]), set()).add(number)

    def __call__(self, result: SubmissionResult) -> Sequence[int]:
        delivery = result.delivery
        lines: set[int] = set()
        if delivery.platform == CANVAS:
            lines |= set(self._by_number.get(delivery.id, ()))
        for person in delivery.people:
            if person.id in self._by_number and len(self._by_number[person.id]) == 1:
                lines |= set(self._by_number[person.id])
                continue
            for text in (person.id, person.email, person.name):
                if len(same := self._by_cell.get(key(text), set()) if text else set()) == 1:
                    lines |= same
                    break
        return sorted(lines)


def _assignment(gradebook: Spreadsheet, column: str) -> int:
    """Return the index of an assignment's column, by its title, its number or both."""
    names: dict[int, set[str]] = {}
    for at, title in enumerate(gradebook.header):
        found = _TITLE.fullmatch(title)
        if found and key(title) not in _ABOUT:
            names[at] = {key(title), key(found["title"]), found["number"]}
        elif column and key(title) not in _ABOUT:
            names[at] = {key(title)}
    chosen = [at for at, own in names.items() if not column or key(column) in own]
    if len(chosen) == 1:
        return chosen[0]
    shown = ", ".join(line(gradebook.header[at], 60) for at in list(names)[:20]) or "none"
    how_many = f"{len(chosen)} assignments" + (f" called {column!r}" if column else "")
    raise UsageError(
        f"{gradebook.name} has {how_many}: name one by --column, by its number where titles are "
        f"the same ({shown})."
    )


def _possible(gradebook: Spreadsheet, at: int) -> str:
    line_of = next((row for row in gradebook.rows if key(row[0]) == "points possible"), None)
    cell = line_of[at].strip() if line_of else ""
    if "read only" in cell:
        raise UsageError(
            f"The column {gradebook.header[at]!r} of {gradebook.name} is read only: name that of "
            "an assignment by --column."
        )
    return cell


def _amount(text: str) -> float | None:
    found = re.fullmatch(r"\d{1,6}([.,]\d{1,5})?", text)
    amount = float(text.replace(",", ".")) if found else 0.0
    return amount if amount > 0 else None
