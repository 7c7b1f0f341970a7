"""What a student may see now: a result without what is held back, with the changes since."""

from __future__ import annotations

__all__ = ["AttemptShown", "hidden_until", "scores_of", "shown_result", "what_counts"]

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from grader.course.hand_in_rules import HiddenShown
from grader.gradebook.adjustment_rows import attached
from grader.gradebook.book import read_result, standing_of
from grader.gradebook.exercise_rules import deadline_for, rules_set
from grader.gradebook.previous_result import with_since
from grader.portal.limits_of_attempts import moment, when_in_words
from grader.results import ChangeKind, for_student, held_back, reckon
from grader.results.final import LEFT_OUT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from grader.course import Course
    from grader.gradebook.hand_ins import StoredHandIn
    from grader.results import SubmissionResult

LATER = "when your instructor publishes them"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptShown:
    """A hand-in in a list, with its points if its author may see them.

    Attributes
    ----------
    points, most : Decimal, optional
        None where they are not known yet, or not shown.
    percent : Decimal
        How much of the points lateness took, where they are of one exercise.
    is_left_out : bool
        Whether the exercise does not count, because only the best ones do.
    """

    stored: StoredHandIn
    points: Decimal | None = None
    most: Decimal | None = None
    percent: Decimal = Decimal(0)
    is_left_out: bool = False


def hidden_until(connection: Connection, course: Course, person: int, now: str) -> dict[str, str]:
    """Return the exercises whose hidden checks a person is not shown now, and until when not.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    course : Course
        As it is ruled now.
    person : int
        Who looks at their own.
    now : str
        In UTC.
    """
    found: dict[str, str] = {}
    for exercise in course.exercises:
        shown = course.hand_in.of(exercise.id).hidden
        if shown is HiddenShown.NEVER:
            found[exercise.id] = "by your instructor, not here"
        elif shown is HiddenShown.AFTER_DEADLINE:
            deadline = deadline_for(connection, course, person, exercise.id)
            if deadline and moment(now) <= moment(deadline):
                found[exercise.id] = f"after the deadline, {when_in_words(deadline)}"
    return found


def held_exercises(connection: Connection, course: Course) -> set[str]:
    """Return the exercises whose results are not published yet."""
    rules = rules_set(connection)
    general = bool(rules.get("", {}).get("held"))
    return {one.id for one in course.exercises if rules.get(one.id, {}).get("held", general)}


def shown_result(
    connection: Connection, course: Course, one: StoredHandIn, now: str
) -> SubmissionResult:
    """Return the result of a hand-in as its author may see it now.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    course : Course
        As it is ruled now.
    one : StoredHandIn
        With a result.
    now : str
        In UTC.

    Returns
    -------
    SubmissionResult
        As `for_student` returns it.
    """
    if one.result is None:
        raise ValueError("there is no result yet")
    result = _changed(connection, course, one, read_result(connection, one.result))
    result = held_back(result, course.info, hidden_until(connection, course, one.person, now))
    held = held_exercises(connection, course)
    if held:
        result = _without(result, course, held)
    result = with_since(connection, (one.person,), result, one.result)
    return for_student(replace(result, policy=course.policy))


def _changed(
    connection: Connection, course: Course, one: StoredHandIn, result: SubmissionResult
) -> SubmissionResult:
    """Return a result with what was changed by hand: on an earlier attempt, extensions alone."""
    result = attached(connection, (one.person,), result, course.exercise_digests)
    standing = standing_of(connection, one.person)
    if standing is not None and standing.result_id == one.result:
        return result
    longer = tuple(one for one in result.adjustments if one.kind is ChangeKind.EXTENSION)
    return replace(result, adjustments=longer)


def _without(result: SubmissionResult, course: Course, held: set[str]) -> SubmissionResult:
    titles = [one.title for one in course.exercises if one.id in held]
    return replace(
        result,
        exercises=tuple(one for one in result.exercises if one.id not in held),
        free_text=tuple(one for one in result.free_text if one.exercise not in held),
        adjustments=tuple(one for one in result.adjustments if one.exercise not in held),
        notes=(*(f"{title}: graded, and shown {LATER}." for title in titles), *result.notes),
    )


def what_counts(attempts: Sequence[AttemptShown], current: AttemptShown) -> tuple[str, ...]:
    """Return which attempt at an exercise counts and why, a sentence each; nothing for none.

    Parameters
    ----------
    attempts : sequence of AttemptShown
        At one exercise, the latest first.
    current : AttemptShown
        What the exercise comes to in the person's latest result, of whichever attempt.
    """
    counting = next((one for one in attempts if one.stored.result is not None), None)
    if counting is None:
        return ()
    number, latest = counting.stored.said.attempt, attempts[0].stored.said.attempt
    last = "what was handed in last counts"
    said = [
        f"Attempt {number} counts: {last}."
        if number == latest
        else f"Attempt {number} counts until attempt {latest} is graded: {last}."
    ]
    if current.percent:
        percent = f"{current.percent.normalize():f} %"
        said.append(f"It was late: {percent} of its points are taken.")
    if current.is_left_out:
        said.append(
            "This exercise is left out of your total now, because others have a larger share of "
            "their points."
        )
    return tuple(said)


def scores_of(
    connection: Connection,
    course: Course,
    attempts: Sequence[StoredHandIn],
    now: str,
    exercise: str = "",
) -> list[AttemptShown]:
    """Return hand-ins with the points that their author may see now.

    Parameters
    ----------
    connection, course
        As for `shown_result`.
    attempts : sequence of StoredHandIn
        Of one person.
    now : str
        In UTC.
    exercise : str
        Points of this exercise alone; of the whole where not given.
    """
    found = []
    until: dict[str, str] | None = None
    held = held_exercises(connection, course)
    for one in attempts:
        if one.result is None or (exercise in held if exercise else held):
            found.append(AttemptShown(stored=one))
            continue
        if until is None:
            until = hidden_until(connection, course, one.person, now)
        result = _changed(connection, course, one, read_result(connection, one.result))
        result = held_back(result, course.info, until)
        counted = reckon(replace(result, policy=course.policy))
        own = [part for part in counted.exercises if part.exercise == exercise]
        if exercise and not own:
            found.append(AttemptShown(stored=one))
        elif exercise:
            late = (line.share.percent for line in counted.late if exercise in line.exercises)
            percent = next(late, Decimal(0))
            found.append(
                AttemptShown(
                    stored=one,
                    points=own[0].points * (100 - percent) / 100,
                    most=own[0].most,
                    percent=percent,
                    is_left_out=own[0].why_not == LEFT_OUT,
                )
            )
        else:
            found.append(AttemptShown(stored=one, points=counted.total, most=counted.most))
    return found
