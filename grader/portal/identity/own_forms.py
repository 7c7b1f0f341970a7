"""Check that a form comes from our own pages: by the browser's headers and by a token.

The token follows from the id that the browser has in its cookie, so that nothing has to be stored,
and whoever reads the gradebook cannot make one.
"""

from __future__ import annotations

__all__ = ["FIELD", "HEADER", "Body", "comes_from_us", "small_form", "token_of_form"]

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, parse_qsl

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope

    from grader.portal.identity.public_url import PublicUrl

FIELD, HEADER = "form_token", "x-form-token"
# Forms without files are small; larger ones are not ours.
LARGE = "This form is larger than any of this page."
FORM_BYTES, MOST_FIELDS = 256 * 1024, 1000
# In a form with files the token comes first: this much is read to find it.
HEAD_BYTES = 4096
_PLAIN = "application/x-www-form-urlencoded"
_BOUNDARY = re.compile(r'boundary=(?:"([^"\r\n]{1,70})"|([^;\s"]{1,70}))', re.IGNORECASE)
_FIELD = re.compile(
    rb"content-disposition:\s*form-data;\s*name=\"" + FIELD.encode() + rb"\"[ \t]*\r\n"
    rb"(?:[^\r\n]+\r\n)*\r\n([A-Za-z0-9_-]{1,512})\r\n",
    re.IGNORECASE,
)


def comes_from_us(request: Request, url: PublicUrl) -> bool:
    """Return whether the browser's headers say that a request comes from our own pages.

    All browsers of today send `Origin` with what is posted. Where it is missing, `Referer` or
    `Sec-Fetch-Site` has to say so: silence is not enough.
    """
    origin = request.headers.get("origin")
    if origin is not None:
        return url.is_own(origin)
    if request.headers.get("sec-fetch-site") == "same-origin":
        return True
    return url.is_own(request.headers.get("referer", ""))


class Body:
    """A request's body whose beginning has been read; the application still gets all of it.

    Parameters
    ----------
    receive : Receive
        Of ASGI.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._kept: list[Message] = []

    async def receive(self) -> Message:
        """Replay what was read, then receive the rest."""
        if self._kept:
            return self._kept.pop(0)
        return await self._receive()

    async def beginning(self, most: int) -> tuple[bytes, bool]:
        """Return the first bytes, and whether that is all.

        Parameters
        ----------
        most : int
            After how many there is no more reading; a last piece may be longer.
        """
        found, more = b"", True
        while more and len(found) < most:
            message = await self._receive()
            self._kept.append(message)
            if message["type"] != "http.request":
                return found, False
            found += message.get("body", b"")
            more = message.get("more_body", False)
        return found, not more

    async def field(self, boundary: bytes) -> str:
        """Return the token of a form with files, which is its first field; empty without.

        Parameters
        ----------
        boundary : bytes
            That stands between the form's parts.
        """
        start = b"--" + boundary + b"\r\n"
        head, more = b"", True
        while more and len(head) < HEAD_BYTES:
            message = await self._receive()
            self._kept.append(message)
            head += message.get("body", b"")
            more = message.get("more_body", False)
            if head.startswith(start) and (found := _FIELD.match(head, len(start))):
                return found[1].decode("ascii")
        return ""


async def small_form(request: Request) -> FormData:
    """Return the fields of a form without files; at most a fixed number of bytes is read.

    Parameters
    ----------
    request : Request
        Anybody's.

    Raises
    ------
    HTTPException
        413 where it is larger than a form of ours or a platform's, 415 where it is another kind.
    """
    if not request.headers.get("content-type", "").lower().startswith(_PLAIN):
        raise HTTPException(415, "This is not a form of this page.")
    data = b""
    async for piece in request.stream():
        data += piece
        if len(data) > FORM_BYTES:
            raise HTTPException(413, LARGE)
    try:
        said = data.decode("utf-8", "replace")
        found = parse_qsl(said, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise HTTPException(413, LARGE) from error
    return FormData([*found])


async def token_of_form(scope: Scope, body: Body) -> str:
    """Return the token that a posted form carries; empty where it carries none.

    Parameters
    ----------
    scope : Scope
        Of the request.
    body : Body
        Of which no more is read than what holds the token.
    """
    request = Request(scope)
    if said := request.headers.get(HEADER):
        return said
    kind = request.headers.get("content-type", "")
    if kind.lower().startswith("multipart/form-data"):
        found = _BOUNDARY.search(kind)
        boundary = (found[1] or found[2]) if found else ""
        return await body.field(boundary.encode("latin-1")) if boundary else ""
    if kind.lower().startswith(_PLAIN):
        data, is_all = await body.beginning(FORM_BYTES)
        if not is_all:
            return ""
        try:
            fields = parse_qs(data.decode("utf-8"), max_num_fields=MOST_FIELDS)
        except ValueError:
            return ""
        values = fields.get(FIELD, [])
        return values[0] if len(values) == 1 else ""
    return ""
