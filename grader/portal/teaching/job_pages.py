"""Pages that start a regrade or a comparison of submissions, and show the outcome."""

from __future__ import annotations

__all__ = ["job_routes"]

from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.portal.access import AllowedRoute, visitor_of
from grader.portal.context import context_of
from grader.portal.identity import Permission, roles_that_may
from grader.portal.limits_of_attempts import when_in_words
from grader.portal.teaching.class_jobs import (
    ClassPlan,
    RegradeSeen,
    apply_regrade,
    find_similar,
    preview_regrade,
)
from grader.portal.teaching.teaching_room import done, fields_of, problem, room_of, show
from grader.similar.side_by_side import SimilarPage

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from grader.portal.teaching.long_jobs import JobState

REGRADE, SIMILAR = "regrade", "similar"
MOST_WORDS = 2_000


def job_routes() -> list[AllowedRoute]:
    """Return the routes."""
    regrade = roles_that_may(Permission.REGRADE)
    similar = roles_that_may(Permission.SIMILAR_SEE)
    return [
        AllowedRoute("/regrade", regrade_page, may=regrade),
        AllowedRoute("/regrade", begin_regrade, may=regrade, methods=["POST"]),
        AllowedRoute("/regrade/apply", do_apply, may=regrade, methods=["POST"]),
        AllowedRoute("/similar", similar_shown, may=similar),
        AllowedRoute("/similar", begin_similar, may=similar, methods=["POST"]),
    ]


def _plan(request: Request, **more: str) -> ClassPlan:
    context = context_of(request)
    return ClassPlan(
        course_root=context.course.root,
        book=context.settings.gradebook,
        isolation=context.settings.isolation,
        author=visitor_of(request).name,
        **more,
    )


def _job(state: JobState | None) -> dict[str, object]:
    """Return the data that a page shows of a job."""
    if state is None:
        return {"running": False, "by": "", "began": "", "ended": "", "said": ""}
    return {
        "running": state.is_running,
        "by": state.by,
        "began": when_in_words(state.began_at),
        "ended": when_in_words(state.ended_at) if state.ended_at else "",
        "said": state.said,
    }


async def regrade_page(request: Request) -> Response:
    """Show the changes that a regrade would make, or has made."""
    context, state = context_of(request), room_of(request).jobs.state(REGRADE)
    came = state.came if state else None
    seen = came if isinstance(came, RegradeSeen) else None
    return show(
        request,
        "teaching_regrade.html.j2",
        job=_job(state),
        regraded=seen.told if seen else None,
        digest=seen.digest if seen else "",
        is_older=bool(seen and seen.course_digest != context.course.digest),
    )


async def begin_regrade(request: Request) -> Response:
    """Start the preview of a regrade; it changes nobody's result."""
    return _begun(request, REGRADE, "/regrade")


async def begin_similar(request: Request) -> Response:
    """Start a comparison of the submissions."""
    return _begun(request, SIMILAR, "/similar")


def _begun(request: Request, kind: str, where: str) -> Response:
    work = preview_regrade if kind == REGRADE else find_similar
    try:
        room_of(request).jobs.begin(kind, work, _plan(request), by=visitor_of(request).name)
    except UsageError as error:
        return problem(request, "It goes on already", str(error), where, 409)
    return done(request, where, "It has begun: this page shows what it comes to when it is done.")


async def do_apply(request: Request) -> Response:
    """Apply the regrade that was shown, if its outcome is still the same."""
    room, given = room_of(request), await fields_of(request)
    state = room.jobs.state(REGRADE)
    seen = state.came if state else None
    reason = given.get("reason", "").strip()[:MOST_WORDS]
    if not isinstance(seen, RegradeSeen) or seen.told.applied:
        said = "There is nothing that waits to count: see first what grading again changes."
        return problem(request, "Nothing was changed", said, "/regrade", 409)
    if given.get("digest") != seen.digest:
        said = "Somebody has graded again since you looked: look at what that changes first."
        return problem(request, "Nothing was changed", said, "/regrade", 409)
    if not reason:
        said = "To let it count needs a reason: the history keeps it."
        return problem(request, "Nothing was changed", said, "/regrade")
    plan = _plan(request, digest=seen.digest, reason=reason)
    try:
        room.jobs.begin(REGRADE, apply_regrade, plan, by=visitor_of(request).name)
    except UsageError as error:
        return problem(request, "It goes on already", str(error), "/regrade", 409)
    await room.jobs.wait(REGRADE)
    state = room.jobs.state(REGRADE)
    if state is None or state.said:
        said = state.said if state else ""
        return problem(request, "Nothing was changed", said, "/regrade", 500)
    if state.came is None:
        said = "The class has changed since you looked: see again what grading again changes."
        return problem(request, "Nothing was changed", said, "/regrade", 409)
    return done(request, "/regrade", f"It counts now. {state.came.told.sentence()}")


async def similar_shown(request: Request) -> Response:
    """Show the pairs to look at."""
    state = room_of(request).jobs.state(SIMILAR)
    came = state.came if state else None
    page = came if isinstance(came, SimilarPage) else None
    return show(request, "teaching_similar.html.j2", job=_job(state), page=page)
