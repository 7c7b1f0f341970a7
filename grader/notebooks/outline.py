"""The course's side of the comparison: its files, the names in them, the titles."""

from __future__ import annotations

__all__ = ["Outline", "Target", "outline_of"]

import ast
import tomllib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import msgspec

from grader.notebooks.read import Shape
from grader.runner.shapes import shapes_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One file of the course.

    Attributes
    ----------
    file : str
        Path in a submission.
    number, title : str
        Of its exercise.
    alone : bool
        Whether it is the exercise's only file.
    names : frozenset of str
        The names that the template defines and that a student must keep.
    shapes : mapping of str to Shape
        The shapes of its functions and constants in the template.
    template : bytes
        The template itself.
    """

    file: str
    number: str
    title: str
    alone: bool
    names: frozenset[str]
    shapes: Mapping[str, Shape]
    template: bytes

    @property
    def asked(self) -> frozenset[str]:
        """The names that a student has to write; all others are given."""
        given = {name for name, shape in self.shapes.items() if shape.written}
        return self.names - given or self.names

    @property
    def stem(self) -> str:
        """The file's name without its ending."""
        return self.file.rpartition("/")[2].removesuffix(".py")


@dataclass(frozen=True)
class Outline:
    """All files of the course, in the order of its exercises."""

    targets: tuple[Target, ...]

    @cached_property
    def by_file(self) -> dict[str, Target]:
        """Path to target."""
        return {target.file: target for target in self.targets}

    @cached_property
    def place(self) -> dict[str, int]:
        """Path to its position in the course's order."""
        return {target.file: place for place, target in enumerate(self.targets)}


@lru_cache(maxsize=8)
def outline_of(assignments: Path) -> Outline:
    """Read the outline of a course with all its exercises, graded or not.

    Parameters
    ----------
    assignments : Path
        The folder of the manifest and the stubs.
    """
    manifest = tomllib.loads((assignments / "course.toml").read_text(encoding="utf-8"))
    targets = []
    for exercise in manifest["exercises"]:
        files = [file for file in exercise["files"] if file.endswith(".py")]
        for file in files:
            path = assignments / file
            template = path.read_bytes() if path.is_file() else b""
            targets.append(
                Target(
                    file=file,
                    number=str(exercise["number"]),
                    title=exercise["title"],
                    alone=len(exercise["files"]) == 1,
                    names=_names(template),
                    shapes=_shapes(template),
                    template=template,
                )
            )
    return Outline(tuple(targets))


def _names(template: bytes) -> frozenset[str]:
    """Return the public names that a stub defines, without those that it imports."""
    found = set()
    for node in ast.parse(template).body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
    return frozenset(name for name in found if not name.startswith("_"))


def _shapes(template: bytes) -> dict[str, Shape]:
    return msgspec.convert(shapes_of(ast.parse(template).body), dict[str, Shape])
