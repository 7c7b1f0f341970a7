"""Store changes by hand as added rows, and attach them to the results that they change.

A change belongs to one person. A change for a group is stored once for each member, under one
number (`Adjustment.origin`), and counts as long as all who handed something in together have it.
"""

from __future__ import annotations

__all__ = [
    "ON_NOTHING",
    "attached",
    "rows_of",
    "same_people",
    "stale_adjustments",
    "written_digest",
]

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, or_, select

from grader.gradebook.codec import digest_of
from grader.gradebook.columns import MILLION
from grader.gradebook.models import Adjustment, Participant
from grader.gradebook.rows import ask
from grader.gradebook.seen_points import points_seen
from grader.results import Adjusted, ChangeKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Row

    from grader.results import SubmissionResult

# Compiled once: compiling takes longer than running the query.
_OF_PERSON = or_(
    Participant.id == bindparam("person"), Participant.merged_into == bindparam("person")
)
_SAME_PEOPLE = select(Participant.id).where(_OF_PERSON).order_by(Participant.id)
_TABLE = Adjustment.__table__
_ALL_CHANGES = (
    select(_TABLE).where(_TABLE.c.person_id.in_(_SAME_PEOPLE.order_by(None))).order_by(_TABLE.c.id)
)
_CHANGES = _ALL_CHANGES.where(_TABLE.c.revoked_at == "")

# `seen_digest` of a change for somebody without a submission: it becomes stale once they submit.
ON_NOTHING = digest_of("nothing was handed in")

# What is said of one hand-in: points, and the moment at which it came.
_OF_WHAT_WAS_SEEN = (ChangeKind.POINTS, ChangeKind.SET, ChangeKind.HANDED_IN)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleAdjustment:
    """A change by hand whose exercise has changed in the course since then."""

    number: int
    people: tuple[str, ...]
    exercise: str
    check_id: str
    reason: str
    author: str


def same_people(connection: Connection, person: int) -> list[int]:
    """Return a person's rows: the one that remains, and those that were merged into it."""
    return list(connection.execute(_SAME_PEOPLE, {"person": person}).scalars())


def rows_of(
    connection: Connection, person: int, *, revoked: bool = False
) -> list[Row[tuple[Adjustment, ...]]]:
    """Return a person's changes, each once, in the order in which they were made.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    person : int
        Row number of the person; changes of rows that were merged into it are included.
    revoked : bool
        Whether to include changes that were taken back.
    """
    asked = _ALL_CHANGES if revoked else _CHANGES
    # Two rows with one origin belong to two merged rows of one person: it was one change.
    found = {row.origin: row for row in reversed(ask(connection, asked, person=person))}
    return [
        row._replace(points=None if row.points is None else Decimal(row.points) / MILLION)
        for _, row in sorted(found.items())
    ]


def attached(
    connection: Connection,
    people: Sequence[int],
    result: SubmissionResult,
    digests: Mapping[str, str],
) -> SubmissionResult:
    """Return a result with the changes by hand of its people attached.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    people : sequence of int
        Row numbers of the people who handed it in.
    result : SubmissionResult
        The result as graded.
    digests : mapping of str to str
        The present digest of each exercise. A change made on another digest, or when other points
        were graded, is marked as stale and still counts.
    """
    changes = [row for person in people for row in rows_of(connection, person)]
    if not changes:
        return result if not result.adjustments else replace(result, adjustments=())
    found: dict[int, Adjusted] = {}
    holders: dict[int, int] = {}
    answers = {(one.exercise, one.key): written_digest(one.answer) for one in result.free_text}
    for row in changes:
        holders[row.origin] = holders.get(row.origin, 0) + 1
        if row.seen_digest == ON_NOTHING:
            now = digest_of(result.digest) if was_handed_in(result) else ON_NOTHING
        elif row.kind == ChangeKind.ANSWER:
            now = answers.get((row.exercise, row.question), row.seen_digest)
        else:
            now = digests.get(row.exercise, row.seen_digest)
        is_stale = now != row.seen_digest or _was_made_on_another(connection, row, result)
        found[row.origin] = adjusted_of(row, is_stale=is_stale)
    return replace(
        result,
        adjustments=tuple(
            replace(found[number], counts=holders[number] == len(people))
            for number in sorted(found)
        ),
    )


def _was_made_on_another(
    connection: Connection, row: Row[tuple[Adjustment, ...]], result: SubmissionResult
) -> bool:
    """Return whether what its author saw has other points now, or other files for a time.

    Points by hand are for work that somebody looked at. Once something else was handed in, they
    may be given twice, or hold a better work down.
    """
    if row.seen_digest == ON_NOTHING or row.kind not in _OF_WHAT_WAS_SEEN:
        return False
    seen = points_seen(connection, row)
    if seen is None:
        return False
    if row.kind == ChangeKind.HANDED_IN:
        return not seen.is_latest_work
    return seen.differ(result, row.exercise)


def was_handed_in(result: SubmissionResult) -> bool:
    """Return whether the result belongs to a submission, readable or not."""
    return bool(result.digest or result.refused or result.graded_at)


def written_digest(answer: str) -> str:
    """Return the digest of an answer; it differs for each other answer."""
    return digest_of("answer", answer)


def adjusted_of(row: Row[tuple[Adjustment, ...]], *, is_stale: bool = False) -> Adjusted:
    """Convert a row to the form that results use."""
    return Adjusted(
        number=row.origin,
        kind=ChangeKind(row.kind),
        exercise=row.exercise,
        check=row.check_id,
        question=row.question,
        points=row.points if row.points is not None else Decimal(0),
        value=row.value,
        reason=row.reason,
        author=row.author,
        made_at=row.made_at,
        stale=is_stale,
    )


def stale_adjustments(
    connection: Connection, digests: Mapping[str, str]
) -> tuple[StaleAdjustment, ...]:
    """Return the changes by hand whose exercises have changed since they were made.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    digests : mapping of str to str
        The present digest of each exercise (`Course.exercise_digests`); changes of other
        exercises are left out.
    """
    table = Adjustment.__table__
    asked = (
        select(table, Participant.name)
        .join(Participant, Participant.id == table.c.person_id)
        .where(table.c.revoked_at == "", table.c.seen_digest.not_in(["", ON_NOTHING]))
        .where(table.c.kind != ChangeKind.ANSWER.value, table.c.exercise.in_(list(digests)))
        .order_by(table.c.id)
    )
    found: dict[int, StaleAdjustment] = {}
    for row in connection.execute(asked):
        if digests[row.exercise] == row.seen_digest:
            continue
        before = found.get(row.origin)
        names = dict.fromkeys((*(before.people if before else ()), row.name))
        found[row.origin] = StaleAdjustment(
            number=row.origin,
            people=tuple(names),
            exercise=row.exercise,
            check_id=row.check_id,
            reason=row.reason,
            author=row.author,
        )
    return tuple(found.values())
