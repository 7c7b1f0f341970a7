"""Set up all ways to sign in: their routes and their state."""

from __future__ import annotations

__all__ = ["FROM_ELSEWHERE", "open_ways", "passing_back_scores", "way_routes"]

import asyncio
import contextlib
from typing import TYPE_CHECKING

from anyio import to_thread

from grader.portal.identity.campus import Campus
from grader.portal.identity.campus_pages import campus_routes
from grader.portal.identity.invitation_pages import invitation_routes
from grader.portal.identity.launching import LAUNCH, LOGIN, PICK, Lti
from grader.portal.identity.lti_pages import lti_routes
from grader.portal.identity.passing_back import ScoresBack
from grader.portal.identity.platform_pages import platform_routes
from grader.portal.identity.platform_services import Services
from grader.portal.identity.refusing import logger
from grader.portal.identity.sign_in_pages import sign_in_routes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.applications import Starlette

    from grader.portal.access import AllowedRoute
    from grader.portal.identity.entrance import Entrance

# Platforms post to these pages, or in frames of theirs: the pages check their own requests.
FROM_ELSEWHERE = (LOGIN, LAUNCH, PICK)
EVERY_SECONDS = 15


def way_routes() -> list[AllowedRoute]:
    """Return the routes of all ways to sign in."""
    return [
        *sign_in_routes(),
        *invitation_routes(),
        *campus_routes(),
        *lti_routes(),
        *platform_routes(),
    ]


def open_ways(app: Starlette, entrance: Entrance) -> None:
    """Attach the state of the ways to sign in to an application.

    Parameters
    ----------
    app : Starlette
        With `way_routes`.
    entrance : Entrance
        Of its gradebook.

    Raises
    ------
    UsageError
        Where a secret that the settings name cannot be read.
    """
    app.state.entrance = entrance
    campus = entrance.settings.campus
    app.state.campus = Campus(entrance, campus) if campus else None
    app.state.lti = Lti(entrance) if entrance.settings.platform else None
    if app.state.lti is not None:
        app.state.services = Services(app.state.lti)
        app.state.scores_back = ScoresBack(app.state.lti, app.state.services)


@contextlib.asynccontextmanager
async def passing_back_scores(app: Starlette) -> AsyncIterator[None]:
    """Send published scores to platforms in the background, for as long as the portal runs.

    Parameters
    ----------
    app : Starlette
        After `open_ways`.
    """
    lti: Lti | None = app.state.lti
    if lti is None:
        yield
        return
    back: ScoresBack = app.state.scores_back

    async def send() -> None:
        while True:
            try:
                # A key takes a second to make: it is there before a platform asks for it.
                await to_thread.run_sync(lti.own_keys.public)
                await back.send_due()
            except Exception as error:  # noqa: BLE001 - what is wrong now may be right later
                logger.error("Scores are tried again later: %s.", type(error).__name__)
            await asyncio.sleep(EVERY_SECONDS)

    task = asyncio.create_task(send())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
