"""What all ways to sign in share: the database, the sessions, the portal's address."""

from __future__ import annotations

__all__ = ["Entrance", "entrance_of"]

import asyncio
import time
from typing import TYPE_CHECKING

from anyio import to_thread

from grader.portal.identity.http_client import HttpClient
from grader.portal.identity.mailing import mailer_of
from grader.portal.identity.public_url import PublicUrl
from grader.portal.identity.session_cookies import Cookies
from grader.portal.identity.sessions import Sessions
from grader.portal.identity.sign_in_settings import SignInSettings
from grader.portal.identity.throttle import Throttle

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx
    from starlette.requests import Request

    from grader.gradebook.engine import Database

MOST_TRIES, TRIES_SECONDS = 5000, 600


class Entrance:
    """What the ways to sign in to a portal share.

    Parameters
    ----------
    database : Database
        Of the gradebook.
    address : callable
        Under which address browsers know the portal: known once it listens.
    settings : SignInSettings, optional
        How people sign in; by invitation alone where not given.
    tell : callable
        Called with what is for whoever started the portal.
    clock : callable
        The time in seconds since 1970.
    salt : bytes
        The course's: by it people are known who were removed from the gradebook.
    transport : AsyncBaseTransport, optional
        How providers and platforms are asked; over the network where not given.

    Raises
    ------
    UsageError
        Where a secret that the settings name cannot be read.
    """

    def __init__(
        self,
        database: Database,
        address: Callable[[], str],
        *,
        settings: SignInSettings | None = None,
        tell: Callable[[str], None] = lambda _said: None,
        clock: Callable[[], float] = time.time,
        salt: bytes = b"",
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.database = database
        self.settings = settings or SignInSettings()
        self.mailer = mailer_of(self.settings, tell)
        self.clock = clock
        self.salt = salt
        self.http = HttpClient(transport)
        # Of one network, such as a lecture hall behind one address, so many tries in ten minutes.
        self.tries = Throttle(MOST_TRIES, TRIES_SECONDS)
        self._later: set[asyncio.Task[None]] = set()
        self.sessions = Sessions(database, clock)
        self._address = address
        self._known: tuple[str, PublicUrl, Cookies] | None = None

    @property
    def url(self) -> PublicUrl:
        """The URL under which browsers know the portal."""
        return self._about()[1]

    @property
    def cookies(self) -> Cookies:
        """The portal's cookies."""
        return self._about()[2]

    def later(self, work: Callable[[], None]) -> None:
        """Run a function in a thread; no response waits for it.

        Parameters
        ----------
        work : callable
            It sees to its errors itself.
        """
        task = asyncio.create_task(to_thread.run_sync(work))
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def settle(self) -> None:
        """Wait for the functions that `later` has started."""
        while self._later:
            await asyncio.wait(set(self._later))

    async def close(self) -> None:
        """Finish what `later` has started, and close all connections."""
        await self.settle()
        await self.http.close()

    def _about(self) -> tuple[str, PublicUrl, Cookies]:
        text = self._address()
        if self._known is None or self._known[0] != text:
            url = PublicUrl(text)
            self._known = (text, url, Cookies(url))
        return self._known


def entrance_of(request: Request) -> Entrance:
    """Return the entrance of a request's portal."""
    entrance: Entrance = request.app.state.entrance
    return entrance
