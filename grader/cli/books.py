"""Open the gradebook of a command, and find out who uses it."""

from __future__ import annotations

__all__ = ["add_author", "author_of", "book_of", "say_pages"]

import getpass
import os
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import terminal
from grader.errors import UsageError
from grader.gradebook import Gradebook, place_of_book

if TYPE_CHECKING:
    import argparse

    from rich.console import Console


AUTHOR = "GRADER_AUTHOR"


def book_of(options: argparse.Namespace, root: Path) -> Gradebook:
    """Open the gradebook of a course, which must exist.

    Raises
    ------
    UsageError
        Where there is none.
    """
    place = place_of_book(options.gradebook, root)
    if not place or ("://" not in place and not Path(place).is_file()):
        raise UsageError(
            f"There is no gradebook{f' {place}' if place else ''}: grade the class first, or name "
            "one by --gradebook."
        )
    return Gradebook(place)


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
