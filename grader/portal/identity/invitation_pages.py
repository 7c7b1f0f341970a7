"""The page for making and revoking invitation links."""

from __future__ import annotations

__all__ = ["invitation_routes"]

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from anyio import to_thread

from grader.errors import UsageError
from grader.gradebook.holders import find_person
from grader.portal.access import AllowedRoute
from grader.portal.identity.entrance import entrance_of
from grader.portal.identity.invitations import Invitations
from grader.portal.identity.own_forms import small_form
from grader.portal.identity.refusing import NotLetInError
from grader.portal.identity.roles import Permission, PortalRole, may_grant, roles_that_may
from grader.portal.identity.sign_in_pages import refused
from grader.portal.rendering import render

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

MAY = roles_that_may(Permission.PEOPLE_INVITE)
HIGHER = "You cannot give somebody a role that is higher than your own."


def invitation_routes() -> list[AllowedRoute]:
    """Return the routes."""
    return [
        AllowedRoute("/invitations", invitations, may=MAY),
        AllowedRoute("/invitations", invite, may=MAY, methods=["POST"]),
        AllowedRoute("/invitations/take-back", take_back, may=MAY, methods=["POST"]),
    ]


async def invitations(request: Request) -> Response:
    """Show the links that can still be used."""
    return await _page(request)


async def _page(
    request: Request,
    link: str = "",
    who: str = "",
    error: NotLetInError | None = None,
    said: str = "",
) -> Response:
    entrance, visitor = entrance_of(request), request.state.visitor
    open_ones = await to_thread.run_sync(Invitations(entrance).open_ones)
    shown: dict[str, Any] = {
        "link": link,
        "who": who,
        "said": said,
        "roles": [role for role in PortalRole if may_grant(visitor, role)],
        "invitations": [
            (one, datetime.fromtimestamp(one.ends_at, UTC).strftime("%Y-%m-%d %H:%M UTC"))
            for one in open_ones
        ],
    }
    if error is not None:
        return refused(request, error, "invitations.html.j2", **shown)
    return render(request, "invitations.html.j2", problem="", **shown)


async def invite(request: Request) -> Response:
    """Make a link for a person of the gradebook, or for anybody who has it."""
    form = await small_form(request)
    visitor, entrance = request.state.visitor, entrance_of(request)
    who = str(form.get("who", "")).strip()
    role = next((one for one in PortalRole if one == form.get("role")), None)

    def make() -> str:
        person = None
        if who:
            with entrance.database.reading() as connection:
                person = find_person(connection, who)
        if role is None:
            raise UsageError("Choose a role.")
        return Invitations(entrance).make(role, by=visitor.name, person=person)

    try:
        if role is not None and not may_grant(visitor, role):
            raise NotLetInError(HIGHER, "invitations: a role that is higher than their own")
        link = await to_thread.run_sync(make)
    except UsageError as error:
        problem = NotLetInError(str(error), "invitations: nobody to invite", 400)
        return await _page(request, error=problem)
    except NotLetInError as error:
        return await _page(request, error=error)
    return await _page(request, link=link, who=who)


async def take_back(request: Request) -> Response:
    """Revoke a link that nobody has used."""
    said = str((await small_form(request)).get("invitation", ""))
    number = int(said) if said.isdecimal() and len(said) < 10 else 0
    entrance, visitor = entrance_of(request), request.state.visitor

    def take() -> None:
        Invitations(entrance).take_back(number, by=visitor.name)

    await to_thread.run_sync(take)
    return await _page(request, said="The link no longer works.")
