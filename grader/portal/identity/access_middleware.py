"""Set the visitor of each request, and refuse changes that do not come from our own pages."""

from __future__ import annotations

__all__ = ["AccessMiddleware", "browser_secret", "sign_in", "sign_out"]

from typing import TYPE_CHECKING

from anyio import to_thread
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse

from grader.portal.identity.own_forms import Body, comes_from_us, token_of_form
from grader.portal.identity.roles import PortalRole
from grader.portal.identity.secret import LONGEST, derived, draw, same
from grader.portal.identity.session_cookies import SESSION, VISIT
from grader.portal.identity.sessions import LIFETIMES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from grader.languages import Language
    from grader.portal.identity.entrance import Entrance
    from grader.portal.identity.roles import Visitor
    from grader.portal.identity.session_cookies import Cookies

HARMLESS = frozenset(["GET", "HEAD", "OPTIONS"])
STALE = (
    "This page was open for too long, or your browser did not send its cookie: go back, reload the "
    "page, and try again."
)
ELSEWHERE = "This form was sent from another site: open the page here, and send it again."


def browser_secret(request: HTTPConnection) -> str:
    """Return the secret of a browser without a session; a mailed code is bound to it."""
    return str(request.state.visit)


def sign_in(response: Response, cookies: Cookies, secret: str, role: PortalRole) -> None:
    """Set the session's cookie in a response.

    Parameters
    ----------
    response : Response
        Of the page that signs in.
    cookies : Cookies
        Of the portal.
    secret : str
        What `Sessions.begin` returned.
    role : PortalRole
        Of who signed in: a student's browser keeps the cookie, another one until it is closed.
    """
    kept = LIFETIMES[role].seconds if role is PortalRole.STUDENT else None
    cookies.write(response, SESSION, secret, seconds=kept)
    cookies.write(response, VISIT, "")


def sign_out(response: Response, cookies: Cookies) -> None:
    """Delete the session's cookie in a response."""
    cookies.write(response, SESSION, "")


class AccessMiddleware:
    """Sets the visitor of each request, and refuses changes that do not come from our pages.

    Of each request are set: ``request.state.visitor`` (a `Visitor`, or None),
    ``request.state.spoken`` (a `Language`; None is English), and ``request.state.form_token``,
    which each form carries as its first field ``form_token``, or a script in the header
    ``X-Form-Token``.

    What changes something (all methods but GET, HEAD and OPTIONS) has to say that it comes from a
    page of ours, and to carry the token. A program that says ``Authorization: Bearer`` has no
    session: its cookies are not read, so that no other site can use them, and who it is the page
    has to find out.

    Parameters
    ----------
    app : ASGIApp
        The portal.
    entrance : Entrance
        Of the portal.
    from_elsewhere : collection of str
        Paths of pages to which platforms post; they look after themselves.
    without : tuple of str
        How paths begin that need no visitor: pictures, styles, health.
    refused : callable, optional
        Makes the answer to a request that is refused, of the request and a sentence.
    speaks : callable, optional
        Returns in which language somebody is spoken to, of the visitor and `Accept-Language`; it
        is called in a thread. English where not given.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        entrance: Entrance,
        from_elsewhere: Collection[str] = (),
        without: tuple[str, ...] = ("/static/", "/healthz", "/readyz", "/metrics"),
        refused: Callable[[Request, str], Response] | None = None,
        speaks: Callable[[Visitor | None, str], Language | None] | None = None,
    ) -> None:
        self._app = app
        self._entrance = entrance
        self._from_elsewhere = frozenset(from_elsewhere)
        self._without = without
        self._refused = refused or _plainly_refused
        self._speaks = speaks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request, body = Request(scope), Body(receive)
        state = request.state
        state.visitor, state.session, state.visit, state.form_token = None, "", "", ""
        state.spoken = None
        if _path(scope).startswith(self._without) or _is_program(request):
            await self._app(scope, receive, send)
            return
        await self._recognise(request)
        state.visit = self._entrance.cookies.read(request, VISIT)[:LONGEST]
        is_new = not (state.visit or state.session)
        if is_new:
            state.visit = draw()
        state.form_token = derived(state.session or state.visit, "form")

        async def send_with_cookie(message: Message) -> None:
            if is_new and message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("set-cookie", self._entrance.cookies.header(VISIT, state.visit))
            await send(message)

        if request.method not in HARMLESS:
            sentence = await self._objection(request, body)
            if sentence:
                response = self._refused(request, sentence)
                await response(scope, body.receive, send_with_cookie)
                return
        await self._app(scope, body.receive, send_with_cookie)

    async def _recognise(self, request: Request) -> None:
        """Set the visitor and the language in the request's state."""
        state = request.state
        if secret := self._entrance.cookies.read(request, SESSION):
            state.visitor = await to_thread.run_sync(self._entrance.sessions.visitor, secret)
            state.session = secret if state.visitor else ""
        if self._speaks is not None:
            accept = request.headers.get("accept-language", "")
            state.spoken = await to_thread.run_sync(self._speaks, state.visitor, accept)

    async def _objection(self, request: Request, body: Body) -> str:
        """Return the reason why a request may not change anything; empty if it may."""
        if _path(request.scope) in self._from_elsewhere:
            return ""
        if not comes_from_us(request, self._entrance.url):
            return ELSEWHERE
        token = await token_of_form(request.scope, body)
        return "" if same(token, request.state.form_token) else STALE


def _path(scope: Scope) -> str:
    """Return the path of a request, relative to the portal's root."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path.removeprefix(root) if root and path.startswith(f"{root}/") else path


def _is_program(request: Request) -> bool:
    """Return whether a request has a bearer token: no other site can make a browser send one."""
    return request.headers.get("authorization", "").lower().startswith("bearer ")


def _plainly_refused(request: Request, sentence: str) -> Response:
    del request
    return PlainTextResponse(sentence, 403)
