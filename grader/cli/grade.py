"""``grader grade``: a whole class, its reports, and one line a student."""

from __future__ import annotations

__all__ = ["run"]

from dataclasses import replace
from typing import TYPE_CHECKING

from rich.text import Text

from grader.batch import Plan
from grader.board import Board
from grader.cli import terminal
from grader.cli.classes import is_unread, print_change, print_class, with_progress
from grader.course import find_course, load_course
from grader.errors import UsageError
from grader.intake import Layout, Which, choose_attempts, list_entries
from grader.keeping import Kind, opened
from grader.results import shortened
from grader.roster import read_roster
from grader.salt import load_salt
from grader.sandbox.doctor import choose_level
from grader.scratch import Scratch

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Grade what lies at ``options.paths`` and write the reports to ``options.out``."""
    root = find_course(options.course)
    course = load_course(root, options.exercise)
    notes: list[str] = []
    entries = list_entries(options.paths, Layout(course.files), tell=notes.append)
    if not entries:
        raise UsageError(f"There is no submission in {', '.join(map(str, options.paths))}.")
    entries = choose_attempts(entries, Which(options.attempt))
    roster = read_roster(options.roster) if options.roster else None
    level = choose_level(options.isolation)
    kind = Kind(
        course=course.info,
        public_only=options.public_only,
        trial=options.trial,
        replace=options.replace,
    )
    out = terminal.console()
    with opened(options.out, kind) as folder, Scratch() as board:
        entries, folders = folder.places(entries, roster)
        plan = Plan(
            course_root=root,
            exercises=tuple(options.exercise),
            salt=load_salt(root),
            out=options.out,
            isolation=level,
            public_only=options.public_only,
            board=board,
        )
        pinned = Board(board)
        results = with_progress(out, plan, entries, options.workers, pinned, folders)
        whole, change = folder.finish(results, notes)
    terminal.print_notes(out, notes)
    # As the class's page says it.
    print_class(out, shortened(replace(whole, submissions=tuple(results))).submissions, course.info)
    print_change(out, change)
    terminal.print_roster(out, whole)
    page = options.out / "index.html"
    out.print(Text(f"\nThe reports are in {page}", style="bold"))
    return 1 if any(result.provisional or is_unread(result) for result in results) else 0
