"""Write the pages and results of a class from its gradebook, without grading anything."""

from __future__ import annotations

__all__ = ["Reported", "report_book"]

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.intake import Caps, Entry, Kind, Layout
from grader.keeping import GradingKind, opened
from grader.report import write_student

if TYPE_CHECKING:
    from os import PathLike

    from grader.course import Course
    from grader.gradebook import Gradebook
    from grader.keeping import Change
    from grader.results import ClassResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What was written."""

    whole: ClassResult
    change: Change


def report_book(
    book: Gradebook, course: Course, out: str | PathLike[str], *, start_over: bool = False
) -> Reported:
    """Write every page and the class's file from what a gradebook holds.

    Parameters
    ----------
    book : Gradebook
        The results that count, and what people changed by hand.
    course : Course
        With its rules of lateness and of counting, as they are now.
    out : path
        The folder of the reports: who is in it and not in the book stays.
    start_over : bool
        Whether the folder is to hold those of the book and nobody else.

    Raises
    ------
    UsageError
        Where the book has no results, or the folder is not to be had.
    """
    results = book.results(course)
    if not results:
        raise UsageError("The gradebook holds no results: grade the class first.")
    kind = GradingKind(course=course.info, replace=start_over)
    out = Path(out)
    with opened(out, kind) as folder:
        entries = [
            Entry(
                name=one.student, path="", kind=Kind.FOLDER, layout=Layout(()), caps=Caps(),
                delivery=one.delivery,
            )
            for one in results
        ]  # fmt: skip
        _, folders = folder.places(entries)
        results = [replace(one, slug=slug) for one, slug in zip(results, folders, strict=True)]
        for one in results:
            write_student(one, course.info, out)
        whole, change = folder.finish(results)
    return Reported(whole=whole, change=change)
