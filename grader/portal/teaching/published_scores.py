"""The scores that are published, for learning platforms: what a student may see, and no more.

A score is published by more than a button: by a hand-in that was graded, a change by hand, another
grading, a deadline after which hidden checks are shown. So all of them are looked through whenever
the book has changed, and from time to time; what a platform knows already is passed over.
"""

from __future__ import annotations

__all__ = ["ScoresSeen", "put_published", "putting_out", "scores_seen"]

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from grader.errors import GraderError
from grader.exports.filling import grade_of
from grader.gradebook.access_models import PlatformLink
from grader.gradebook.book import result_of, standings_of
from grader.gradebook.exercise_rules import course_as_ruled
from grader.gradebook.models import AttemptPerson, History, Participant, Result
from grader.portal.identity.score_outbox import PublishedScore, queue_scores
from grader.portal.showing import held_exercises, hidden_until
from grader.portal.teaching.class_memory import stamp_of
from grader.results import now, reckon

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from sqlalchemy import Connection

    from grader.course import Course
    from grader.portal.context import PortalContext
    from grader.portal.identity import Entrance
    from grader.portal.teaching.class_memory import BookStamp

log = logging.getLogger("grader.portal")

LOOK_SECONDS = 15.0
# Deadlines pass without a line in the book.
ANYWAY_SECONDS = 600.0


# These lines of the history change nobody's points, or do so by a result, which is seen by itself.
_WITHOUT_POINTS = (
    "handed in", "graded", "signed in", "mailed", "exported", "published", "enrolled", "invited",
    "token made", "token revoked", "role", "platform account linked", "campus account linked",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScoresSeen:
    """The scores that are published, and the moment in which they were worked out.

    Attributes
    ----------
    scores : tuple of PublishedScore
    decided : int
        The last line of the history then that may change somebody's points.
    results : int
        The last result then.
    """

    scores: tuple[PublishedScore, ...]
    decided: int
    results: int


def scores_seen(connection: Connection, course: Course, also: str = "") -> ScoresSeen:
    """Return everybody's points in each exercise that they see, and in the whole who see all.

    Who is excused, or whose points an error of the grader or an answer that waits keeps open, has
    no score yet.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    course : Course
        As the manifest has it.
    also : str
        An exercise that is about to be published.
    """
    decided, results = _moment(connection)
    if connection.execute(select(PlatformLink.id).limit(1)).scalar() is None:
        return ScoresSeen((), decided, results)  # nobody gets any
    ruled = course_as_ruled(connection, course)
    held = held_exercises(connection, ruled) - {also}
    return ScoresSeen(tuple(_published(connection, ruled, held)), decided, results)


def _moment(connection: Connection) -> tuple[int, int]:
    """Return the last line of the history that may change points, and the last result."""
    asked = select(
        select(func.max(History.id)).where(History.what.not_in(_WITHOUT_POINTS)).scalar_subquery(),
        select(func.max(Result.id)).scalar_subquery(),
    )
    decided, results = connection.execute(asked).one()
    return int(decided or 0), int(results or 0)


def _published(connection: Connection, course: Course, held: set[str]) -> Iterator[PublishedScore]:
    at = now()
    for standing in standings_of(connection):
        result = result_of(connection, standing, course)
        if grade_of(result):
            continue
        found = reckon(result)
        for person in standing.people:
            unseen = held | hidden_until(connection, course, person, at).keys()
            each = [
                (one.exercise, one.points, one.most)
                for one in found.exercises
                if one.exercise not in unseen and not one.why_not
            ]
            if not unseen:
                each.append(("", found.total, found.most))
            for exercise, score, most in each:
                if most > 0:
                    yield PublishedScore(
                        person=person, exercise=exercise, score=score, max_score=most
                    )


def put_published(connection: Connection, seen: ScoresSeen) -> tuple[int, bool]:
    """Put scores that were worked out before where platforms get them from.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write; a short one, whatever the size of the class.
    seen : ScoresSeen

    Returns
    -------
    new : int
        How many are new.
    is_all : bool
        Whether all are as they were seen. Of whom something was graded meanwhile, nothing is put;
        where somebody has decided something meanwhile, nothing at all.
    """
    decided, _ = _moment(connection)
    if decided != seen.decided:
        return 0, False
    changed = _graded_since(connection, seen.results)
    left = [one for one in seen.scores if one.person not in changed]
    return queue_scores(connection, left, now=time.time()), not changed


def _graded_since(connection: Connection, result: int) -> set[int]:
    """Return the people who have a result after this one."""
    whose = func.coalesce(Participant.merged_into, Participant.id)
    asked = (
        select(whose)
        .join(AttemptPerson, AttemptPerson.person_id == Participant.id)
        .join(Result, Result.attempt_id == AttemptPerson.attempt_id)
        .where(Result.id > result)
    )
    return {int(one) for one in connection.execute(asked).scalars()}


@contextlib.asynccontextmanager
async def putting_out(context: PortalContext, entrance: Entrance) -> AsyncIterator[None]:
    """Look for published scores while the portal runs, if there are platforms."""
    if not entrance.settings.platform:
        yield
        return
    task = asyncio.create_task(_look(context))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _look(context: PortalContext) -> None:
    """Look through all scores whenever something has changed, and from time to time."""
    seen: BookStamp | None = None
    again = 0.0
    while not context.stopping:
        began = time.monotonic()
        try:
            found = await context.ask(_stamp, context)
            if found != seen or began >= again:
                again = began + ANYWAY_SECONDS
                seen = await context.ask(_put, context)
        except GraderError as error:
            log.warning("scores are not put out now: %s", error)
        # A large class takes a while: at most a tenth of the time goes into it.
        await asyncio.sleep(max(LOOK_SECONDS, 10 * (time.monotonic() - began)))


def _stamp(context: PortalContext) -> BookStamp:
    with context.book.database.reading() as connection:
        return stamp_of(connection)


def _put(context: PortalContext) -> BookStamp | None:
    """Put the scores out; return of which moment they are, None where some are of another one.

    They are worked out without holding up those who write.
    """
    with context.book.database.reading() as connection:
        stamp = stamp_of(connection)
        seen = scores_seen(connection, context.course)
    with context.book.database.writing() as connection:
        _, is_all = put_published(connection, seen)
    return stamp if is_all else None
