"""``grader grade``: a whole class, its reports, and one line a student."""

from __future__ import annotations

__all__ = ["run"]

from dataclasses import replace
from typing import TYPE_CHECKING

from rich.text import Text

from grader.api import grade_class, load_course, open_class
from grader.board import Board
from grader.cli import terminal
from grader.cli.classes import is_unread, print_change, print_class, progress
from grader.results import shortened
from grader.roster import read_roster
from grader.scratch import Scratch

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Grade what lies at ``options.paths`` and write the reports to ``options.out``."""
    course = load_course(options.course, options.exercise)
    submissions = open_class(course, *options.paths, attempt=options.attempt)
    roster = read_roster(options.roster) if options.roster else None
    out = terminal.console()
    with Scratch() as board, progress(out, len(submissions), Board(board)) as done:
        graded = grade_class(
            course,
            submissions,
            options.out,
            workers=options.workers,
            isolation=options.isolation,
            public_only=options.public_only,
            trial=options.trial,
            start_over=options.replace,
            roster=roster,
            done=done,
            board=board,
        )
    terminal.print_notes(out, submissions.notes)
    # As the class's page says it.
    shown = shortened(replace(graded.whole, submissions=graded.results)).submissions
    print_class(out, shown, course.info)
    print_change(out, graded.change)
    terminal.print_roster(out, graded.whole)
    page = options.out / "index.html"
    out.print(Text(f"\nThe reports are in {page}", style="bold"))
    return 1 if any(one.provisional or is_unread(one) for one in graded.results) else 0
