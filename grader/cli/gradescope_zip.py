"""``grader gradescope-zip``: the autograder that is uploaded to Gradescope."""

from __future__ import annotations

__all__ = ["EXAMPLE", "EXIT_CODES", "add_arguments", "run"]

from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import terminal
from grader.cli.options import add_course, add_hidden, minutes
from grader.cli.output import save
from grader.course import find_course, load_course
from grader.course.salt import load_salt
from grader.exports.formats import ISOLATION, MINUTES
from grader.integrations.gradescope.bundle import make_bundle
from grader.integrations.gradescope.container import Settings
from grader.integrations.gradescope.needs import extras_for
from grader.util.wheel import declared_extras

if TYPE_CHECKING:
    import argparse

EXAMPLE = """\
example:
  grader gradescope-zip --out autograder.zip                all exercises
  grader gradescope-zip --out week2.zip --exercise 2 --hidden after_due_date --minutes 10
"""
EXIT_CODES = "0 done, 1 the machine failed, such as by a full disk, 2 wrong usage or course"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("autograder.zip"),
        metavar="FILE",
        help="the zip (%(default)s)",
    )
    add_course(parser)
    add_hidden(parser)
    parser.add_argument(
        "--isolation",
        choices=ISOLATION,
        help="insist on this level; the best that holds in the container, if not given",
    )
    parser.add_argument(
        "--minutes",
        type=minutes,
        default=MINUTES,
        metavar="N",
        help="the timeout that is set on Gradescope (%(default)s)",
    )
    parser.add_argument(
        "--extra",
        action="append",
        default=[],
        metavar="NAME",
        help="install this too, such as torch; may be repeated",
    )


def run(options: argparse.Namespace) -> int:
    """Write the zip to ``options.out``."""
    root = find_course(options.course)
    course = load_course(root, options.exercise)
    load_salt(root)  # made where there is none yet
    extras = extras_for(course, declared_extras(), options.extra)
    settings = Settings(
        exercises=tuple(exercise.id for exercise in course.exercises),
        hidden=options.hidden,
        isolation=options.isolation or "",
        minutes=options.minutes,
    )
    content = make_bundle(course, settings, extras)
    save(options.out, content, mode=0o600)
    points = sum(exercise.points for exercise in course.exercises if not exercise.bonus)
    terminal.print_translated(
        f"{options.out}: {len(content) / 2**20:.1f} MiB, {len(course.exercises)} exercises."
    )
    terminal.print_translated(
        f"On Gradescope: {points:g} points, a timeout of {options.minutes} minutes, Ubuntu 24.04."
    )
    if extras:
        terminal.print_translated(f"It installs besides: {', '.join(extras)}.")
    terminal.print_translated(
        "It holds the solutions and the salt: give it to nobody but Gradescope."
    )
    return 0
