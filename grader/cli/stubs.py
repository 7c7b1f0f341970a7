"""``grader stubs``: what students get, made from the solutions."""

from __future__ import annotations

__all__ = ["run"]

from typing import TYPE_CHECKING

from grader.course import find_course
from grader.stubs import course_files, differing, write_stubs

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Write the stubs of a course, or with ``--check`` only say which differ, and exit 1."""
    root = find_course(options.course)
    files = course_files(root)
    make = differing if options.check else write_stubs
    changed = make(root / "solutions", root / "assignments", files)
    for file in changed:
        print(f"{file}: {'not what the solution makes' if options.check else 'written'}")
    print(f"{len(files)} stubs, {len(changed)} {'differ' if options.check else 'changed'}")
    return 1 if options.check and changed else 0
