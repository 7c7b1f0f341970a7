"""A process is killed for real while it passes a score back: it arrives, and never twice."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
import uvicorn
from sqlalchemy import select

from grader.gradebook import Gradebook
from grader.gradebook.access_models import OutgoingScore
from grader.gradebook.models import Identity
from grader.portal.identity import Entrance
from grader.portal.identity.launching import Lti
from grader.portal.identity.passing_back import LEASE_SECONDS, ScoresBack
from grader.portal.identity.platform_services import Services
from grader.portal.identity.score_outbox import PublishedScore, queue_scores
from grader.portal.identity.sign_in_settings import SignInSettings
from tests.portal.identity.lms import AGS, HOME, ISSUER, SCOPES, Platform, moodle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.types import Message, Receive, Scope, Send

    from tests.portal.identity.conftest import Browser, Clock

ROOT = Path(__file__).resolve().parents[3]
SENDER = """
import sys
from tests.portal.identity.test_killed_while_passing_back import send
send(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
"""


class Elsewhere(httpx.AsyncHTTPTransport):
    """Asks a server of this machine in place of the platform."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask there."""
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        return await super().handle_async_request(request)


def send(book: str, port: int, now: float) -> None:
    """Send what is due, in a process of its own, at a time of ours."""
    with Gradebook(book) as opened:
        entrance = Entrance(
            opened.database,
            lambda: HOME,
            settings=SignInSettings(platform=(moodle(),)),
            clock=lambda: now,
            transport=Elsewhere(port),
        )
        lti = Lti(entrance)
        asyncio.run(ScoresBack(lti, Services(lti)).send_due())


class Server:
    """The platform, as a server that kills whoever asks for something."""

    def __init__(self, lms: Platform) -> None:
        self.lms = lms
        self.port = 0
        self.asks: subprocess.Popen[bytes] | None = None
        self.at = ""
        self.is_done_first = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or kill whoever asks before they have the answer."""
        is_last = scope["type"] == "http" and scope["path"].endswith(self.at)

        async def unsent(_message: Message) -> None:
            """Send nothing."""

        if not is_last or self.is_done_first:
            await self.lms.app(scope, receive, unsent if is_last else send)
        if is_last and self.asks is not None:
            self.asks.kill()
            await asyncio.to_thread(self.asks.wait)

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Listen, in a thread."""
        config = uvicorn.Config(self, port=0, log_config=None, lifespan="off", access_log=False)
        server = uvicorn.Server(config)
        listener = config.bind_socket()
        self.port = listener.getsockname()[1]
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            thread.join()

    def kills(self, book: str, now: float, at: str, *, done_first: bool) -> None:
        """Let a process send what is due, and kill it at a question."""
        self.at, self.is_done_first = at, done_first
        self.asks = subprocess.Popen(
            [sys.executable, "-c", SENDER, book, str(self.port), str(now)],
            cwd=ROOT,
            env={**os.environ},
        )
        assert self.asks.wait() == -signal.SIGKILL


@pytest.fixture
def entrance(entrance_of_lms: Entrance) -> Entrance:
    return entrance_of_lms


@pytest.mark.parametrize("may_ask", [True, False])
def test_a_score_arrives_once_whenever_its_process_is_killed(
    entrance: Entrance, lms: Platform, browsing: Callable[[], Browser], book: Gradebook,
    runner: asyncio.Runner, clock: Clock, may_ask: bool,
) -> None:  # fmt: skip
    """Killed before it is let in, before and after the score is taken, and when it asks."""
    scopes = [one for one in SCOPES if may_ask or "result" not in one]
    endpoint = {"scope": scopes, "lineitem": f"{ISSUER}/items/7"}
    lms.launched(browsing(), **{AGS + "claim/endpoint": endpoint})
    with book.database.writing() as connection:
        ann = int(connection.execute(select(Identity.person_id)).scalar_one())
        one = PublishedScore(
            person=ann, exercise="gradient", score=Decimal(5), max_score=Decimal(15)
        )
        assert queue_scores(connection, [one], clock()) == 1
    server = Server(lms)
    kills = [("/token", False), ("/scores", False), ("/scores", True)]
    with server.listening():
        for at, done_first in [*kills, ("/results", False)] if may_ask else kills[2:]:
            server.kills(book.place, clock(), at, done_first=done_first)
            clock.turn(LEASE_SECONDS)
    assert len(lms.taken) == 1
    lti = Lti(entrance)
    assert runner.run(ScoresBack(lti, Services(lti)).send_due()) == 1
    assert len(lms.taken) == 1
    with book.database.reading() as connection:
        assert list(connection.execute(select(OutgoingScore.state)).scalars()) == ["sent"]
