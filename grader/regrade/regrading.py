"""Regrade stale results, compare old and new, and apply the new ones on request."""

from __future__ import annotations

__all__ = ["Preview", "apply", "change", "preview"]

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from grader.executors.batch import Plan, grade_entries
from grader.gradebook import RunEntry, stored
from grader.gradebook.adjustment_rows import attached, stale_adjustments
from grader.gradebook.book import read_result
from grader.gradebook.models import ExerciseGrade, ResultExercise
from grader.gradebook.rows import write_history
from grader.judge import Graded
from grader.regrade.stale import count_of_stamps, exercises_in_use, find_stale
from grader.results import CheckChange, GradeChange, Regraded
from grader.util.wording import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from grader.course import Course
    from grader.gradebook import Conditions, Gradebook
    from grader.gradebook.adjustment_rows import StaleAdjustment
    from grader.regrade.stale import Stale
    from grader.results import CheckResult, SubmissionResult


@dataclass(frozen=True, slots=True)
class Preview:
    """The outcome of a regrading that is not applied yet, with all data needed to apply it."""

    told: Regraded
    stale: tuple[Stale, ...]
    results: tuple[SubmissionResult, ...]


def preview(
    book: Gradebook,
    course: Course,
    conditions: Conditions,
    *,
    workers: int = 1,
    begun: Callable[[int], Callable[[SubmissionResult], None]] = lambda _count: _ignored,
    warned: Callable[[str], None] = lambda _said: None,
) -> Preview:
    """Regrade the exercises that an edit of the course affects, without changing any result.

    The new results are stored, so that applying them runs nothing again.

    Parameters
    ----------
    book : Gradebook
        The gradebook with the submissions.
    course : Course
        The course, with the exercises that may be regraded.
    conditions : Conditions
        The conditions for the grading.
    workers : int
        The number of worker processes.
    begun : callable
        Called with the number of submissions to run, if there are any; returns a function that is
        called with each result as it arrives.
    warned : callable
        Called before that with a sentence, if results are run again only because they were graded
        at another level of isolation.

    Raises
    ------
    GraderError
        Grading cannot continue; the results so far are stored.
    """
    course, total, found, said = _stale_now(book, course, conditions)
    unread = tuple(one.student for one in found if one.submission_id is None)
    stale = [one for one in found if one.submission_id is not None]
    if not stale:
        return Preview(Regraded(total=total, run=0, unread=unread), (), ())
    if said:
        warned(said)
    plan = Plan(
        course_root=course.root,
        exercises=tuple(one.id for one in course.exercises),
        salt=conditions.salt,
        isolation=conditions.isolation,
        book=RunEntry(place=book.place, conditions=replace(conditions, preview=True), run=0),
    )
    done, entries = begun(len(stale)), [one.entry(book.place) for one in stale]
    graded = grade_entries(plan, entries, workers, done, judge=plan.judge_of(course))
    result = _compared(book, course, stale, graded)
    touched = {name for one in stale for name in one.exercises}
    told = replace(
        result.told,
        total=total,
        exercises=tuple(one.id for one in course.exercises if one.id in touched),
        unread=unread,
    )
    return replace(result, told=told)


def _stale_now(
    book: Gradebook, course: Course, conditions: Conditions
) -> tuple[Course, int, list[Stale], str]:
    """Return the course with the exercises in use, the number of results, the stale ones, and why.

    The last is a sentence of `_other_level`.
    """
    with book.database.reading() as connection:
        used = exercises_in_use(connection)
        course = replace(course, exercises=tuple(e for e in course.exercises if e.id in used))
        digests = course.exercise_digests
        stamps = {one.id: conditions.stamp(one, digests[one.id]) for one in course.exercises}
        total, found = find_stale(connection, stamps)
        said = _other_level(connection, course, conditions) if found else ""
    return course, total, found, said


def _compared(
    book: Gradebook,
    course: Course,
    stale: Sequence[Stale],
    graded: Sequence[SubmissionResult],
) -> Preview:
    """Compare the new results with those that count now."""
    changes, results = [], []
    with book.database.reading() as connection:
        for one, result in zip(stale, graded, strict=True):
            old = read_result(connection, one.result_id)
            new = _whole(old, one, result)
            results.append(new)
            before, after = (
                replace(attached(connection, one.people, of, {}), policy=course.policy)
                for of in (old, new)
            )
            changes.append(change(before, after))
        adjusted = stale_adjustments(connection, course.exercise_digests)
    told = Regraded(
        total=0,
        run=len(stale),
        changes=tuple(sorted(filter(None, changes), key=lambda one: -abs(one.gain))),
        notes=(*map(_look_again, adjusted), *_open_points(results)),
    )
    return Preview(told, tuple(stale), tuple(results))


def _other_level(connection: Connection, course: Course, conditions: Conditions) -> str:
    """Say that results would still be valid at another level of isolation; empty if none is.

    Results of one level are valid at the others, but for those of none (`Conditions`).
    """
    is_shut_in = conditions.isolation != "none"
    other = replace(conditions, isolation="none" if is_shut_in else "full")
    digests = course.exercise_digests
    count = count_of_stamps(
        connection, [other.stamp(one, digests[one.id]) for one in course.exercises]
    )
    if not count:
        return ""
    theirs = "at isolation none" if is_shut_in else "shut in, at isolation full or reduced"
    return (
        f"Graded {theirs}, and so not valid at isolation {conditions.isolation}: "
        f"{counted(count, 'result')}. What they came to is run again, whether the course has "
        f"changed or not. `grader regrade --isolation {other.isolation}` shows only what an edit "
        "changes."
    )


def _ignored(_: SubmissionResult) -> None:
    """Ignore a result."""


def _whole(old: SubmissionResult, stale: Stale, new: SubmissionResult) -> SubmissionResult:
    """Return the new result, restricted to the exercises of the old one."""
    found = {one.id: one for one in new.exercises}
    exercises = tuple(
        found.get(one.id, one) if one.id in stale.exercises else one for one in old.exercises
    )
    return replace(new, slug=old.slug, exercises=exercises)


def change(old: SubmissionResult, new: SubmissionResult) -> GradeChange | None:
    """Return how two results of one submission differ; None if they are equal."""
    before, after = _checks(old), _checks(new)
    checks = []
    for name in {**before, **after}:
        one, two = before.get(name), after.get(name)
        changed = CheckChange(
            id=name,
            before=one.outcome.value if one else "",
            after=two.outcome.value if two else "",
            points_before=one.points if one else 0.0,
            points_after=two.points if two else 0.0,
            message=two.message if two else "",
        )
        if (changed.before, changed.points_before) != (changed.after, changed.points_after):
            checks.append(changed)
    if not checks:
        return None
    return GradeChange(
        student=new.student,
        before=old.final_score,
        after=new.final_score,
        checks=tuple(checks),
        provisional=new.provisional,
    )


def _checks(result: SubmissionResult) -> dict[str, CheckResult]:
    return {check.id: check for one in result.exercises for check in one.checks}


def _open_points(results: Sequence[SubmissionResult]) -> list[str]:
    names = [one.student for one in results if one.provisional]
    if not names:
        return []
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    said = f"An error of the grader keeps points open for {', '.join(names[:5])}{more}"
    return [f"{said}: see their reports."]


def _look_again(adjusted: StaleAdjustment) -> str:
    return (
        f"{', '.join(adjusted.people)}: adjustment {adjusted.number}, of "
        f"{adjusted.check_id or adjusted.exercise}, was made before that changed "
        f"({adjusted.reason}). It is kept: look whether it still holds."
    )


def apply(
    book: Gradebook, course: Course, conditions: Conditions, found: Preview, reason: str = ""
) -> Regraded:
    """Make the results of a preview count, all or none; the history records both results.

    Parameters
    ----------
    book, course, conditions
        As in `preview`.
    found : Preview
        The preview to apply.
    reason : str
        The reason, for the history.
    """
    with book.run("regrade", course, conditions.isolation) as run:
        recorder = book.recorder(course, conditions, run)
        with book.database.writing() as connection:
            for one, result in zip(found.stale, found.results, strict=True):
                sealed = stored(connection, one.submission_id or 0, one.student)
                recorder.replace(connection, Graded(sealed, result), _kept(connection, one))
            detail = f"run {run}: {found.told.sentence()}"
            write_history(connection, "regraded", why=reason, detail=detail)
    return replace(found.told, applied=True)


def _kept(connection: Connection, stale: Stale) -> dict[str, int]:
    """Return the row numbers of the exercises that were not regraded."""
    asked = (
        select(ExerciseGrade.exercise, ExerciseGrade.id)
        .join(ResultExercise, ResultExercise.grade_id == ExerciseGrade.id)
        .where(ResultExercise.result_id == stale.result_id)
    )
    rows = {row.exercise: row.id for row in connection.execute(asked)}
    return {name: row for name, row in rows.items() if name not in stale.exercises}
