"""Reports on disk: each file is whole at any moment, and a student's folder can be given away."""

from __future__ import annotations

__all__ = ["write_class", "write_reports", "write_student"]

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.report.group import href_of
from grader.report.pages import render_class, render_student
from grader.results import Outcome, to_json

if TYPE_CHECKING:
    from pathlib import Path

    from grader.results import ClassResult, CourseInfo, SubmissionResult


def _write(path: Path, content: bytes) -> None:
    """Write beside the file and move into place, so that nobody reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with draft.open("xb") as file:
            file.write(content)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def for_student(result: SubmissionResult) -> SubmissionResult:
    """Return the result without what is the instructor's: seeds, and words of our own errors."""
    exercises = tuple(
        replace(
            exercise,
            seed=0,
            checks=tuple(
                replace(check, message="", expected="", got="", traceback=())
                if check.outcome is Outcome.GRADER_ERROR
                else check
                for check in exercise.checks
            ),
        )
        for exercise in result.exercises
    )
    return replace(result, exercises=exercises)


def write_student(result: SubmissionResult, course: CourseInfo, out: Path) -> Path:
    """Write a student's folder: ``index.html`` and ``result.json``.

    Parameters
    ----------
    result : SubmissionResult
        One submission, graded.
    course : CourseInfo
        Titles and landscapes.
    out : Path
        The folder of all reports; the student's folder in it is named by the slug.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    ValueError
        Where the slug is no name of a folder.
    """
    if not href_of(result.slug):
        raise ValueError(f"the slug {result.slug!r} cannot name a folder")
    folder = out / result.slug
    _write(folder / "result.json", to_json(for_student(result)))
    _write(folder / "index.html", render_student(result, course).encode())
    return folder / "index.html"


def write_class(result: ClassResult, out: Path) -> Path:
    """Write the class's ``index.html`` and ``results.json``, and no student's page.

    Returns
    -------
    Path
        The page.
    """
    _write(out / "results.json", to_json(result))
    _write(out / "index.html", render_class(result).encode())
    return out / "index.html"


def write_reports(result: ClassResult, out: Path) -> Path:
    """Write every student's folder, then the class's page that links to them.

    Returns
    -------
    Path
        The class's page.
    """
    for submission in result.submissions:
        write_student(submission, result.course, out)
    return write_class(result, out)
