"""Write the pages and results of a class from its gradebook, without grading anything."""

from __future__ import annotations

__all__ = ["Reported", "report_book"]

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.course.salt import load_salt
from grader.errors import UsageError
from grader.gradebook.enrolling import absent_people
from grader.intake import Caps, Entry, Kind, Layout
from grader.keeping import GradingKind, apart_from, opened
from grader.languages.readers import Readers
from grader.report import write_student
from grader.report.changes_view import change_lines
from grader.report.text import line
from grader.results import GradePolicy

if TYPE_CHECKING:
    from os import PathLike

    from grader.course import Course
    from grader.gradebook import Gradebook
    from grader.gradebook.enrolling import AbsentPerson
    from grader.keeping import Change
    from grader.results import ClassResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """The class's results as written, and how they differ from those in the folder before."""

    whole: ClassResult
    change: Change


def report_book(
    book: Gradebook,
    course: Course,
    out: str | PathLike[str],
    *,
    start_over: bool = False,
    lang: str = "",
) -> Reported:
    """Write every page and the class's file from a gradebook.

    Parameters
    ----------
    book : Gradebook
        The gradebook, for the results that count and the changes by hand.
    course : Course
        The course, with its present rules for lateness and counting.
    out : path
        The folder of the reports; people in it who are not in the book stay.
    start_over : bool
        Whether to remove everybody from the folder who is not in the book.
    lang : str
        The language of who has none on a roster; the course's where not given.

    Raises
    ------
    UsageError
        The book has no results, or the folder cannot be used.
    """
    results = book.results(course)
    absent = absent_people(book, course)
    results += [one.result for one in absent if one.has_grade]
    missing = [one for one in absent if not one.has_grade]
    if not (results or missing):
        raise UsageError("The gradebook holds no results: grade the class first.")
    kind = GradingKind(course=course.info, replace=start_over)
    out = apart_from(course.root, Path(out))
    readers = Readers.of_course(course.root, lang or course.lang, load_salt)
    with opened(out, kind) as folder:
        entries = [
            Entry(
                name=one.student, path="", kind=Kind.FOLDER, layout=Layout(()), caps=Caps(),
                delivery=one.delivery,
            )
            for one in results
        ]  # fmt: skip
        _, folders = folder.places(entries)
        if absent or start_over:  # a book of an older version knows of no roster
            folder.name_missing([one.person for one in missing])
        results = [replace(one, slug=slug) for one, slug in zip(results, folders, strict=True)]
        for one in results:
            write_student(one, course.info, out, readers=readers)
        notes = [*map(_changes, filter(_is_changed, missing))]
        whole, change = folder.finish(results, notes, readers)
    return Reported(whole=whole, change=change)


def _is_changed(absent: AbsentPerson) -> bool:
    return bool(absent.result.adjustments)


def _changes(absent: AbsentPerson) -> str:
    """Return a sentence about the changes by hand of a person without a grade and a page."""
    lines = "; ".join(change_lines(replace(absent.result, policy=GradePolicy())))
    who = line(absent.person.name or absent.person.id, 60)
    return f"{who} has handed in nothing. Changed by hand: {lines}."
