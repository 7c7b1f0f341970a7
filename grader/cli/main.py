"""``grader``: parse the command line, run the command, report errors in one sentence."""

from __future__ import annotations

__all__ = ["main"]

import atexit
import io
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli.language import add_language, language_here
from grader.cli.parsing import EXIT_CODES, Formatter, Parser
from grader.cli.pid_one import step_aside
from grader.cli.stopping import Stopped, stopping
from grader.errors import CourseError, GraderError, IntakeError, UsageError, os_error_sentence
from grader.languages import N_, say, speaking
from grader.util.big_imports import import_whole, keep_to_the_end
from grader.util.one_thread import use_one_thread
from grader.util.scratch import UNUSED_ID, sweep
from grader.version import __version__

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from types import ModuleType

DONE, UNGRADED, USAGE = 0, 1, 2

# What each command is for; its file in this folder has the rest, and is read when it is asked for.
COMMANDS = {
    "check": "check one's own submission before handing it in",
    "grade": "grade a class and write its reports",
    "regrade": "say what an edit of the course changes for whom, and let it count",
    "course": "begin a course of your own",
    "serve": "serve the portal on which students hand in",
    "submit": "hand in on a portal",
    "worker": "grade for a cluster of machines",
    "report": "write the reports again from the gradebook",
    "adjust": "change a grade by hand",
    "grade-by-hand": "grade answers in students' own words",
    "gradebook": "merge, split or remove people; back up; what happened",
    "audit": "check the course's own checks",
    "stubs": "make what students get from the solutions",
    "release": "make the kit that students get",
    "export": "write results in the form of another system",
    "similar": "show submissions that are alike, for a person to look at",
    "gradescope-zip": "make an autograder for Gradescope",
    "gradescope-run": "grade inside Gradescope's container",
    "classroom": "make a workflow for GitHub Classroom",
    "nbgrader": "grade an assignment made with nbgrader",
    "doctor": "say how far submissions can be shut in here",
}


def _open_what_is_closed() -> None:
    """Give a process that was started without its standard streams empty ones.

    Else the next file that is opened takes their number, and what a library prints goes into it.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            null = os.open(os.devnull, os.O_RDWR)
            if null != number:
                os.dup2(null, number)
                os.close(null)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def _speak_in_any_locale() -> None:
    """Let a terminal that lacks a character show a question mark, and one may type anything."""
    for stream, errors in (
        (sys.stdin, "surrogateescape"), (sys.stdout, "replace"), (sys.stderr, "replace"),
    ):  # fmt: skip
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command line without the program's name; that of the process where not given.

    Returns
    -------
    int
        0 done, 2 wrong usage or course, 130 interrupted; 1 is said by the command's help.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    if arguments is None:  # the process is ours, and numpy is not imported yet
        use_one_thread()
        _open_what_is_closed()
        _speak_in_any_locale()
        atexit.register(keep_to_the_end)
    try:
        spoken = language_here(words)
    except (UsageError, CourseError) as error:
        return _complain(error, "--debug" in words, USAGE)
    with speaking(spoken):
        options, unknown = _parser(words[0] if words else "").parse_known_args(words)
        if unknown:
            options.parser.refuse(unknown)
        step_aside()
        sweep(users=[UNUSED_ID] if os.name == "posix" and os.geteuid() == 0 else [])
        return _carry_out(options)


def _carry_out(options: argparse.Namespace) -> int:
    """Run the command; whatever is raised becomes one sentence and an exit code."""
    try:
        with stopping():
            return int(options.run(options))
    except (UsageError, IntakeError, CourseError) as error:
        return _complain(error, options.debug, USAGE)
    except GraderError as error:
        return _complain(error, options.debug, UNGRADED)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return DONE
        return _complain(error, options.debug, UNGRADED, os_error_sentence(error))
    except KeyboardInterrupt:
        print(say("Interrupted: the reports that were finished are whole."), file=sys.stderr)
        return 130
    except Stopped as error:
        print(say("Stopped: the reports that were finished are whole."), file=sys.stderr)
        return 128 + error.number
    except Exception as error:  # noqa: BLE001 - nobody wants to read a traceback
        return _complain(error, options.debug, UNGRADED, _unexpected(error))


def _complain(error: Exception, debug: bool, code: int, said: str = "") -> int:
    if debug:
        traceback.print_exception(error)
    print(f"grader: {say(said or str(error))}", file=sys.stderr)
    return code


def _unexpected(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    kind, file = type(error).__name__, Path(frame.filename).name
    return (
        f"This is a fault of the grader ({kind} in line {frame.lineno} of {file}). What was "
        "finished is whole. Run it again with --debug, and report what that says."
    )


def _parser(asked: str) -> Parser:
    """Return the parser of all commands, with the arguments of the one that is asked for."""
    parser = Parser(
        prog="grader",
        description=say("Grades the exercises of a course on neural networks."),
        epilog=say(EXIT_CODES),
        formatter_class=Formatter,
    )
    parser.add_argument("--version", action="version", version=f"grader {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, summary in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=summary,
            description=say(f"{summary[0].upper()}{summary[1:]}."),
            formatter_class=Formatter,
        )
        if name == asked:
            _fill(command, import_whole(f"grader.cli.{name.replace('-', '_')}"))
    return parser


def _fill(command: Parser, module: ModuleType) -> None:
    codes = f"{say(N_('exit codes'))}: {say(module.EXIT_CODES)}"
    command.epilog = f"{say(module.EXAMPLE)}\n{codes}"
    command.refuse_what_nobody_means()
    module.add_arguments(command)
    add_language(command)
    command.add_argument("--debug", action="store_true", help="show tracebacks of the grader's own")
    command.set_defaults(run=module.run, parser=command)
