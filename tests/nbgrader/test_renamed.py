"""Notebooks under other names, and cells that have lost what nbgrader wrote into them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.integrations.nbgrader import AssignmentJudge, find_assignment, find_submissions
from tests.launching import launcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.results import SubmissionResult

CASE = Path(__file__).parents[1] / "cases" / "nbgrader_renamed_notebook"
RIGHT = CASE / "submitted" / "b_renamed" / "ps1" / "WMS q3.ipynb"
FULL = [2.0, 0.0, 1.5]


@pytest.fixture(scope="module")
def judge() -> AssignmentJudge:
    return AssignmentJudge(find_assignment(CASE / "source" / "ps1"), launcher())


def made(change: Callable[[list[dict[str, Any]]], None] = lambda _: None) -> bytes:
    """Return a right notebook after a change to its cells."""
    notebook = json.loads(RIGHT.read_bytes())
    change(notebook["cells"])
    return json.dumps(notebook).encode()


def graded(judge: AssignmentJudge, folder: Path, files: dict[str, bytes]) -> SubmissionResult:
    for name, content in files.items():
        path = folder / "submitted" / "ann" / "ps1" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    [one] = find_submissions(folder / "submitted", judge.assignment)
    return judge.grade(one.entry.seal())


def points(result: SubmissionResult) -> list[float]:
    return [check.points for exercise in result.exercises for check in exercise.checks]


def notes(result: SubmissionResult) -> str:
    return "\n".join(note for exercise in result.exercises for note in exercise.notes)


def stripped(cells: list[dict[str, Any]]) -> None:
    for cell in cells:
        cell["metadata"] = {}


def test_the_students_of_the_case(judge: AssignmentJudge) -> None:
    found = find_submissions(CASE / "submitted", judge.assignment)
    assert [one.student for one in found] == ["b_renamed", "c_renamed2", "h_nometa"]
    results = {one.student: judge.grade(one.entry.seal()) for one in found}
    assert {student: points(result) for student, result in results.items()} == {
        "b_renamed": FULL,
        "c_renamed2": FULL,
        "h_nometa": FULL,
    }
    assert '"WMS q3.ipynb" was graded as numbers.ipynb' in notes(results["b_renamed"])
    assert "has lost what nbgrader writes into 7 of its cells" in notes(results["h_nometa"])


@pytest.mark.parametrize(
    "name",
    ["NUMBERS 2.ipynb", "numbers-Copy1.ipynb", "ann.ipynb", "work/x y (3).ipynb", "ps1.IPYNB"],
)
def test_a_notebook_is_known_by_its_ids_whatever_it_is_called(
    judge: AssignmentJudge, tmp_path: Path, name: str
) -> None:
    files = {name: made()} if "/" not in name else {name: made(), "readme.ipynb": b"{}"}
    result = graded(judge, tmp_path, files)
    assert points(result) == FULL
    assert f'"{name}" was graded as numbers.ipynb' in notes(result)


def test_a_lone_notebook_of_another_name(judge: AssignmentJudge) -> None:
    [one] = find_submissions(RIGHT, judge.assignment)
    assert points(judge.grade(one.entry.seal())) == FULL


def _without(*ids: str) -> Callable[[list[dict[str, Any]]], None]:
    def change(cells: list[dict[str, Any]]) -> None:
        for cell in cells:
            if cell["metadata"].get("nbgrader", {}).get("grade_id") in ids:
                cell["metadata"] = {}

    return change


def _copied(cells: list[dict[str, Any]]) -> None:
    """Put cells of one's own between those that were copied, and change how the others look."""
    stripped(cells)
    own = {"cell_type": "code", "metadata": {}, "source": "f(7)", "outputs": []}
    cells.insert(2, {**own, "execution_count": None})
    cells.insert(0, {"cell_type": "markdown", "metadata": {}, "source": "# My work"})
    cells[3]["source"] = "".join(cells[3]["source"]) + "\n\n"


def _renamed_variable(cells: list[dict[str, Any]]) -> None:
    stripped(cells)
    cells[4]["source"] = "y = 25\nx = 5"


def _tests_gone(cells: list[dict[str, Any]]) -> None:
    stripped(cells)
    cells[:] = [cell for cell in cells if "assert" not in "".join(cell["source"])]


@pytest.mark.parametrize(
    "change",
    [
        stripped, _copied, _renamed_variable, _tests_gone, _without("f"), _without("f", "t1"),
        _without("imp", "y", "t2"), _without("t1", "t0", "t2"),
    ],
)  # fmt: skip
def test_lost_metadata_cost_nothing_and_are_told_once(
    judge: AssignmentJudge, tmp_path: Path, change: Any
) -> None:
    result = graded(judge, tmp_path, {"numbers.ipynb": made(change)})
    assert points(result) == FULL
    assert notes(result).count("has lost what nbgrader writes into") == 1


def test_lost_metadata_and_another_name(judge: AssignmentJudge, tmp_path: Path) -> None:
    assert points(graded(judge, tmp_path, {"Untitled.ipynb": made(stripped)})) == FULL


def test_a_wrong_solution_stays_wrong(judge: AssignmentJudge, tmp_path: Path) -> None:
    def wrong(cells: list[dict[str, Any]]) -> None:
        stripped(cells)
        cells[1]["source"] = "def f(x):\n    return 2 * x"

    assert points(graded(judge, tmp_path, {"mine.ipynb": made(wrong)})) == [0.0, 0.0, 0.0]


def test_where_nothing_is_known_one_sentence_says_what_to_do(
    judge: AssignmentJudge, tmp_path: Path
) -> None:
    def foreign(cells: list[dict[str, Any]]) -> None:
        cells[:] = [{"cell_type": "code", "metadata": {}, "source": "print(1)", "outputs": []}]

    result = graded(judge, tmp_path, {"numbers.ipynb": made(foreign)})
    assert points(result) == [0.0, 0.0, 0.0]
    messages = {check.message for exercise in result.exercises for check in exercise.checks}
    [message] = messages
    assert "none of them was known by what it holds: copy your answers into" in message


def test_another_notebook_is_not_taken_for_it(judge: AssignmentJudge, tmp_path: Path) -> None:
    def other(cells: list[dict[str, Any]]) -> None:
        stripped(cells)
        cells[:] = [cells[0], {**cells[1], "source": "def g(x):\n    return x"}]

    result = graded(judge, tmp_path, {"scratch.ipynb": made(other)})
    assert {c.message for e in result.exercises for c in e.checks} == {
        "numbers.ipynb is missing from what was handed in."
    }


def test_the_finished_copy_is_graded_and_not_what_was_given_out(
    judge: AssignmentJudge, tmp_path: Path
) -> None:
    def untouched(cells: list[dict[str, Any]]) -> None:
        cells[1]["source"] = "def f(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
        cells[4]["source"] = "x = 5\n# YOUR CODE HERE\nraise NotImplementedError()"
        cells[6]["source"] = "YOUR ANSWER HERE"

    files = {"numbers.ipynb": made(untouched), "numbers (1).ipynb": made()}
    result = graded(judge, tmp_path, files)
    assert points(result) == FULL
    assert '"numbers.ipynb" has the cells of numbers.ipynb, too, and was not graded' in notes(
        result
    )
