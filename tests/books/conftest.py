"""Gradebooks to try: each in a file and in PostgreSQL, whose server is this run's own."""

from __future__ import annotations

import itertools
import shutil
from typing import TYPE_CHECKING

import pytest

from grader.api import load_course
from grader.gradebook import Conditions, Gradebook
from grader.gradebook.models import Base
from tests.books.pretending import FILES, Pretending, written
from tests.sharing import from_scripts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from private_postgresql import PrivateServer

    from grader.course import Course

_numbers = itertools.count()
SHARED = "shared_book"


@pytest.fixture(scope="session")
def server(need: Callable[[str], None]) -> Iterator[PrivateServer]:
    """Yield a server that is started for these tests; it ends with them, or with this process."""
    need("postgresql")
    with from_scripts("private_postgresql").PrivateServer() as made:
        yield made


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a new book in a file."""
    path = tmp_path_factory.mktemp("book") / "book.sqlite"
    Gradebook(str(path)).close()
    return path


@pytest.fixture(scope="session")
def book_on_server(server: PrivateServer) -> str:
    """Return a book that tests share; each finds it empty."""
    place = server.create(SHARED)
    Gradebook(place).close()
    return place


def emptied(server: PrivateServer) -> None:
    """Make a new book of the one that tests share: quicker than another database by far."""
    with server.connected(SHARED) as connection:
        connection.execute("SET session_replication_role = replica")
        for name in Base.metadata.tables:
            connection.execute(f"DELETE FROM {name}".encode())  # noqa: S608 - of ours
        found = connection.execute("SELECT sequencename FROM pg_sequences").fetchall()
        for (name,) in found:
            connection.execute(f"ALTER SEQUENCE {name} RESTART".encode())


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def bare(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the place for a book that does not exist yet."""
    if kind == "sqlite":
        return str(tmp_path / "bare.sqlite")
    server: PrivateServer = request.getfixturevalue("server")
    return server.create(f"bare_{next(_numbers)}")


@pytest.fixture
def place(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the place of a new book."""
    if kind == "sqlite":
        path = tmp_path / "book.sqlite"
        shutil.copy(request.getfixturevalue("template"), path)
        yield str(path)
        return
    yield request.getfixturevalue("book_on_server")
    emptied(request.getfixturevalue("server"))


@pytest.fixture
def book(place: str) -> Iterator[Gradebook]:
    """Yield a new book."""
    with Gradebook(place) as opened:
        yield opened


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Return a course of two exercises."""
    return load_course(written(tmp_path_factory.mktemp("course"), FILES))


@pytest.fixture
def pretending(book: Gradebook, course: Course) -> Pretending:
    """Return the pretending judge of the book."""
    return Pretending(book, course, Conditions(salt=b"s", isolation="none"))
