"""A new gradebook for each test, a clock that is turned by hand, and browsers that keep cookies."""

from __future__ import annotations

import asyncio
import re
import shutil
from types import SimpleNamespace
from typing import TYPE_CHECKING

import httpx
import pytest
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Route

from grader.gradebook import Gradebook
from grader.gradebook.holders import person_of
from grader.portal.access import EVERYBODY, AllowedRoute
from grader.portal.guarding import Headers
from grader.portal.identity import AccessMiddleware, Entrance
from grader.portal.identity.own_keys import OwnKeys
from grader.portal.identity.sign_in_settings import SignInSettings
from grader.portal.identity.ways import FROM_ELSEWHERE, open_ways, way_routes
from grader.portal.rendering import static_file
from grader.results import Person
from tests.portal.identity.lms import HOME, Platform, moodle
from tests.portal.identity.vouching import Signer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from grader.portal.identity import Sessions

COURSE = SimpleNamespace(
    title="Neural networks",
    exercises=[
        SimpleNamespace(id="warm_up", title="Warm-up", points=10.0),
        SimpleNamespace(id="gradient", title="Gradient <descent>", points=15.0),
    ],
)


class Clock:
    """A clock that stands still until it is turned."""

    def __init__(self) -> None:
        self.at = 1_800_000_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.at

    def turn(self, seconds: float) -> None:
        """Advance by some seconds."""
        self.at += seconds


class Browser:
    """A browser without scripts: it keeps cookies, and follows no redirect by itself."""

    def __init__(self, app: ASGIApp, runner: asyncio.Runner, home: str = HOME) -> None:
        self.home = home
        self._runner = runner
        self._app = app
        # What a request says of its sender is said to be that of another machine.
        transport = httpx.ASGITransport(app, client=("192.0.2.7", 4321))
        self.client = httpx.AsyncClient(transport=transport, base_url=home)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask for a page."""
        return self._runner.run(self._answered(self.client.get(path, headers=headers)))

    def run(self, request: Awaitable[httpx.Response]) -> httpx.Response:
        """Send a request that a test has built."""
        return self._runner.run(self._answered(request))

    async def _answered(self, request: Awaitable[httpx.Response]) -> httpx.Response:
        """Return a response, after the work that it did not wait for."""
        answer = await request
        entrance = getattr(getattr(self._app, "state", None), "entrance", None)
        if entrance is not None:
            await entrance.settle()
        return answer

    def post(
        self, path: str, fields: dict[str, str] | None = None, **headers: str
    ) -> httpx.Response:
        """Send a form, as from a page of the portal."""
        said = {"origin": self.home, **headers}
        request = self.client.post(path, data=fields or {}, headers=said)
        return self._runner.run(self._answered(request))

    def send(self, method: str, path: str, content: bytes, **headers: str) -> httpx.Response:
        """Send bytes."""
        return self._runner.run(self.client.request(method, path, content=content, headers=headers))


class Outbox:
    """A mailer that keeps what it is given."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, str, str]] = []

    def send(self, to: str, subject: str, text: str) -> None:
        """Keep a mail."""
        self.mails.append((to, subject, text))


def token_in(page: httpx.Response) -> str:
    """Return the form token of a page."""
    found = re.search(r'name="form_token" value="([\w-]+)"', page.text)
    assert found, page.text
    return found[1]


def small_portal(entrance: Entrance, *more: BaseRoute) -> Starlette:
    """Return a portal with only the ways to sign in, without a course."""

    async def home(request: Request) -> HTMLResponse:
        visitor = request.state.visitor
        return HTMLResponse(f"{visitor.name}, {visitor.role}" if visitor else "nobody")

    app = Starlette(
        routes=[Route("/", home), *way_routes(), static_route(), *more],
        middleware=[
            Middleware(Headers, is_secure=True),
            Middleware(
                AccessMiddleware,
                entrance=entrance,
                from_elsewhere=FROM_ELSEWHERE,
            ),
        ],
    )
    app.state.context = SimpleNamespace(course=COURSE)
    open_ways(app, entrance)
    return app


def static_route() -> AllowedRoute:
    """Return the route of styles, whose addresses pages have."""
    return AllowedRoute("/static/{digest}/{name}", static_file, may=EVERYBODY, name="static")


@pytest.fixture
def lms(rsa_keys: list[RSAKey], clock: Clock) -> Platform:
    """Return a learning platform."""
    return Platform(Signer(list(rsa_keys)), clock)


@pytest.fixture
def entrance_of_lms(
    book: Gradebook, clock: Clock, lms: Platform, rsa_keys: list[RSAKey]
) -> Entrance:
    """Return the entrance of a portal that knows the platform, which knows its keys."""
    made = Entrance(
        book.database,
        lambda: HOME,
        settings=SignInSettings(platform=(moodle(),)),
        clock=clock,
        transport=httpx.ASGITransport(lms.app),
    )
    keys = OwnKeys(made)
    keys.keep(rsa_keys[0])
    lms.tool_keys = keys.public
    return made


@pytest.fixture
def outbox(entrance: Entrance) -> Outbox:
    """Return the mailer that keeps the portal's mail."""
    entrance.mailer = made = Outbox()
    return made


@pytest.fixture
def browsing(entrance: Entrance, runner: asyncio.Runner) -> Callable[[], Browser]:
    """Return the function that opens a browser without cookies."""
    app = small_portal(entrance)
    return lambda: Browser(app, runner)


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as made:
        yield made


@pytest.fixture(scope="session")
def rsa_keys() -> list[RSAKey]:
    """Return two keys, made once: that takes longer than all else."""
    return [RSAKey.generate_key(2048, {"kid": f"key-{number}"}) for number in (1, 2)]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def new_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("identity") / "book.sqlite"
    Gradebook(str(path)).close()
    return path


@pytest.fixture
def book(new_book: Path, tmp_path: Path) -> Iterator[Gradebook]:
    path = tmp_path / "book.sqlite"
    shutil.copy(new_book, path)
    with Gradebook(str(path)) as made:
        yield made


@pytest.fixture
def entrance(book: Gradebook, clock: Clock) -> Entrance:
    return Entrance(book.database, lambda: HOME, clock=clock)


@pytest.fixture
def sessions(entrance: Entrance) -> Sessions:
    return entrance.sessions


@pytest.fixture
def person(book: Gradebook) -> Callable[..., int]:
    """Return the function that adds a person to the book and returns the row."""

    def made(name: str, email: str = "", known: str = "") -> int:
        with book.database.writing() as connection:
            number, _ = person_of(connection, Person(id=known or name, name=name, email=email))
            return number

    return made
