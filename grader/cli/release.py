"""``grader release``: the kit that students get, proved before it is written."""

from __future__ import annotations

__all__ = ["run"]

from typing import TYPE_CHECKING

from grader.cli import terminal
from grader.cli.saving import save
from grader.course import find_course, load_course
from grader.release.kit import build_kit, zipped

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Write the kit to ``options.out`` and say what is in it."""
    course = load_course(find_course(options.course), options.exercise)
    with terminal.console(to_errors=True).status("reading") as status:
        contents = build_kit(course, status.update)
    kit = zipped(contents)
    save(options.out, kit)
    wheel = sum(len(c) for name, c in contents.files.items() if name.endswith(".whl"))
    print(
        f"{options.out}: {len(kit) / 2**20:.1f} MiB, the grader among it with "
        f"{wheel / 2**20:.1f}; exercises: {len(course.exercises)}, public checks: "
        f"{contents.checks}, recorded values: {contents.calls:,}."
    )
    print(
        f"On {contents.submissions:,} submissions, right and wrong, the kit said of every public "
        "check what the grader says of it."
    )
    if contents.untried:
        print(f"Only what needs no model was tried of: {', '.join(contents.untried)}.")
    return 0
