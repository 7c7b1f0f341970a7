"""``grader stubs``: what students get, made from the solutions."""

from __future__ import annotations

__all__ = ["run"]

from typing import TYPE_CHECKING

from grader.course import find_course
from grader.release.handouts import differing, handouts, write

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Write stubs and notebooks, or with ``--check`` only say which differ, and exit 1."""
    root = find_course(options.course)
    made = handouts(root)
    changed = (differing if options.check else write)(root / "assignments", made)
    for file in changed:
        print(f"{file}: {'not what the solution makes' if options.check else 'written'}")
    stubs = sum(file.endswith(".py") for file in made)
    what = f"{stubs} stubs, {len(made) - stubs} notebooks"
    print(f"{what}, {len(changed)} {'differ' if options.check else 'changed'}")
    return 1 if options.check and changed else 0
