"""The submissions of a class: opened as for grading, and compared. Nothing of them is run."""

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
    from collections.abc import Callable, Iterable

    from grader.course import Course
    from grader.intake import Entry
    from grader.sandbox.launcher import Launcher
    from grader.similar.documents import Document
    from grader.similar.resemblance import Compared, Likeness


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLikeness:
    """What comparing a class came to.

    Attributes
    ----------
    title : str
        Of the course.
    documents : tuple of Document
        What was compared.
    left_out : tuple of (str, str)
        Whose submission was not compared, and why.
    """

    title: str
    documents: tuple[Document, ...]
    compared: Compared
    left_out: tuple[tuple[str, str], ...] = ()


def compare_class(
    course: Course,
    entries: Iterable[Entry],
    launcher: Launcher,
    likeness: Likeness | None = None,
    done: Callable[[str], None] = lambda _: None,
) -> ClassLikeness:
    """Compare the submissions of a class with each other.

    Parameters
    ----------
    course : Course
        Whose templates, statements and solutions count for nothing; only its exercises are
        compared, and files that belong to none.
    entries : iterable of Entry
        The submissions; of several attempts of one student, all but the one that is graded are
        to be left out by the caller.
    launcher : Launcher
        Notebooks are read in a process of its own, as for grading.
    likeness : Likeness, optional
        When something is alike.
    done : callable
        Called with each submission's name when it has been read.

    Raises
    ------
    GraderError
        Where we failed to read, not the submission.
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
        done(entry.name)
    prescribed = {name for one in targets.values() for name in one.names}
    known = [*given_texts(course.stubs), *solution_texts(course.root, course.files)]
    compared = compare(documents, known, prescribed, likeness)
    return ClassLikeness(
        title=course.title,
        documents=tuple(documents),
        compared=compared,
        left_out=tuple(left_out),
    )
