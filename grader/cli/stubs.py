"""``grader stubs``: what students get, made from the solutions."""

from __future__ import annotations

__all__ = ["EXAMPLE", "EXIT_CODES", "add_arguments", "run"]

from typing import TYPE_CHECKING

from grader.authoring.release.handouts import differing, handouts, write
from grader.cli import terminal
from grader.cli.options import add_course_folder
from grader.course import find_course
from grader.util.wording import counted

if TYPE_CHECKING:
    import argparse

EXAMPLE = """\
example:
  grader stubs            write assignments/ from solutions/, after a change of a reference
  grader stubs --check    write nothing; exit 1 where a stub is not what its reference makes
"""
EXIT_CODES = (
    "0 done, 1 some stub is not what its solution makes (with --check), 2 wrong usage or course"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--check", action="store_true", help="write nothing, say what differs")
    add_course_folder(parser)


def run(options: argparse.Namespace) -> int:
    """Write stubs and notebooks, or with ``--check`` only say which differ, and exit 1."""
    root = find_course(options.course)
    made = handouts(root)
    changed = (differing if options.check else write)(root / "assignments", made)
    for file in changed:
        terminal.print_translated(
            f"{file}: {'not what the solution makes' if options.check else 'written'}"
        )
    stubs = sum(file.endswith(".py") for file in made)
    what = f"{counted(stubs, 'stub')}, {counted(len(made) - stubs, 'notebook')}"
    terminal.print_translated(f"{what}, {len(changed)} {'differ' if options.check else 'changed'}")
    return 1 if options.check and changed else 0
