"""A person's results that count, in the order in which the book took them."""

from __future__ import annotations

__all__ = ["counted_results", "results_before"]

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, or_, select

from grader.gradebook.models import (
    Attempt,
    AttemptPerson,
    History,
    Participant,
    Result,
    Submission,
)
from grader.gradebook.rows import ask

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from grader.gradebook.models import Adjustment

# Made once: that takes longer than the database. Nobody has many results: the database is not asked
# for the last ones, for which SQLite would go through those of the whole class.
_OF_PERSON = or_(
    Participant.id == bindparam("person"), Participant.merged_into == bindparam("person")
)
_RESULTS = (
    select(Result.id, Result.score, Result.graded_at, Submission.digest)
    .join(Attempt, Attempt.id == Result.attempt_id)
    .join(Submission, Submission.id == Attempt.submission_id, isouter=True)
    .join(AttemptPerson, AttemptPerson.attempt_id == Attempt.id)
    .join(Participant, Participant.id == AttemptPerson.person_id)
    .where(Result.counts, _OF_PERSON)
)
_STEPS = (
    select(History.id, History.what, History.detail)
    .where(
        History.person_id.in_(select(Participant.id).where(_OF_PERSON)),
        or_(History.what == "graded", History.what == "adjusted"),
    )
    .order_by(History.id)
)
_GRADED = re.compile(r"result (?P<result>\d+), run \d+")


def counted_results(connection: Connection, person: int) -> list[Any]:
    """Return the results of a person that count, the latest last.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    person : int
        Row number of the person; those that were merged into it are included.

    Returns
    -------
    list
        Rows with the columns ``id``, ``score`` in millionths of a point, ``graded_at`` in UTC to
        the second, and ``digest`` of what was handed in, None where nothing could be read.
    """
    return sorted(ask(connection, _RESULTS, person=person))


def results_before(
    connection: Connection, results: list[Any], change: Row[tuple[Adjustment, ...]]
) -> list[Any]:
    """Return those of a person's results that were in the book when a change by hand was made.

    The history tells, whose lines are in the order in which things happened: two moments within
    one second are equal, and a clock that was set back makes the later one the earlier.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    results : list
        As `counted_results` returns them.
    change : Row
        The change's row, with ``person_id``, ``origin`` and ``made_at``.
    """
    known = {row.id for row in results}
    last = None
    for step in ask(connection, _STEPS, person=change.person_id):
        if step.what == "adjusted" and step.detail.startswith(f"number {change.origin}: "):
            return [row for row in results if last is not None and row.id <= last]
        found = _GRADED.fullmatch(step.detail) if step.what == "graded" else None
        if found and int(found["result"]) in known:
            last = int(found["result"])
    # Of somebody who was removed the history has no details: only the times are left.
    return [row for row in results if row.graded_at <= change.made_at]
