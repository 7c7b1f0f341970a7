"""Find a person's previous result: the latest one for other files than the present result."""

from __future__ import annotations

__all__ = ["with_since"]

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from grader.gradebook.codec import unpack
from grader.gradebook.models import (
    Attempt,
    AttemptPerson,
    CheckOutcome,
    KnownCheck,
    Participant,
    Result,
    ResultExercise,
)
from grader.results import Outcome, SubmissionResult, since

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

# The same files may have been graded several times since: this many results are looked at.
MOST_RESULTS = 12


def with_since(
    connection: Connection, people: Sequence[int], result: SubmissionResult
) -> SubmissionResult:
    """Return a result with its differences from the previous attempt, if there was one.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    people : sequence of int
        Row numbers of the people who handed it in; the attempts of the first one are searched.
    result : SubmissionResult
        Their latest result.
    """
    if not people or not result.digest:
        return result
    same = or_(Participant.id == people[0], Participant.merged_into == people[0])
    rows = connection.execute(
        select(Result.id, Result.graded_at, Result.body)
        .join(Attempt, Attempt.id == Result.attempt_id)
        .join(AttemptPerson, AttemptPerson.attempt_id == Attempt.id)
        .join(Participant, Participant.id == AttemptPerson.person_id)
        .where(Result.counts, same)
        .order_by(Result.id.desc())
        .limit(MOST_RESULTS)
    ).all()
    for row in rows[1:] if len(rows) > 1 else ():
        digest = unpack(row.body, SubmissionResult).digest
        if digest and digest != result.digest:
            outcomes = {
                check: (Outcome(outcome), float(points))
                for check, outcome, points in connection.execute(
                    select(KnownCheck.check_id, CheckOutcome.outcome, CheckOutcome.points)
                    .join(CheckOutcome, CheckOutcome.check_row == KnownCheck.id)
                    .join(ResultExercise, ResultExercise.grade_id == CheckOutcome.grade_id)
                    .where(ResultExercise.result_id == row.id)
                )
            }
            checks = [check for exercise in result.exercises for check in exercise.checks]
            return replace(result, since=since(row.graded_at, outcomes, checks))
    return result
