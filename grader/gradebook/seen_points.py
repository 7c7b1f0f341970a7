"""The points that somebody saw when they changed a grade by hand."""

from __future__ import annotations

__all__ = ["SeenPoints", "points_seen"]

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from grader.gradebook.columns import MILLION
from grader.gradebook.counted_results import counted_results, results_before
from grader.gradebook.models import ExerciseGrade, ResultExercise
from grader.gradebook.rows import ask

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Row

    from grader.gradebook.models import Adjustment
    from grader.results import SubmissionResult

# Made once, as in `grader.gradebook.counted_results`.
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


def points_seen(connection: Connection, change: Row[tuple[Adjustment, ...]]) -> SeenPoints | None:
    """Return what counted for a person when a change by hand was made; None if nothing did.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    change : Row
        The change's row; results of people who were merged into its person are included.
    """
    every = counted_results(connection, change.person_id)
    found = results_before(connection, every, change)
    if not found:
        return None
    last = found[-1]
    rows = ask(connection, _EXERCISES, result=last.id)
    points = {row.exercise: Decimal(row.score) / MILLION for row in rows}
    is_latest = every[-1].digest == last.digest
    return SeenPoints(is_latest, Decimal(last.score) / MILLION, points)
