"""What several commands take: numbers, and how many processes."""

from __future__ import annotations

__all__ = ["add_replace", "add_workers", "positive", "processors"]

import argparse
import os


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
