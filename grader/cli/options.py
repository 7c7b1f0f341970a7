"""What several commands take: numbers, and how many processes."""

from __future__ import annotations

__all__ = [
    "add_course",
    "add_gradebook",
    "add_hidden",
    "add_isolation",
    "add_replace",
    "add_workers",
    "minutes",
    "positive",
    "processors",
]

import argparse
import os
from pathlib import Path

from grader.exports.formats import HIDDEN


def positive(text: str) -> int:
    """Return a number from 1 to 1024, for `argparse`."""
    if not text.isdecimal() or not 1 <= int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 1024")
    return int(text)


def processors() -> int:
    """Return how many processors this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def add_workers(parser: argparse.ArgumentParser) -> None:
    """Add how many submissions are graded at a time."""
    parser.add_argument(
        "--workers",
        type=positive,
        default=processors(),
        metavar="N",
        help="submissions graded at a time (%(default)s, one a processor)",
    )


def add_replace(parser: argparse.ArgumentParser) -> None:
    """Add what happens to earlier results in the folder of the reports."""
    parser.add_argument(
        "--replace",
        action="store_true",
        help="start over: only what is graded now is in DIR afterwards. Without it, new students "
        "are added, those graded again are replaced, and all others are kept",
    )


def add_course(parser: argparse.ArgumentParser) -> None:
    """Add which course, and which of its exercises."""
    parser.add_argument(
        "--exercise",
        action="append",
        default=[],
        metavar="N",
        help="only this exercise, by number or name; may be repeated",
    )
    parser.add_argument("--course", type=Path, metavar="DIR", help="the course's folder")


def add_gradebook(parser: argparse.ArgumentParser) -> None:
    """Add where the gradebook is."""
    parser.add_argument(
        "--gradebook",
        metavar="BOOK",
        help="the gradebook: a file, postgresql+psycopg://…, or `none` (GRADER_GRADEBOOK where not "
        "given, else .grader/gradebook.sqlite of the course)",
    )


def add_isolation(parser: argparse.ArgumentParser) -> None:
    """Add how far submissions are shut in."""
    parser.add_argument(
        "--isolation",
        choices=("full", "reduced", "none"),
        help="how far submissions are shut in: the best that holds here, if not given "
        "(see `grader doctor`); none trusts them all",
    )


def add_hidden(parser: argparse.ArgumentParser) -> None:
    """Add when Gradescope shows hidden checks."""
    parser.add_argument(
        "--hidden",
        choices=HIDDEN,
        default="after_published",
        help="when Gradescope shows hidden checks (%(default)s)",
    )


def minutes(text: str) -> int:
    """Return a number of minutes from 2 to 1440, for `argparse`."""
    if not text.isdecimal() or not 2 <= int(text) <= 1440:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of minutes from 2 to 1440")
    return int(text)
