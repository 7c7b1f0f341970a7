"""The queue and the workers: how long it is, who waits, and what we could not grade."""

from __future__ import annotations

__all__ = ["queue_routes"]

from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.gradebook.portal_models import FAILED, QUEUED, RUNNING
from grader.gradebook.queue_numbers import grade_again, numbers_of, queued_hand_ins
from grader.languages import N_
from grader.portal.access import AllowedRoute, visitor_of
from grader.portal.context import context_of
from grader.portal.identity import Permission, roles_that_may
from grader.portal.limits_of_attempts import when_in_words
from grader.portal.teaching.class_memory import stamp_of
from grader.portal.teaching.teaching_room import done, number_in, problem, show
from grader.results import now
from grader.util.wording import counted

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from grader.gradebook import Gradebook
    from grader.gradebook.queue_numbers import QueuedHandIn, QueueNumbers
    from grader.portal.course_watch import ServedCourse
    from grader.portal.teaching.class_memory import BookStamp

MINUTE = 60


def queue_routes() -> list[AllowedRoute]:
    """Return the routes."""
    return [
        AllowedRoute("/queue", queue_page, may=roles_that_may(Permission.QUEUE_SEE)),
        AllowedRoute(
            "/queue/{number}/again",
            again,
            may=roles_that_may(Permission.REGRADE),
            methods=["POST"],
        ),
    ]


def _read(
    book: Gradebook,
) -> tuple[BookStamp, QueueNumbers, list[QueuedHandIn], list[QueuedHandIn]]:
    with book.database.reading() as connection:
        stamp = stamp_of(connection)
        waiting = queued_hand_ins(connection, QUEUED, RUNNING)
        return stamp, numbers_of(connection), waiting, queued_hand_ins(connection, FAILED)


async def queue_page(request: Request) -> Response:
    """Show the queue."""
    context = context_of(request)
    stamp, numbers, waiting, failed = await context.ask(_read, context.book)
    workers = counted(context.settings.workers, "worker")
    graded = (
        f"being graded, by {workers} of a cluster"
        if context.settings.scheduler
        else f"being graded, by {workers} on this machine"
    )
    return show(
        request,
        "teaching_queue.html.j2",
        stamp=stamp,
        course_served=served_in(request),
        numbers=[
            (str(numbers.waiting), N_("waiting")),
            (str(numbers.running), graded),
            (str(numbers.failed), "not graded, by an error of the grader"),
            (in_words(numbers.oldest_seconds), "is how long the oldest has waited"),
        ],
        lately=numbers.lately,
        hand_ins=counted(numbers.lately, "hand-in"),
        wait=in_words(numbers.wait_seconds),
        most_wait=in_words(numbers.most_wait_seconds),
        took=in_words(numbers.grading_seconds),
        waiting=[_shown(one) for one in waiting],
        failed=[_shown(one) for one in failed],
        at=when_in_words(now()),
    )


def served_in(request: Request) -> dict[str, str]:
    """Return which version of the course is served, since when, and why not a later one."""
    served: ServedCourse = request.app.state.course_watch.served
    return {
        "version": served.version,
        "since": when_in_words(served.since),
        "problem": served.problem,
        "tried": when_in_words(served.tried) if served.tried else "",
    }


def _shown(one: QueuedHandIn) -> dict[str, object]:
    return {
        "number": one.number,
        "name": one.name,
        "href": f"/class/people/{one.person}",
        "exercise": one.exercise or "all",
        "when": when_in_words(one.handed_in_at, now()),
        "state": "is being graded" if one.state == RUNNING else "waits",
        "tries": one.tries,
    }


def in_words(seconds: float) -> str:
    """Return a short time in words."""
    if seconds < 2 * MINUTE:
        return f"{seconds:.0f} s"
    return f"{seconds / MINUTE:.0f} min"


async def again(request: Request) -> Response:
    """Queue a hand-in again that could not be graded because of a grader error."""
    context, number = context_of(request), number_in(request, "number")
    author = visitor_of(request).name

    def work() -> str:
        with context.book.database.writing() as connection:
            return grade_again(connection, number, author=author)

    try:
        name = await context.ask(work)
    except UsageError as error:
        return problem(request, "Not graded again", str(error), "/queue")
    return done(request, "/queue", f"Hand-in {number} of {name} waits to be graded again.")
