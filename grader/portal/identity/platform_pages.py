"""The instructor's page on platforms: links, rosters, scores that are not sent yet."""

from __future__ import annotations

__all__ = ["platform_routes"]

from typing import TYPE_CHECKING, Any

from anyio import to_thread
from sqlalchemy import select

from grader.gradebook.access_models import PlatformLink
from grader.portal.access import AllowedRoute
from grader.portal.identity.entrance import entrance_of
from grader.portal.identity.filling_roster import fill_roster
from grader.portal.identity.launching import KEYS, LAUNCH, LOGIN, PICK
from grader.portal.identity.lti_pages import lti_of
from grader.portal.identity.own_forms import small_form
from grader.portal.identity.refusing import NotLetInError
from grader.portal.identity.roles import Permission, roles_that_may
from grader.portal.identity.sign_in_pages import refused
from grader.portal.rendering import render
from grader.util.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from grader.portal.identity.launching import Lti
    from grader.portal.identity.passing_back import ScoresBack
    from grader.portal.identity.platform_services import Services

MAY = roles_that_may(Permission.PLATFORM_LINK)
# As platforms call them.
ADDRESSES = {
    "Tool URL, redirect URI": LAUNCH,
    "Initiate login URL, OpenID Connect initiation URL": LOGIN,
    "Public keyset (JWKS)": KEYS,
    "Content selection URL, deep linking": PICK,
}


def platform_routes() -> list[AllowedRoute]:
    """Return the routes."""
    return [
        AllowedRoute("/platforms", platforms, may=MAY),
        AllowedRoute("/platforms/roster", roster, may=MAY, methods=["POST"]),
        AllowedRoute("/platforms/again", again, may=MAY, methods=["POST"]),
    ]


async def platforms(request: Request) -> Response:
    """Show the platforms."""
    return await _page(request)


async def _page(request: Request, said: str = "", error: NotLetInError | None = None) -> Response:
    lti: Lti | None = request.app.state.lti
    back: ScoresBack | None = getattr(request.app.state, "scores_back", None)
    url = entrance_of(request).url
    shown: dict[str, Any] = {
        "said": said,
        "is_any": lti is not None,
        "links": await to_thread.run_sync(_links, lti) if lti else [],
        "undelivered": await to_thread.run_sync(back.undelivered) if back else [],
        "titles": {one.id: one.title for one in request.app.state.context.course.exercises},
        "addresses": [(what, url.page(path)) for what, path in ADDRESSES.items()],
    }
    if error is not None:
        return refused(request, error, "platforms.html.j2", **shown)
    return render(request, "platforms.html.j2", problem="", **shown)


def _links(lti: Lti) -> Sequence[Any]:
    with lti.entrance.database.reading() as connection:
        asked = select(
            PlatformLink.id, PlatformLink.platform, PlatformLink.exercise, PlatformLink.lineitem,
            PlatformLink.lineitems, PlatformLink.memberships,
        )  # fmt: skip
        return connection.execute(asked.order_by(PlatformLink.platform, PlatformLink.id)).all()


async def roster(request: Request) -> Response:
    """Fill the roster from a platform's course."""
    lti, services = lti_of(request), _services(request)
    said = str((await small_form(request)).get("link", ""))
    link = int(said) if said.isdecimal() and len(said) < 10 else 0
    try:
        filled = await fill_roster(lti, services, link, by=request.state.visitor.name)
    except NotLetInError as error:
        return await _page(request, error=error)
    return await _page(request, filled.sentence())


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


async def again(request: Request) -> Response:
    """Queue the refused scores once more."""
    lti_of(request)
    back: ScoresBack = request.app.state.scores_back
    count = await to_thread.run_sync(back.try_again)
    return await _page(request, f"{counted(count, 'score')} will be tried again.")
