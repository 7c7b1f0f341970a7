"""``grader grade``: a whole class, its reports, and one line a student."""

from __future__ import annotations

__all__ = ["run"]

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from grader.batch import Plan
from grader.board import Board
from grader.cli import terminal
from grader.cli.classes import check_writable, print_class, with_progress
from grader.course import find_course, load_course
from grader.errors import UsageError
from grader.intake import Layout, Which, choose_attempts, list_entries
from grader.report import write_class
from grader.results import ClassResult
from grader.roster import read_roster
from grader.salt import load_salt
from grader.sandbox.doctor import choose_level

if TYPE_CHECKING:
    import argparse

    from grader.results import Person


def run(options: argparse.Namespace) -> int:
    """Grade what lies at ``options.paths`` and write the reports to ``options.out``."""
    root = find_course(options.course)
    course = load_course(root, options.exercise)
    entries = list_entries(options.paths, Layout(course.files))
    if not entries:
        raise UsageError(f"There is no submission in {', '.join(map(str, options.paths))}.")
    entries = choose_attempts(entries, Which(options.attempt))
    missing: tuple[Person, ...] = ()
    strangers: tuple[str, ...] = ()
    if options.roster:
        entries, missing, strangers = read_roster(options.roster).assign(entries)
    check_writable(options.out)
    out = terminal.console()
    with tempfile.TemporaryDirectory(prefix="grader-", ignore_cleanup_errors=True) as board:
        plan = Plan(
            course_root=root,
            exercises=tuple(options.exercise),
            salt=load_salt(root),
            out=options.out,
            isolation=choose_level(options.isolation),
            public_only=options.public_only,
            board=Path(board),
        )
        results = with_progress(out, plan, entries, options.workers, Board(Path(board)))
    whole = ClassResult(
        course=course.info, submissions=tuple(results), missing=missing, strangers=strangers
    )
    page = write_class(whole, options.out)
    print_class(out, results, course.info)
    terminal.print_roster(out, whole)
    out.print(Text(f"\nThe reports are in {page}", style="bold"))
    return 1 if any(result.provisional or result.refused for result in results) else 0
