"""The commands that speak with other systems: what they are called and what they take."""

from __future__ import annotations

__all__ = ["add"]

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli.options import add_replace, add_workers, positive
from grader.exports.forms import FORMATS, HIDDEN, ISOLATION, MINUTES, PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[[str, str, str], argparse.ArgumentParser]

EXPORT_EXAMPLE = """\
example:
  grader export reports --format csv --out grades.csv        a gradebook, one line a student
  grader export reports --format junit --out junit.xml
  grader export reports --format gradescope --student jane_doe --out results.json
  grader export result.json --format classroom               what the classroom reporter reads
  grader export reports --format moodle --worksheet "Grades-NN.csv" --out filled.csv
  grader export reports --format moodle-feedback --out feedback.zip
  grader export reports --format canvas --worksheet gradebook.csv --column Sheet --out filled.csv
  grader export reports --format canvas-feedback --out feedback.zip
"""
ZIP_EXAMPLE = """\
example:
  grader gradescope-zip --out autograder.zip                all exercises
  grader gradescope-zip --out week2.zip --exercise 2 --hidden after_due_date --minutes 10
"""
RUN_EXAMPLE = """\
example:
  grader gradescope-run /autograder      inside the container, by the zip's run_autograder
"""
CLASSROOM_EXAMPLE = """\
example:
  grader classroom --out .github/workflows/classroom.yml    in the template of the assignment
"""

NBGRADER_EXAMPLE = """\
example:
  grader nbgrader source/ps1 submitted --csv grades.csv     a class, in an nbgrader course
  grader nbgrader source/ps1/numbers.ipynb my-numbers.ipynb
"""


def add(make: Make) -> tuple[argparse.ArgumentParser, ...]:
    """Add the commands and return their parsers.

    Parameters
    ----------
    make : callable
        Makes the parser of a command from its name, a summary and an example.
    """
    return (_export(make), _zip(make), _run(make), _classroom(make), _nbgrader(make))


def _export(make: Make) -> argparse.ArgumentParser:
    parser = make("export", "write results in the form of another system", EXPORT_EXAMPLE)
    parser.add_argument(
        "results",
        type=Path,
        metavar="RESULTS",
        help="a folder of reports, its results.json, or the result.json of one submission",
    )
    parser.add_argument(
        "--format", choices=(*FORMATS, *PLATFORMS), required=True, help="which form"
    )
    parser.add_argument(
        "--out", type=Path, metavar="PATH", help="the file, or the folder for one file each"
    )
    parser.add_argument("--student", metavar="NAME", help="only this one, by its folder or name")
    parser.add_argument(
        "--worksheet",
        type=Path,
        metavar="FILE",
        help="Moodle's grading worksheet or Canvas' exported gradebook, to be filled in",
    )
    parser.add_argument(
        "--column",
        default="",
        metavar="TITLE",
        help="which column of it, where that cannot be told: an assignment in Canvas",
    )
    _add_hidden(parser)

    def run(options: argparse.Namespace) -> int:
        from grader.cli.export import run  # noqa: PLC0415  (a student's check waits for none of it)

        return run(options)

    parser.set_defaults(run=run)
    return parser


def _add_hidden(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--hidden",
        choices=HIDDEN,
        default="after_published",
        help="when Gradescope shows hidden checks (%(default)s)",
    )


def _zip(make: Make) -> argparse.ArgumentParser:
    parser = make("gradescope-zip", "make an autograder for Gradescope", ZIP_EXAMPLE)
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("autograder.zip"),
        metavar="FILE",
        help="the zip (%(default)s)",
    )
    _add_exercise(parser)
    _add_hidden(parser)
    parser.add_argument(
        "--isolation",
        choices=ISOLATION,
        help="insist on this level; the best that holds in the container, if not given",
    )
    parser.add_argument(
        "--minutes",
        type=_minutes,
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
        from grader.cli.gradescope import make  # noqa: PLC0415

        return make(options)

    parser.set_defaults(run=run)
    return parser


def _run(make: Make) -> argparse.ArgumentParser:
    parser = make("gradescope-run", "grade inside Gradescope's container", RUN_EXAMPLE)
    parser.add_argument("root", type=Path, metavar="FOLDER", help="/autograder")

    def run(options: argparse.Namespace) -> int:
        from grader.cli.gradescope import run  # noqa: PLC0415

        return run(options)

    parser.set_defaults(run=run)
    return parser


def _classroom(make: Make) -> argparse.ArgumentParser:
    parser = make("classroom", "make a workflow for GitHub Classroom", CLASSROOM_EXAMPLE)
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
    _add_exercise(parser)

    def run(options: argparse.Namespace) -> int:
        from grader.cli.classroom import run  # noqa: PLC0415

        return run(options)

    parser.set_defaults(run=run)
    return parser


def _add_exercise(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--exercise",
        action="append",
        default=[],
        metavar="N",
        help="only this exercise, by number or name; may be repeated",
    )
    parser.add_argument("--course", type=Path, metavar="DIR", help="the course's folder")


def _minutes(text: str) -> int:
    if not text.isdecimal() or not 2 <= int(text) <= 1440:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of minutes from 2 to 1440")
    return int(text)


def _nbgrader(make: Make) -> argparse.ArgumentParser:
    parser = make("nbgrader", "grade an assignment made with nbgrader", NBGRADER_EXAMPLE)
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
        from grader.cli.nbgrader import run  # noqa: PLC0415

        return run(options)

    parser.set_defaults(run=run)
    return parser
