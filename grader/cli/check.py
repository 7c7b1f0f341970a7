"""``grader check``: one submission on its author's own machine."""

from __future__ import annotations

__all__ = ["EXAMPLE", "EXIT_CODES", "add_arguments", "run"]

from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli.ahead import start_first_runner
from grader.cli.options import add_course
from grader.sandbox.plain import PlainLauncher
from grader.util.big_imports import import_whole

if TYPE_CHECKING:
    import argparse

EXAMPLE = """\
example:
  grader check .                      everything in this folder, public checks
  grader check . --exercise 2 --html report.html
  grader check . --reproduce warm_up.neuron.relu.2
                                      one call of a report again, in full
"""
EXIT_CODES = (
    "0 done, 1 an error of the grader keeps points open, or a call of --reproduce is not right, "
    "2 wrong usage or course, or nothing that can be opened at PATH"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "path", type=Path, metavar="PATH", help="the submission: a folder or an archive"
    )
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help="write the report to this file too"
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write the result too, for `grader export`"
    )
    parser.add_argument(
        "--reproduce",
        metavar="ID",
        help="call one function with one small input, by the id beside it on a report",
    )
    parser.add_argument("--all", action="store_true", help="run the hidden checks too")
    add_course(parser)


def run(options: argparse.Namespace) -> int:
    """Grade the submission at ``options.path`` with the public checks and print the verdicts.

    All that grades is imported here, while the first runner does its own imports beside it.
    """
    launcher = PlainLauncher()
    try:
        places = (options.course or Path(), options.path)
        start_first_runner(launcher, places, options.exercise)
        return int(import_whole("grader.cli.checking").check(options, launcher))
    finally:
        launcher.close()
