"""Find the extras that the chosen exercises need: Keras for one, Graphviz for another."""

from __future__ import annotations

__all__ = ["extras_for", "imported"]

import ast
import re
from typing import TYPE_CHECKING

from grader.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from grader.course import Course

_NAME = re.compile(r"[A-Za-z0-9_.-]+")


def extras_for(
    course: Course, extras: Mapping[str, Sequence[str]], wanted: Collection[str] = ()
) -> tuple[str, ...]:
    """Return the extras that a course's exercises need, and the wanted ones.

    Parameters
    ----------
    course : Course
        The course, restricted to the chosen exercises.
    extras : mapping of str to sequence of str
        The requirements of each extra.
    wanted : collection of str
        Extras that submissions may use, such as ``torch``.

    Raises
    ------
    UsageError
        A wanted extra does not exist.
    """
    for name in wanted:
        if name not in extras:
            raise UsageError(f"There is no extra {name!r}: choose from {', '.join(extras)}.")
    packages = _packages(course)
    return tuple(
        name
        for name, requirements in extras.items()
        if name in wanted or packages & {_package(text) for text in requirements}
    )


def _packages(course: Course) -> set[str]:
    found: set[str] = set()
    for exercise in course.exercises:
        found |= {name.partition(".")[0] for name in exercise.profile.preload}
        for part in exercise.parts:
            found |= imported([course.root / "solutions" / part.file])
        checks = course.root / "solutions" / "checks" / exercise.id
        found |= imported(checks.glob("*.py"))
    return found


def imported(files: Iterable[Path]) -> set[str]:
    """Return the packages that Python files of the course import, anywhere in the file."""
    found: set[str] = set()
    for file in files:
        if file.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found


def _package(requirement: str) -> str:
    match = _NAME.match(requirement)
    return match.group().lower().replace("-", "_") if match else ""
