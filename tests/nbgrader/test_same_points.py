"""The same submissions graded by nbgrader in its kernels and by us in the sandbox."""

from __future__ import annotations

import csv
import io
import runpy
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.integrations.nbgrader import (
    AssignmentJudge,
    find_assignment,
    find_submissions,
    grades_csv,
)
from grader.sandbox.doctor import best_level, make_launcher

if TYPE_CHECKING:
    from grader.results import SubmissionResult

MADE: dict[str, Any] = runpy.run_path(str(Path(__file__).with_name("assignment.py")))
NAME = MADE["NAME"]
POINTS = """
select student.id, base_cell.name, grade.auto_score
from grade
join base_cell on grade.cell_id = base_cell.id
join submitted_notebook on grade.notebook_id = submitted_notebook.id
join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
join student on submitted_assignment.student_id = student.id
"""


@pytest.fixture(scope="session")
def ours(released: Path) -> dict[str, SubmissionResult]:
    """Grade the class at the best level of this machine."""
    assignment = find_assignment(released / "source" / NAME)
    launcher = make_launcher(best_level())
    judge = AssignmentJudge(assignment, launcher)
    try:
        return {
            one.student: judge.grade(one.entry.seal(), one.student)
            for one in find_submissions(released / "submitted", assignment)
        }
    finally:
        launcher.close()


def points(result: SubmissionResult) -> dict[str, float]:
    """Return the points of each test."""
    return {
        check.id.removeprefix("numbers."): check.points
        for exercise in result.exercises
        for check in exercise.checks
    }


@pytest.mark.parametrize("student", MADE["STUDENTS"])
def test_each_test_cell_gets_the_points_that_nbgrader_gives(
    student: str, ours: dict[str, SubmissionResult], autograded: Path
) -> None:
    with sqlite3.connect(autograded / "gradebook.db") as database:
        rows = database.execute(POINTS).fetchall()
    database.close()
    theirs = {name: score for who, name, score in rows if who == student and score is not None}
    theirs.pop("why", None)  # an answer left as it was: 0 there, nothing to grade here
    assert theirs.keys() == points(ours[student]).keys()
    assert points(ours[student]) == pytest.approx(theirs)


def test_the_table_of_grades_is_the_one_that_nbgrader_exports(
    ours: dict[str, SubmissionResult], autograded: Path
) -> None:
    assignment = find_assignment(autograded / "source" / NAME)
    delivered = find_submissions(autograded / "submitted", assignment)
    table = grades_csv(assignment, delivered, [ours[one.student] for one in delivered])
    mine = list(csv.DictReader(io.StringIO(table.decode())))
    theirs = list(csv.DictReader(io.StringIO((autograded / "grades.csv").read_text("utf-8"))))
    for row in mine + theirs:
        row["timestamp"] = row["timestamp"].removesuffix(" UTC")
        row["raw_score"], row["score"] = (
            f"{float(row['raw_score']):.6f}",
            f"{float(row['score']):.6f}",
        )
    assert mine == sorted(theirs, key=lambda row: row["student_id"])
