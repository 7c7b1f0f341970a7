"""Log and measure every request, each under a number of its own."""

from __future__ import annotations

__all__ = ["RequestWatch"]

import logging
import secrets
import time
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect

from grader.portal.operations.json_logs import request_number

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from grader.portal.operations.measuring import Measures

log = logging.getLogger("grader.portal.requests")

NO_ROUTE = "none"
_QUIET = frozenset(["/static/{digest}/{name}", "/healthz", "/readyz", "/metrics"])


class RequestWatch:
    """Counts each request by its route, and logs its outcome.

    By its route and never by its path: a path can name a person or a secret link, and anybody can
    make up any number of them.

    Parameters
    ----------
    app : ASGIApp
        What stands behind it. The portal's own state has the `Measures` in which it is counted.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, and count it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        measures: Measures = scope["app"].state.measures
        state = scope.setdefault("state", {})
        state["forwarded"] = any(
            name.startswith(b"x-forwarded-") or name in (b"forwarded", b"via")
            for name, _ in scope["headers"]
        )
        state["request"] = number = secrets.token_hex(8)
        mark = request_number.set(number)
        began, status = time.monotonic(), 0
        told = 0.0

        async def watched(message: Message) -> None:
            nonlocal status, told
            if message["type"] == "http.response.start":
                status, told = message["status"], time.monotonic() - began
                MutableHeaders(scope=message)["X-Request-ID"] = number
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except (
            ClientDisconnect
        ):  # a network that was cut, or somebody who went on: no error of ours
            status = GONE
            log.info("gone before all was sent", extra=_about(scope, status, began))
        except Exception:
            log.exception("a request failed", extra=_about(scope, status or 500, began))
            raise
        else:
            route = state.get("route", NO_ROUTE)
            if route not in _QUIET or status >= 500:
                log.info("answered", extra=_about(scope, status, began))
        finally:
            route = state.get("route", NO_ROUTE)
            method = scope["method"] if scope["method"] in _METHODS else "other"
            counted = measures.requests.labels(
                route=route, method=method, status=str(status or 500)
            )
            counted.inc()
            measures.durations.labels(route=route).observe(told or time.monotonic() - began)
            request_number.reset(mark)


# As proxies count whoever left before they were answered.
GONE = 499
_METHODS = frozenset(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])


def _about(scope: Scope, status: int, began: float) -> dict[str, object]:
    """Return the fields of a request's line in the log."""
    state = scope["state"]
    about: dict[str, object] = {
        "route": state.get("route", NO_ROUTE),
        "method": scope["method"] if scope["method"] in _METHODS else "other",
        "status": status,
        "milliseconds": round(1000 * (time.monotonic() - began)),
    }
    visitor = state.get("visitor")
    if visitor is not None:
        about |= {"person": visitor.person, "role": str(visitor.role)}
    return about
