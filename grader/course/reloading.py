"""Load a course again in the process that has loaded it, after an edit of its files."""

from __future__ import annotations

__all__ = ["AnotherCourseError", "CourseFiles", "KnownDigests", "reload_course"]

import contextlib
import importlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.course.check_modules import package_of
from grader.course.course import load_course
from grader.errors import GraderError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.course.course import Course


class AnotherCourseError(GraderError):
    """A process has another course than the one that is served, or none: it was edited since."""


FOLDERS = ("assignments", "solutions")
# What a judge reads of a course; its statements and catalogues are read when they are asked for.
ENDINGS = (".py", ".toml", ".ipynb")


@dataclass(frozen=True, slots=True)
class CourseFiles:
    """The files of a course at one moment: cheap to compare with those of another one.

    Attributes
    ----------
    found : mapping of str to (int, int)
        For each path its time of change, in nanoseconds, and its size, in bytes.
    """

    found: Mapping[str, tuple[int, int]]

    @classmethod
    def of(cls, root: Path, course: Course | None = None) -> CourseFiles:
        """Return the files in the folder of a course, and the data that its checks read."""
        paths = [
            Path(folder, name)
            for one in FOLDERS
            for folder, _, names in os.walk(root / one)
            for name in names
            if name.endswith(ENDINGS) and not name.startswith(".")
        ]
        for exercise in course.exercises if course else ():
            paths += exercise.data_files
        found = {}
        for path in paths:
            with contextlib.suppress(OSError):
                stat = path.stat()
                found[str(path)] = (stat.st_mtime_ns, stat.st_size)
        return cls(found)


@dataclass(frozen=True, slots=True)
class KnownDigests:
    """The digests of a course, for a process that loads the same files: they take time.

    Attributes
    ----------
    course : str
        The digest of the whole course.
    exercises : mapping of str to str
        `Course.exercise_digests`.
    """

    course: str
    exercises: Mapping[str, str]

    @classmethod
    def of(cls, course: Course) -> KnownDigests:
        """Return the digests of a course, which are computed here unless they have been."""
        return cls(course.digest, course.exercise_digests)

    def given_to(self, course: Course) -> Course:
        """Return a course with these digests, or with its own where its files are others."""
        if course.digest == self.course:
            vars(course)["exercise_digests"] = dict(self.exercises)
        return course


def reload_course(root: Path) -> Course:
    """Return the course of a folder as its files are now; an earlier one can be used on.

    Raises
    ------
    CourseError
        As `load_course`; the modules of the earlier one are found by their names then, as before.
    """
    package = package_of(root)

    def own() -> dict[str, object]:
        return {
            name: module
            for name, module in sys.modules.items()
            if name == package or name.startswith(f"{package}.")
        }

    before = own()
    for name in before:
        del sys.modules[name]
    importlib.invalidate_caches()
    try:
        return load_course(root)
    except BaseException:
        for name in own():
            del sys.modules[name]
        sys.modules.update(before)  # type: ignore[arg-type]
        raise
