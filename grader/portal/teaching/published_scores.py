"""The scores that are published, for learning platforms: what a student may see, and no more.

A score is published by more than a button: by a hand-in that was graded, a change by hand, another
grading, a deadline after which hidden checks are shown. So all of them are looked through whenever
the book has changed, and from time to time; what a platform knows already is passed over.
"""

from __future__ import annotations

__all__ = ["published_scores", "put_published", "putting_out"]

import asyncio
import contextlib
import logging
import time
from typing import TYPE_CHECKING

from sqlalchemy import select

from grader.errors import GraderError
from grader.exports.filling import grade_of
from grader.gradebook.access_models import PlatformLink
from grader.gradebook.book import result_of, standings_of
from grader.gradebook.exercise_rules import course_as_ruled
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


def published_scores(connection: Connection, course: Course) -> Iterator[PublishedScore]:
    """Yield everybody's points in each exercise that they see, and in the whole who see all.

    Who is excused, or whose points an error of the grader or an answer that waits keeps open, has
    no score yet.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    course : Course
        With the rules that hold now.
    """
    held, at = held_exercises(connection, course), now()
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


def put_published(connection: Connection, course: Course) -> int:
    """Put the scores that are published where platforms get them from; return how many are new.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write.
    course : Course
        As the manifest has it.
    """
    if connection.execute(select(PlatformLink.id).limit(1)).scalar() is None:
        return 0  # nobody gets any: a large class is not read while others wait to write
    ruled = course_as_ruled(connection, course)
    return queue_scores(connection, list(published_scores(connection, ruled)), now=time.time())


@contextlib.asynccontextmanager
async def putting_out(context: PortalContext, entrance: Entrance) -> AsyncIterator[None]:
    """Look for published scores as long as the portal goes on, where there are platforms."""
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
    """Put the scores out; return of which moment they are, None where that has passed already.

    They are worked out without holding up those who write, and stored where nothing has changed.
    """
    with context.book.database.reading() as connection:
        stamp = stamp_of(connection)
        ruled = course_as_ruled(connection, context.course)
        scores = list(published_scores(connection, ruled))
    with context.book.database.writing() as connection:
        if stamp_of(connection) != stamp:
            return None
        queue_scores(connection, scores, now=time.time())
        return stamp_of(connection)
