"""``grader classroom``: the workflow that checks students' repositories."""

from __future__ import annotations

__all__ = ["EXAMPLE", "EXIT_CODES", "add_arguments", "run"]

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import terminal
from grader.cli.options import add_course
from grader.cli.output import save
from grader.course import find_course, load_course
from grader.exports.workflow import classroom_workflow
from grader.integrations.gradescope.needs import extras_for
from grader.util.wheel import declared_extras

if TYPE_CHECKING:
    import argparse

EXAMPLE = """\
example:
  grader classroom --out .github/workflows/classroom.yml    in the template of the assignment
"""
EXIT_CODES = "0 done, 1 the machine failed, such as by a full disk, 2 wrong usage or course"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="the workflow; it is printed, if not given",
    )
    parser.add_argument(
        "--folder",
        default="exercises",
        metavar="DIR",
        help="where students work, in their repository (%(default)s)",
    )
    add_course(parser)


def run(options: argparse.Namespace) -> int:
    """Write the workflow to ``options.out``, or print it."""
    course = load_course(find_course(options.course), options.exercise)
    chosen = [exercise.id for exercise in course.exercises] if options.exercise else []
    extras = extras_for(course, declared_extras())
    content = classroom_workflow(chosen, extras, folder=options.folder)
    if options.out is None:
        sys.stdout.write(content.decode())
    else:
        save(options.out, content)
        terminal.print_translated(f"Written: {options.out}")
    return 0
