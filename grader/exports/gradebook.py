"""A gradebook as a table: one line a student, one column an exercise."""

from __future__ import annotations

__all__ = ["gradebook_csv"]

from typing import TYPE_CHECKING

from grader.exports.cells import as_csv, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.results import CourseInfo, SubmissionResult

FIRST = ("student", "folder", "score", "at_most", "out_of", "state")
LAST = ("note",)


def gradebook_csv(
    submissions: Sequence[SubmissionResult], course: CourseInfo | None = None
) -> bytes:
    """Return the gradebook of a class.

    The columns are ``student, folder, score, at_most, out_of, state``, one for each exercise with
    the points earned in it, and ``note``. `at_most` is more than `score` only where `state` is
    ``provisional``: an error of ours keeps points open. ``refused`` is what could not be opened.

    Parameters
    ----------
    submissions : sequence of SubmissionResult
        A line each, in this order.
    course : CourseInfo, optional
        Gives the exercises, in their order; without it they are those of the results.

    Returns
    -------
    bytes
        CSV, UTF-8 with a byte order mark.
    """
    exercises = _exercises(submissions, course)
    return as_csv(
        (*FIRST, *exercises, *LAST), (list(_row(result, exercises)) for result in submissions)
    )


def _exercises(
    submissions: Sequence[SubmissionResult], course: CourseInfo | None
) -> tuple[str, ...]:
    ids = [exercise.id for exercise in course.exercises] if course else []
    ids += [exercise.id for result in submissions for exercise in result.exercises]
    return tuple(dict.fromkeys(ids))


def _row(result: SubmissionResult, exercises: Sequence[str]) -> Iterator[str | int | float]:
    scores = {exercise.id: exercise.score for exercise in result.exercises}
    yield result.student
    yield result.slug
    yield number(result.score)
    yield number(result.score + result.withheld)
    yield number(result.max_score)
    yield "refused" if result.refused else "provisional" if result.provisional else "graded"
    for exercise in exercises:
        yield number(scores[exercise]) if exercise in scores else ""
    yield result.refused or " ".join(result.notes)
