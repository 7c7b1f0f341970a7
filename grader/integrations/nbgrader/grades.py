"""Write grades as the table that ``nbgrader export`` writes."""

from __future__ import annotations

__all__ = ["grades_csv"]

import csv
import io
from typing import TYPE_CHECKING

from grader.exports.safe_cells import defused
from grader.results import State, reckon

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.integrations.nbgrader.course_folder import Delivered
    from grader.integrations.nbgrader.source import Assignment
    from grader.results import SubmissionResult

COLUMNS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)


def grades_csv(
    assignment: Assignment, delivered: Sequence[Delivered], results: Sequence[SubmissionResult]
) -> bytes:
    """Return the grades of an assignment in nbgrader's columns, one row for each submission.

    Answers for hand grading count in `max_score` and have no points yet, as in nbgrader.
    `raw_score` is the score of the tests. `score` is the final score, with changes by hand and
    lateness; `late_submission_penalty` is the part for lateness. `score` is empty for an excused
    student and while a grader error or an unreadable file keeps points open. Due dates and names
    are not known here: these cells are empty.

    Returns
    -------
    bytes
        CSV, UTF-8. Unlike nbgrader's own, it quotes cells with a comma or a quote, and a
        spreadsheet runs no cell as a formula.
    """
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for handed_in, result in zip(delivered, results, strict=True):
        writer.writerow(_row(assignment, handed_in, result))
    return file.getvalue().encode("utf-8")


def _row(
    assignment: Assignment, delivered: Delivered, result: SubmissionResult
) -> Mapping[str, str]:
    found = reckon(result)
    # An unreadable submission is not a zero.
    is_open = result.state in (State.UNREADABLE, State.PROVISIONAL)
    has_grade = not (is_open or found.excused)
    return dict.fromkeys(COLUMNS, "") | {
        "assignment": defused(assignment.name),
        "timestamp": defused(delivered.timestamp),
        "student_id": defused(delivered.student),
        "raw_score": "" if is_open else str(float(found.raw)),
        "late_submission_penalty": str(float(sum(one.taken for one in found.late))),
        "score": str(float(found.total)) if has_grade else "",
        "max_score": str(assignment.max_score - float(found.raw_most - found.most)),
    }
