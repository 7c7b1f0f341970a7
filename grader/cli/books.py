"""Open the gradebook of a command, and find out who uses it."""

from __future__ import annotations

__all__ = ["add_author", "author_of", "book_of", "new_book_notes", "say_pages"]

import contextlib
import getpass
import os
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import terminal
from grader.errors import UsageError
from grader.gradebook import own_book, place_of_book
from grader.gradebook.book_file import grades_in_file
from grader.util.wording import counted

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

    from grader.gradebook import Gradebook

AUTHOR = "GRADER_AUTHOR"


def book_of(options: argparse.Namespace, root: Path) -> Gradebook:
    """Open the gradebook of a course, which must exist.

    Raises
    ------
    UsageError
        Where there is none.
    """
    place = place_of_book(options.gradebook, root)
    if not place:
        raise UsageError(
            "There is no gradebook: grade the class first, or name one by --gradebook."
        )
    # What imports the database is imported where a book is opened.
    from grader.gradebook import Gradebook  # noqa: PLC0415
    from grader.gradebook.engine import NoGradebookError, name_of  # noqa: PLC0415

    try:
        return Gradebook(place, make=False)
    except NoGradebookError as error:
        other = "".join(f" {one}" for one in _other_book(place, root))
        raise UsageError(
            f"There is no gradebook {name_of(place)}: grade the class first, or name one by "
            f"--gradebook.{other}"
        ) from error


def new_book_notes(named: str | None, root: Path) -> list[str]:
    """Return what to say of a gradebook that was named and has no grades; nothing of another one.

    By a slip in its name everything is graded again, into a book that nobody knows of.

    Parameters
    ----------
    named : str, optional
        As for `place_of_book`.
    root : Path
        The course's folder.
    """
    from grader.gradebook.engine import (  # noqa: PLC0415 - as in `book_of`
        Database,
        NoGradebookError,
        name_of,
    )

    place = place_of_book(named, root)
    if not place or _is_own(place, root):
        return []
    said = f"The gradebook {name_of(place)} has no grades yet."
    try:
        with contextlib.closing(Database(place, make=False)) as database:
            if database.grades():
                return []
    except NoGradebookError:
        said = f"A new gradebook is made: {name_of(place)}."
    return [said, *_other_book(place, root)]


def _is_own(place: str, root: Path) -> bool:
    return "://" not in place and Path(place).absolute() == own_book(root).absolute()


def _other_book(place: str, root: Path) -> list[str]:
    """Return a sentence about the course's own gradebook where that is another one with grades."""
    own = own_book(root)
    count = 0 if _is_own(place, root) else grades_in_file(own)
    if not count:
        return []
    said = (
        f"The course's own gradebook {own} has {counted(count, 'grade')}: it is used without "
        "--gradebook and GRADER_GRADEBOOK."
    )
    return [said]


def add_author(parser: argparse.ArgumentParser) -> None:
    """Add the option for the author of a change."""
    parser.add_argument(
        "--author",
        default="",
        metavar="NAME",
        help=f"who does it, for the history (else {AUTHOR}; students do not see it)",
    )


def author_of(options: argparse.Namespace, *, needed: bool = True) -> str:
    """Return the author: from the option, the environment, or the computer's user.

    Raises
    ------
    UsageError
        Where it has to be said and is not.
    """
    said = options.author.strip() or os.environ.get(AUTHOR, "").strip()
    if said:
        return str(said)
    if needed:
        raise UsageError(f"Who does this? Say --author NAME, or set {AUTHOR}.")
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"


def say_pages(out: Console) -> None:
    """Say that the pages are out of date."""
    out.print(
        terminal.translated(
            "The pages and results.json are older than this: `grader report --out DIR` writes "
            "them again.",
            style="yellow",
        )
    )
