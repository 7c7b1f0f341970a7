"""A portal for tests, in this process and without a network."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING

import pytest

from grader.executors.progress_board import Board
from grader.gradebook import Gradebook
from tests.portal.trying import Portal, small_course

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def loop_of_pages() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as made:
        yield made


@pytest.fixture(scope="session")
def blank_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("portal") / "book.sqlite"
    Gradebook(str(path)).close()
    return path


@pytest.fixture
def make_portal(
    blank_book: Path, tmp_path: Path, loop_of_pages: asyncio.Runner
) -> Iterator[Callable[..., Portal]]:
    """Yield the function that makes a portal in this process."""
    made: list[Portal] = []
    board = tmp_path / "board"
    board.mkdir()

    def make(**given: object) -> Portal:
        book = tmp_path / f"book{len(made)}.sqlite"
        shutil.copy(blank_book, book)
        course = given.pop("course", None) or small_course()
        made.append(Portal(book, Board(board), loop_of_pages, course, **given))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def here(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal()
