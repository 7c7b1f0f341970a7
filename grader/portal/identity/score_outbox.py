"""The outbox: published scores are stored here and sent to platforms later.

They are stored in the transaction that publishes them, so that none is forgotten;
`grader.portal.identity.passing_back` sends them.
"""

from __future__ import annotations

__all__ = ["PublishedScore", "queue_scores"]

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select, update

from grader.gradebook.access_models import OutgoingScore, PlatformLink
from grader.gradebook.columns import millionths
from grader.gradebook.holders import resolve
from grader.gradebook.models import Identity, Participant
from grader.gradebook.rows import add
from grader.portal.identity.lti_people import kind_of
from grader.portal.identity.secret import hashed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from sqlalchemy import Connection

DUE, SENDING, UNSURE = "due", "sending", "unsure"
SENT, SUPERSEDED, REFUSED = "sent", "superseded", "refused"
OPEN = (DUE, SENDING, UNSURE)
_MOMENT = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedScore:
    """The published score of a person in an exercise.

    Attributes
    ----------
    person : int
        Their row in the gradebook.
    exercise : str
        Empty for the whole course.
    """

    person: int
    exercise: str
    score: Decimal
    max_score: Decimal


def queue_scores(connection: Connection, scores: Iterable[PublishedScore], now: float) -> int:
    """Queue scores for platforms, in the transaction that publishes them.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write.
    scores : iterable of PublishedScore
        Only what its person may see. A score goes to each link of its exercise through which that
        person is known to the platform.
    now : float
        Seconds since 1970.

    Returns
    -------
    int
        How many are new: what a platform has been told, or is about to be, is not told again.
    """
    putting = _Putting(connection, now)
    return sum(putting.put(one) for one in scores)


class _Putting:
    """Queues scores; it reads links, people and earlier scores once for all of them."""

    def __init__(self, connection: Connection, now: float) -> None:
        self._connection = connection
        self._now = now
        self._links: dict[str, Sequence[Any]] = {}
        self._users: dict[str, dict[int, str]] = {}
        self._last: dict[int, dict[int, Any]] = {}

    def put(self, one: PublishedScore) -> int:
        """Queue a score after the person's earlier ones at each link; return how many are new."""
        if one.exercise not in self._links:
            asked = select(PlatformLink.id, PlatformLink.platform).where(
                PlatformLink.exercise == one.exercise,
                or_(PlatformLink.lineitem != "", PlatformLink.lineitems != ""),
            )
            self._links[one.exercise] = self._connection.execute(asked).all()
        new = 0
        for link in self._links[one.exercise]:
            if link.platform not in self._users:
                self._users[link.platform] = self._users_of(link.platform)
            users = self._users[link.platform]
            person = one.person
            if person not in users:
                person = resolve(self._connection, person)
            if person in users:
                new += self._put(link.id, person, users[person], one)
        return new

    def _users_of(self, platform: str) -> dict[int, str]:
        """Return the platform's user ids, by the rows of people."""
        asked = (
            select(Identity.person_id, Identity.value, Participant.merged_into)
            .join(Participant, Participant.id == Identity.person_id)
            .where(Identity.kind == kind_of(platform))
            .order_by(Identity.id)
        )
        return {
            row.person_id
            if row.merged_into is None
            else resolve(self._connection, row.merged_into): row.value
            for row in self._connection.execute(asked).all()
        }

    def _last_of(self, link: int) -> dict[int, Any]:
        """Return the latest score of each person at a link."""
        newest = (
            select(func.max(OutgoingScore.id))
            .where(OutgoingScore.link_id == link)
            .group_by(OutgoingScore.person_id)
        )
        asked = select(
            OutgoingScore.id, OutgoingScore.person_id, OutgoingScore.score,
            OutgoingScore.max_score, OutgoingScore.stated_at,
        ).where(OutgoingScore.id.in_(newest))  # fmt: skip
        return {row.person_id: row for row in self._connection.execute(asked).all()}

    def _put(self, link: int, person: int, user: str, one: PublishedScore) -> bool:
        if link not in self._last:
            self._last[link] = self._last_of(link)
        last = self._last[link].get(person)
        if last is not None and _in_millionths(last) == _in_millionths(one):
            return False
        stated = datetime.fromtimestamp(self._now, UTC)
        if last is not None:  # a platform takes nothing that is not newer than what it has
            stated = max(stated, datetime.fromisoformat(last.stated_at) + _MOMENT)
            waiting = and_(OutgoingScore.id == last.id, OutgoingScore.state.in_((DUE, UNSURE)))
            gone = update(OutgoingScore).where(waiting)
            self._connection.execute(gone.values(state=SUPERSEDED))
        row = {
            "link_id": link,
            "person_id": person,
            "user": user,
            "score": one.score,
            "max_score": one.max_score,
            "meant": hashed(str(one.score), str(one.max_score), str(last.id if last else 0)),
            "stated_at": stated.isoformat(timespec="milliseconds"),
            "state": DUE,
            "next_at": int(self._now),
        }
        number = add(self._connection, OutgoingScore, **row)
        self._last[link][person] = SimpleNamespace(id=number, **row)
        return True


def _in_millionths(one: Any) -> tuple[int, int]:
    """Return a score as the gradebook stores it."""
    return millionths(one.score), millionths(one.max_score)
