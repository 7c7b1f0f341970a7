"""``grader gradebook``: people put together or apart, removed; a backup; what happened."""

from __future__ import annotations

__all__ = ["EXAMPLE", "EXIT_CODES", "add_arguments", "run"]

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import terminal
from grader.cli.books import add_author, author_of, book_of, say_pages
from grader.cli.options import add_course_folder, add_gradebook, refuse_idle
from grader.course import find_course
from grader.course.salt import load_salt
from grader.errors import UsageError
from grader.gradebook.people import history_of, merge, split
from grader.gradebook.purging import purge

if TYPE_CHECKING:
    import argparse

    from grader.gradebook import Gradebook

EXAMPLE = """\
example:
  grader gradebook history s1234               all that happened: graded, changed by hand, merged
  grader gradebook merge 8812 s1234            the ids changed: 8812 is s1234
  grader gradebook split 8812 --name "Ada B."  they are two after all
  grader gradebook purge s1234                 remove somebody's files and names
  grader gradebook backup book-2026-02-01.sqlite
"""
EXIT_CODES = (
    "0 done, 1 nothing was done, since it was not confirmed or the gradebook cannot be used, "
    "2 wrong usage or course"
)
ACTIONS = {"history": 1, "merge": 2, "split": 1, "purge": 1, "backup": 1}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("action", choices=tuple(ACTIONS), metavar="ACTION", help=", ".join(ACTIONS))
    parser.add_argument(
        "what", nargs="*", metavar="WHO", help="people, by an id or a name; of a backup the file"
    )
    parser.add_argument("--name", default="", help="what a person who is split off is called")
    parser.add_argument("--yes", action="store_true", help="purge without asking")
    add_author(parser)
    add_gradebook(parser)
    add_course_folder(parser)


def run(options: argparse.Namespace) -> int:
    """Run the action."""
    wanted = ACTIONS[options.action]
    if len(options.what) != wanted:
        who = {"merge": "two people", "backup": "a new file"}.get(options.action, "one person")
        raise UsageError(f"`grader gradebook {options.action}` takes {who}.")
    named = {"--name": options.name and options.action != "split"}
    refuse_idle({**named, "--yes": options.yes and options.action != "purge"}, options.action)
    root = find_course(options.course)
    with book_of(options, root) as book:
        return _do(book, options, root)


def _do(book: Gradebook, options: argparse.Namespace, root: Path) -> int:
    out = terminal.console()
    author = author_of(options, needed=False)
    if options.action == "history":
        for line in history_of(book, options.what[0]):
            words = [line.at, line.what, line.who, line.why, line.detail]
            out.print(
                terminal.translated("  ".join(terminal.one_line(one, 200) for one in words if one))
            )
    elif options.action == "merge":
        out.print(terminal.translated(merge(book, *options.what, author=author)))
        say_pages(out)
    elif options.action == "split":
        out.print(
            terminal.translated(split(book, options.what[0], name=options.name, author=author))
        )
        say_pages(out)
    elif options.action == "backup":
        target = Path(options.what[0])
        if book.database.backup(target):
            made = f"The folder {target.parent} is new: it was made for the backup."
            out.print(terminal.translated(made, style="yellow"))
        out.print(
            terminal.translated(f"Written: {options.what[0]}, a whole copy of {book.database.name}")
        )
    else:
        if not (options.yes or _is_sure(book, options.what[0])):
            out.print(terminal.translated("Nothing was removed."))
            return 1
        done = purge(book, options.what[0], author=author, salt=load_salt(root))
        out.print(terminal.translated(done.sentence()))
        out.print(
            terminal.translated(
                "Folders of reports and backups still hold them: `grader report --out DIR "
                "--replace` leaves only who is in the gradebook; backups are yours to remove.",
                style="yellow",
            )
        )
    return 0


def _is_sure(book: Gradebook, said: str) -> bool:
    """Ask for confirmation before a person is removed for good."""
    history = history_of(book, said)  # an unknown person is refused before the question
    if not sys.stdin.isatty():
        raise UsageError("A purge cannot be undone: say --yes where nobody can be asked.")
    terminal.print_translated(
        f"Remove {said!r} for good, with {len(history)} lines of history? Type the same again:"
    )
    return input().strip() == said
