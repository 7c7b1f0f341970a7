"""``grader course``: a course of one's own."""

from __future__ import annotations

__all__ = ["EXAMPLE", "EXIT_CODES", "add_arguments", "run"]

import argparse
import shlex
from pathlib import Path

from grader.authoring.new_course import make_course
from grader.cli import terminal
from grader.cli.parsing import Formatter
from grader.cli.stopping import Stopped
from grader.cli.translating import add_translate, translate
from grader.course import MANIFEST
from grader.languages import say

EXAMPLE = """\
example:
  grader course new my-course                        a folder with one exercise, ready to run
  grader course new my-course --title "Optics, 2027"
  grader course translate fr                         a catalogue of all that the course says
"""
EXIT_CODES = (
    "0 done, 1 a translation is missing (translate --check), 2 wrong usage, such as a folder that "
    "is not empty, or a disk that is full: nothing is written"
)
INTERRUPTED = 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    commands = parser.add_subparsers(metavar="COMMAND")
    epilog = f"{say(EXAMPLE)}\n{say('exit codes')}: {say(EXIT_CODES)}"
    summary = "make a folder with one exercise and a class, ready to run"
    new = commands.add_parser(
        "new",
        help=summary,
        description=say(f"{summary[0].upper()}{summary[1:]}."),
        epilog=epilog,
        formatter_class=Formatter,
    )
    new.add_argument(
        "folder",
        type=Path,
        metavar="FOLDER",
        help="a folder that is not there yet, or an empty one",
    )
    new.add_argument("--title", help="the course's (made of the folder's name)")
    _add_common(new)
    new.set_defaults(parser=new)
    add_translate(commands, _add_common, epilog)


def _add_common(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--debug",
        action="store_true",
        default=argparse.SUPPRESS,
        help="show tracebacks of the grader's own",
    )
    command.add_argument(
        "--lang", metavar="LANG", default=argparse.SUPPRESS, help="the language of the terminal"
    )


def run(options: argparse.Namespace) -> int:
    """Make the course and say what to type next, or bring its catalogue up to date."""
    if "language" in options:
        return translate(options)
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
        terminal.print_translated(f"Interrupted: {left}.", to_errors=True)
        return 128 + error.number if isinstance(error, Stopped) else INTERRUPTED
    here = made == Path.cwd()
    terminal.print_translated(
        f"{made if here else folder}: a course of one exercise, and a class to try it on."
    )
    terminal.print_translated("Go on with:")
    if not here:
        terminal.print_translated(f"  cd {shlex.quote(str(folder))}")
    terminal.print_translated("  grader grade submissions --out reports")
    terminal.print_translated("README.md in the folder says what to do then.")
    return 0
