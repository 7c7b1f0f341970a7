"""Downloads of the class, made from the gradebook as it is now."""

from __future__ import annotations

__all__ = ["EXPORTS", "ClassExport", "FeedbackOfOne", "feedback_of_all", "whole_class"]

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.exports.class_tables import statistics_csv, statistics_json
from grader.exports.gradebook import gradebook_csv
from grader.exports.junit import junit_xml
from grader.exports.workbook import class_xlsx
from grader.gradebook.adjustment_rows import attached
from grader.gradebook.book import read_result, result_of, standings_of
from grader.gradebook.contents import notebooks_in
from grader.gradebook.enrolling import absent_people
from grader.gradebook.exercise_rules import course_as_ruled
from grader.portal.showing import held_exercises, hidden_until
from grader.results import ClassResult, for_student, held_back, now, to_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from grader.course import Course
    from grader.gradebook import Gradebook
    from grader.gradebook.book import Standing
    from grader.results import CourseInfo, SubmissionResult

_NOT_IN_NAMES = re.compile(r"[^\w .-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassExport:
    """A download of the class.

    Attributes
    ----------
    file : str
        What the file is called.
    kind : str
        Its media type.
    about : str
        What is in it, for a page.
    """

    file: str
    kind: str
    about: str
    make: Callable[[ClassResult], bytes]


def _csv(whole: ClassResult) -> bytes:
    return gradebook_csv(whole.submissions, whole.course, whole.missing)


def _junit(whole: ClassResult) -> bytes:
    return junit_xml([for_student(one) for one in whole.submissions], whole.course)


EXPORTS = {
    "csv": ClassExport(
        file="grades.csv", kind="text/csv; charset=utf-8", make=_csv,
        about="Grades, one line a student, with those who handed nothing in",
    ),
    "xlsx": ClassExport(
        file="class.xlsx", make=class_xlsx,
        kind="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        about="Grades and numbers about the class, as a workbook",
    ),
    "statistics-csv": ClassExport(
        file="checks.csv", kind="text/csv; charset=utf-8", make=statistics_csv,
        about="Numbers about each check, one line each",
    ),
    "statistics-json": ClassExport(
        file="statistics.json", kind="application/json", make=statistics_json,
        about="All numbers about the class",
    ),
    "json": ClassExport(
        file="results.json", kind="application/json", make=to_json,
        about="All results with their evidence, for programs; hidden checks are among them",
    ),
    "junit": ClassExport(
        file="junit.xml", kind="application/xml", make=_junit, about="Checks as test cases",
    ),
}  # fmt: skip


def whole_class(book: Gradebook, course: Course) -> ClassResult:
    """Return the class as the book has it now, with those who handed nothing in."""
    with book.database.reading() as connection:
        course = course_as_ruled(connection, course)
        standings = standings_of(connection)
        results = [
            replace(result_of(connection, one, course), slug=f"person-{one.people[0]}")
            for one in standings
        ]
    absent = absent_people(book, course)
    results += [one.result for one in absent if one.has_grade]
    missing = tuple(one.person for one in absent if not one.has_grade)
    return ClassResult(course=course.info, submissions=tuple(results), missing=missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackOfOne:
    """The feedback for a person, or for people who handed in together.

    Attributes
    ----------
    folder : str
        Its name in the zip.
    result : SubmissionResult
        As its author may see it now.
    notebooks_of : int, optional
        The row of the files, where a notebook is among them.
    """

    folder: str
    result: SubmissionResult
    notebooks_of: int | None


def feedback_of_all(book: Gradebook, course: Course) -> tuple[CourseInfo, list[FeedbackOfOne]]:
    """Return the course with its present rules, and the feedback for everybody."""
    moment = now()
    with book.database.reading() as connection:
        course = course_as_ruled(connection, course)
        held = held_exercises(connection, course)
        found = []
        for one in standings_of(connection):
            result = for_student(_shown(connection, course, one, held, moment))
            row = one.submission_id
            row = row if row is not None and notebooks_in(connection, row) else None
            found.append(FeedbackOfOne(folder=_named(one), result=result, notebooks_of=row))
        return course.info, found


def _named(standing: Standing) -> str:
    """Return a folder's name: readable, unique, and safe as a path."""
    name = _NOT_IN_NAMES.sub("-", standing.student).strip(" .-")[:80]
    return f"{name or 'student'} ({standing.people[0]})"


def _shown(
    connection: Connection, course: Course, standing: Standing, held: set[str], moment: str
) -> SubmissionResult:
    """Return a result as its author may see it now."""
    result = read_result(connection, standing.result_id)
    until = hidden_until(connection, course, standing.people[0], moment)
    result = held_back(result, course.info, until)
    if held:  # a change by hand would reveal the points that are held back
        result = replace(
            result,
            exercises=tuple(one for one in result.exercises if one.id not in held),
            free_text=tuple(one for one in result.free_text if one.exercise not in held),
            adjustments=(),
        )
    else:
        result = attached(connection, standing.people, result, course.exercise_digests)
    return replace(result, policy=course.policy)
