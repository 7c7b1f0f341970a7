"""The commands that speak with other systems: what they are called and what they take."""

from __future__ import annotations

__all__ = ["add"]

from pathlib import Path
from typing import TYPE_CHECKING

from grader.exports.forms import FORMATS, HIDDEN

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    Make = Callable[[str, str, str], argparse.ArgumentParser]

EXPORT_EXAMPLE = """\
example:
  grader export reports --format csv --out grades.csv        a gradebook, one line a student
  grader export reports --format junit --out junit.xml
  grader export reports --format gradescope --student jane_doe --out results.json
  grader export result.json --format classroom               what the classroom reporter reads
"""


def add(make: Make) -> tuple[argparse.ArgumentParser, ...]:
    """Add the commands and return their parsers.

    Parameters
    ----------
    make : callable
        Makes the parser of a command from its name, a summary and an example.
    """
    return (_export(make),)


def _export(make: Make) -> argparse.ArgumentParser:
    parser = make("export", "write results in the form of another system", EXPORT_EXAMPLE)
    parser.add_argument(
        "results",
        type=Path,
        metavar="RESULTS",
        help="a folder of reports, its results.json, or the result.json of one submission",
    )
    parser.add_argument("--format", choices=FORMATS, required=True, help="which form")
    parser.add_argument(
        "--out", type=Path, metavar="PATH", help="the file, or the folder for one file each"
    )
    parser.add_argument("--student", metavar="NAME", help="only this one, by its folder or name")
    parser.add_argument(
        "--hidden",
        choices=HIDDEN,
        default="after_published",
        help="when Gradescope shows hidden checks (%(default)s)",
    )

    def run(options: argparse.Namespace) -> int:
        from grader.cli.export import run  # noqa: PLC0415  (a student's check waits for none of it)

        return run(options)

    parser.set_defaults(run=run)
    return parser
