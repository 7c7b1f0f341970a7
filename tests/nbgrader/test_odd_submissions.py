"""Submissions that nbgrader's autograder fails on or gives points for; messages on bad input."""

from __future__ import annotations

import runpy
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from grader.errors import CourseError, UsageError
from grader.intake import Layout, open_submission
from grader.integrations.nbgrader import AssignmentJudge, find_assignment, find_submissions
from grader.results import Outcome, State
from grader.sandbox.doctor import best_level, make_launcher
from grader.sandbox.launcher import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.results import CheckResult, ExerciseResult, SubmissionResult

    Grade = Callable[[str, Callable[[Any], None]], SubmissionResult]

MADE: dict[str, Any] = runpy.run_path(str(Path(__file__).with_name("assignment.py")))
NAME, RIGHT, TOTAL = MADE["NAME"], MADE["RIGHT"], MADE["TOTAL_RIGHT"]
LIMITS = Limits(import_seconds=5.0, call_seconds=2.0, exercise_wall_seconds=60.0)


@pytest.fixture(scope="module")
def judge(released: Path) -> Iterator[AssignmentJudge]:
    """Return a judge of the assignment at the best level of this machine."""
    assignment = find_assignment(released / "source" / NAME)
    launcher = make_launcher(best_level())
    yield AssignmentJudge(assignment, launcher, LIMITS)
    launcher.close()


@pytest.fixture
def grade(judge: AssignmentJudge, released: Path, tmp_path: Path) -> Grade:
    """Return the function that grades an edited copy of the released notebook."""

    def run(student: str, work: Callable[[Any], None]) -> SubmissionResult:
        shutil.copytree(released / "release", tmp_path / "release", dirs_exist_ok=True)
        MADE["make_submissions"](tmp_path, {student: work})
        [one] = find_submissions(tmp_path / "submitted", judge.assignment)
        return judge.grade(one.entry.seal(), student)

    return run


def exercise_of(result: SubmissionResult) -> ExerciseResult:
    """Return the only notebook's result."""
    [exercise] = result.exercises
    return exercise


def checks_of(result: SubmissionResult) -> dict[str, CheckResult]:
    """Return the tests by their ids."""
    checks = exercise_of(result).checks
    return {check.id.removeprefix("numbers."): check for check in checks}


def points_of(result: SubmissionResult) -> list[float]:
    """Return the points of the tests, in their order."""
    return [check.points for check in checks_of(result).values()]


def filled(**texts: str) -> Callable[[Any], None]:
    """Return a student who writes these texts into the cells of these ids."""

    def work(notebook: Any) -> None:
        MADE["fill"](notebook, **texts)

    return work


def test_of_two_cells_with_one_id_the_last_counts(grade: Grade) -> None:
    result = grade("eva", MADE["ODD"]["eva_copies_tests"])
    assert points_of(result) == [0, 0, 0, 0.5]
    assert any("more than one cell `test_squares`" in note for note in exercise_of(result).notes)


def test_cells_of_ones_own_are_run_and_earn_nothing(grade: Grade) -> None:
    result = grade("finn", MADE["ODD"]["finn_adds_cells"])
    assert points_of(result) == [2, 1, 4, 0.5]
    assert result.max_score == 7.5
    assert any("ZeroDivisionError" in note for note in exercise_of(result).notes)


def test_tests_that_were_deleted_are_put_back(grade: Grade) -> None:
    result = grade("jo", MADE["ODD"]["jo_deletes_tests"])
    assert points_of(result) == [2, 1, 4, 0.5]
    notes = " ".join(exercise_of(result).notes)
    assert all(
        f"`{name}` was missing" in notes for name in ("helper", "test_squares", "test_total")
    )


def test_what_is_graded_by_hand_is_handed_over_and_what_was_left_alone_is_not(grade: Grade) -> None:
    result = grade("ann", MADE["STUDENTS"]["ann_right"])
    [answer] = result.free_text
    assert (answer.question, answer.answer) == (
        "numbers.ipynb: why (3 points)",
        "Because $n^2 > 0$ <b>always</b>.",
    )
    assert any("5 more points are given by hand" in note for note in result.notes)


def test_an_answer_that_was_left_as_it_was_is_not_handed_over(grade: Grade) -> None:
    assert grade("ben", MADE["STUDENTS"]["ben_nothing"]).free_text == ()


def test_a_failed_test_says_why_and_shows_no_hidden_line(grade: Grade) -> None:
    wrong = "def squares(n):\n    if n < 1: raise ValueError\n    return [1, 4, 9][:n]"
    check = checks_of(grade("kim", filled(squares=wrong)))["test_squares"]
    assert check.outcome is Outcome.FAILED
    assert check.message == "The test does not hold: 9 is not 49"
    shown = " ".join(line.code for line in check.traceback)
    assert "(7)" not in shown
    assert "a hidden test" in shown


def test_the_deadline_of_a_test_costs_that_test_alone(grade: Grade) -> None:
    endless = RIGHT + "\n\nimport time\ndef total(n):\n    while True: time.sleep(1)\n"
    checks = checks_of(grade("lou", filled(squares=endless, total="")))
    assert [check.points for check in checks.values()] == [2, 1, 0, 0.5]
    assert checks["test_total"].outcome is Outcome.OVER_LIMIT


def test_a_cell_that_ends_the_process_costs_what_it_defines(grade: Grade) -> None:
    checks = checks_of(grade("mia", filled(squares="import os\nos._exit(0)", total=TOTAL)))
    assert [check.points for check in checks.values()] == [0, 0, 4, 0.5]


FORGERIES = {
    "asserting nothing": "np.allclose = lambda *a, **k: True",
    "asserting nothing by the library": "import numpy\nnumpy.testing.assert_allclose = print\n"
    "np.allclose = lambda *a: True",
    "leaving": "import atexit, os, sys\nsys.excepthook = lambda *a: None\n"
    "def squares(n): raise SystemExit(0)",
    "leaving at once": "import os\ndef squares(n): os._exit(0)",
    "swallowing": """\
import sys
from grader.runner.cells import Cells
run = Cells.run
def quiet(self, source, label, **options):
    try:
        return run(self, source, label, **options)
    except BaseException:
        return None
Cells.run = quiet
""",
    "answering": """\
import gc
for thing in gc.get_objects():
    if type(thing).__name__ == '_Server':
        type(thing)._do_cell = lambda self, header, buffers: self._value(None)
""",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_test_that_did_not_run_to_its_end_earns_nothing(grade: Grade, forgery: str) -> None:
    wrong = "\ndef total(n): return 0\n" + FORGERIES[forgery]
    if "def squares" not in wrong:
        wrong += "\ndef squares(n): return [0]"
    result = grade("eve", filled(squares=wrong))
    assert points_of(result)[:3] == [0, 0, 0]


# ---------------------------------------------------------------------------- bad input


def source(folder: Path, *cells: Any, language: str = "python") -> Path:
    """Write a source notebook and return its folder."""
    folder.mkdir()
    kernel = {"name": language, "display_name": language, "language": language}
    notebook = nbformat.v4.new_notebook(cells=list(cells), metadata={"kernelspec": kernel})
    (folder / "a.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")
    return folder


def code(text: str, grade_id: str, **fields: Any) -> Any:
    """Return a marked cell of code."""
    return MADE["marked"](nbformat.v4.new_code_cell(text), grade_id, **fields)


def graded(text: str, grade_id: str, points: object = 1, **fields: Any) -> Any:
    """Return a test cell."""
    return code(text, grade_id, grade=True, locked=True, points=points, **fields)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ([graded("", "a"), graded("", "a")], r"a\.ipynb, cell 2: it has the grade_id a of cell 1"),
        ([graded("", "a", -1)], "points are -1; they have to be 0 or more"),
        ([graded("", "a", "many")], "points are 'many'"),
        ([graded("", "a", float("nan"))], "points are"),
        ([graded("", "a b")], "grade_id is 'a b'"),
        ([graded("", "a", schema_version=4)], "version 4, and at most 3"),
        ([graded("### BEGIN SOLUTION\n", "a")], "a solution stands in a cell that is not to be"),
        ([code("### BEGIN SOLUTION\n", "a", solution=True)], "has no END SOLUTION"),
        ([code("### BEGIN HIDDEN TESTS\n", "a", solution=True)], "hidden tests stand in a cell"),
        ([nbformat.v4.new_code_cell("1")], "No cell in .* is marked by nbgrader"),
    ],
)
def test_an_assignment_that_is_not_consistent_is_one_sentence(
    tmp_path: Path, cells: list[Any], sentence: str
) -> None:
    with pytest.raises(CourseError, match=sentence):
        find_assignment(source(tmp_path / "hw", *cells))


def test_a_notebook_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text('{"cells": [', encoding="utf-8")
    with pytest.raises(CourseError, match=r"a\.ipynb"):
        find_assignment(tmp_path)
    with pytest.raises(CourseError, match=r"Python"):
        find_assignment(source(tmp_path / "hw", graded("", "a"), language="R"))


def test_an_empty_folder_names_the_assignments_below_it(released: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=NAME):
        find_assignment(released / "source")
    with pytest.raises(UsageError, match="no notebook"):
        find_assignment(tmp_path)


def test_a_submission_for_another_assignment_is_not_found(
    judge: AssignmentJudge, tmp_path: Path
) -> None:
    (tmp_path / "ann" / "ps9").mkdir(parents=True)
    with pytest.raises(UsageError, match="in that ps1 with a notebook"):
        find_submissions(tmp_path, judge.assignment)


@pytest.mark.parametrize("content", ["", "{", '{"cells": 3}', "[" * 90_000])
def test_a_broken_notebook_costs_its_points_and_says_why(
    judge: AssignmentJudge, tmp_path: Path, content: str
) -> None:
    place = tmp_path / "zoe" / NAME
    place.mkdir(parents=True)
    (place / "numbers.ipynb").write_text(content, encoding="utf-8")
    [one] = find_submissions(tmp_path, judge.assignment)
    result = judge.grade(one.entry.seal())
    assert {check.outcome for check in exercise_of(result).checks} == {Outcome.UNREADABLE}
    assert all("numbers.ipynb" in check.message for check in exercise_of(result).checks)
    assert result.state is State.UNREADABLE


@pytest.mark.parametrize("name", ["numbers.pdf", "numbers.html", "my notes.txt", "numbers.rar"])
def test_what_holds_no_notebook_has_no_grade(
    judge: AssignmentJudge, tmp_path: Path, name: str
) -> None:
    place = tmp_path / "zoe" / NAME
    place.mkdir(parents=True)
    (place / name).write_bytes(b"0")
    result = judge.grade(open_submission(place, Layout(("numbers.ipynb",))))
    assert result.state is State.UNREADABLE
    assert [one.name for one in result.received] == [name]
    assert f'"{name}"' in result.refused
