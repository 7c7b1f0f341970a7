"""``grader report``: all pages and results.json of a class from its gradebook."""

from __future__ import annotations

__all__ = ["EXAMPLE", "EXIT_CODES", "add_arguments", "run"]

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import terminal
from grader.cli.books import book_of
from grader.cli.classes import print_change
from grader.cli.options import add_course, add_gradebook, add_replace
from grader.course import find_course, load_course
from grader.regrade.reporting import report_book
from grader.results import class_warnings
from grader.util.wording import counted

if TYPE_CHECKING:
    import argparse

EXAMPLE = """\
example:
  grader report                       write reports/ again, with what was changed by hand
  grader report --out reports --replace
                                      only who is in the gradebook, such as after a purge
"""
EXIT_CODES = (
    "0 done, 1 somebody has to look at a grade, or the gradebook cannot be used, "
    "2 wrong usage or course"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("reports"),
        metavar="DIR",
        help="where reports go (%(default)s)",
    )
    add_replace(parser)
    add_gradebook(parser)
    add_course(parser)


def run(options: argparse.Namespace) -> int:
    """Write the pages, and say what a person has to look at."""
    root = find_course(options.course)
    course = load_course(root, options.exercise)
    out = terminal.console()
    with book_of(options, root) as book:
        lang = options.lang or ""
        done = report_book(book, course, options.out, start_over=options.replace, lang=lang)
    count = counted(len(done.whole.submissions), "submission")
    out.print(
        terminal.translated(f"Written: {options.out / 'index.html'}, of {count}", style="bold")
    )
    other = [one for one in done.change.replaced if one.before != one.now]
    totals = (*other, *done.change.other_totals)
    print_change(out, replace(done.change, replaced=(), other_totals=totals))
    notes = tuple(class_warnings(done.whole.submissions))
    terminal.print_notes(out, notes)
    return 1 if notes else 0
