"""``grader classroom``: the workflow that checks students' repositories."""

from __future__ import annotations

__all__ = ["run"]

import sys
from typing import TYPE_CHECKING

from grader.cli.saving import save
from grader.course import find_course, load_course
from grader.exports.workflow import classroom_workflow
from grader.gradescope.needs import extras_for
from grader.wheel import declared_extras

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Write the workflow to ``options.out``, or print it."""
    course = load_course(find_course(options.course), options.exercise)
    chosen = [exercise.id for exercise in course.exercises] if options.exercise else []
    extras = extras_for(course, declared_extras())
    content = classroom_workflow(chosen, extras, folder=options.folder)
    if options.out is None:
        sys.stdout.write(content.decode())
    else:
        save(options.out, content)
        print(f"Written: {options.out}")
    return 0
