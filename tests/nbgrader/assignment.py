"""An assignment made with nbgrader, and what students made of it."""

from __future__ import annotations

__all__ = ["ODD", "STUDENTS", "make_source", "make_submissions"]

import copy
from typing import TYPE_CHECKING, Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAME = "ps1"
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}

SQUARES = '''\
def squares(n):
    """Return the squares of 1 to n."""
    ### BEGIN SOLUTION
    if n < 1:
        raise ValueError(n)
    return [i * i for i in range(1, n + 1)]
    ### END SOLUTION
'''
RIGHT = SQUARES.replace("    ### BEGIN SOLUTION\n", "").replace("    ### END SOLUTION\n", "")
HELPER = "def same(a, b):\n    assert np.allclose(a, b), f'{a} is not {b}'"
TEST_SQUARES = """\
# squares of small numbers
same(squares(1), [1])
same(squares(3), [1, 4, 9])
### BEGIN HIDDEN TESTS
same(squares(7)[-1], 49)
### END HIDDEN TESTS
"""
TEST_ERROR = """\
try:
    squares(0)
except ValueError:
    pass
else:
    raise AssertionError('squares(0) gave something')
"""
TEST_PARTIAL = "4 * np.mean([total(n) == n * (n + 1) // 2 for n in (1, 2, 3, 50)]).item()"
TOTAL = "def total(n):\n    ### BEGIN SOLUTION\n    return sum(range(n + 1))\n    ### END SOLUTION"


def marked(cell: Any, grade_id: str, **fields: Any) -> Any:
    """Return a cell with nbgrader's metadata."""
    cell.metadata["nbgrader"] = {
        "schema_version": 3,
        "grade_id": grade_id,
        "grade": False,
        "solution": False,
        "locked": False,
        "task": False,
        **fields,
    }
    return cell


def make_source(folder: Path) -> None:
    """Write the source notebook, and a file beside it."""
    test = {"grade": True, "locked": True}
    cells = [
        new_markdown_cell("# Numbers"),
        new_code_cell("import numpy as np"),
        marked(new_code_cell(SQUARES), "squares", solution=True),
        marked(new_code_cell(HELPER), "helper", locked=True),
        marked(new_code_cell(TEST_SQUARES), "test_squares", points=2, **test),
        marked(new_code_cell(TEST_ERROR), "test_error", points=1, **test),
        marked(new_code_cell(TOTAL), "total", solution=True),
        marked(new_code_cell(TEST_PARTIAL), "test_total", points=4, **test),
        marked(new_code_cell("open('given.txt').read()"), "test_file", points=0.5, **test),
        marked(new_markdown_cell("since"), "why", grade=True, solution=True, points=3),
        marked(new_markdown_cell("Draw it."), "draw", task=True, locked=True, points=2),
    ]
    place = folder / "source" / NAME
    place.mkdir(parents=True)
    for number, cell in enumerate(cells, 1):
        cell.id = f"cell-{number}"  # the same each time
    notebook = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    nbformat.write(notebook, place / "numbers.ipynb")
    (place / "given.txt").write_text("given", encoding="utf-8")


# ---------------------------------------------------------------------------- what students did


def fill(notebook: Any, **texts: str) -> None:
    """Write into the cells of these ids."""
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if grade_id in texts:
            cell.source = texts[grade_id]


def place_of(notebook: Any, grade_id: str) -> int:
    """Return where the cell of an id stands."""
    return next(
        place
        for place, cell in enumerate(notebook.cells)
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


TOTAL_RIGHT = "def total(n):\n    return n * (n + 1) // 2"


def all_right(notebook: Any) -> None:
    fill(notebook, squares=RIGHT, total=TOTAL_RIGHT, why="Because $n^2 > 0$ <b>always</b>.")


def nothing(_: Any) -> None:
    pass


def half(notebook: Any) -> None:
    fill(
        notebook,
        squares="def squares(n):\n    return [i * i for i in range(1, n + 1)]",
        total="def total(n):\n    return n if n == 1 else 3 if n == 2 else 0",
    )


def tests_edited(notebook: Any) -> None:
    fill(notebook, test_squares="pass", test_error="pass", test_total="4", helper="same = print")


def tests_copied(notebook: Any) -> None:
    """The id of a test is on a cell above it, too: the last one counts."""
    fill(notebook, squares="def squares(n):\n    return []")
    place = place_of(notebook, "test_squares")
    double = copy.deepcopy(notebook.cells[place])
    double.source = "pass"
    double["id"] = "double"
    notebook.cells.insert(place, double)


def cells_added(notebook: Any) -> None:
    all_right(notebook)
    notebook.cells.insert(2, new_code_cell("%matplotlib inline\nx = !ls\n%time 1 + 1"))
    notebook.cells.insert(3, new_code_cell("1 / 0"))
    stranger = marked(new_code_cell("pass"), "mine", grade=True, locked=True, points=50)
    notebook.cells.append(stranger)


def exits(notebook: Any) -> None:
    fill(notebook, squares="import sys\ndef squares(n):\n    sys.exit(0)", total=TOTAL_RIGHT)


def points_raised(notebook: Any) -> None:
    all_right(notebook)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.metadata.nbgrader["points"] = 1000


def tests_deleted(notebook: Any) -> None:
    all_right(notebook)
    gone = ("helper", "test_squares", "test_total")
    notebook.cells = [
        cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") not in gone
    ]


def syntax_error(notebook: Any) -> None:
    fill(notebook, squares="def squares(n)\n    return n", total=TOTAL_RIGHT)


STUDENTS: dict[str, Callable[[Any], None]] = {
    "ann_right": all_right,
    "ben_nothing": nothing,
    "cleo_half": half,
    "dan_edits_tests": tests_edited,
    "gus_exits": exits,
    "hana_raises_points": points_raised,
    "ida_syntax_error": syntax_error,
}

# nbgrader's own autograder stops at these with an error, or gives no points for what was deleted.
ODD: dict[str, Callable[[Any], None]] = {
    "eva_copies_tests": tests_copied,
    "finn_adds_cells": cells_added,
    "jo_deletes_tests": tests_deleted,
}


def make_submissions(folder: Path, students: dict[str, Callable[[Any], None]]) -> None:
    """Write what students made of the released notebook."""
    released = folder / "release" / NAME / "numbers.ipynb"
    for student, work in students.items():
        notebook = nbformat.read(released, as_version=4)
        work(notebook)
        place = folder / "submitted" / student / NAME
        place.mkdir(parents=True)
        nbformat.write(notebook, place / "numbers.ipynb")
        (place / "given.txt").write_text("changed", encoding="utf-8")
        (place / "timestamp.txt").write_text("2026-11-02 10:20:30 UTC\n", encoding="utf-8")
