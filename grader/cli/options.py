"""Options that several commands share."""

from __future__ import annotations

__all__ = [
    "add_course",
    "add_course_folder",
    "add_gradebook",
    "add_hidden",
    "add_isolation",
    "add_replace",
    "add_scheduler",
    "add_workers",
    "idle_options",
    "idle_without_scheduler",
    "minutes",
    "positive",
    "processors",
    "refuse_idle",
    "scheduler_place",
    "whole",
]

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.exports.formats import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.executors.scheduler import SchedulerPlace


def positive(text: str) -> int:
    """Return a number from 1 to 1024, for `argparse`."""
    if not text.isdecimal() or not 1 <= int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 1024")
    return int(text)


def whole(text: str) -> int:
    """Return a whole number, for `argparse`."""
    if not text.isdecimal() or len(text) > 9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def idle_options(given: Mapping[str, object], with_what: str) -> list[str]:
    """Return a sentence about each option that was given and that does nothing here.

    Parameters
    ----------
    given : mapping of str to object
        The options, as they are written, with what was given for them; nothing where it is false.
    with_what : str
        The other words of the command with which they do nothing.
    """
    return [
        f"{option} has no effect with {with_what}: leave it out."
        for option, value in given.items()
        if value
    ]


def refuse_idle(given: Mapping[str, object], with_what: str) -> None:
    """Refuse an option that does nothing here; parameters as `idle_options`.

    Raises
    ------
    UsageError
        About the first one: who gave it believes that it does something.
    """
    for said in idle_options(given, with_what):
        raise UsageError(said)


def idle_without_scheduler(options: argparse.Namespace) -> list[str]:
    """Return a sentence about each option of a cluster that was given without its address."""
    given = {
        "--tls-ca": options.tls_ca,
        "--tls-cert": options.tls_cert,
        "--tls-key": options.tls_key,
        "--allow-unencrypted": options.allow_unencrypted,
    }
    if options.scheduler:
        return []
    return [
        f"{option} has no effect without --scheduler: leave it out."
        for option, value in given.items()
        if value
    ]


def processors() -> int:
    """Return how many processors this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def add_workers(parser: argparse.ArgumentParser) -> None:
    """Add the option for the number of submissions graded at a time."""
    parser.add_argument(
        "--workers",
        type=positive,
        default=processors(),
        metavar="N",
        help="submissions graded at a time (%(default)s, one a processor)",
    )


def add_scheduler(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    """Add the options for a cluster's scheduler and for TLS."""
    parser.add_argument(
        "--scheduler",
        required=required,
        metavar="ADDRESS",
        help="the scheduler of a running Dask cluster, as tls://HOST:PORT",
    )
    for name, what in (
        ("ca", "who has signed the certificates of the cluster (PEM); for tls://"),
        ("cert", "the certificate of this machine"),
        ("key", "its private key"),
    ):
        parser.add_argument(f"--tls-{name}", type=Path, metavar="FILE", help=what)
    parser.add_argument(
        "--allow-unencrypted",
        action="store_true",
        help="let tcp:// go over a network, where others can listen and take part",
    )


def scheduler_place(options: argparse.Namespace) -> SchedulerPlace:
    """Return the scheduler that the options name."""
    from grader.executors.scheduler import SchedulerPlace  # noqa: PLC0415 - few use a cluster

    return SchedulerPlace(
        address=options.scheduler,
        ca=options.tls_ca,
        certificate=options.tls_cert,
        key=options.tls_key,
        allow_unencrypted=options.allow_unencrypted,
    )


def add_replace(parser: argparse.ArgumentParser) -> None:
    """Add the option for earlier results in the folder of the reports."""
    parser.add_argument(
        "--replace",
        action="store_true",
        help="start over: only what is graded now is in DIR afterwards. Without it, new students "
        "are added, those graded again are replaced, and all others are kept",
    )


def add_course(parser: argparse.ArgumentParser) -> None:
    """Add the options for the course and its exercises."""
    parser.add_argument(
        "--exercise",
        action="append",
        default=[],
        metavar="N",
        help="only this exercise, by number or name; may be repeated",
    )
    add_course_folder(parser)


def add_course_folder(parser: argparse.ArgumentParser) -> None:
    """Add the option for the course's folder."""
    parser.add_argument("--course", type=Path, metavar="DIR", help="the course's folder")


def add_gradebook(parser: argparse.ArgumentParser) -> None:
    """Add the option for the gradebook."""
    parser.add_argument(
        "--gradebook",
        metavar="BOOK",
        help="the gradebook: a file, postgresql+psycopg://…, or `none` (GRADER_GRADEBOOK where not "
        "given, else .grader/gradebook.sqlite of the course)",
    )


def add_isolation(parser: argparse.ArgumentParser) -> None:
    """Add the option for the isolation level."""
    parser.add_argument(
        "--isolation",
        choices=("full", "reduced", "none"),
        help="how far submissions are shut in: the best that holds here, if not given "
        "(see `grader doctor`); none trusts them all",
    )


def add_hidden(parser: argparse.ArgumentParser) -> None:
    """Add the option for when Gradescope shows hidden checks."""
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
