"""A small class in a portal that answers in this process, and a browser for each role."""

from __future__ import annotations

import asyncio
import re
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx
import pytest
from sqlalchemy import update

from grader.api import load_course
from grader.gradebook import Conditions, Gradebook
from grader.gradebook.enrolling import enrol
from grader.gradebook.hand_ins import Accepted, HandInDetails, accept
from grader.gradebook.holders import person_of
from grader.gradebook.portal_models import DONE, HandIn
from grader.intake.sealed import Sealed
from grader.portal.application import create_app
from grader.portal.identity import PortalRole, SignInWay
from grader.portal.settings import PortalSettings
from grader.results import Delivery, Outcome, Person, now
from tests.books.pretending import FILES, Pretending, sealed, written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.applications import Starlette

    from grader.course import Course

HOME = "http://127.0.0.1"
TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
KEPT = re.compile(r'name="kept" value="([^"]+)"')
STAFF = {
    PortalRole.ASSISTANT: "Ada Assistant",
    PortalRole.INSTRUCTOR: "Ines Instructor",
    PortalRole.ADMIN: "Alan Admin",
}


@dataclass
class Visitor:
    """A person's browser: it keeps cookies, and follows no redirect by itself."""

    client: httpx.AsyncClient
    runner: asyncio.Runner
    name: str = ""

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask for a page."""
        said = {"accept": "text/html", **headers}
        return self.runner.run(self.client.get(path, headers=said))

    def token(self, path: str = "/class") -> str:
        """Return the token of a page's forms."""
        found = TOKEN.search(self.get(path).text)
        assert found is not None, path
        return found[1]

    def post(
        self, path: str, fields: dict[str, str] | None = None, *, page: str = ""
    ) -> httpx.Response:
        """Send a form, as it stands on a page of the portal."""
        data = {"form_token": self.token(page or path), **(fields or {})}
        said = {"origin": HOME}
        return self.runner.run(self.client.post(path, data=data, headers=said))

    def told(self, answer: httpx.Response) -> str:
        """Follow a redirect after something was done, and return what the page says was done."""
        assert answer.status_code == 303, answer.text[:2000]
        page = self.get(answer.headers["location"])
        found = re.search(r'<p class="notice told" role="status">(.*?)</p>', page.text)
        assert found is not None, page.text[:2000]
        return found[1].replace("&#39;", "'")


@dataclass
class SmallClass:
    """A class of a course of two exercises, with helpers for tests."""

    app: Starlette
    book: Gradebook
    course: Course
    runner: asyncio.Runner
    people: dict[str, int]
    visitors: dict[PortalRole, Visitor] = field(default_factory=dict)

    def visitor(self, role: PortalRole | None, name: str = "") -> Visitor:
        """Return a visitor with this role; None for one who is not signed in."""
        transport = httpx.ASGITransport(self.app, client=("192.0.2.7", 4321))
        client = httpx.AsyncClient(transport=transport, base_url=HOME)
        if role is not None:
            person = self.people[name or STAFF.get(role, "ann")]
            secret = self.app.state.entrance.sessions.begin(person, SignInWay.EMAIL)
            client.cookies.set("grader_session", secret)
        return Visitor(client, self.runner, name)

    def hand_in(self, who: str, state: str = DONE, at: str = "", once: str = "") -> int:
        """Put a hand-in into the queue, in a given state."""
        with self.book.database.writing() as connection:
            number = accept(
                connection,
                Accepted(
                    once=once or f"{who}-{at}-{state}-{now()}",
                    person=self.people[who],
                    exercise="double",
                    sealed=Sealed(who, {"work/double.py": who.encode()}),
                    handed_in_at=at or now(),
                    said=HandInDetails(fresh=("double",)),
                ),
            )
            values = {"state": state, "began_at": now(), "ended_at": now() if state == DONE else ""}
            connection.execute(update(HandIn).where(HandIn.id == number).values(**values))
        return number


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as made:
        yield made


@pytest.fixture(scope="session")
def course_of_two(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return load_course(written(tmp_path_factory.mktemp("course"), FILES))


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, course_of_two: Course) -> Path:
    """Return a book: ann is right, bob is wrong in the first exercise, cat handed nothing in."""
    path = tmp_path_factory.mktemp("book") / "book.sqlite"
    with Gradebook(str(path)) as book:
        ids = ("ann", "bob", "cat")
        people = [Person(id=one, name=one, email=f"{one}@x.example") for one in ids]
        enrol(book, people)
        for who, outcome in (("ann", Outcome.PASSED), ("bob", Outcome.FAILED)):
            conditions = Conditions(salt=b"s", isolation="none")
            grading = Pretending(book, course_of_two, conditions, outcomes={"double": outcome})
            delivery = Delivery(people=(Person(id=who, name=who),), handed_in_at=now())
            grading(sealed(who, f"# {who}"), delivery)
        with book.database.writing() as connection:
            for role, name in STAFF.items():
                person_of(connection, Person(id=str(role), name=name))
    return path


@pytest.fixture
def small(
    filled: Path, tmp_path: Path, course_of_two: Course, runner: asyncio.Runner
) -> Iterator[SmallClass]:
    """Yield a class of three, with the staff that it has."""
    place = tmp_path / "book.sqlite"
    shutil.copy(filled, place)
    settings = PortalSettings(course_root=course_of_two.root, gradebook=str(place))
    app = create_app(settings, course=course_of_two)
    book: Gradebook = app.state.context.book
    with book.database.writing() as connection:
        names = {str(role): name for role, name in STAFF.items()}
        people = {
            names.get(one, one): person_of(connection, Person(id=one))[0]
            for one in ("ann", "bob", "cat", *names)
        }
    for role, name in STAFF.items():
        app.state.entrance.sessions.grant(people[name], role, by="test")
    found = SmallClass(app, book, course_of_two, runner, people)
    yield found
    book.close()


@pytest.fixture
def instructor(small: SmallClass) -> Visitor:
    return small.visitor(PortalRole.INSTRUCTOR)


@pytest.fixture
def assistant(small: SmallClass) -> Visitor:
    return small.visitor(PortalRole.ASSISTANT)
