"""``grader regrade``: what an edit of the course changes for whom, and whether it counts."""

from __future__ import annotations

__all__ = ["EXAMPLE", "EXIT_CODES", "add_arguments", "run"]

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.cli import terminal
from grader.cli.books import book_of
from grader.cli.classes import progress
from grader.cli.options import add_course, add_gradebook, add_isolation, add_workers
from grader.cli.output import save
from grader.course import find_course, load_course
from grader.course.salt import load_salt
from grader.errors import UsageError
from grader.gradebook import Conditions
from grader.regrade import apply, preview
from grader.report import render_regraded
from grader.report.text import points
from grader.results import now
from grader.sandbox.doctor import choose_level

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

    from grader.results import GradeChange, Regraded

LISTED = 20
EXAMPLE = """\
example:
  grader regrade                      after an edit: whose grade would change, and by which checks
  grader regrade --html change.html --json change.json
  grader regrade --apply --reason "check 3 was too strict"
                                      let the new results count; the old ones stay in the history
"""
EXIT_CODES = (
    "0 done, 1 an error of the grader keeps points open, or the gradebook cannot be used, "
    "2 wrong usage or course"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--apply", action="store_true", help="let the new results count")
    parser.add_argument("--reason", default="", metavar="TEXT", help="why, for the history")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the changes as JSON")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the changes as a page")
    add_gradebook(parser)
    add_workers(parser)
    add_isolation(parser)
    add_course(parser)


def run(options: argparse.Namespace) -> int:
    """Grade again what is not known under the course as it is now."""
    if options.reason and not options.apply:
        raise UsageError("--reason has no effect without --apply: leave it out.")
    root = find_course(options.course)
    course = load_course(root, options.exercise)
    conditions = Conditions(salt=load_salt(root), isolation=choose_level(options.isolation))
    out, aside = terminal.console(), terminal.console(to_errors=True)
    with book_of(options, root) as book, contextlib.ExitStack() as stack:
        found = preview(
            book,
            course,
            conditions,
            workers=options.workers,
            begun=lambda count: stack.enter_context(progress(aside, count)),
            warned=lambda said: aside.print(terminal.translated(said, style="yellow")),
        )
        stack.close()
        told = found.told
        if options.apply and found.stale:
            told = apply(book, course, conditions, found, options.reason)
    print_changes(out, told)
    if options.json:
        save(options.json, msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n")
    if options.html:
        save(options.html, render_regraded(told, course.title, now()).encode())
    if found.stale and not told.applied:
        out.print(
            terminal.translated(
                "\nNobody's grade has changed yet: --apply lets the new results count."
            )
        )
    return 1 if any(one.provisional for one in told.changes) else 0


def print_changes(out: Console, told: Regraded) -> None:
    """Print what changes, per check and per student."""
    out.print(terminal.translated(told.sentence(), style="bold"))
    for note in told.notes:
        out.print(terminal.translated(note, style="yellow"))
    if told.unread:
        names = ", ".join(terminal.one_line(name, 40) for name in told.unread[:LISTED])
        out.print(
            terminal.translated(f"Could not be opened, and stays as it is: {names}", style="yellow")
        )
    if not told.changes:
        return
    out.print(terminal.translated("\nBy check:"))
    for check, up, down, other in told.by_check:
        said = [f"{n} {what}" for n, what in ((up, "up"), (down, "down"), (other, "same")) if n]
        out.print(terminal.translated(f"  {check}: {', '.join(said)}"))
    out.print(terminal.translated("\nBy student:"))
    for change in told.changes[:LISTED]:
        out.print(terminal.translated(f"  {_line(change)}"))
    if len(told.changes) > LISTED:
        rest = len(told.changes) - LISTED
        out.print(
            terminal.translated(f"  and {rest} more: --json FILE or --html FILE has all of them")
        )


def _line(change: GradeChange) -> str:
    checks = ", ".join(one.id for one in change.checks[:3])
    more = f" and {len(change.checks) - 3} more" if len(change.checks) > 3 else ""
    name = terminal.one_line(change.student, 40)
    return f"{name}: {points(change.before)} → {points(change.after)} ({checks}{more})"
