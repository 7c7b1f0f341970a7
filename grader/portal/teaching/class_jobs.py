"""Long jobs on a class: regrading after an edit, and comparing submissions."""

from __future__ import annotations

__all__ = ["ClassPlan", "RegradeSeen", "apply_regrade", "find_similar", "preview_regrade"]

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select

from grader.course import load_course
from grader.course.salt import load_salt
from grader.gradebook import Conditions, Gradebook
from grader.gradebook.book import standings_of
from grader.gradebook.exercise_rules import course_as_ruled
from grader.gradebook.models import Submission
from grader.gradebook.rows import write_history
from grader.intake import Caps, Layout
from grader.intake.entry import Kind
from grader.regrade import apply, preview
from grader.regrade.stale import StoredEntry
from grader.results import Delivery, Regraded
from grader.sandbox.doctor import choose_level, launcher_of
from grader.similar import compare_class
from grader.similar.side_by_side import SimilarPage, similar_page

if TYPE_CHECKING:
    from pathlib import Path

    from grader.course import Course


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPlan:
    """The settings of a job: small, and safe to send to another process.

    Attributes
    ----------
    book : str
        The place of the gradebook.
    isolation : str, optional
        How far submissions are shut in; the best that holds where not given.
    digest : str
        Of what somebody has seen and wants to count.
    author, reason : str
        For the history.
    """

    course_root: Path
    book: str
    isolation: str | None = None
    digest: str = ""
    author: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RegradeSeen:
    """The outcome of a regrade, with digests of it and of the course."""

    told: Regraded
    digest: str
    course_digest: str


def _course(plan: ClassPlan, book: Gradebook) -> Course:
    with book.database.reading() as connection:
        return course_as_ruled(connection, load_course(plan.course_root))


def _conditions(plan: ClassPlan) -> Conditions:
    level = choose_level(plan.isolation)
    return Conditions(salt=load_salt(plan.course_root), isolation=level)


def digest_of_changes(told: Regraded) -> str:
    """Return a digest of the changes that a regrade makes."""
    return hashlib.sha256(msgspec.json.encode(told.changes)).hexdigest()


def preview_regrade(plan: ClassPlan) -> RegradeSeen:
    """Regrade the exercises that an edit of the course affects, and store no result."""
    with Gradebook(plan.book) as book:
        course = _course(plan, book)
        warned: list[str] = []
        told = preview(book, course, _conditions(plan), warned=warned.append).told
        told = replace(told, notes=(*warned, *told.notes))
        return RegradeSeen(told, digest_of_changes(told), course.digest)


def apply_regrade(plan: ClassPlan) -> RegradeSeen | None:
    """Apply the regrade that was shown; None if its outcome would differ by now.

    What was run for the preview is known, and is not run again.
    """
    with Gradebook(plan.book) as book:
        course, conditions = _course(plan, book), _conditions(plan)
        found = preview(book, course, conditions)
        if digest_of_changes(found.told) != plan.digest:
            return None
        told = apply(book, course, conditions, found, plan.reason) if found.stale else found.told
        with book.database.writing() as connection:
            detail = f"regrade: {told.sentence()}"
            write_history(connection, "decided", who=plan.author, why=plan.reason, detail=detail)
        return RegradeSeen(told, plan.digest, course.digest)


def find_similar(plan: ClassPlan) -> SimilarPage:
    """Compare the current submissions of everybody."""
    with Gradebook(plan.book) as book:
        course = _course(plan, book)
        with book.database.reading() as connection:
            standings = [one for one in standings_of(connection) if one.submission_id]
            asked = select(Submission.id, Submission.digest)
            digests = {row.id: row.digest for row in connection.execute(asked)}
    hrefs = {
        digests[one.submission_id]: f"/class/people/{one.people[0]}"
        for one in standings
        if one.submission_id in digests
    }
    entries = [
        StoredEntry(
            name=one.student, path=plan.book, kind=Kind.FOLDER, layout=Layout(()), caps=Caps(),
            delivery=Delivery(), place=plan.book, submission_id=one.submission_id or 0,
        )
        for one in standings
    ]  # fmt: skip
    launcher = launcher_of(choose_level(plan.isolation))
    try:
        return similar_page(compare_class(course, entries, launcher), hrefs)
    finally:
        launcher.close()
