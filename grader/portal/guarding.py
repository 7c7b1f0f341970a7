"""Security headers for every response, and trusted proxies."""

from __future__ import annotations

__all__ = ["Headers", "NamedProxies"]

import ipaddress
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders

from grader.errors import UsageError
from grader.portal.rendering import CONTENT_POLICY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

ALWAYS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    # With "no-referrer", browsers say `Origin: null` of our own forms, and nobody could send one.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
ONLY_HTTPS = "max-age=31536000"


class Headers:
    """Adds the security headers to every response."""

    def __init__(self, app: ASGIApp, *, is_secure: bool) -> None:
        self._app = app
        self._always = dict(ALWAYS)
        if is_secure:
            self._always["Strict-Transport-Security"] = ONLY_HTTPS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with these headers."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._always.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


class NamedProxies:
    """Believes ``X-Forwarded-For`` and ``-Proto`` where a named proxy says so, and drops the rest.

    Parameters
    ----------
    app : ASGIApp
    named : sequence of str
        Addresses or networks.

    Raises
    ------
    UsageError
        Where one of them is no address.
    """

    def __init__(self, app: ASGIApp, *, named: Sequence[str]) -> None:
        self._app = app
        try:
            self._named = [ipaddress.ip_network(one, strict=False) for one in named]
        except ValueError as error:
            raise UsageError(
                f"A proxy is named by its address, such as 10.0.0.5 or 10.0.0.0/24: {error}."
            ) from error

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Set the client's address and the scheme in the scope."""
        if scope["type"] == "http":
            scope = dict(scope)
            said = [h for h in scope["headers"] if h[0].startswith(b"x-forwarded-")]
            scope["headers"] = [
                h
                for h in scope["headers"]
                if not h[0].startswith(b"x-forwarded-") and h[0] != b"forwarded"
            ]
            client = scope.get("client")
            if client and self._is_named(client[0]):
                self._believe(scope, dict(said))
        await self._app(scope, receive, send)

    def _believe(self, scope: Scope, said: dict[bytes, bytes]) -> None:
        if said.get(b"x-forwarded-proto", b"").strip() in (b"http", b"https"):
            scope["scheme"] = said[b"x-forwarded-proto"].strip().decode()
        # The last address that is no trusted proxy: anybody can write the ones before it.
        for one in reversed(said.get(b"x-forwarded-for", b"").decode("latin-1").split(",")):
            address = one.strip()
            if not _is_address(address):
                return
            scope["client"] = (address, 0)
            if not self._is_named(address):
                return

    def _is_named(self, address: str) -> bool:
        if not _is_address(address):
            return False
        here = ipaddress.ip_address(address)
        return any(here in network for network in self._named)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
