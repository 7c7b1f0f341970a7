"""Access control: each route names the roles that may use it.

Every route of the portal is an `AllowedRoute`; a test walks all of them with all roles.
"""

from __future__ import annotations

__all__ = [
    "EVERYBODY",
    "SIGNED_IN",
    "STAFF",
    "TEACHERS",
    "AllowedRoute",
    "PortalRole",
    "Visitor",
    "visitor_of",
]

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from grader.portal.identity.roles import PortalRole, Visitor

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send


class RowConvertor(Convertor[int]):
    """A number in an address, ``{number:row}``: no longer than that of any row of a database."""

    regex = "[0-9]{1,18}"

    def convert(self, value: str) -> int:
        """Return the number."""
        return int(value)

    def to_string(self, value: int) -> str:
        """Return it as an address has it."""
        return str(value)


register_url_convertor("row", RowConvertor())

EVERYBODY: frozenset[PortalRole] = frozenset()
"""All roles, and visitors who are not signed in."""
SIGNED_IN = frozenset(PortalRole)
STAFF = frozenset((PortalRole.ASSISTANT, PortalRole.INSTRUCTOR, PortalRole.ADMIN))
TEACHERS = frozenset((PortalRole.INSTRUCTOR, PortalRole.ADMIN))


class AllowedRoute(Route):
    """A route, and the roles that may take it.

    Parameters
    ----------
    path, endpoint
        As for `starlette.routing.Route`.
    may : frozenset of PortalRole
        `EVERYBODY`, or those who have to have signed in.
    methods, name
        As for `starlette.routing.Route`.
    """

    def __init__(
        self,
        path: str,
        endpoint: Callable[[Request], Awaitable[Response]],
        *,
        may: frozenset[PortalRole],
        methods: Collection[str] = ("GET",),
        name: str = "",
    ) -> None:
        async def guarded(request: Request) -> Response:
            if may:
                visitor = getattr(request.state, "visitor", None)
                if visitor is None:
                    return _to_sign_in(request)
                if visitor.role not in may:
                    raise HTTPException(403)
            return await endpoint(request)

        named: Any = name or getattr(endpoint, "__name__", "")
        super().__init__(path, guarded, methods=list(methods), name=named)
        self.may = may

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, and record the route for those who count requests."""
        scope.setdefault("state", {})["route"] = self.path
        await super().handle(scope, receive, send)


def _to_sign_in(request: Request) -> Response:
    """Redirect a browser to the sign-in page; answer a program with an error."""
    if request.method != "GET" or "text/html" not in request.headers.get("accept", ""):
        raise HTTPException(401)
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    asked = f"?next={quote(wanted, safe='/')}" if wanted != "/" else ""
    return RedirectResponse(f"/sign-in{asked}", status_code=303)


def visitor_of(request: Request) -> Visitor:
    """Return the visitor, on a route that only those who are signed in may use."""
    visitor: Visitor = request.state.visitor
    return visitor
