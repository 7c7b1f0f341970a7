"""The queue of the portal in numbers: how long, how slow, and what we could not grade."""

from __future__ import annotations

__all__ = [
    "QueueNumbers",
    "QueuedHandIn",
    "between",
    "grade_again",
    "numbers_of",
    "queued_hand_ins",
]

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from grader.errors import UsageError
from grader.gradebook.adjustment_rows import same_people
from grader.gradebook.models import Participant
from grader.gradebook.portal_models import DONE, FAILED, QUEUED, RUNNING, HandIn
from grader.gradebook.rows import write_history

if TYPE_CHECKING:
    from sqlalchemy import Connection

_FORM = "%Y-%m-%dT%H:%M:%SZ"
MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueNumbers:
    """The queue at one moment.

    Attributes
    ----------
    waiting, running, failed : int
        How many hand-ins are in each state; `failed` are those that an error of the grader kept
        from being graded.
    oldest_seconds : float
        How long the oldest of those that wait has waited; 0 where none does.
    lately : int
        How many were graded within the last hour.
    wait_seconds, most_wait_seconds : float
        Of these: from being handed in until grading began, half of them at most and the longest.
    grading_seconds : float
        Of these: how long grading took, half of them at most.
    """

    waiting: int
    running: int
    failed: int
    oldest_seconds: float
    lately: int
    wait_seconds: float
    most_wait_seconds: float
    grading_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedHandIn:
    """A hand-in that waits, is being graded, or could not be."""

    number: int
    person: int
    name: str
    exercise: str
    handed_in_at: str
    state: str
    tries: int


def numbers_of(connection: Connection, *, at: datetime | None = None) -> QueueNumbers:
    """Return the numbers of the queue.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    at : datetime, optional
        The moment; now where not given.
    """
    at = at or datetime.now(UTC)
    asked = select(HandIn.state, func.count()).where(HandIn.state != DONE).group_by(HandIn.state)
    counts: dict[str, int] = {state: int(count) for state, count in connection.execute(asked)}
    oldest = connection.execute(
        select(func.min(HandIn.handed_in_at)).where(HandIn.state == QUEUED)
    ).scalar()
    since = (at - timedelta(hours=1)).strftime(_FORM)
    lately = select(HandIn.handed_in_at, HandIn.began_at, HandIn.ended_at).where(
        HandIn.state == DONE, HandIn.ended_at >= since, HandIn.began_at != ""
    )
    rows = connection.execute(lately).all()
    waits = sorted(between(row.handed_in_at, row.began_at) for row in rows)
    took = sorted(between(row.began_at, row.ended_at) for row in rows)
    return QueueNumbers(
        waiting=counts.get(QUEUED, 0),
        running=counts.get(RUNNING, 0),
        failed=counts.get(FAILED, 0),
        oldest_seconds=between(oldest, at.strftime(_FORM)) if oldest else 0.0,
        lately=len(rows),
        wait_seconds=waits[(len(waits) - 1) // 2] if waits else 0.0,
        most_wait_seconds=waits[-1] if waits else 0.0,
        grading_seconds=took[(len(took) - 1) // 2] if took else 0.0,
    )


def between(one: str, other: str) -> float:
    """Return the seconds between two moments of the book, 0 where they are the other way round."""
    begin, end = (datetime.strptime(text, _FORM).replace(tzinfo=UTC) for text in (one, other))
    return max(0.0, (end - begin).total_seconds())


def queued_hand_ins(connection: Connection, *states: str) -> list[QueuedHandIn]:
    """Return the hand-ins in some states, the oldest first."""
    asked = (
        select(
            HandIn.id, HandIn.person_id, Participant.name, HandIn.exercise, HandIn.handed_in_at,
            HandIn.state, HandIn.tries,
        )
        .join(Participant, Participant.id == HandIn.person_id)
        .where(HandIn.state.in_(states))
        .order_by(HandIn.id)
        .limit(MOST)
    )  # fmt: skip
    return [
        QueuedHandIn(
            number=int(row.id), person=int(row.person_id), name=row.name, exercise=row.exercise,
            handed_in_at=row.handed_in_at, state=row.state, tries=int(row.tries),
        )
        for row in connection.execute(asked)
    ]  # fmt: skip


def grade_again(connection: Connection, number: int, *, author: str) -> str:
    """Let a hand-in that could not be graded wait again; return whose it is.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write.
    number : int
        The hand-in.
    author : str
        Who asks for it, for the history.

    Raises
    ------
    UsageError
        Where it is not one that failed, or the person has handed in since: what was handed in last
        counts.
    """
    asked = select(HandIn.state, HandIn.person_id).where(HandIn.id == number)
    row = connection.execute(asked).one_or_none()
    if row is None:
        raise UsageError(f"There is no hand-in {number}.")
    if row.state != FAILED:
        raise UsageError(
            f"Hand-in {number} is not one that could not be graded: somebody else may have let it "
            "be graded again already."
        )
    people = same_people(connection, row.person_id)
    later = select(HandIn.id).where(HandIn.person_id.in_(people), HandIn.id > number).limit(1)
    if connection.execute(later).scalar() is not None:
        raise UsageError(
            f"Hand-in {number} was followed by another one of the same person, which counts: there "
            "is nothing to grade again."
        )
    again = {"state": QUEUED, "claim": "", "tries": 0, "began_at": "", "ended_at": ""}
    connection.execute(update(HandIn).where(HandIn.id == number).values(**again))
    write_history(
        connection, "grade again", who=author, person=row.person_id, detail=f"hand-in {number}"
    )
    name = select(Participant.name).where(Participant.id == row.person_id)
    return str(connection.execute(name).scalar_one())
