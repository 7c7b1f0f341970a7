"""Find a person's previous result: the latest one for other files than the present result."""

from __future__ import annotations

__all__ = ["with_since"]

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.gradebook.counted_results import counted_results
from grader.gradebook.exercise_rows import verdicts_of
from grader.results import since

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from grader.results import SubmissionResult


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
    found = [*reversed(counted_results(connection, people[0]))]
    found = [row for row in found if number is None or row.id <= number]
    for row in found[1:]:
        if row.digest and row.digest != result.digest:
            outcomes = verdicts_of(connection, row.id)
            checks = [check for exercise in result.exercises for check in exercise.checks]
            return replace(result, since=since(row.graded_at, outcomes, checks))
    return result
