"""The data of students' pages; templates only lay them out."""

from __future__ import annotations

__all__ = ["ExerciseShown", "ReceiptView", "exercise_views", "receipt_view"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.course.hand_in_rules import HiddenShown
from grader.gradebook.exercise_rules import deadline_for
from grader.portal.limits_of_attempts import moment, next_possible, refusal_of, when_in_words
from grader.portal.showing import scores_of
from grader.report.text import points
from grader.util.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from grader.course import Course, Exercise
    from grader.gradebook.hand_ins import StoredHandIn
    from grader.results import LateRule

STATES = {
    "queued": "waits to be graded",
    "running": "is being graded",
    "done": "graded",
    "failed": "an error of the grader",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseShown:
    """An exercise as its list and its page show it.

    Attributes
    ----------
    deadline : str
        Until when it is in time, in words; empty for always.
    is_late : bool
        Whether that has passed.
    rules : tuple of str
        What holds for handing in, a sentence each.
    refusal : str
        Why it cannot be handed in now; empty where it can.
    state : str
        Of the last hand-in, in words; empty where there is none.
    score : str
        What the last hand-in that has a result came to; empty where that is not shown.
    """

    id: str
    number: str
    title: str
    files: tuple[str, ...]
    worth: str
    bonus: bool
    deadline: str
    is_late: bool
    rules: tuple[str, ...]
    refusal: str
    state: str
    score: str
    last: int | None


def exercise_views(
    connection: Connection, course: Course, person: int, mine: Sequence[StoredHandIn], now: str
) -> list[ExerciseShown]:
    """Return all exercises as a person sees them now.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    course : Course
        As it is ruled now.
    person : int
        Who looks.
    mine : sequence of StoredHandIn
        What they handed in, the latest first.
    now : str
        In UTC.
    """
    graded = next((one for one in mine if one.result is not None), None)
    return [_view(connection, course, one, person, mine, graded, now) for one in course.exercises]


def _view(
    connection: Connection,
    course: Course,
    exercise: Exercise,
    person: int,
    mine: Sequence[StoredHandIn],
    graded: StoredHandIn | None,
    now: str,
) -> ExerciseShown:
    own = [one for one in mine if exercise.id in one.said.fresh]
    deadline = deadline_for(connection, course, person, exercise.id)
    is_late = bool(deadline) and moment(now) > moment(deadline)
    score = ""
    if graded is not None and exercise.id in graded.said.supplies:
        [shown] = scores_of(connection, course, [graded], now, exercise.id)
        if shown.points is not None and shown.most is not None:
            score = f"{points(float(shown.points))} of {points(float(shown.most))}"
    return ExerciseShown(
        id=exercise.id,
        number=exercise.number,
        title=exercise.title,
        files=tuple(part.file for part in exercise.parts),
        worth=counted(exercise.points, "point"),
        bonus=exercise.bonus,
        deadline=when_in_words(deadline) if deadline else "",
        is_late=is_late,
        rules=tuple(_rules(course, exercise, mine, now, is_late=is_late)),
        refusal=refusal_of(course, mine, [exercise.id], now),
        state=STATES[own[0].state] if own else "",
        score=score,
        last=own[0].id if own else None,
    )


def _rules(
    course: Course, exercise: Exercise, mine: Sequence[StoredHandIn], now: str, *, is_late: bool
) -> list[str]:
    """Return the rules for handing in an exercise, one sentence each."""
    said = []
    late = {rule.exercise: rule for rule in course.policy.late}
    rule = late.get(exercise.id) or late.get("")
    if rule is not None and rule.deadline and (rule.percent_per_day or rule.cut_off_seconds):
        said.append(_lateness(rule, is_late=is_late))
    own = course.hand_in.of(exercise.id)
    _, left = next_possible(course, exercise.id, mine, now)
    if left is not None:
        said.append(
            f"You can hand it in {counted(left, 'more time')} of {own.attempts} in all."
            if left != own.attempts
            else f"You can hand it in {counted(own.attempts, 'time')} in all."
        )
    if own.attempts_per_hour:
        said.append(f"Within an hour, {counted(own.attempts_per_hour, 'time')} at most.")
    if own.hidden is HiddenShown.AFTER_DEADLINE and rule is not None and rule.deadline:
        said.append("Some checks are hidden: they are graded, and shown after the deadline.")
    elif own.hidden is HiddenShown.NEVER:
        said.append("Some checks are hidden: they are graded, and not shown here.")
    return said


def _lateness(rule: LateRule, *, is_late: bool) -> str:
    percent = f"{rule.percent_per_day.normalize():f} %"
    after = counted(rule.cut_off_seconds / 86_400, "day") if rule.cut_off_seconds else ""
    if not rule.percent_per_day:
        return f"Late work: after {after} there are no points."
    costs = f"{percent} of the points for each day begun"
    if is_late and after:
        return (
            f"The deadline has passed: handing in now costs {costs}; after {after} there are no "
            "points."
        )
    if is_late:
        return f"The deadline has passed: handing in now costs {costs}."
    if after:
        return f"Late work costs {costs}; after {after} there are no points."
    return f"Late work costs {costs}."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptView:
    """A hand-in as its own page shows it."""

    number: int
    attempt: int
    when: str
    state: str
    words: str
    exercises: tuple[str, ...]
    taken: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    is_waiting: bool


def receipt_view(course: Course, one: StoredHandIn) -> ReceiptView:
    """Return what the page of a hand-in shows.

    Parameters
    ----------
    course : Course
        With its exercises.
    one : StoredHandIn
        What was handed in.
    """
    titles = tuple(f"{e.number}. {e.title}" for e in course.exercises if e.id in one.said.fresh)
    return ReceiptView(
        number=one.id,
        attempt=one.said.attempt,
        when=when_in_words(one.handed_in_at),
        state=one.state,
        words=STATES[one.state],
        exercises=titles,
        taken=tuple((file.name, file.taken_as) for file in one.said.taken),
        notes=one.said.notes,
        is_waiting=one.is_waiting,
    )
