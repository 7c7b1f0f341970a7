"""``grader gradescope-run``: what the zip calls inside Gradescope's container."""

from __future__ import annotations

__all__ = ["EXAMPLE", "EXIT_CODES", "add_arguments", "run"]

from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import terminal
from grader.errors import GraderError
from grader.integrations.gradescope.autograder import grade_here
from grader.integrations.gradescope.container import Places, read_settings

if TYPE_CHECKING:
    import argparse

EXAMPLE = """\
example:
  grader gradescope-run /autograder      inside the container, by the zip's run_autograder
"""
EXIT_CODES = "0 done, 1 it could not be graded or is provisional, 2 wrong usage or course"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("root", type=Path, metavar="FOLDER", help="/autograder")


def run(options: argparse.Namespace) -> int:
    """Grade the submission in the container at ``options.root``."""
    places = Places(options.root.resolve())
    settings = read_settings(places)
    try:
        result = grade_here(places, settings, terminal.print_translated)
    except GraderError as error:
        terminal.print_translated(f"grader: {error}")
        return 1
    terminal.print_translated(" ".join((terminal.score_of(result), "points")))
    return 1 if result.provisional or result.refused else 0
