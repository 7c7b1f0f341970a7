"""The course of this repository, which most tests only read: loaded once in each process."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from grader.course import load_course

if TYPE_CHECKING:
    from grader.course import Course


@functools.cache
def the_course() -> Course:
    """Return the whole course: change nothing in it."""
    return load_course(Path(__file__).resolve().parents[1])
