"""Sign-ins by other servers: what is stored until their answer comes.

The browser gets a secret in a cookie; the `state` is another one; nonce and proof (PKCE) follow
from the cookie's, so that the gradebook has nothing with which an answer could be made. Each is
good for one answer.
"""

from __future__ import annotations

__all__ = ["Start", "Starts"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import delete, update

from grader.gradebook.access_models import SignInStart
from grader.gradebook.rows import add_rows
from grader.portal.identity.refusing import NotLetInError
from grader.portal.identity.secret import LONGEST, derived, draw, hashed
from grader.portal.identity.session_cookies import START
from grader.portal.identity.sessions import MINUTE

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from grader.portal.identity.entrance import Entrance

LASTS_SECONDS = 10 * MINUTE
AGAIN = (
    "This sign-in was begun in another browser, was finished before, or took too long: go back to "
    "where you came from, and try again."
)
FRAMED = (
    "Your browser keeps our cookies out of this frame: allow them for this site, or open the link "
    "in a window of its own."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A sign-in that was started.

    Attributes
    ----------
    state : str
        Goes to the provider, and comes back.
    cookie : str
        Stays in the browser.
    detail : dict of str to str
        What is needed afterwards.
    """

    state: str
    cookie: str
    platform: str
    detail: dict[str, str]

    @property
    def nonce(self) -> str:
        """The nonce that the token has to repeat."""
        return derived(self.cookie, "nonce")

    @property
    def verifier(self) -> str:
        """The proof that the same client started the sign-in (PKCE)."""
        return derived(self.cookie, "pkce")


class Starts:
    """The sign-ins of a portal that are under way; its methods wait for the database.

    Parameters
    ----------
    entrance : Entrance
        Of the portal.
    way : str
        ``oidc`` or ``lti``: an answer of the one is none of the other.
    """

    def __init__(self, entrance: Entrance, way: str) -> None:
        self._entrance = entrance
        self._way = way

    def begin(self, *, platform: str = "", **detail: str) -> Start:
        """Start a sign-in.

        Parameters
        ----------
        platform : str
            The name of a platform.
        **detail
            What is needed afterwards.
        """
        start = Start(state=draw(), cookie=draw(), platform=platform, detail=detail)
        now = self._entrance.sessions.now()
        row = {
            "state": hashed(start.state, start.cookie),
            "way": self._way,
            "platform": platform,
            "detail": msgspec.json.encode(detail).decode(),
            "ends_at": now + LASTS_SECONDS,
        }
        with self._entrance.database.writing() as connection:
            connection.execute(delete(SignInStart).where(SignInStart.ends_at <= now))
            add_rows(connection, SignInStart, [row])
        return start

    def end(self, state: str, cookie: str) -> Start:
        """Accept an answer: the first one with this state, in the browser that started it.

        Parameters
        ----------
        state, cookie : str
            What came with the answer, and what the browser has.

        Raises
        ------
        NotLetInError
            Where there is no such sign-in, or its answer has come.
        """
        if not 0 < len(state) <= LONGEST or not 0 < len(cookie) <= LONGEST:
            raise NotLetInError(AGAIN, "start: no state")
        now = self._entrance.sessions.now()
        with self._entrance.database.writing() as connection:
            used = (
                update(SignInStart)
                .where(
                    SignInStart.state == hashed(state, cookie),
                    SignInStart.way == self._way,
                    SignInStart.used_at == 0,
                    SignInStart.ends_at > now,
                )
                .values(used_at=now)
                .returning(SignInStart.platform, SignInStart.detail)
            )
            row = connection.execute(used).one_or_none()
        if row is None:
            raise NotLetInError(AGAIN, "start: another browser, used, or expired")
        detail = msgspec.json.decode(row.detail, type=dict[str, str])
        return Start(state=state, cookie=cookie, platform=row.platform, detail=detail)

    def give_cookie(self, response: Response, start: Start, *, embedded: bool) -> None:
        """Set the sign-in's cookie in a response; each sign-in has its own."""
        self._entrance.cookies.write(
            response,
            self._cookie(start.state),
            start.cookie,
            seconds=LASTS_SECONDS,
            embedded=embedded,
        )

    def cookie_of(self, request: Request, state: str) -> str:
        """Return the browser's secret of a sign-in; empty where it has none."""
        return self._entrance.cookies.read(request, self._cookie(state))

    def take_cookie(self, response: Response, state: str, *, embedded: bool) -> None:
        """Delete the sign-in's cookie."""
        self._entrance.cookies.write(response, self._cookie(state), "", embedded=embedded)

    def _cookie(self, state: str) -> str:
        return f"{START}_{self._way}_{hashed('name', state)[:12]}"
