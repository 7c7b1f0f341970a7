"""The routes to the campus sign-on, and back."""

from __future__ import annotations

__all__ = ["campus_routes"]

from typing import TYPE_CHECKING

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from grader.portal.access import EVERYBODY, AllowedRoute
from grader.portal.identity.campus import BACK
from grader.portal.identity.entrance import entrance_of
from grader.portal.identity.refusing import NotLetInError
from grader.portal.identity.sign_in_pages import entered, own_path, refused, slow_down
from grader.portal.identity.starts import Starts

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from grader.portal.identity.campus import Campus

REFUSED = "sign_in_refused.html.j2"


def campus_routes() -> list[AllowedRoute]:
    """Return the routes."""
    return [
        AllowedRoute("/sign-in/campus", to_campus, may=EVERYBODY),
        AllowedRoute(BACK, from_campus, may=EVERYBODY),
    ]


def _campus(request: Request) -> Campus:
    campus: Campus | None = request.app.state.campus
    if campus is None:
        raise HTTPException(404)
    return campus


async def to_campus(request: Request) -> Response:
    """Redirect to the provider.

    A link leads here, and no form: browsers hold a form to addresses of ours, also where it is sent
    on from here.
    """
    campus, starts = _campus(request), Starts(entrance_of(request), "oidc")
    wanted = own_path(request.query_params.get("next", "/"))
    try:
        slow_down(request)
        start = await to_thread.run_sync(lambda: starts.begin(wanted=wanted))
        response = RedirectResponse(await campus.address(start), 303)
    except NotLetInError as error:
        return refused(request, error, REFUSED)
    starts.give_cookie(response, start, embedded=False)
    return response


async def from_campus(request: Request) -> Response:
    """Receive the provider's answer."""
    entrance = entrance_of(request)
    campus, starts = _campus(request), Starts(entrance, "oidc")
    said = dict(request.query_params)
    state = said.get("state", "")
    try:
        slow_down(request)
        cookie = starts.cookie_of(request, state)
        start = await to_thread.run_sync(starts.end, state, cookie)
        claims = await campus.claims(start, said)
        before = str(request.state.session)
        session, role = await to_thread.run_sync(campus.enter, claims, before)
        response = entered(request, session, role, start.detail["wanted"])
    except NotLetInError as error:
        response = refused(request, error, REFUSED)
    starts.take_cookie(response, state, embedded=False)
    return response
