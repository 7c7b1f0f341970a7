"""Collect one person's changes by hand and their total."""

from __future__ import annotations

__all__ = ["PersonChanges", "changes_of"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from grader.gradebook.adjustment_rows import adjusted_of, rows_of
from grader.gradebook.book import result_of, standing_of
from grader.gradebook.enrolling import NOTHING, absent_person
from grader.gradebook.holders import find_person
from grader.gradebook.models import Participant
from grader.results import grade_warnings, reckon

if TYPE_CHECKING:
    from grader.course import Course
    from grader.gradebook.book import Gradebook
    from grader.results import Adjusted, Reckoning


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChanges:
    """A person's changes by hand, and the total that follows.

    Attributes
    ----------
    total : Reckoning, optional
        None where nothing of theirs was graded.
    notes : tuple of str
        Sentences about things to look at.
    """

    name: str
    changes: tuple[Adjusted, ...]
    total: Reckoning | None = None
    notes: tuple[str, ...] = ()


def changes_of(book: Gradebook, course: Course, said: str) -> PersonChanges:
    """Return the changes of one person that still hold, and their total.

    Parameters
    ----------
    book : Gradebook
        The gradebook that holds the person.
    course : Course
        The course, for its rules.
    said : str
        The person's id, platform number or name.

    Raises
    ------
    UsageError
        Nobody has this id or name, or several people have it.
    """
    with book.database.reading() as connection:
        person = find_person(connection, said)
        name = connection.execute(
            select(Participant.name).where(Participant.id == person)
        ).scalar_one()
        standing = standing_of(connection, person)
        if standing is None:
            changes = tuple(adjusted_of(row) for row in rows_of(connection, person))
            absent = absent_person(connection, course, person)
            total = reckon(absent.result) if absent and absent.has_grade else None
            notes = (NOTHING,) if absent else ()
            return PersonChanges(name=name, changes=changes, total=total, notes=notes)
        result = result_of(connection, standing, course)
    return PersonChanges(
        name=name,
        changes=result.adjustments,
        total=reckon(result),
        notes=tuple(grade_warnings(result)),
    )
