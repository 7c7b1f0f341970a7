"""``grader worker``: processes that grade for a cluster."""

from __future__ import annotations

__all__ = ["EXAMPLE", "EXIT_CODES", "add_arguments", "run"]

from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import terminal
from grader.cli.options import add_isolation, add_scheduler, add_workers, scheduler_place
from grader.course import find_course
from grader.executors.scheduler import require_distributed
from grader.executors.worker_grader import WorkerSettings
from grader.sandbox.doctor import choose_level

if TYPE_CHECKING:
    import argparse

EXAMPLE = """\
example:
  grader worker --scheduler tls://10.0.0.1:8786 --tls-ca ca.pem --tls-cert me.pem \\
      --tls-key me.key --course course --salt-file salt
                     on each machine of a cluster; `grader grade --scheduler` sends the work
"""
EXIT_CODES = "0 told to stop, 1 the scheduler ended, 2 wrong usage or course"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_scheduler(parser, required=True)
    parser.add_argument(
        "--course", type=Path, metavar="DIR", help="the course's folder, a copy on this machine"
    )
    parser.add_argument(
        "--salt-file",
        type=Path,
        metavar="FILE",
        help="a copy of .grader/salt from where the class is graded (that of the course)",
    )
    add_isolation(parser)
    add_workers(parser)
    parser.add_argument(
        "--host",
        default="",
        metavar="ADDRESS",
        help="where the scheduler reaches this machine (the loopback for a scheduler that is here, "
        "else the network that leads to it)",
    )


def run(options: argparse.Namespace) -> int:
    """Work until told to stop."""
    place = scheduler_place(options)
    require_distributed()
    from grader.executors.cluster_worker import WorkerProcesses, serve  # noqa: PLC0415  (in an extra)

    root = find_course(options.course)
    settings = WorkerSettings(
        course_root=root,
        salt_file=options.salt_file or root / ".grader" / "salt",
        isolation=choose_level(options.isolation),
    )
    workers = WorkerProcesses(settings=settings, count=options.workers, host=options.host)
    serve(place, workers, terminal.print_translated)
    return 0
