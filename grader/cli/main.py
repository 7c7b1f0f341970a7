"""``grader``: parse the command, run it, say in one sentence what went wrong."""

from __future__ import annotations

__all__ = ["main"]

import argparse
import functools
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import grader
from grader.cli import exchange
from grader.cli.first import step_aside
from grader.cli.options import add_replace, add_workers, positive, processors
from grader.cli.parsing import EXIT_CODES, Parser, exit_codes
from grader.cli.stopping import Stopped, stopping
from grader.errors import CourseError, GraderError, IntakeError, UsageError, because
from grader.scratch import UNUSED_ID, sweep

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE, UNGRADED, USAGE = 0, 1, 2

CHECK_EXAMPLE = """\
example:
  grader check .                      everything in this folder, public checks
  grader check . --exercise 2 --html report.html
"""
GRADE_EXAMPLE = """\
example:
  grader grade submissions/           a folder that holds a folder or archive per student
  grader grade class.zip late.tar.gz --out reports --workers 4
  grader grade late/ --out reports    adds who is new, grades again who is named, keeps the others
  grader grade download.zip --roster roster.csv --attempt best
                                      a download from Moodle, Canvas or Gradescope, as it comes
"""

AUDIT_EXAMPLE = """\
example:
  grader audit --exercise 2 --seeds 1000     after writing a check: what is there to mend?
  grader audit --quick --json audit.json
  grader audit --odd-values 20                does a check stumble over what a student may return?
"""

STUBS_EXAMPLE = """\
example:
  grader stubs            write assignments/ from solutions/, after a change of a reference
  grader stubs --check    write nothing; exit 1 where a stub is not what its reference makes
"""

RELEASE_EXAMPLE = """\
example:
  grader release --out kit.zip                      all exercises
  grader release --out kit.zip --exercise 0 --exercise 1
"""

DOCTOR_EXAMPLE = """\
example:
  grader doctor      each layer of isolation: does it hold here, and what would make it hold
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command line without the program's name; that of the process where not given.

    Returns
    -------
    int
        0 done, 2 wrong usage or course, 130 interrupted; 1 is said by `exit_codes`.
    """
    options, unknown = _parser().parse_known_args(arguments)
    if unknown:
        options.parser.refuse(unknown)
    step_aside()
    sweep(users=[UNUSED_ID] if os.name == "posix" and os.geteuid() == 0 else [])
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
        return _complain(error, options.debug, UNGRADED, because(error))
    except KeyboardInterrupt:
        print("Interrupted: the reports that were finished are whole.", file=sys.stderr)
        return 130
    except Stopped as error:
        print("Stopped: the reports that were finished are whole.", file=sys.stderr)
        return 128 + error.number


def _complain(error: Exception, debug: bool, code: int, said: str = "") -> int:
    if debug:
        traceback.print_exception(error)
    print(f"grader: {said or error}", file=sys.stderr)
    return code


def _check(options: argparse.Namespace) -> int:
    from grader.cli.check import run  # noqa: PLC0415  (a student waits for nothing that is not needed)

    return run(options)


def _grade(options: argparse.Namespace) -> int:
    from grader.cli.grade import run  # noqa: PLC0415

    return run(options)


def _audit(options: argparse.Namespace) -> int:
    from grader.cli.audit import run  # noqa: PLC0415

    return run(options)


def _stubs(options: argparse.Namespace) -> int:
    from grader.cli.stubs import run  # noqa: PLC0415

    return run(options)


def _release(options: argparse.Namespace) -> int:
    from grader.cli.release import run  # noqa: PLC0415

    return run(options)


def _doctor(options: argparse.Namespace) -> int:
    from grader.cli.doctor import run  # noqa: PLC0415

    return run(options)


def _parser() -> Parser:
    parser = Parser(
        prog="grader",
        description="Grades the exercises of a course on neural networks.",
        epilog=EXIT_CODES,
    )
    parser.add_argument("--version", action="version", version=f"grader {grader.__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    check = _command(
        commands, "check", "check one's own submission before handing it in", CHECK_EXAMPLE
    )
    check.add_argument(
        "path", type=Path, metavar="PATH", help="the submission: a folder or an archive"
    )
    check.add_argument(
        "--html", type=Path, metavar="FILE", help="write the report to this file too"
    )
    check.add_argument(
        "--json", type=Path, metavar="FILE", help="write the result too, for `grader export`"
    )
    check.add_argument("--all", action="store_true", help="run the hidden checks too")
    check.set_defaults(run=_check)
    grade = _command(commands, "grade", "grade a class and write its reports", GRADE_EXAMPLE)
    grade.add_argument(
        "paths",
        type=Path,
        nargs="+",
        metavar="PATH",
        help="a submission, or a folder or archive (zip, tar) that holds one for each student",
    )
    grade.add_argument(
        "--out",
        type=Path,
        default=Path("reports"),
        metavar="DIR",
        help="where reports go (%(default)s)",
    )
    add_replace(grade)
    grade.add_argument(
        "--trial",
        action="store_true",
        help="a try-out: the next grading into DIR takes its place",
    )
    add_workers(grade)
    grade.add_argument(
        "--attempt",
        choices=("latest", "best", "all"),
        default="latest",
        help="where a download holds several attempts of a student (%(default)s)",
    )
    grade.add_argument(
        "--roster",
        type=Path,
        metavar="FILE",
        help="who takes the course (CSV with id and name): names submissions, lists who is missing",
    )
    grade.add_argument(
        "--public-only",
        action="store_true",
        help="what students see: the public checks on published inputs; to try, not for grades",
    )
    grade.add_argument(
        "--isolation",
        choices=("full", "reduced", "none"),
        help="how far submissions are shut in: the best that holds here, if not given "
        "(see `grader doctor`); none trusts them all",
    )
    grade.set_defaults(run=_grade)
    audit = _command(commands, "audit", "check the course's own checks", AUDIT_EXAMPLE)
    audit.add_argument(
        "--seeds",
        type=positive,
        default=100,
        metavar="N",
        help="how many inputs right answers are tried on (%(default)s)",
    )
    audit.add_argument(
        "--workers", type=positive, metavar="N", help="how many processes (one for each core)"
    )
    audit.add_argument(
        "--quick", action="store_true", help="few seeds, and samples of mistakes and mutants"
    )
    audit.add_argument(
        "--odd-values",
        type=int,
        nargs="?",
        const=0,
        metavar="N",
        help="instead, let every function and constant give odd values (N of each; all of them "
        "where not said), and count the checks that fail by a fault of the grader or of a check",
    )
    audit.add_argument("--json", type=Path, metavar="FILE", help="write the numbers here too")
    audit.set_defaults(run=_audit)
    stubs = _command(commands, "stubs", "make what students get from the solutions", STUBS_EXAMPLE)
    stubs.add_argument("--check", action="store_true", help="write nothing, say what differs")
    stubs.add_argument("--course", type=Path, metavar="DIR", help="the course's folder")
    stubs.set_defaults(run=_stubs)
    release = _command(commands, "release", "make the kit that students get", RELEASE_EXAMPLE)
    release.add_argument(
        "--out", type=Path, default=Path("kit.zip"), metavar="FILE", help="the zip (%(default)s)"
    )
    release.add_argument(
        "--workers",
        type=positive,
        default=processors(),
        metavar="N",
        help="processes that prove it (%(default)s, one a processor)",
    )
    release.set_defaults(run=_release)
    exchanges = exchange.add(functools.partial(_command, commands))
    doctor = _command(
        commands, "doctor", "say how far submissions can be shut in here", DOCTOR_EXAMPLE
    )
    doctor.set_defaults(run=_doctor)
    for command in (check, grade, audit, release):
        command.add_argument(
            "--exercise",
            action="append",
            default=[],
            metavar="N",
            help="only this exercise, by number or name; may be repeated",
        )
        command.add_argument("--course", type=Path, metavar="DIR", help="the course's folder")
    for one in (check, grade, audit, stubs, release, *exchanges, doctor):
        one.add_argument("--debug", action="store_true", help="show tracebacks of the grader's own")
    return parser


def _command(
    commands: argparse._SubParsersAction[Parser],
    name: str,
    summary: str,
    example: str,
) -> Parser:
    command = commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog=f"{example}\n{exit_codes(name)}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(parser=command)
    return command
