"""Write answers for hand grading as a CSV table, and read the points from the filled-in table."""

from __future__ import annotations

__all__ = ["answers_csv", "read_answers"]

from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.exports.safe_cells import as_csv, defused
from grader.gradebook.adjusting import exact
from grader.gradebook.worklist import grade_answer, open_answers
from grader.util.csv_tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal
    from pathlib import Path

    from grader.course import Course
    from grader.gradebook.book import Gradebook
    from grader.gradebook.worklist import OpenAnswer

COLUMNS = ("key", "student", "exercise", "question", "answer", "out_of", "points", "comment")
LONGEST = 4_200
_NEEDED = ("key", "points", "comment")
MOST_FAULTS = 10


def answers_csv(answers: Sequence[OpenAnswer]) -> bytes:
    """Return answers as CSV, one row each; a person fills in ``points`` and ``comment``.

    A spreadsheet computes no cell as a formula, whatever a student wrote.
    """
    rows = [
        (
            one.key,
            one.student,
            one.exercise,
            one.question,
            one.answer,
            f"{one.most:f}",
            "" if one.points is None or one.is_other else f"{one.points:f}",
            one.comment if one.points is not None else "",
        )
        for one in answers
    ]
    return as_csv(COLUMNS, rows, limit=LONGEST)


def read_answers(book: Gradebook, course: Course, path: Path, *, author: str) -> tuple[int, int]:
    """Grade answers from a filled-in table; if any row is wrong, grade none of them.

    Parameters
    ----------
    book, course
        As in `open_answers`.
    path : Path
        The table; rows without points leave their answers open.
    author : str
        Who graded the answers.

    Returns
    -------
    tuple of int
        The number of answers graded, and the number of rows without points.

    Raises
    ------
    UsageError
        The table has faults; the message lists them row by row.
    """
    table = read_table(path, lambda cells: not _missing(cells))
    titles = [title.strip().casefold() for title in table.header]
    missing = _missing(table.header)
    if missing:
        raise UsageError(
            f"{path} has no column {', '.join(missing)}: fill in what `--csv` wrote, and keep its "
            "first line."
        )
    at = {name: titles.index(name) for name in _NEEDED}
    known = {one.key: one for one in open_answers(book, course, graded=True)}
    faults: list[str] = []
    wanted: dict[str, tuple[OpenAnswer, Decimal, str]] = {}
    for line, row in zip(table.lines, table.rows, strict=True):
        key, said, comment = (_plain(row[at[name]]) for name in _NEEDED)
        answer = known.get(key)
        try:
            if answer is None or key in wanted:
                where = "is in an earlier line too" if answer else "is the key of no answer"
                raise UsageError(f"{key!r} {where}")
            _refuse_a_mix(answer, dict(zip(titles, map(_plain, row), strict=True)), known.values())
            if said:
                wanted[key] = answer, _points(said, answer), comment
            elif comment and comment != answer.comment:
                raise UsageError("a comment without points: write 0 where it gets none")
        except UsageError as error:
            faults.append(f"line {line}: {str(error).rstrip('.')}")
    if faults:
        more = f"; and {len(faults) - MOST_FAULTS} more" if len(faults) > MOST_FAULTS else ""
        raise UsageError(f"Nothing was graded: {path} has {'; '.join(faults[:MOST_FAULTS])}{more}.")
    changed = [
        (answer, points, comment)
        for answer, points, comment in wanted.values()
        if answer.is_open or (points, comment) != (answer.points, answer.comment)
    ]
    with book.database.writing() as connection:
        for answer, points, comment in changed:
            grade_answer(connection, course, answer, points=points, comment=comment, author=author)
    return len(changed), len(table.rows) - len(wanted)


def _missing(header: Sequence[str]) -> list[str]:
    titles = {title.strip().casefold() for title in header}
    return [name for name in _NEEDED if name not in titles]


def _refuse_a_mix(answer: OpenAnswer, row: Mapping[str, str], known: Iterable[OpenAnswer]) -> None:
    """Refuse a row whose key is one answer's and whose other cells are another one's.

    That is what sorting a single column leaves. A name that nobody has is no such sign, since a
    spreadsheet changes some of them: 0123 becomes 123.
    """
    for column, own in (("student", answer.student), ("exercise", answer.exercise)):
        said = row.get(column, "")
        others = {_plain(defused(getattr(one, column), LONGEST)) for one in known}
        if said in others - {_plain(defused(own, LONGEST))}:
            raise UsageError(
                f"{answer.key!r} is the key of {own!r} and stands beside {said!r}: was a column "
                "sorted by itself? Sort whole rows"
            )


def _points(said: str, answer: OpenAnswer) -> Decimal:
    points = exact(said.replace(",", "."), said)
    if not 0 <= points <= answer.most:
        raise UsageError(f"{said} points of {answer.most:f}")
    return points


def _plain(cell: str) -> str:
    """Return a cell without the leading apostrophe that keeps a spreadsheet from computing it."""
    text = cell.strip()
    return text.removeprefix("'")
