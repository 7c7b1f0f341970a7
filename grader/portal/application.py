"""The portal's ASGI application: its routes, its middleware, its start and its end."""

from __future__ import annotations

__all__ = ["create_app"]

import asyncio
import contextlib
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from grader.api import load_course
from grader.course.salt import load_salt
from grader.gradebook import Gradebook
from grader.languages import N_
from grader.portal.access import EVERYBODY, AllowedRoute
from grader.portal.context import PortalContext
from grader.portal.course_watch import CourseWatch
from grader.portal.dispatching import Dispatcher
from grader.portal.guarding import Headers, NamedProxies
from grader.portal.handing_in_routes import handing_in_routes
from grader.portal.identity import AccessMiddleware, Entrance
from grader.portal.identity.invitations import Invitations
from grader.portal.identity.ways import (
    FROM_ELSEWHERE,
    open_ways,
    passing_back_scores,
    way_routes,
)
from grader.portal.language_choice import LanguageChoice
from grader.portal.operations import Measures, RequestWatch, health_routes
from grader.portal.reception import ReceptionPlan
from grader.portal.rendering import render, static_file
from grader.portal.student_routes import student_routes
from grader.portal.teaching import TeachingRoom, putting_out, teaching_routes
from grader.sandbox.doctor import choose_level

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from grader.course import Course
    from grader.portal.context import HandInQueue
    from grader.portal.settings import PortalSettings

_TITLES = {
    400: "This could not be read",
    401: "Please sign in",
    403: "This is not yours",
    404: "There is no such page",
    405: "There is no such page",
    413: "Too much at once",
    429: "Too often",
}
_SAID = {
    401: "You have to sign in first: use the link that you were sent, or ask your instructor.",
    403: "You may not see this page: it belongs to somebody else, or to another role.",
    404: "Nothing is under this address: it may have been mistyped.",
    405: "Nothing is under this address: it may have been mistyped.",
}
UNHEARD = "http://127.0.0.1"  # the address of a portal that does not listen: a test's
OURS = (
    "Something went wrong in the grader, and not through your fault. What was acknowledged is "
    "kept: try again in a moment."
)


def create_app(
    settings: PortalSettings,
    *,
    course: Course | None = None,
    extra: Sequence[AllowedRoute] = (),
    before: Sequence[Middleware] = (),
    at_start: Sequence[Callable[[PortalContext], Awaitable[None]]] = (),
    works: HandInQueue | None = None,
) -> Starlette:
    """Return the application of a portal.

    Parameters
    ----------
    settings : PortalSettings
        The portal's settings.
    course : Course, optional
        The course, if the caller has loaded it already.
    extra : sequence of AllowedRoute
        Routes in addition to the portal's own.
    before : sequence of Middleware
        What stands between `AccessMiddleware`, which says who asks, and the pages.
    at_start : sequence of callable
        Awaited with the portal's context, before it answers requests.
    works : HandInQueue, optional
        What receives and grades hand-ins, in place of the portal's own processes.

    Raises
    ------
    GraderError
        Where the course or the gradebook cannot be opened.
    """
    course = course or load_course(settings.course_root)
    routes = [
        AllowedRoute("/static/{digest}/{name}", static_file, may=EVERYBODY, name="static"),
        *student_routes(),
        *handing_in_routes(),
        *way_routes(),
        *teaching_routes(),
        *health_routes(),
        *extra,
    ]
    context = PortalContext(
        settings, Gradebook(settings.gradebook), course, routes, dispatcher=works
    )
    entrance = _entrance(context, settings)
    languages = LanguageChoice(course, context.book.database, entrance.salt)
    app = Starlette(
        routes=routes,
        middleware=[*_before_all(settings, entrance, languages), *before],
        exception_handlers={HTTPException: _refused, Exception: _failed},
        lifespan=lambda app: _living(app, context, entrance, at_start),
    )
    app.router.redirect_slashes = False  # such an answer has the host that a request names
    app.state.context = context
    app.state.languages = languages
    app.state.teaching = TeachingRoom(context)
    app.state.course_watch = CourseWatch(context, [languages.take_up, app.state.teaching.take_up])
    app.state.measures = Measures(context.book)
    open_ways(app, entrance)
    return app


@contextlib.asynccontextmanager
async def _living(
    app: Starlette,
    context: PortalContext,
    entrance: Entrance,
    at_start: Sequence[Callable[[PortalContext], Awaitable[None]]],
) -> AsyncIterator[None]:
    """Start the portal's services, and stop them at the end."""
    try:
        async with contextlib.AsyncExitStack() as stack:
            try:
                if context.dispatcher is None:
                    await stack.enter_async_context(_working(context, app.state.course_watch))
                if context.address:
                    await _announce(context, entrance)
                for one in at_start:
                    await one(context)
                await stack.enter_async_context(putting_out(context, entrance))
                await stack.enter_async_context(passing_back_scores(app))
            except Exception as error:
                context.failure = error
                raise
            yield
    finally:
        await entrance.close()
        context.spool.close()
        context.book.close()


@contextlib.asynccontextmanager
async def _working(context: PortalContext, watch: CourseWatch) -> AsyncIterator[None]:
    """Receive and grade hand-ins, as the only portal of the book, until the end."""
    settings = context.settings
    level = await context.ask(choose_level, settings.isolation)
    plan = ReceptionPlan(course_root=context.course.root, book=settings.gradebook, isolation=level)
    with context.book.database.alone(), contextlib.ExitStack() as runs:

        def begun(course: Course) -> int:
            return runs.enter_context(context.book.run("serve", course, level))

        dispatcher = Dispatcher(context, plan, begun)
        context.dispatcher = dispatcher
        context.at_stop.append(dispatcher.stop)
        watch.taken_up.append(dispatcher.take_up)
        await dispatcher.start()
        watching = asyncio.create_task(watch.watch())
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            await dispatcher.finish(settings.grace_seconds)


def _entrance(context: PortalContext, settings: PortalSettings) -> Entrance:
    """Make what all ways to sign in share."""

    def tell(said: str) -> None:
        context.tell(said)  # it is another one once the portal listens

    def address() -> str:
        return context.address or settings.url or UNHEARD

    return Entrance(
        context.book.database,
        address,
        settings=settings.sign_in,
        tell=tell,
        salt=load_salt(context.course.root),
    )


async def _announce(context: PortalContext, entrance: Entrance) -> None:
    """Print the portal's address and the administrator's link."""
    context.tell(f"The portal of {context.course.title!r} listens on {context.address}")
    link = await context.ask(Invitations(entrance).admin_link)
    context.tell(f"Sign in as its administrator, once, within an hour: {link}")


def _before_all(
    settings: PortalSettings, entrance: Entrance, languages: LanguageChoice
) -> list[Middleware]:
    """Return the middleware, the outermost first."""
    return [
        Middleware(RequestWatch),
        Middleware(NamedProxies, named=settings.proxies),
        Middleware(Headers, is_secure=settings.is_secure),
        Middleware(
            AccessMiddleware,
            entrance=entrance,
            refused=_not_ours,
            from_elsewhere=FROM_ELSEWHERE,
            speaks=languages,
        ),
    ]


async def _refused(request: Request, error: Exception) -> Response:
    """Answer with a sentence: the page does not exist, or the visitor may not see it."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = error.detail if isinstance(error, HTTPException) else ""
    said = _SAID.get(status) or detail
    return render(
        request, "told.html.j2", status=status, title=_TITLES.get(status, N_("No")), said=said
    )


def _not_ours(request: Request, sentence: str) -> Response:
    """Answer with the reason why an upload was refused."""
    return render(request, "told.html.j2", status=403, title="Please try again", said=sentence)


async def _failed(request: Request, _error: Exception) -> Response:
    """Say that the failure is ours; only the log has details, under the request's number."""
    answer = render(request, "told.html.j2", status=500, title="An error of the grader", said=OURS)
    answer.headers["X-Request-ID"] = getattr(request.state, "request", "")
    return answer
