"""The gradebook as a table: one row for each student, one column for each exercise."""

from __future__ import annotations

__all__ = ["gradebook_csv", "gradebook_rows"]

from typing import TYPE_CHECKING

from grader.exports.safe_cells import as_csv, decimals
from grader.report.changes_view import change_lines
from grader.results import EXCUSED, Outcome, State, reckon

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.exports.safe_cells import Cell
    from grader.results import CourseInfo, ExerciseResult, Person, SubmissionResult

FIRST = ("student", "folder", "score", "at_most", "out_of", "state")
LAST = ("id", "section", "late", "attempt", "graded", "changes", "note")


def gradebook_csv(
    submissions: Sequence[SubmissionResult],
    course: CourseInfo | None = None,
    missing: Sequence[Person] = (),
) -> bytes:
    """Return the gradebook of a class.

    The columns are ``student, folder, score, at_most, out_of, state``, one for each exercise with
    the points earned in it, and ``id, section, late, attempt, graded, changes, note``.

    `score` is the final score, with manual changes and lateness; `graded` is the score as graded,
    and `changes` gives each change with its reason. `late` and `attempt` are what the platform
    says. `at_most` exceeds `score` while points are open: a grader error withholds them (`state`
    is ``provisional``), a part of the submission cannot be graded (`note` says which), or an answer
    waits for hand grading. `state` is ``unreadable`` if nothing could be graded (then there are no
    points at all), ``empty`` if nothing was handed in, ``missing`` for the other people on the
    roster, and ``excused`` if an instructor excused the student.

    Parameters
    ----------
    submissions : sequence of SubmissionResult
        The results; each gives a row, in this order.
    course : CourseInfo, optional
        The course, for its list of exercises; without it the results' exercises are used.
    missing : sequence of Person
        People without a submission; each gives a row without points, after the others.

    Returns
    -------
    bytes
        CSV, UTF-8 with a byte order mark.
    """
    columns, rows = gradebook_rows(submissions, course, missing)
    return as_csv(columns, rows)


def gradebook_rows(
    submissions: Sequence[SubmissionResult],
    course: CourseInfo | None = None,
    missing: Sequence[Person] = (),
) -> tuple[tuple[str, ...], list[list[Cell]]]:
    """Return the gradebook's columns and rows; texts are not yet defused for spreadsheets.

    Parameters
    ----------
    submissions, course, missing
        As in `gradebook_csv`.
    """
    exercises = _exercises(submissions, course)
    most = max((decimals(reckon(result).most) for result in submissions), default="")
    rows: list[list[Cell]] = [list(_row(result, exercises)) for result in submissions]
    rows += [_missing(person, most, len(exercises)) for person in missing]
    return (*FIRST, *exercises, *LAST), rows


def _exercises(
    submissions: Sequence[SubmissionResult], course: CourseInfo | None
) -> tuple[str, ...]:
    ids = [exercise.id for exercise in course.exercises] if course else []
    ids += [exercise.id for result in submissions for exercise in result.exercises]
    return tuple(dict.fromkeys(ids))


def _missing(person: Person, most: str | float, exercises: int) -> list[Cell]:
    blank = [""] * exercises
    last = (person.id, person.section, "", "", "", "", "nothing was handed in")
    return [person.name or person.id, "", "", "", most, "missing", *blank, *last]


def _is_unread(exercise: ExerciseResult) -> bool:
    return any(check.outcome is Outcome.UNREADABLE for check in exercise.checks)


def _row(result: SubmissionResult, exercises: Sequence[str]) -> Iterator[Cell]:
    found = reckon(result)
    unread = result.state is State.UNREADABLE or found.excused
    open_ones = {e.id for e in result.exercises if _is_unread(e)}
    scores = {
        one.exercise: one.points
        for one in found.exercises
        if not unread and one.why_not != EXCUSED and not (one.exercise in open_ones and one.open)
    }
    yield result.student
    yield result.slug
    yield "" if unread else decimals(found.total)
    yield "" if unread else decimals(found.at_most)
    yield decimals(found.most)
    yield "excused" if found.excused else result.state.value
    for exercise in exercises:
        yield decimals(scores[exercise]) if exercise in scores else ""
    delivery = result.delivery
    yield ", ".join(person.id for person in delivery.people) or delivery.id
    yield ", ".join(dict.fromkeys(p.section for p in delivery.people if p.section))
    yield "late" if delivery.late else ""
    yield f"{delivery.attempt} of {delivery.attempts}" if delivery.attempts else ""
    yield "" if result.state is State.UNREADABLE else decimals(found.raw)
    yield "; ".join(change_lines(result))
    yield result.refused or " ".join([*result.unread, *result.notes])
