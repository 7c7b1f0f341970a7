"""The points that somebody saw when they changed a grade by hand."""

from __future__ import annotations

__all__ = ["SeenPoints", "points_seen"]

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, or_, select

from grader.gradebook.columns import MILLION
from grader.gradebook.models import (
    Attempt,
    AttemptPerson,
    ExerciseGrade,
    Participant,
    Result,
    ResultExercise,
    Submission,
)
from grader.gradebook.rows import ask

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from grader.results import SubmissionResult

# Made once, as in `grader.gradebook.previous_result`.
_RESULTS = (
    select(Result.id, Result.score, Result.graded_at, Submission.digest)
    .join(Attempt, Attempt.id == Result.attempt_id)
    .join(Submission, Submission.id == Attempt.submission_id, isouter=True)
    .join(AttemptPerson, AttemptPerson.attempt_id == Attempt.id)
    .join(Participant, Participant.id == AttemptPerson.person_id)
    .where(
        Result.counts,
        or_(Participant.id == bindparam("person"), Participant.merged_into == bindparam("person")),
    )
)
_EXERCISES = (
    select(ExerciseGrade.exercise, ExerciseGrade.score)
    .join(ResultExercise, ResultExercise.grade_id == ExerciseGrade.id)
    .where(ResultExercise.result_id == bindparam("result"))
)


@dataclass(frozen=True, slots=True)
class SeenPoints:
    """What counted for somebody at a time.

    Attributes
    ----------
    is_latest_work : bool
        Whether nothing else was handed in since.
    whole : Decimal
        The points of all exercises, as graded.
    exercises : mapping of str to Decimal
        Those of each, by its id.
    """

    is_latest_work: bool
    whole: Decimal
    exercises: Mapping[str, Decimal]

    def differ(self, result: SubmissionResult, exercise: str) -> bool:
        """Return whether a result has other points, of an exercise or, without one, of all."""
        if not exercise:
            return _is_other(self.whole, result.score)
        now = next((one.score for one in result.exercises if one.id == exercise), None)
        was = self.exercises.get(exercise)
        return now is not None and was is not None and _is_other(was, now)


def _is_other(was: Decimal, now: float) -> bool:
    return abs(float(was) - now) > 1e-6  # the book keeps millionths


def points_seen(connection: Connection, person: int, moment: str) -> SeenPoints | None:
    """Return what counted for a person at a moment; None if nothing had been graded.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    person : int
        Row number of the person; those that were merged into it are included.
    moment : str
        In UTC, to the second, as `grader.results.now` writes it.
    """
    every = sorted(ask(connection, _RESULTS, person=person))
    found = [row for row in every if row.graded_at <= moment]
    if not found:
        return None
    last = found[-1]
    rows = ask(connection, _EXERCISES, result=last.id)
    points = {row.exercise: Decimal(row.score) / MILLION for row in rows}
    is_latest = every[-1].digest == last.digest
    return SeenPoints(is_latest, Decimal(last.score) / MILLION, points)
