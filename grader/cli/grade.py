"""``grader grade``: a whole class, its reports, and one line a student."""

from __future__ import annotations

__all__ = ["EXAMPLE", "EXIT_CODES", "add_arguments", "run"]

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.api import grade_class, load_course, open_class
from grader.cli import terminal
from grader.cli.books import new_book_notes
from grader.cli.classes import is_unread, print_change, print_class, progress
from grader.cli.options import (
    add_course,
    add_gradebook,
    add_isolation,
    add_replace,
    add_scheduler,
    add_workers,
    idle_options,
    idle_without_scheduler,
    scheduler_place,
)
from grader.course.roster import read_roster
from grader.executors.cluster import Cluster
from grader.executors.progress_board import Board
from grader.results import class_warnings, shortened
from grader.util.scratch import Scratch
from grader.util.wording import counted

if TYPE_CHECKING:
    import argparse

EXAMPLE = """\
example:
  grader grade submissions/           a folder that holds a folder or archive per student
  grader grade class.zip late.tar.gz --out reports --workers 4
  grader grade late/ --out reports    adds who is new, grades again who is named, keeps the others
  grader grade download.zip --roster roster.csv --attempt best
                                      a download from Moodle, Canvas or Gradescope, as it comes
  grader grade class.zip --scheduler tls://10.0.0.1:8786 --tls-ca ca.pem --tls-cert me.pem \\
      --tls-key me.key                the work is done by the `grader worker`s of a cluster
"""
EXIT_CODES = (
    "0 done, 1 some submission could not be graded or is provisional, or the gradebook cannot be "
    "used, 2 wrong usage or course"
)
LISTED = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "paths",
        type=Path,
        nargs="+",
        metavar="PATH",
        help="a submission, or a folder or archive (zip, tar) that holds one for each student",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("reports"),
        metavar="DIR",
        help="where reports go (%(default)s)",
    )
    add_replace(parser)
    parser.add_argument(
        "--trial",
        action="store_true",
        help="a try-out: the next grading into DIR takes its place",
    )
    add_workers(parser)
    parser.add_argument(
        "--attempt",
        choices=("latest", "best", "all"),
        default="latest",
        help="where a download holds several attempts of a student (%(default)s)",
    )
    parser.add_argument(
        "--roster",
        type=Path,
        metavar="FILE",
        help="who takes the course (CSV or .xlsx with id and name): names submissions, lists who "
        "is missing",
    )
    parser.add_argument(
        "--public-only",
        action="store_true",
        help="what students see: the public checks on published inputs; to try, not for grades",
    )
    add_isolation(parser)
    add_scheduler(parser)
    add_gradebook(parser)
    parser.add_argument(
        "--afresh",
        action="store_true",
        help="grade everything, also what the gradebook knows already",
    )
    parser.add_argument(
        "--reuse-time-outs",
        action="store_true",
        help="take what ran out of time as known, too; else it is tried again each time",
    )
    parser.add_argument(
        "--again",
        action="store_true",
        help="take those back who were removed from the gradebook and came again",
    )
    add_course(parser)


def _book_notes(options: argparse.Namespace, root: Path) -> list[str]:
    """Return what to say of the gradebook before it is used, or of options that are in vain."""
    about_book = {
        "--again": options.again,
        "--reuse-time-outs": options.reuse_time_outs,
        "--afresh": options.afresh,
    }
    if options.trial or options.public_only:
        named = options.gradebook not in (None, "none")
        given = {"--gradebook": named, **about_book}
        return idle_options(given, "--trial" if options.trial else "--public-only")
    if options.gradebook == "none":
        return idle_options(about_book, "--gradebook none")
    return new_book_notes(options.gradebook, root)


def run(options: argparse.Namespace) -> int:
    """Grade what lies at ``options.paths`` and write the reports to ``options.out``."""
    course = load_course(options.course, options.exercise)
    submissions = open_class(course, *options.paths, attempt=options.attempt)
    roster = read_roster(options.roster) if options.roster else None
    out = terminal.console()
    terminal.print_notes(out, _book_notes(options, course.root))
    terminal.print_notes(out, idle_without_scheduler(options))
    terminal.print_notes(out, roster.notes if roster else ())
    if roster and roster.without_id:
        who = ", ".join(roster.without_id[:LISTED])
        count = counted(len(roster.without_id), "name")
        terminal.print_notes(out, [f"{options.roster} has {count} without an id, left out: {who}"])
    workers = options.workers
    if options.scheduler:
        workers = Cluster(
            place=scheduler_place(options),
            tell=lambda said: out.print(
                terminal.translated(terminal.one_line(said, 400), style="yellow")
            ),
        )
    with Scratch() as board, progress(out, len(submissions), Board(board)) as done:
        graded = grade_class(
            course,
            submissions,
            options.out,
            workers=workers,
            isolation=options.isolation,
            public_only=options.public_only,
            trial=options.trial,
            start_over=options.replace,
            roster=roster,
            done=done,
            board=board,
            gradebook=options.gradebook,
            afresh=options.afresh,
            reuse_time_outs=options.reuse_time_outs,
            lang=options.lang or "",
            again=options.again,
        )
    terminal.print_notes(out, graded.notes)
    terminal.print_notes(out, [one.sentence() for one in graded.left_out])
    # As the class's page says it.
    shown = shortened(replace(graded.whole, submissions=graded.results)).submissions
    print_class(out, shown, course.info)
    print_change(out, graded.change)
    terminal.print_roster(out, graded.whole)
    terminal.print_notes(out, class_warnings(graded.whole.submissions))
    page = options.out / "index.html"
    out.print(terminal.translated(f"\nThe reports are in {page}", style="bold"))
    return 1 if any(one.provisional or is_unread(one) for one in graded.results) else 0
