"""Send scores to platforms; each is stored first and sent once.

A score is put into the gradebook in the transaction that publishes it (`queue_scores`). It is
claimed before it is sent, so that two processes do not send it both. Where it is not known whether
it arrived (a crash in between, a connection that broke), the platform is asked what it has before
it is sent again; and it is sent with the same timestamp each time, by which a platform knows a
repetition.
"""

from __future__ import annotations

__all__ = ["PublishedScore", "ScoresBack", "Undelivered", "queue_scores"]

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from anyio import to_thread
from sqlalchemy import and_, select, update

from grader.gradebook.access_models import OutgoingScore, PlatformLink
from grader.gradebook.models import Participant
from grader.portal.identity.http_client import RemoteServerError
from grader.portal.identity.platform_services import LINE_ITEM, RESULT
from grader.portal.identity.refusing import logger
from grader.portal.identity.score_outbox import (
    DUE,
    OPEN,
    REFUSED,
    SENDING,
    SENT,
    SUPERSEDED,
    UNSURE,
    PublishedScore,
    queue_scores,
)
from grader.portal.identity.sessions import HOUR, MINUTE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from grader.portal.identity.launching import Lti
    from grader.portal.identity.platform_services import Services

# So many are asked for at once.
SOME = 200
# So long nobody else sends what one process has claimed: longer than ten answers may take.
LEASE_SECONDS = 10 * MINUTE
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS, MOST_TRIES = MINUTE, 6 * HOUR, 30
# What a platform has counts as the same up to its own rounding.
CLOSE = Decimal("0.00001")
# The answers after which a platform certainly does not have the score, and may take it later.
_NOT_TAKEN = frozenset([401, 403, 404, 429])
_LATER = frozenset([401, 403, 404, 408, 425, 429])


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """A score that a platform does not have yet, or refuses."""

    name: str
    platform: str
    exercise: str
    state: str
    tries: int
    told: str


class ScoresBack:
    """Sends the scores in the outbox.

    Parameters
    ----------
    lti : Lti
        The platforms.
    services : Services
        By which they are told.
    """

    def __init__(self, lti: Lti, services: Services) -> None:
        self._lti = lti
        self._services = services
        self._entrance = lti.entrance

    async def send_due(self) -> int:
        """Send the scores that are due, and return how many were accepted."""
        sent = 0
        away: set[str] = set()
        while True:
            due = await to_thread.run_sync(self.due, away)
            claimed = 0
            for number, platform in due:
                if platform in away:
                    continue
                row = await to_thread.run_sync(self.claim, number)
                if row is not None:
                    claimed += 1
                    error = await self._send(row)
                    sent += error is None
                    if error is not None and (error.status in (0, 429) or error.status >= 500):
                        away.add(platform)  # its other scores need not wait for it one by one
            if not claimed:
                return sent

    def due(self, away: Collection[str] = ()) -> Sequence[Any]:
        """Return some scores that are due: row and platform of each, those of `away` left out."""
        platforms = [name for name in self._lti.platforms if name not in away]
        with self._entrance.database.reading() as connection:
            asked = (
                select(OutgoingScore.id, PlatformLink.platform)
                .join(PlatformLink, PlatformLink.id == OutgoingScore.link_id)
                .where(*self._claimable(), PlatformLink.platform.in_(platforms))
                .order_by(OutgoingScore.next_at, OutgoingScore.id)
                .limit(SOME)
            )
            return connection.execute(asked).all()

    def _claimable(self) -> tuple[Any, ...]:
        """Return the SQL condition for scores that may be sent now."""
        now = self._entrance.sessions.now()
        other = OutgoingScore.__table__.alias()
        same = and_(
            other.c.link_id == OutgoingScore.link_id,
            other.c.person_id == OutgoingScore.person_id,
        )
        newer = select(other.c.id).where(same, other.c.id > OutgoingScore.id).exists()
        # An older one of the same person that is under way ends first.
        under_way = (
            select(other.c.id)
            .where(
                same,
                other.c.id < OutgoingScore.id,
                other.c.state == SENDING,
                other.c.next_at > now,
            )
            .exists()
        )
        return OutgoingScore.state.in_(OPEN), OutgoingScore.next_at <= now, ~newer, ~under_way

    def claim(self, number: int) -> Any:
        """Claim a score for sending, by its row; None if not due or claimed already."""
        with self._entrance.database.writing() as connection:
            asked = (
                select(
                    OutgoingScore.id, OutgoingScore.person_id, OutgoingScore.user,
                    OutgoingScore.score, OutgoingScore.max_score, OutgoingScore.stated_at,
                    OutgoingScore.state, OutgoingScore.tries, PlatformLink.id.label("link"),
                    PlatformLink.platform, PlatformLink.resource_link, PlatformLink.exercise,
                    PlatformLink.lineitem, PlatformLink.lineitems, PlatformLink.scopes,
                )
                .join(PlatformLink, PlatformLink.id == OutgoingScore.link_id)
                .where(OutgoingScore.id == number, *self._claimable())
            )  # fmt: skip
            row = connection.execute(asked).one_or_none()
            if row is None:
                return None
            # What was before it, and was never heard of again, is of no interest any more.
            before = and_(
                OutgoingScore.link_id == row.link,
                OutgoingScore.person_id == row.person_id,
                OutgoingScore.id < row.id,
                OutgoingScore.state.in_(OPEN),
            )
            connection.execute(update(OutgoingScore).where(before).values(state=SUPERSEDED))
            until = self._entrance.sessions.now() + LEASE_SECONDS
            mine = update(OutgoingScore).where(OutgoingScore.id == row.id)
            values = {"state": SENDING, "next_at": until, "tries": row.tries + 1}
            connection.execute(mine.values(**values))
            return row

    async def _send(self, row: Any) -> RemoteServerError | None:
        """Send a score that this process has claimed, and store the outcome."""
        platform = self._lti.platforms[row.platform]
        state, told, wait, is_posted = SENT, "", 0, False
        failed: RemoteServerError | None = None
        try:
            lineitem = row.lineitem or await self._line_item(row)
            is_there = (
                row.state in (SENDING, UNSURE)
                and RESULT in row.scopes.split()
                and any(
                    _agrees(one, row)
                    for one in await self._services.results(platform, lineitem, row.user)
                )
            )
            if not is_there:
                is_posted = True
                await self._services.put_score(platform, lineitem, _score(row))
        except RemoteServerError as error:
            state, told = _after(error, row, is_posted=is_posted), error.reason
            failed = error if state != SENT else None
            wait = max(_wait(row.tries), error.retry_seconds)
        await to_thread.run_sync(self._note, row.id, state, told, wait)
        return failed

    def _note(self, number: int, state: str, told: str, wait: int) -> None:
        now = self._entrance.sessions.now()
        if state != SENT:
            logger.warning("A score was not passed back (%s): %s.", state, told)
        with self._entrance.database.writing() as connection:
            mine = update(OutgoingScore).where(
                OutgoingScore.id == number, OutgoingScore.state == SENDING
            )
            connection.execute(mine.values(state=state, told=told, next_at=now + wait))

    async def _line_item(self, row: Any) -> str:
        """Return the line item of a link's scores; find or create it, and remember it."""
        if LINE_ITEM not in row.scopes.split():
            raise RemoteServerError("the platform lets nobody make a line item for this link", 400)
        item = {
            "label": row.exercise or "Course",
            "scoreMaximum": float(row.max_score),
            "resourceId": row.exercise,
        }
        platform = self._lti.platforms[row.platform]
        found = await self._services.line_item(platform, row.lineitems, row.resource_link, item)

        def remember() -> None:
            with self._entrance.database.writing() as connection:
                link = update(PlatformLink).where(PlatformLink.id == row.link)
                connection.execute(link.values(lineitem=found))

        await to_thread.run_sync(remember)
        return found

    def undelivered(self) -> list[Undelivered]:
        """Return the scores that no platform has yet, for the instructor; blocks."""
        with self._entrance.database.reading() as connection:
            rows = connection.execute(
                select(
                    Participant.name, PlatformLink.platform, PlatformLink.exercise,
                    OutgoingScore.state, OutgoingScore.tries, OutgoingScore.told,
                )
                .join(PlatformLink, PlatformLink.id == OutgoingScore.link_id)
                .join(Participant, Participant.id == OutgoingScore.person_id)
                .where(OutgoingScore.state.in_((*OPEN, REFUSED)))
                .order_by(OutgoingScore.id)
            )  # fmt: skip
            return [Undelivered(**row._mapping) for row in rows]  # noqa: SLF001 - public, by SQLAlchemy

    def try_again(self) -> int:
        """Queue refused scores once more; return how many; blocks."""
        now = self._entrance.sessions.now()
        with self._entrance.database.writing() as connection:
            refused = update(OutgoingScore).where(OutgoingScore.state == REFUSED)
            done = connection.execute(refused.values(state=UNSURE, tries=0, next_at=now))
            return int(done.rowcount)


def _after(error: RemoteServerError, row: Any, *, is_posted: bool) -> str:
    """Return the new state of a score that was refused, or whose fate is unknown."""
    may_have_been_there = row.state in (SENDING, UNSURE)
    if error.status == 409 and is_posted:
        # It has a score of this moment or a later one: this one, where it may have got that far.
        return SENT if may_have_been_there else REFUSED
    is_final = 400 <= error.status < 500 and error.status not in _LATER
    if is_final or row.tries + 1 >= MOST_TRIES:
        return REFUSED
    is_unsure = may_have_been_there or (is_posted and error.status not in _NOT_TAKEN)
    return UNSURE if is_unsure else DUE


def _score(row: Any) -> dict[str, Any]:
    return {
        "userId": row.user,
        "scoreGiven": float(row.score),
        "scoreMaximum": float(row.max_score),
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": row.stated_at,
    }


def _agrees(result: Mapping[str, Any], row: Any) -> bool:
    """Return whether a platform's result is this score, perhaps on another scale."""
    try:
        has = Decimal(str(result["resultScore"]))
        of = Decimal(str(result.get("resultMaximum", 1)))
        return bool(abs(has * row.max_score - row.score * of) <= CLOSE * of * max(row.max_score, 1))
    except (KeyError, InvalidOperation):
        return False


def _wait(tries: int) -> int:
    return int(min(FIRST_WAIT_SECONDS * 2 ** min(tries, 20), LONGEST_WAIT_SECONDS))
