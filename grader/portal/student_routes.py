"""The pages of students: exercises, hand-ins, results."""

from __future__ import annotations

__all__ = ["student_routes"]

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from grader.gradebook.contents import notebooks_in
from grader.gradebook.exercise_rules import course_as_ruled
from grader.gradebook.hand_ins import hand_in_of, hand_ins_of
from grader.gradebook.holders import resolve
from grader.languages import speaking
from grader.portal.access import AllowedRoute, visitor_of
from grader.portal.context import context_of
from grader.portal.giving_back import notebooks_file, notebooks_name
from grader.portal.identity.roles import Permission, may, roles_that_may
from grader.portal.reception import NotebooksWanted
from grader.portal.rendering import render, spoken_to
from grader.portal.score_chart import score_chart
from grader.portal.showing import scores_of, shown_result, what_counts
from grader.portal.student_views import exercise_views, receipt_view
from grader.report.pages import STUDENT
from grader.report.student_page import student_page
from grader.results import now, size_in_words

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from starlette.requests import Request
    from starlette.responses import Response

    from grader.course import Course
    from grader.gradebook.hand_ins import StoredHandIn
    from grader.portal.access import Visitor
    from grader.portal.context import PortalContext
    from grader.portal.showing import AttemptShown
    from grader.portal.student_views import ExerciseShown
    from grader.report.student_page import StudentPage
    from grader.results import SubmissionResult

MOST_SCORED = 30  # attempts whose points are worked out for a page
WHOLE = "everything"


def student_routes() -> list[AllowedRoute]:
    """Return the routes."""
    see = roles_that_may(Permission.OWN_SEE)
    hand_in = roles_that_may(Permission.OWN_HAND_IN)
    work = see | roles_that_may(Permission.WORK_SEE)
    return [
        AllowedRoute("/", exercises, may=see),
        AllowedRoute("/attempts", attempts, may=see),
        AllowedRoute("/hand-in", everything, may=hand_in),
        AllowedRoute("/exercises/{exercise}", exercise_page, may=see),
        AllowedRoute("/hand-ins/{number:row}", receipt, may=work),
        AllowedRoute("/hand-ins/{number:row}/report", report, may=work),
        AllowedRoute("/hand-ins/{number:row}/notebooks", notebooks, may=work),
    ]


# ---------------------------------------------------------------------------- exercises


async def exercises(request: Request) -> Response:
    """Show all exercises with their deadlines, their points and their state."""
    context, visitor = context_of(request), visitor_of(request)
    views, mine = await context.ask(_exercises, context, visitor)
    return render(request, "exercises.html.j2", exercises=views, any_attempt=bool(mine))


def _exercises(
    context: PortalContext, visitor: Visitor
) -> tuple[list[ExerciseShown], list[StoredHandIn]]:
    with context.book.database.reading() as connection:
        course = course_as_ruled(connection, context.course)
        mine = hand_ins_of(connection, visitor.person)
        return exercise_views(connection, course, visitor.person, mine, now()), mine


async def exercise_page(request: Request) -> Response:
    """Show an exercise, the form to hand it in, and its attempts."""
    return await exercise_shown(request, request.path_params["exercise"])


async def everything(request: Request) -> Response:
    """Show the form with which all exercises are handed in at once."""
    return await exercise_shown(request, "")


async def exercise_shown(
    request: Request, exercise: str, *, refusal: str = "", status: int = 200
) -> Response:
    """Return the page on which an exercise is handed in.

    Parameters
    ----------
    request : Request
        Of whoever is signed in.
    exercise : str
        Its id; empty for all of them.
    refusal : str
        Why what was just sent was not taken.
    status : int
        Of the answer.
    """
    context, visitor = context_of(request), visitor_of(request)
    if exercise and exercise not in {one.id for one in context.course.exercises}:
        raise HTTPException(404)
    view, shown, counts = await context.ask(_exercise, context, visitor, exercise)
    most = context.settings.upload_bytes
    return render(
        request,
        "exercise.html.j2",
        status=status,
        exercise=view,
        files=context.course.files,
        attempts=shown,
        counts=counts,
        chart=score_chart(shown[:MOST_SCORED]),
        refusal=refusal,
        scripts=("hand_in.js",),
        once=secrets.token_urlsafe(16),
        most_bytes=most,
        most_size=size_in_words(most),
        most_files=context.settings.upload_files,
    )


def _exercise(
    context: PortalContext, visitor: Visitor, exercise: str
) -> tuple[ExerciseShown | None, list[AttemptShown], tuple[str, ...]]:
    with context.book.database.reading() as connection:
        course = course_as_ruled(connection, context.course)
        mine = hand_ins_of(connection, visitor.person)
        own = [one for one in mine if not exercise or exercise in one.said.fresh]
        moment = now()
        shown = scores_of(connection, course, own[:MOST_SCORED], moment, exercise)
        if not exercise:
            return None, shown, ()
        graded = [one for one in mine if one.result is not None][:1]
        current = scores_of(connection, course, graded, moment, exercise)
        counts = what_counts(shown, current[0]) if current else ()
        views = exercise_views(connection, course, visitor.person, mine, moment)
        return next(one for one in views if one.id == exercise), shown, counts


async def attempts(request: Request) -> Response:
    """Show all hand-ins of the visitor, with their total points."""
    context, visitor = context_of(request), visitor_of(request)
    _, shown, _ = await context.ask(_exercise, context, visitor, "")
    names = {one.id: one.number for one in context.course.exercises}
    return render(
        request, "attempts.html.j2", attempts=shown, chart=score_chart(shown), names=names
    )


# ---------------------------------------------------------------------------- a hand-in


def find_hand_in(connection: Connection, visitor: Visitor, number: int) -> StoredHandIn:
    """Return a hand-in that a visitor may see.

    Raises
    ------
    HTTPException
        Where there is none, or it is somebody else's: nobody learns which of both.
    """
    found = hand_in_of(connection, number)
    if found is None:
        raise HTTPException(404)
    owner = resolve(connection, found.person)
    is_own = may(visitor, Permission.OWN_SEE, of=[owner])
    if not is_own and not may(visitor, Permission.WORK_SEE):
        raise HTTPException(404)
    return found


async def receipt(request: Request) -> Response:
    """Show a hand-in: its files, the exercises that they were taken for, and its state."""
    context, visitor = context_of(request), visitor_of(request)
    found = await context.ask(_found, context, visitor, request.path_params["number"])
    if found.result is not None and "until" in request.query_params:
        # It came while the browser was on its way here.
        return RedirectResponse(f"/hand-ins/{found.id}/report", status_code=303)
    state = context.works.state(found.id) if found.is_waiting else None
    return render(
        request,
        "receipt.html.j2",
        scripts=("waiting.js",),
        one=receipt_view(context.course, found),
        waits=state,
    )


def _found(context: PortalContext, visitor: Visitor, number: int) -> StoredHandIn:
    with context.book.database.reading() as connection:
        return find_hand_in(connection, visitor, number)


async def report(request: Request) -> Response:
    """Show the report of a hand-in."""
    context, visitor = context_of(request), visitor_of(request)
    number = request.path_params["number"]
    reported = await context.ask(_reported, context, visitor, number)
    found, course, result = reported.found, reported.course, reported.result
    if result is None:
        return RedirectResponse(f"/hand-ins/{found.id}?until=report", status_code=303)
    spoken = spoken_to(request)

    def made() -> StudentPage:
        with speaking(spoken):
            return student_page(result, course.info)

    return render(
        request,
        "handed_in.html.j2",
        scripts=("page.js", *STUDENT),
        page=await context.ask(made),
        notebooks=[(f"/hand-ins/{found.id}/notebooks", name) for name in reported.file],
        one=receipt_view(course, found),
    )


async def notebooks(request: Request) -> Response:
    """Return the notebooks of a hand-in, with feedback below their cells."""
    context, visitor = context_of(request), visitor_of(request)
    reported = await context.ask(_reported, context, visitor, request.path_params["number"])
    if reported.result is None or not reported.file:
        raise HTTPException(404)
    if context.uploading.wait(str(visitor.person)):
        raise HTTPException(429)
    spoken = spoken_to(request)
    wanted = NotebooksWanted(
        submission=reported.found.submission,
        result=reported.result,
        lang=spoken.tag if spoken else "",
    )
    made = await context.works.hand_back(wanted)
    if not made:
        raise HTTPException(404)
    return notebooks_file(made)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenHandIn:
    """A hand-in with its result, as the visitor may see it now.

    Attributes
    ----------
    result : SubmissionResult, optional
        None where it is still to come.
    file : tuple of str
        What comes back with feedback in it: the name of a notebook, or of several in a zip.
    """

    found: StoredHandIn
    course: Course
    result: SubmissionResult | None = None
    file: tuple[str, ...] = ()


def _reported(context: PortalContext, visitor: Visitor, number: int) -> SeenHandIn:
    with context.book.database.reading() as connection:
        found = find_hand_in(connection, visitor, number)
        course = course_as_ruled(connection, context.course)
        if found.result is None:
            return SeenHandIn(found=found, course=course)
        return SeenHandIn(
            found=found,
            course=course,
            result=shown_result(connection, course, found, now()),
            file=tuple(notebooks_name(notebooks_in(connection, found.submission))),
        )
