"""``grader nbgrader``: the submissions of an assignment that was made with nbgrader."""

from __future__ import annotations

__all__ = ["EXAMPLE", "EXIT_CODES", "add_arguments", "run"]

from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import terminal
from grader.cli.classes import print_change, print_class, progress
from grader.cli.options import add_replace, add_workers, positive
from grader.errors import UsageError
from grader.executors.batch import grade_entries
from grader.integrations.nbgrader import (
    AssignmentPlan,
    find_assignment,
    find_submissions,
    grades_csv,
)
from grader.keeping import GradingKind, opened
from grader.languages import tag
from grader.languages.readers import Readers
from grader.sandbox.doctor import choose_level
from grader.util.atomic import write_whole

if TYPE_CHECKING:
    import argparse

EXAMPLE = """\
example:
  grader nbgrader source/ps1 submitted --csv grades.csv     a class, in an nbgrader course
  grader nbgrader source/ps1/numbers.ipynb my-numbers.ipynb
"""
EXIT_CODES = (
    "0 done, 1 some submission could not be graded or is provisional, 2 wrong usage or course"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "source",
        type=Path,
        metavar="SOURCE",
        help="the assignment with its tests: a folder of source notebooks, or one of them",
    )
    parser.add_argument(
        "submitted",
        type=Path,
        metavar="SUBMITTED",
        help="nbgrader's folder `submitted`, a folder with one for each student, or a notebook",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("reports"),
        metavar="DIR",
        help="where reports go (%(default)s)",
    )
    parser.add_argument(
        "--csv", type=Path, metavar="FILE", help="write the grades in nbgrader's columns, too"
    )
    parser.add_argument(
        "--seconds",
        type=positive,
        default=30,
        metavar="N",
        help="deadline of each cell (%(default)s)",
    )
    add_replace(parser)
    add_workers(parser)
    parser.add_argument(
        "--isolation",
        choices=("full", "reduced", "none"),
        help="how far submissions are shut in: the best that holds here, if not given",
    )


def run(options: argparse.Namespace) -> int:
    """Grade what lies at ``options.submitted`` with the tests at ``options.source``."""
    assignment = find_assignment(options.source)
    delivered = find_submissions(options.submitted, assignment)
    plan = AssignmentPlan(
        assignment=options.source,
        out=options.out,
        isolation=choose_level(options.isolation),
        cell_seconds=options.seconds,
        readers=Readers(pages=tag(), instructors=tag()),
    )
    out = terminal.console()
    kind = GradingKind(course=assignment.info, replace=options.replace)
    with opened(options.out, kind) as folder:
        entries, folders = folder.places([one.entry for one in delivered])
        with progress(out, len(entries)) as done:
            results = grade_entries(plan, entries, options.workers, done, folders)
        _, change = folder.finish(results, readers=plan.readers)
    if options.csv:
        try:
            write_whole(options.csv, grades_csv(assignment, delivered, results))
        except OSError as error:
            raise UsageError(f"{options.csv} cannot be written: {error.strerror}.") from error
    print_class(out, results, assignment.info)
    print_change(out, change)
    page = options.out / "index.html"
    out.print(terminal.translated(f"\nThe reports are in {page}", style="bold"))
    return 1 if any(result.provisional or result.refused for result in results) else 0
