"""The portal's cookies: their names and attributes."""

from __future__ import annotations

__all__ = ["Cookies"]

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection
    from starlette.responses import Response

    from grader.portal.identity.public_url import PublicUrl

SESSION, VISIT, START = "session", "visit", "start"


class Cookies:
    """The portal's cookies; no script can read them.

    Over TLS they are `Secure`, and where the portal has a host to itself their names begin with
    ``__Host-``, so that no other page of the domain can set one in their place.

    Parameters
    ----------
    url : PublicUrl
        Under which browsers know the portal.
    """

    def __init__(self, url: PublicUrl) -> None:
        self._path = url.path
        self._is_https = url.is_https
        self._prefix = "grader_"
        if url.is_https:
            self._prefix = ("__Host-" if url.path == "/" else "__Secure-") + "grader_"

    def read(self, connection: HTTPConnection, which: str) -> str:
        """Return a cookie's value; empty if the browser sent none."""
        return connection.cookies.get(self._prefix + which, "")

    def header(
        self, which: str, value: str, *, seconds: int | None = None, embedded: bool = False
    ) -> str:
        """Return a cookie as the value of `Set-Cookie`.

        Parameters
        ----------
        which : str
            `SESSION`, `VISIT`, or `START` and what tells one from the other.
        value : str
            Of letters, digits, ``-`` and ``_``; empty to take the cookie away.
        seconds : int, optional
            How long the browser keeps it; None: until it is closed.
        embedded : bool
            Whether it is for a page inside another site's, or for a form that comes from there:
            `SameSite=None`, and `Partitioned`, which keeps it to that site's frames.
        """
        seconds = seconds if value else 0
        parts = [f"{self._prefix}{which}={value}", f"Path={self._path}", "HttpOnly"]
        if seconds is not None:
            parts.append(f"Max-Age={seconds}")
        if self._is_https:
            parts.append("Secure")
        # Browsers accept SameSite=None only over TLS.
        is_embedded = embedded and self._is_https
        parts += ["SameSite=None", "Partitioned"] if is_embedded else ["SameSite=Lax"]
        return "; ".join(parts)

    def write(
        self,
        response: Response,
        which: str,
        value: str,
        *,
        seconds: int | None = None,
        embedded: bool = False,
    ) -> None:
        """Set a cookie in a response; parameters as `header`."""
        said = self.header(which, value, seconds=seconds, embedded=embedded)
        response.headers.append("set-cookie", said)
