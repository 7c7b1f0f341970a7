"""``grader release``: the kit that students get, or the solutions, proved before it is written."""

from __future__ import annotations

__all__ = ["EXAMPLE", "EXIT_CODES", "add_arguments", "run"]

import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from grader.authoring.release.kit import build_kit, zipped
from grader.authoring.release.solution_edition import FOLDER as SOLUTIONS
from grader.authoring.release.solution_edition import Solutions, build_solutions
from grader.cli import terminal
from grader.cli.options import add_course, positive, processors
from grader.cli.output import save
from grader.course import find_course, load_course
from grader.languages import gettext, say, tag

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from rich.console import Console
    from rich.status import Status

    from grader.authoring.release.kit import Contents, Progress
    from grader.course import Course

EXAMPLE = """\
example:
  grader release --out kit.zip                      all exercises
  grader release --out kit.zip --exercise 0 --exercise 1
  grader release --out kit.zip --lang fr            the same in French
  grader release --solutions                        solutions.zip, for after the deadline
"""
EXIT_CODES = (
    "0 done, 1 the machine failed, such as by a full disk, "
    "2 wrong usage, or a course that must not leave: nothing is written"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="the zip (kit.zip, or solutions.zip)"
    )
    parser.add_argument(
        "--solutions",
        action="store_true",
        help="the solutions instead: files, and notebooks with what came of running them",
    )
    parser.add_argument(
        "--workers",
        type=positive,
        default=processors(),
        metavar="N",
        help="processes that prove it (%(default)s, one a processor)",
    )
    parser.add_argument(
        "--no-kernel",
        action="store_true",
        help="do not run the notebooks: for where no kernel of Jupyter can be started",
    )
    add_course(parser)


def run(options: argparse.Namespace) -> int:
    """Write the kit, or the solutions, to ``options.out`` and say what is in it."""
    course = load_course(find_course(options.course), options.exercise)
    started = time.monotonic()
    err = terminal.console(to_errors=True)
    build = build_solutions if options.solutions else build_kit
    with err.status("reading the course") if terminal.can_redraw(err) else nullcontext() as status:
        contents = build(
            course, _teller(err, status), kernels=not options.no_kernel, workers=options.workers,
            lang=tag(),
        )  # fmt: skip
    if isinstance(contents, Solutions):
        _save_solutions(options.out or Path("solutions.zip"), contents)
    else:
        _save_kit(options.out or Path("kit.zip"), course, contents)
    terminal.print_translated(f"It took {time.monotonic() - started:.0f} seconds.")
    return 0


def _save_solutions(out: Path, contents: Solutions) -> None:
    packed = zipped(contents.files, SOLUTIONS)
    save(out, packed)
    terminal.print_translated(
        f"{out}: {len(packed) / 2**20:.1f} MiB. It gives every answer away: hand it out after the "
        "last deadline, and to nobody with an extension."
    )
    terminal.print_translated(_of_notebooks(contents.notebooks, contents.not_run))


def _save_kit(out: Path, course: Course, contents: Contents) -> None:
    kit = zipped(contents.files)
    save(out, kit)
    wheel = sum(len(c) for name, c in contents.files.items() if name.endswith(".whl"))
    terminal.print_translated(
        f"{out}: {len(kit) / 2**20:.1f} MiB, the grader among it with "
        f"{wheel / 2**20:.1f}; exercises: {len(course.exercises)}, public checks: "
        f"{contents.checks}, recorded values: {contents.calls:,}."
    )
    terminal.print_translated(
        f"On {contents.submissions:,} submissions, right and wrong, the kit said of every public "
        "check what the grader says of it. No stub earns a point."
    )
    terminal.print_translated(_of_notebooks(contents.notebooks, contents.not_run))
    if contents.untried:
        terminal.print_translated(
            f"Only what needs no model was tried of: {', '.join(contents.untried)}."
        )


def _of_notebooks(ran: int | None, not_run: Sequence[str]) -> str:
    if ran is None:
        return "The notebooks were not run."
    said = f"Notebooks that ran from their first to their last cell: {ran}."
    if not_run:
        said += f" Not run, since what they need is not installed: {', '.join(not_run)}."
    return said


def _teller(err: Console, status: Status | None) -> Callable[[Progress], None]:
    """Return the progress callback: each submission on a terminal, each exercise in a pipe."""

    def tell(at: Progress) -> None:
        if status is not None:
            told = f": {at.told}" if at.told else ""
            status.update(
                terminal.translated(f"{at.title}, {at.what}, {at.number} of {at.of}{told}")
            )
        elif at.number == 1:
            number, blanks, title = at.title.rpartition("  ")
            many = f" ({say(f'{at.of} {at.unit}')})" if at.of > 1 else ""
            err.print(f"{number}{blanks}{say(title)}{gettext(':')} {say(at.what)}{many}")

    return tell
