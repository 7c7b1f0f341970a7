"""A result without the verdicts of hidden checks, where these are not shown yet."""

from __future__ import annotations

__all__ = ["held_back"]

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.results.course_info import Visibility
from grader.results.points import total_points
from grader.results.verdicts import Usage
from grader.util.wording import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.results.course_info import CourseInfo
    from grader.results.verdicts import ExerciseResult, SubmissionResult


def held_back(
    result: SubmissionResult, course: CourseInfo, until: Mapping[str, str]
) -> SubmissionResult:
    """Return a result as its author may see it now: no trace of the hidden checks of exercises.

    Parameters
    ----------
    result : SubmissionResult
        As it was graded.
    course : CourseInfo
        With the titles.
    until : mapping of str to str
        For each exercise whose hidden checks are held back: until when, as the end of a sentence.
    """
    if not until:
        return result
    gone = {
        check.id: exercise.id
        for exercise in result.exercises
        if exercise.id in until
        for check in exercise.checks
        if check.visibility is Visibility.HIDDEN
    }
    if not gone:
        return result
    titles = {one.id: one.title for one in course.exercises}
    notes = [
        _told(exercise, titles.get(exercise.id, exercise.id), until[exercise.id])
        for exercise in result.exercises
        if exercise.id in gone.values()
    ]
    return replace(
        result,
        exercises=tuple(_public(one) if one.id in until else one for one in result.exercises),
        # A change by hand of a hidden check, or of what is worked out with them, tells of them.
        adjustments=tuple(one for one in result.adjustments if one.check not in gone),
        notes=(*notes, *result.notes),
        since=None,  # it tells of what is left out: whoever shows this compares again
    )


def _public(exercise: ExerciseResult) -> ExerciseResult:
    checks = tuple(one for one in exercise.checks if one.visibility is not Visibility.HIDDEN)
    # How long everything took, and how often the submission was called, tells of them, too.
    return replace(exercise, checks=checks, usage=Usage())


def _told(exercise: ExerciseResult, title: str, until: str) -> str:
    hidden = [one for one in exercise.checks if one.visibility is Visibility.HIDDEN]
    worth = counted(float(total_points(one.max_points for one in hidden)), "point")
    count = len(hidden)
    if count == 1:
        return f"{title}: 1 hidden check, worth {worth}, is graded, and shown {until}."
    return f"{title}: {count} hidden checks, worth {worth}, are graded, and shown {until}."
