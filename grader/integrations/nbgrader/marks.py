"""Read nbgrader's metadata of a cell, and the regions that it marks in a cell's text."""

from __future__ import annotations

__all__ = ["CellMark", "Role", "covered", "mark_of", "released"]

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from grader.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

NEWEST = 3
GRADE_ID = re.compile(r"[a-zA-Z0-9_\-]+")
CODE_STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")
TEXT_STUB = ("YOUR ANSWER HERE",)
HIDDEN_LINE = "# (a hidden test)"


class Role(StrEnum):
    """The role of a cell in an assignment."""

    TEST = "test"  # run for points; the instructor's text counts, not the student's
    ANSWER = "answer"  # written by the student; graded by hand
    TASK = "task"  # an exercise with the answer in the cells below it; graded by hand
    SOLUTION = "solution"  # written by the student; graded by the tests
    GIVEN = "given"  # read-only


@dataclass(frozen=True, slots=True, kw_only=True)
class CellMark:
    """One cell's role, id and points."""

    role: Role
    grade_id: str
    points: float = 0.0


def mark_of(metadata: Mapping[str, Any], *, code: bool, where: str) -> CellMark | None:
    """Read the metadata ``nbgrader`` of a cell, of any version up to 3.

    Parameters
    ----------
    metadata : mapping
        The cell's metadata under ``nbgrader``.
    code : bool
        Whether it is a code cell.
    where : str
        Notebook and cell, for error messages.

    Returns
    -------
    CellMark or None
        None if the cell has no role.

    Raises
    ------
    CourseError
        The metadata are invalid.
    """
    version = metadata.get("schema_version", 0)
    if type(version) is not int or version > NEWEST:
        raise CourseError(
            f"{where}: nbgrader's metadata is of version {version!r:.20}, and at most {NEWEST} is "
            "known: update the grader, or save the notebook with an older nbgrader."
        )
    grade, solution, locked, task = (
        metadata.get(key) is True for key in ("grade", "solution", "locked", "task")
    )
    if not (grade or solution or locked or task):
        return None
    grade_id = metadata.get("grade_id")
    if not isinstance(grade_id, str) or not GRADE_ID.fullmatch(grade_id):
        raise CourseError(
            f"{where}: the cell's grade_id is {grade_id!r:.60}; it has to be of letters, digits, _ "
            "and -."
        )
    where = f"{where} ({grade_id})"
    if task:
        if code:
            raise CourseError(f"{where}: a task has to be a Markdown cell.")
        role = Role.TASK
    elif grade and solution:
        role = Role.ANSWER
    elif grade:
        if not code:
            raise CourseError(
                f"{where}: a Markdown cell that is graded has to be one to be filled in, too."
            )
        role = Role.TEST
    else:
        role = Role.SOLUTION if solution else Role.GIVEN
    worth = role in (Role.TEST, Role.ANSWER, Role.TASK)
    points = _points(metadata, where, needed=version > 0) if worth else 0.0
    return CellMark(role=role, grade_id=grade_id, points=points)


def _points(metadata: Mapping[str, Any], where: str, *, needed: bool) -> float:
    value: Any = metadata.get("points", None if needed else 0)
    if value == "" and not needed:
        value = 0
    try:
        points = float(value)
    except (TypeError, ValueError):
        points = math.nan
    if isinstance(value, bool) or not 0 <= points < math.inf:
        raise CourseError(
            f"{where}: the cell's points are {value!r:.30}; they have to be 0 or more."
        )
    return points


# ---------------------------------------------------------------------------- regions of a text


def released(text: str, mark: CellMark, *, code: bool, where: str) -> str:
    """Return a cell's text for students: without its solution and its hidden tests."""
    if mark.role in (Role.SOLUTION, Role.ANSWER):
        stub = CODE_STUB if code else TEXT_STUB
        lines = list(_outside(text, "SOLUTION", where, lambda indent: [indent + s for s in stub]))
        text = "\n".join(lines if lines != text.split("\n") else stub)
    return "\n".join(_outside(text, "HIDDEN TESTS", where, lambda _: []))


def covered(text: str) -> str:
    """Return a text with its hidden tests blanked out, and the same number of lines."""
    inside = False
    lines = []
    for line in text.split("\n"):
        begins, ends = (f"{word} HIDDEN TESTS" in line for word in ("BEGIN", "END"))
        inside = (inside or begins) and not ends
        lines.append(HIDDEN_LINE if inside or begins or ends else line)
    return "\n".join(lines)


def _outside(
    text: str, region: str, where: str, instead: Callable[[str], list[str]]
) -> Iterator[str]:
    """Yield the lines outside of regions, and a replacement for each region."""
    inside = False
    for line in text.split("\n"):
        if f"BEGIN {region}" in line:
            if inside:
                raise CourseError(f"{where}: a region BEGIN {region} begins inside of another one.")
            inside = True
            yield from instead(line[: len(line) - len(line.lstrip())])
        elif f"END {region}" in line:
            inside = False
        elif not inside:
            yield line
    if inside:
        raise CourseError(f"{where}: the region BEGIN {region} has no END {region}.")
