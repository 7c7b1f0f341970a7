"""Health checks and metrics, for monitoring."""

from __future__ import annotations

__all__ = ["METRICS_TOKEN", "health_routes"]

import os
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, Response

from grader.errors import GraderError
from grader.gradebook.schema import HEAD, version_of_book
from grader.portal.access import EVERYBODY, AllowedRoute
from grader.portal.context import context_of
from grader.portal.identity.public_url import is_loopback

if TYPE_CHECKING:
    from starlette.requests import Request

    from grader.portal.context import PortalContext
    from grader.portal.operations.measuring import Measures

METRICS_TOKEN = "GRADER_METRICS_TOKEN"  # noqa: S105  (the name of a variable)
LEAST_FREE = 256 << 20  # bytes on each disk that a hand-in is written to
FORM = "text/plain; version=0.0.4; charset=utf-8"


def health_routes() -> list[AllowedRoute]:
    """Return the routes."""
    return [
        AllowedRoute("/healthz", healthz, may=EVERYBODY),
        AllowedRoute("/readyz", readyz, may=EVERYBODY),
        AllowedRoute("/metrics", metrics, may=EVERYBODY),
    ]


async def healthz(request: Request) -> Response:
    """Answer that the process is alive."""
    del request
    return PlainTextResponse("ok\n")


async def readyz(request: Request) -> Response:
    """Answer whether hand-ins can be received and graded; name only what fails."""
    context = context_of(request)
    found = await context.ask(_checked, context)
    found["workers"] = not context.stopping and context.dispatcher is not None
    ready = all(found.values())
    return JSONResponse({"ready": ready, "checks": found}, status_code=200 if ready else 503)


def _checked(context: PortalContext) -> dict[str, bool]:
    """Check the database, its tables and the disks."""
    try:
        with context.book.database.reading() as connection:
            version, database = version_of_book(connection), True
    except GraderError:
        version, database = "", False
    folders = [Path(tempfile.gettempdir())]
    if context.book.database.is_sqlite:
        folders.append(Path(context.settings.gradebook).absolute().parent)
    return {
        "database": database,
        "schema": version == HEAD,
        "disk": all(map(_has_room, folders)),
    }


def _has_room(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free >= LEAST_FREE
    except OSError:
        return False


async def metrics(request: Request) -> Response:
    """Return the metrics for Prometheus: to this machine, or to clients with the token."""
    if not _may_measure(request):
        raise HTTPException(403)
    measures: Measures = request.app.state.measures
    return Response(await context_of(request).ask(measures.text), media_type=FORM)


def _may_measure(request: Request) -> bool:
    """Return whether a client may read the metrics.

    What a proxy passes on comes from this machine, too, but not from it alone.
    """
    token = os.environ.get(METRICS_TOKEN, "").strip()
    said = request.headers.get("authorization", "")
    if token and secrets.compare_digest(said.encode(), f"Bearer {token}".encode()):
        return True
    client = request.client.host if request.client else ""
    passed_on = getattr(request.state, "forwarded", True)
    return is_loopback(client) and is_loopback(request.url.hostname) and not passed_on
