"""Open the submissions of a class as for grading, and compare them; none of their code runs."""

from __future__ import annotations

__all__ = ["ClassLikeness", "compare_class"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.intake import Refused
from grader.notebooks import Reader, gather
from grader.notebooks.outline import outline_of
from grader.similar.documents import document_of, given_texts, solution_texts
from grader.similar.resemblance import compare

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.course import Course
    from grader.intake import Entry
    from grader.sandbox.launcher import Launcher
    from grader.similar.documents import Document
    from grader.similar.resemblance import Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLikeness:
    """The result of comparing a class.

    Attributes
    ----------
    title : str
        The course's title.
    documents : tuple of Document
        The compared submissions.
    left_out : tuple of (str, str)
        Names of submissions that were not compared, with the reasons.
    """

    title: str
    documents: tuple[Document, ...]
    compared: Comparison
    left_out: tuple[tuple[str, str], ...] = ()


def compare_class(course: Course, entries: Iterable[Entry], launcher: Launcher) -> ClassLikeness:
    """Compare the submissions of a class with each other.

    Parameters
    ----------
    course : Course
        The course. Passages from its templates, statements and solutions are ignored; only its
        exercises are compared, and files that belong to no exercise.
    entries : iterable of Entry
        The submissions. The caller has to leave out all but the graded one of a student's
        attempts.
    launcher : Launcher
        Starts the process that reads notebooks, as for grading.

    Raises
    ------
    GraderError
        Reading failed because of the grader, not the submission.
    """
    reader = Reader(launcher, course.stubs)
    targets = outline_of(course.stubs).by_file
    others = targets.keys() - set(course.files)
    documents: list[Document] = []
    left_out: list[tuple[str, str]] = []
    for entry in entries:
        sealed = entry.open()
        if isinstance(sealed, Refused):
            left_out.append((entry.name, sealed.reason))
        else:
            work = gather(sealed, course.stubs, reader, course.files)
            found = document_of(entry, sealed, work, others)
            if found.sources:
                documents.append(found)
            else:
                left_out.append((entry.name, "It holds no code that can be compared."))
    prescribed = {name for one in targets.values() for name in one.names}
    known = [*given_texts(course.stubs), *solution_texts(course.root, course.files)]
    compared = compare(documents, known, prescribed)
    return ClassLikeness(
        title=course.title,
        documents=tuple(documents),
        compared=compared,
        left_out=tuple(left_out),
    )
