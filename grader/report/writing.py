"""Write reports; each file is complete at any moment, and a student's folder is safe to share.

What is for the instructor alone lies elsewhere: in ``instructor/`` and in the class's two files.
"""

from __future__ import annotations

__all__ = [
    "keys_of",
    "read_whole_class",
    "write_class",
    "write_page",
    "write_reports",
    "write_student",
]

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from grader.languages import speaking
from grader.languages.readers import NOBODY, Readers
from grader.report.annotated import annotated_in
from grader.report.links import INSTRUCTOR, SIMILAR, href_of, instructors, whole_of
from grader.report.pages import render_class, render_instructor, render_shown
from grader.results import (
    CLASS_FILE_VERSION,
    SCHEMA_VERSION,
    CourseInfo,
    SubmissionResult,
    class_json,
    for_student,
    from_json,
    shortened,
    to_json,
)
from grader.util.atomic import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from grader.results import ClassResult, JsonOf

T = TypeVar("T")
COURSE = f"{INSTRUCTOR}/course.json"


# Results that are lost when the machine crashes are graded again.
_write = partial(write_whole, durable=False)


def write_student(
    result: SubmissionResult,
    course: CourseInfo,
    out: Path,
    notebooks: Mapping[str, bytes] | None = None,
    readers: Readers = NOBODY,
    *,
    json_of: JsonOf | None = None,
) -> Path:
    """Write a student's folder and what the instructor keeps of the submission.

    The folder has ``index.html`` and ``result.json``; the page of what its author is not shown is
    ``instructor/<slug>.html``, and all that came of it ``instructor/<slug>.json``.

    Parameters
    ----------
    result : SubmissionResult
        One submission, graded.
    course : CourseInfo
        Titles and landscapes.
    out : Path
        The folder of all reports; the student's folder in it is named by the slug.
    notebooks : mapping, optional
        The notebooks that were handed in, with feedback, by their names in the student's folder:
        all others in it are removed. None leaves those that are there.
    readers : Readers
        In which languages the page and the instructor's are; the results are always English.
    json_of : callable, optional
        Returns the JSON of an exercise's result if somebody has made it already; else None.

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
    shown = for_student(result)
    _write(folder / "result.json", to_json(shown))
    if notebooks is not None:
        for name, content in notebooks.items():
            _write(folder / name, content)
        for path in annotated_in(folder):
            if path.name not in notebooks:
                path.unlink()
    there = [path.name for path in annotated_in(folder)]
    page = render_shown(shown, course, there, readers.of(keys_of(result)))
    _write(folder / "index.html", page.encode())
    _write(out / whole_of(result.slug), to_json(result, json_of))
    with speaking(readers.for_instructors()):
        _write(out / instructors(result.slug), render_instructor(result, course).encode())
    return folder / "index.html"


def keys_of(result: SubmissionResult) -> list[str]:
    """Return the ids and e-mail addresses of a submission's people, for the roster."""
    people = result.delivery.people
    keys = [key for person in people for key in (person.id, person.email) if key]
    return keys or [key for key in (result.delivery.id, result.student) if key]


def write_class(result: ClassResult, out: Path) -> Path:
    """Write the class's ``index.html`` and ``results.json``, and no student's page.

    Evidence is in neither: it lies with each student's files, and the course's landscapes are in
    ``instructor/course.json`` (`read_whole_class`).

    Returns
    -------
    Path
        The page.
    """
    _write(out / COURSE, to_json(result.course))
    short = shortened(result)  # a later grading that adds to it will find this
    _write(out / "results.json", class_json(short))
    return write_page(short, out)


def write_page(short: ClassResult, out: Path) -> Path:
    """Write the class's ``index.html`` alone, as `write_class` does.

    Parameters
    ----------
    short : ClassResult
        As it is in the class's file.
    out : Path
        The folder of all reports.

    Returns
    -------
    Path
        The page.
    """
    similar = SIMILAR if (out / SIMILAR).is_file() else ""
    _write(out / "index.html", render_class(short, similar).encode())
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


def read_whole_class(result: ClassResult, out: Path) -> ClassResult:
    """Return a class with the full results of its submissions.

    Parameters
    ----------
    result : ClassResult
        As it was read from ``results.json``; one that is whole already is returned as it is.
    out : Path
        The folder of all reports.

    Raises
    ------
    ValueError
        Where a submission's own file is missing or of another grading: a sentence.
    """
    if result.schema_version != CLASS_FILE_VERSION:
        return result
    return replace(
        result,
        course=_read(out / COURSE, CourseInfo),
        submissions=tuple(_read_whole(one, out) for one in result.submissions),
        schema_version=SCHEMA_VERSION,
    )


def _read_whole(result: SubmissionResult, out: Path) -> SubmissionResult:
    if not href_of(result.slug):
        raise ValueError(f"The results name a folder {result.slug!r}, which is not a valid name")
    path = out / whole_of(result.slug)
    found = _read(path, SubmissionResult)
    if (found.digest, found.graded_at) != (result.digest, result.graded_at):
        raise ValueError(f"{path} is of another grading than results.json: grade again")
    return found


def _read(path: Path, kind: type[T]) -> T:
    try:
        return from_json(path.read_bytes(), kind)
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror}): grade again") from error
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
