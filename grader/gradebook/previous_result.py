"""Find a person's previous result: the latest one for other files than the present result."""

from __future__ import annotations

__all__ = ["with_since"]

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, or_, select

from grader.gradebook.exercise_rows import verdicts_of
from grader.gradebook.models import Attempt, AttemptPerson, Participant, Result, Submission
from grader.gradebook.rows import ask
from grader.results import since

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from grader.results import SubmissionResult

# Made once: that takes longer than the database. Nobody has many results: the database is not asked
# for the last ones, for which SQLite would go through those of the whole class.
_RESULTS = (
    select(Result.id, Result.graded_at, Submission.digest)
    .join(Attempt, Attempt.id == Result.attempt_id)
    .join(Submission, Submission.id == Attempt.submission_id, isouter=True)
    .join(AttemptPerson, AttemptPerson.attempt_id == Attempt.id)
    .join(Participant, Participant.id == AttemptPerson.person_id)
    .where(
        Result.counts,
        or_(Participant.id == bindparam("person"), Participant.merged_into == bindparam("person")),
    )
)


def with_since(
    connection: Connection,
    people: Sequence[int],
    result: SubmissionResult,
    number: int | None = None,
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
    number : int, optional
        Its row, where it may be an earlier one.
    """
    if not people or not result.digest:
        return result
    found = sorted(ask(connection, _RESULTS, person=people[0]), reverse=True)
    found = [row for row in found if number is None or row.id <= number]
    for row in found[1:]:
        if row.digest and row.digest != result.digest:
            outcomes = verdicts_of(connection, row.id)
            checks = [check for exercise in result.exercises for check in exercise.checks]
            return replace(result, since=since(row.graded_at, outcomes, checks))
    return result
