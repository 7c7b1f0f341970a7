"""Reports on disk: each file is whole at any moment, and a student's folder can be given away.

What is for the instructor alone lies elsewhere: in ``instructor/`` and in the class's two files.
"""

from __future__ import annotations

__all__ = ["write_class", "write_reports", "write_student"]

import secrets
from typing import TYPE_CHECKING

from grader.report.links import href_of, instructors
from grader.report.pages import render_class, render_instructor, render_student
from grader.results import for_student, to_json

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


def write_student(result: SubmissionResult, course: CourseInfo, out: Path) -> Path:
    """Write a student's folder, ``index.html`` and ``result.json``, and ``instructor/<slug>.html``.

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
    _write(out / instructors(result.slug), render_instructor(result, course).encode())
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
