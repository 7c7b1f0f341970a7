"""The server of a portal: it listens, says where, and stops when it is told to."""

from __future__ import annotations

__all__ = ["serve_portal"]

import asyncio
import contextlib
import logging
import signal
import socket
from typing import TYPE_CHECKING

import uvicorn

from grader.errors import GraderError, UsageError, os_error_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.applications import Starlette

    from grader.portal.settings import PortalSettings

STOPS = (signal.SIGTERM, signal.SIGINT)
WAITING_CONNECTIONS = 2048


class PortalServer(uvicorn.Server):
    """A server that tells the portal first that it stops, so that no stream keeps it waiting."""

    def __init__(self, config: uvicorn.Config, stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._stop = stop
        self.was_told = False

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop gracefully at the first signal, and at once at the second."""
        loop = asyncio.get_running_loop()
        for one in STOPS:
            loop.add_signal_handler(one, self.told_to_stop)
        try:
            yield
        finally:
            for one in STOPS:
                loop.remove_signal_handler(one)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start; the caller reports the reason in a sentence if the portal cannot."""
        errors = logging.getLogger("uvicorn.error")
        before, errors.disabled = errors.disabled, True
        try:
            await super().startup(sockets)
        except SystemExit:  # what it is, is known: it is raised below
            self.should_exit = True
        finally:
            errors.disabled = before

    def told_to_stop(self) -> None:
        """Accept nothing new; running requests may finish."""
        self.was_told = True
        if self.should_exit:
            self.force_exit = True
        self.should_exit = True
        self._stop()


def serve_portal(app: Starlette, tell: Callable[[str], None]) -> None:
    """Serve a portal until it is told to stop.

    Parameters
    ----------
    app : Starlette
        As `grader.portal.application.create_app` returned it.
    tell : callable
        Called with each sentence for whoever started it.

    Raises
    ------
    GraderError
        Where it cannot listen there, or cannot begin: one sentence.
    UsageError
        Where a setting cannot be used, such as a proxy that is no address: one sentence.
    """
    context = app.state.context
    settings: PortalSettings = context.settings
    # Made here, what is wrong with a setting is raised; the server would end without a word.
    app.middleware_stack = app.build_middleware_stack()
    listener = _listener(settings)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        proxy_headers=False,  # `NamedProxies` reads them, of those alone who are named
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=int(settings.grace_seconds) + 5,
        limit_concurrency=None,
    )
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    context.address = settings.url.rstrip("/") or f"http://{shown}:{port}"
    context.tell = tell
    with listener:
        server = PortalServer(config, context.stop)
        asyncio.run(server.serve(sockets=[listener]))
    if context.failure is not None:
        raise context.failure
    if not (server.started or server.was_told):
        raise GraderError(
            "The portal did not start, and nothing says why: run it again with --log - to see what "
            "happens."
        )


def _listener(settings: PortalSettings) -> socket.socket:
    """Return the listening socket, so that an address is announced only when it is bound."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(WAITING_CONNECTIONS)
    except (OSError, OverflowError) as error:
        listener.close()
        said = os_error_sentence(error) if isinstance(error, OSError) else str(error)
        raise UsageError(
            f"The portal cannot listen on {settings.host}, port {settings.port}: {said}. Name "
            "others by --host and --port."
        ) from error
    return listener
