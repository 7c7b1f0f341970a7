"""``grader course``: a course of one's own."""

from __future__ import annotations

__all__ = ["EXAMPLE", "EXIT_CODES", "add_arguments", "run"]

import argparse
import shlex
import sys
from pathlib import Path

from grader.authoring.new_course import make_course
from grader.cli.stopping import Stopped
from grader.course import MANIFEST

EXAMPLE = """\
example:
  grader course new my-course                        a folder with one exercise, ready to run
  grader course new my-course --title "Optics, 2027"
"""
EXIT_CODES = (
    "0 done, 2 wrong usage, such as a folder that is not empty, or a disk that is full: nothing is "
    "written"
)
INTERRUPTED = 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    commands = parser.add_subparsers(metavar="COMMAND")
    summary = "make a folder with one exercise and a class, ready to run"
    new = commands.add_parser(
        "new",
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog=f"{EXAMPLE}\nexit codes: {EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    new.add_argument(
        "folder",
        type=Path,
        metavar="FOLDER",
        help="a folder that is not there yet, or an empty one",
    )
    new.add_argument("--title", help="the course's (made of the folder's name)")
    new.add_argument(
        "--debug",
        action="store_true",
        default=argparse.SUPPRESS,
        help="show tracebacks of the grader's own",
    )
    new.set_defaults(parser=new)


def run(options: argparse.Namespace) -> int:
    """Make the course and say what to type next."""
    if "folder" not in options:
        options.parser.error(
            "`grader course` begins a course of your own: write `grader course new my-course`."
        )
    folder: Path = options.folder
    try:
        made = make_course(folder, options.title)
    except (KeyboardInterrupt, Stopped) as error:
        whole = (folder / MANIFEST).is_file()
        left = f"the course in {folder} is whole" if whole else "nothing was written"
        print(f"Interrupted: {left}.", file=sys.stderr)
        return 128 + error.number if isinstance(error, Stopped) else INTERRUPTED
    here = made == Path.cwd()
    print(f"{made if here else folder}: a course of one exercise, and a class to try it on.")
    print("Go on with:")
    if not here:
        print(f"  cd {shlex.quote(str(folder))}")
    print("  grader grade submissions --out reports")
    print("README.md in the folder says what to do then.")
    return 0
