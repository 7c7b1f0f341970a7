"""What is handed in on the portal, from being stored until it has its result.

A hand-in is stored with its sealed files in one transaction, and is acknowledged only then. Who
grades it claims it by a name of its own, and ends it in the transaction that stores the result: so
nothing that was acknowledged is lost, and nothing is graded twice into the book.
"""

from __future__ import annotations

__all__ = [
    "Accepted",
    "ClaimLostError",
    "ClaimedHandIn",
    "HandInDetails",
    "StoredHandIn",
    "TakenFile",
    "accept",
    "claim_next",
    "end",
    "give_back",
    "hand_in_of",
    "hand_ins_of",
    "is_any_waiting",
    "latest_of",
    "place_in_queue",
    "retry",
    "sent_before",
    "take_up",
    "waiting_ids",
]

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, func, select, update
from sqlalchemy.orm import aliased

from grader.errors import GraderError
from grader.gradebook.adjustment_rows import same_people
from grader.gradebook.codec import pack, unpack
from grader.gradebook.contents import store
from grader.gradebook.portal_models import DONE, FAILED, QUEUED, RUNNING, HandIn
from grader.gradebook.rows import add, now_in_words, write_history
from grader.results import ExerciseMoment  # noqa: TC001  (read back by its types)

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from grader.intake.sealed import Sealed

WAITING = (QUEUED, RUNNING)
MOST_SHOWN = 200


class ClaimLostError(GraderError):
    """Somebody else has taken up a hand-in that was being graded: this grading does not count."""


@dataclass(frozen=True, slots=True)
class TakenFile:
    """A file that was handed in, and the file of the course as which it was taken; or none."""

    name: str
    taken_as: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandInDetails:
    """What is known of a hand-in beside its files.

    Attributes
    ----------
    fresh : tuple of str
        The exercises for which it was taken.
    moments : tuple of ExerciseMoment
        For each exercise that was ever handed in: since when what is graded of it is there.
    supplies : dict of str to str
        For each of these a digest of what is graded.
    taken : tuple of TakenFile
        What was sent, file by file.
    notes : tuple of str
        What the student should know, a sentence each.
    attempt : int
        The person's hand-ins, counted from 1.
    """

    fresh: tuple[str, ...] = ()
    moments: tuple[ExerciseMoment, ...] = ()
    supplies: dict[str, str] = field(default_factory=dict)
    taken: tuple[TakenFile, ...] = ()
    notes: tuple[str, ...] = ()
    attempt: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A hand-in that is to be stored; fields as in `HandIn`."""

    once: str
    person: int
    exercise: str
    sealed: Sealed
    handed_in_at: str
    said: HandInDetails


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredHandIn:
    """A hand-in as the book has it; fields as in `HandIn`."""

    id: int
    person: int
    exercise: str
    submission: int
    handed_in_at: str
    state: str
    began_at: str
    ended_at: str
    result: int | None
    said: HandInDetails

    @property
    def is_waiting(self) -> bool:
        """Whether its result is still to come."""
        return self.state in WAITING


@dataclass(frozen=True, slots=True)
class ClaimedHandIn:
    """A hand-in that somebody grades now: small, and safe to send to another process."""

    id: int
    claim: str
    tries: int


def accept(connection: Connection, accepted: Accepted) -> int:
    """Store a hand-in with its files; return its number: the same one for the same form.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write.
    accepted : Accepted
        What is stored.
    """
    known = sent_before(connection, accepted.once, accepted.person)
    if known is not None:
        return known
    submission, _ = store(connection, accepted.sealed)
    number = add(
        connection,
        HandIn,
        once=accepted.once,
        person_id=accepted.person,
        exercise=accepted.exercise,
        submission_id=submission,
        handed_in_at=accepted.handed_in_at,
        said=pack(accepted.said),
    )
    write_history(connection, "handed in", person=accepted.person, detail=f"hand-in {number}")
    return number


def sent_before(connection: Connection, once: str, person: int) -> int | None:
    """Return the hand-in of a form that came before; None where it is new.

    Raises
    ------
    GraderError
        Where it was somebody else's.
    """
    asked = select(HandIn.id, HandIn.person_id).where(HandIn.once == once)
    row = connection.execute(asked).one_or_none()
    if row is None:
        return None
    if row.person_id not in same_people(connection, person):
        raise GraderError("This form was sent by somebody else: reload the page.")
    return int(row.id)


def _asked() -> Any:
    return select(
        HandIn.id, HandIn.person_id, HandIn.exercise, HandIn.submission_id, HandIn.handed_in_at,
        HandIn.state, HandIn.began_at, HandIn.ended_at, HandIn.result_id, HandIn.said,
    )  # fmt: skip


def _stored(row: Row[Any]) -> StoredHandIn:
    return StoredHandIn(
        id=int(row.id),
        person=int(row.person_id),
        exercise=row.exercise,
        submission=int(row.submission_id),
        handed_in_at=row.handed_in_at,
        state=row.state,
        began_at=row.began_at,
        ended_at=row.ended_at,
        result=row.result_id,
        said=unpack(row.said, HandInDetails),
    )


def hand_in_of(connection: Connection, number: int) -> StoredHandIn | None:
    """Return a hand-in; None where there is none of this number."""
    row = connection.execute(_asked().where(HandIn.id == number)).one_or_none()
    return None if row is None else _stored(row)


def hand_ins_of(connection: Connection, person: int, most: int = MOST_SHOWN) -> list[StoredHandIn]:
    """Return the hand-ins of a person, the latest first."""
    people = same_people(connection, person)
    asked = _asked().where(HandIn.person_id.in_(people)).order_by(HandIn.id.desc()).limit(most)
    return [_stored(row) for row in connection.execute(asked)]


def latest_of(connection: Connection, person: int) -> StoredHandIn | None:
    """Return what a person handed in last."""
    return next(iter(hand_ins_of(connection, person, 1)), None)


def place_in_queue(connection: Connection, number: int) -> int:
    """Return how many are graded before a hand-in that waits."""
    asked = select(func.count()).where(HandIn.state.in_(WAITING), HandIn.id < number)
    return int(connection.execute(asked).scalar_one())


def claim_next(connection: Connection) -> ClaimedHandIn | None:
    """Claim the oldest hand-in that waits; of a person, one after the other is graded.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write.
    """
    before = aliased(HandIn)
    is_under_way = exists().where(
        and_(
            before.person_id == HandIn.person_id,
            before.id < HandIn.id,
            before.state.in_(WAITING),
        )
    )
    asked = (
        select(HandIn.id, HandIn.tries)
        .where(HandIn.state == QUEUED, ~is_under_way)
        .order_by(HandIn.id)
        .limit(1)
    )
    row = connection.execute(asked).one_or_none()
    if row is None:
        return None
    claim = secrets.token_hex(16)
    values = {"state": RUNNING, "claim": claim, "began_at": now_in_words()}
    connection.execute(update(HandIn).where(HandIn.id == row.id).values(**values))
    return ClaimedHandIn(int(row.id), claim, int(row.tries))


def _own(claimed: ClaimedHandIn) -> Any:
    return and_(HandIn.id == claimed.id, HandIn.claim == claimed.claim, HandIn.state == RUNNING)


def end(connection: Connection, claimed: ClaimedHandIn, result: int, *, failed: bool) -> None:
    """Note what a hand-in came to, in the transaction that stores it.

    Raises
    ------
    ClaimLostError
        Where somebody else has it now: nothing of this transaction is stored then.
    """
    values = {
        "state": FAILED if failed else DONE,
        "result_id": result,
        "ended_at": now_in_words(),
        "claim": "",
    }
    done = connection.execute(update(HandIn).where(_own(claimed)).values(**values))
    if done.rowcount != 1:
        raise ClaimLostError(f"The hand-in {claimed.id} is graded by somebody else.")


def give_back(connection: Connection, claimed: ClaimedHandIn, *, tried: bool) -> None:
    """Let a hand-in wait again; `tried` says whether its grading ended without a result."""
    values = {"state": QUEUED, "claim": "", "tries": HandIn.tries + (1 if tried else 0)}
    connection.execute(update(HandIn).where(_own(claimed)).values(**values))


def retry(connection: Connection, number: int) -> bool:
    """Let a hand-in that failed by an error of ours be graded anew; say whether it was one."""
    values = {"state": QUEUED, "claim": "", "tries": 0}
    failed = update(HandIn).where(HandIn.id == number, HandIn.state == FAILED)
    return connection.execute(failed.values(**values)).rowcount == 1


def is_any_waiting(connection: Connection) -> bool:
    """Say whether any hand-in waits to be graded."""
    asked = select(HandIn.id).where(HandIn.state == QUEUED).limit(1)
    return connection.execute(asked).scalar() is not None


def waiting_ids(connection: Connection) -> list[int]:
    """Return the hand-ins that wait, the oldest first."""
    asked = select(HandIn.id).where(HandIn.state == QUEUED).order_by(HandIn.id)
    return [int(one) for one in connection.execute(asked).scalars()]


def take_up(connection: Connection) -> int:
    """Let all that was being graded wait again, when a portal starts; return how many wait."""
    running = update(HandIn).where(HandIn.state == RUNNING)
    connection.execute(running.values(state=QUEUED, claim=""))
    return int(connection.execute(select(func.count()).where(HandIn.state == QUEUED)).scalar_one())
