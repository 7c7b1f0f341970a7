"""Fill a class's points into Moodle's grading worksheet.

Moodle identifies a student by the number at the end of the identifier, and its columns by their
names in the user's language [1]_. So the worksheet has to come from that Moodle itself.

References
----------
.. [1] Moodle, ``mod/assign/gradingtable.php``, ``mod/assign/feedback/offline/importgradeslib.php``.
"""

from __future__ import annotations

__all__ = ["moodle_grades", "moodle_members", "moodle_numbers", "new_worksheet"]

import re
import unicodedata
from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.exports.filling import FilledTable, GradeScale, fill, harmless, key, replacements
from grader.report.text import line
from grader.results import reckon
from grader.util.csv_tables import Spreadsheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.results import SubmissionResult

MOODLE = "moodle"
HEADER = ("Identifier", "Full name", "Grade", "Maximum grade", "Last modified (grade)")
_IDENTIFIER = re.compile(r"\s*\D*?(\d{1,18})\s*")
_MAX_IDENTIFIER = 100
_MOST_NAMED = 20
_AMOUNT = re.compile(r"\d{1,6}([.,]\d{1,5})?")
# The title of Moodle's grade column in the most common languages.
_GRADE = frozenset((
    "grade", "bewertung", "note", "calificación", "valutazione", "nota", "cijfer", "betyg", "ocena",
    "hodnocení", "známka", "karakter", "arvosana", "qualificació", "not", "оценка", "оцінка",
    "評点", "评分", "成绩", "成績", "osztályzat", "βαθμός", "ציון",
))  # fmt: skip


def moodle_grades(
    worksheet: Spreadsheet, results: Sequence[SubmissionResult], column: str = ""
) -> FilledTable:
    """Return a grading worksheet with the class's points filled in.

    Points are scaled to the maximum in the worksheet and capped at it, since Moodle skips a row
    above the maximum. A student's row stays as it is if nothing was graded or the score is not
    final.

    Parameters
    ----------
    worksheet : Spreadsheet
        The worksheet from Moodle's "Download grading worksheet", in any language.
    results : sequence of SubmissionResult
        The graded submissions.
    column : str
        The title of the grade column, needed if it is not a known one.

    Raises
    ------
    UsageError
        The table is not a Moodle worksheet.
    """
    identifier = _identifier(worksheet)
    grade = _grade(worksheet, column)
    most = _most(worksheet, grade)
    scale = GradeScale(most=_amount(most), comma="," in most, cap=True)
    places = _Places(worksheet, identifier)
    theirs, anothers, doubtful = places.sorted_out(results)
    lines, left = fill(theirs, places)
    rows = []
    for number, row in enumerate(worksheet.rows):
        cells = [
            cell if at in (identifier, grade) else harmless(cell, is_theirs=at < grade)
            for at, cell in enumerate(row)
        ]
        if number in lines:
            cells[grade] = scale.written(lines[number])
        rows.append(tuple(cells))
    notes = (*doubtful, *scale.notes(lines.values()))
    if scale.most is None:
        notes = (*doubtful, "The worksheet names no maximum: points are written as they are.")
    content = worksheet.written(tuple(rows))
    replaced = replacements(lines, lambda number: worksheet.rows[number][grade], scale)
    return FilledTable(
        content=content,
        count=len(lines),
        notes=(*worksheet.notes, *notes),
        left=(*left, *anothers),
        replaced=replaced,
    )


def new_worksheet(results: Sequence[SubmissionResult]) -> Spreadsheet:
    """Make a worksheet in English, for a class without a worksheet from Moodle."""
    rows = [
        (
            f"Participant {result.delivery.id}",
            line(result.student, 200),
            "",
            f"{reckon(result).most:.2f}",
            "",
        )
        for result in results
        if result.delivery.platform == MOODLE and result.delivery.id
    ]
    return Spreadsheet(
        name="the worksheet", header=HEADER, rows=tuple(rows), lines=tuple(range(2, len(rows) + 2))
    )


def moodle_numbers(worksheet: Spreadsheet) -> dict[str, str]:
    """Return the names in a worksheet, by participant number."""
    identifier = _identifier(worksheet)
    found = {}
    for row in worksheet.rows:
        if number := _IDENTIFIER.fullmatch(row[identifier]):
            found[number[1]] = row[identifier + 1] if len(row) > identifier + 1 else ""
    return found


def moodle_members(worksheet: Spreadsheet, result: SubmissionResult) -> list[str]:
    """Return the participant numbers of the people who handed something in, from a worksheet."""
    identifier = _identifier(worksheet)
    cells = [worksheet.rows[at][identifier] for at in _Places(worksheet, identifier)(result)]
    found = [_IDENTIFIER.fullmatch(cell) for cell in cells]
    return [one[1] for one in found if one]


class _Places:
    """Finds rows of a worksheet by participant number, or else by name or group."""

    def __init__(self, worksheet: Spreadsheet, identifier: int) -> None:
        self._by_number: dict[str, list[int]] = {}
        self._by_cell: dict[str, set[int]] = {}
        at_name = identifier + 1
        # Where students are anonymous there are no names, and their state stands beside the number.
        known = [row[at_name].strip() if at_name < len(row) else "" for row in worksheet.rows]
        self._has_names = bool(known) and 2 * len({*known}) > len(known)
        self._names_of = known
        self._by_name: dict[str, set[int]] = {}
        for number, name in enumerate(known):
            if name:
                self._by_name.setdefault(_bare(name), set()).add(number)
        for number, row in enumerate(worksheet.rows):
            if found := _IDENTIFIER.fullmatch(row[identifier]):
                self._by_number.setdefault(found[1], []).append(number)
            for at, cell in enumerate(row):
                if at != identifier and (text := key(cell)):
                    self._by_cell.setdefault(text, set()).add(number)

    def __call__(self, result: SubmissionResult) -> Sequence[int]:
        delivery = result.delivery
        if delivery.platform == MOODLE and not delivery.group:
            found = self._by_number.get(delivery.id, [])
            if len(found) == 1:
                return found
        lines: set[int] = set()
        for person in delivery.people:
            for text in (person.email, person.id, person.name):
                if len(same := self._by_cell.get(key(text), set()) if text else set()) == 1:
                    lines |= same
                    break
        # A number that is in no row belongs to a group; a column of the worksheet names the groups.
        is_group = delivery.platform == MOODLE and bool(delivery.id)
        return sorted(lines) or (self._of_group(result.student) if is_group else [])

    def sorted_out(
        self, results: Sequence[SubmissionResult]
    ) -> tuple[list[SubmissionResult], tuple[str, ...], tuple[str, ...]]:
        """Tell whose number stands beside another name: each assignment of Moodle has its own.

        Returns
        -------
        list of SubmissionResult
            Those whose points may be filled in.
        tuple of str
            A text for each whose number is another one's, since the name stands in another line.
        tuple of str
            Sentences on those who are found by the number alone, or by the name alone.
        """
        theirs: list[SubmissionResult] = []
        anothers, unnamed, unnumbered = list[str](), list[str](), list[str]()
        for result in results:
            shown = line(result.student, 60)
            rows = self._by_number.get(result.delivery.id, [])
            if result.delivery.platform != MOODLE or result.delivery.group or not self._has_names:
                theirs.append(result)
                continue
            named = set[int]().union(*(self._by_name.get(name, ()) for name in _names(result)))
            if len(rows) == 1 and rows[0] not in named:
                beside = line(self._names_of[rows[0]], 60)
                if named:
                    anothers.append(
                        f"{shown} has the number of {beside} in the table: is it this assignment's "
                        "worksheet?"
                    )
                    continue
                unnamed.append(f"{shown} ({beside})")
            elif not rows and self(result):
                unnumbered.append(shown)
            theirs.append(result)
        notes = []
        if unnamed:
            notes.append(
                "These were found by their numbers, and have other names in the table: "
                f"{', '.join(unnamed[:_MOST_NAMED])}. Look whether it is this assignment's."
            )
        if unnumbered:
            notes.append(
                "These were found by their names, and their numbers are not in the table: "
                f"{', '.join(unnumbered[:_MOST_NAMED])}. Look whether it is this assignment's."
            )
        return theirs, tuple(anothers), tuple(notes)

    def _of_group(self, name: str) -> list[int]:
        return sorted(self._by_cell.get(key(name), ()))


def _names(result: SubmissionResult) -> set[str]:
    """Return the names under which somebody handed in, in a form for comparisons."""
    own = result.student.removesuffix(f" ({result.delivery.id})")
    return {_bare(name) for name in (own, *(one.name for one in result.delivery.people)) if name}


def _bare(name: str) -> str:
    """Return a name without case, accents, signs and the order of its words."""
    spread = unicodedata.normalize("NFKD", name).casefold()
    words = "".join(c if c.isalnum() else " " for c in spread if not unicodedata.combining(c))
    return " ".join(sorted(words.split()))


def _identifier(worksheet: Spreadsheet) -> int:
    for at in range(len(worksheet.header)):
        cells = [row[at] for row in worksheet.rows]
        is_short = cells and max(map(len, cells)) <= _MAX_IDENTIFIER
        if is_short and all(_IDENTIFIER.fullmatch(c) and not c.strip().isdigit() for c in cells):
            return at
    raise UsageError(
        f'{worksheet.name} has no column with "Participant" and a number: download the grading '
        "worksheet of the assignment from Moodle."
    )


def _grade(worksheet: Spreadsheet, column: str) -> int:
    titles = [key(title) for title in worksheet.header]
    if column:
        if titles.count(key(column)) == 1:
            return titles.index(key(column))
        raise UsageError(
            f"{worksheet.name} has no column {column!r}: its columns are {_shown(worksheet)}."
        )
    known = [at for at, title in enumerate(titles) if title in _GRADE]
    if len(known) == 1:
        return known[0]
    # The grade column stands left of the maximum, whose column holds the same number everywhere.
    before = [at for at in range(len(titles) - 1) if _amount(_most(worksheet, at)) is not None]
    if len(before) == 1 and not known:
        return before[0]
    raise UsageError(
        f"Which column of {worksheet.name} holds the grades cannot be told: name it by --column; "
        f"its columns are {_shown(worksheet)}."
    )


def _shown(worksheet: Spreadsheet) -> str:
    return ", ".join(line(title, 40) for title in worksheet.header[:20])


def _most(worksheet: Spreadsheet, grade: int) -> str:
    """Return the maximum from the column after the grades; empty if there is none."""
    if grade + 1 >= len(worksheet.header):
        return ""
    amounts = {row[grade + 1].strip() for row in worksheet.rows}
    only = amounts.pop() if len(amounts) == 1 else ""
    return only if _AMOUNT.fullmatch(only) else ""


def _amount(text: str) -> float | None:
    amount = float(text.replace(",", ".")) if text else 0.0
    return amount if amount > 0 else None
