"""``audit.toml`` beside the checks: what their author has examined and accepted."""

from __future__ import annotations

__all__ = ["FastReference", "Known", "read_known"]

import ast
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import msgspec

from grader.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = "audit.toml"


@dataclass(frozen=True, slots=True)
class FastReference:
    """A quick stand-in for a slow reference, such as a network that trains for minutes.

    Known mistakes and mutants are put into it. The reference itself is tried on few inputs.

    Attributes
    ----------
    file : str
        The reference's file.
    source : str
        Code added at the end of the file; it replaces the file's functions of the same names.
    misses : frozenset of str
        Checks that it does not have to pass.
    share : int
        The number of inputs for each one on which the reference itself is tried.
    """

    file: str
    source: str
    misses: frozenset[str]
    share: int

    @property
    def replaces(self) -> frozenset[str]:
        """The names that the stand-in redefines."""
        body = ast.parse(self.source).body
        functions = {node.name for node in body if isinstance(node, ast.FunctionDef)}
        constants = {
            name.id
            for node in body
            if isinstance(node, ast.Assign)
            for name in node.targets
            if isinstance(name, ast.Name)
        }
        return frozenset(functions | constants)

    def below(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return the files of a submission with the stand-in added at the end of its file."""
        return {**files, self.file: files[self.file] + b"\n\n" + self.source.encode()}


@dataclass(frozen=True, slots=True)
class Known:
    """What an audit has to know about an exercise, and what it must not report.

    Attributes
    ----------
    equivalent : frozenset of (str, str, str)
        Mutants that are as right as the reference: file, line before, line after.
    cascades : frozenset of (str, str)
        Known mistakes, and unrelated checks that fail with them.
    light : FastReference, optional
        The stand-in, if the reference is slow.
    """

    equivalent: frozenset[tuple[str, str, str]] = frozenset()
    cascades: frozenset[tuple[str, str]] = frozenset()
    light: FastReference | None = None


class _Equivalent(msgspec.Struct, forbid_unknown_fields=True):
    file: str
    before: str
    after: str
    reason: str


class _Cascade(msgspec.Struct, forbid_unknown_fields=True):
    mistakes: list[str]
    checks: list[str]
    reason: str


class _Light(msgspec.Struct, forbid_unknown_fields=True):
    file: str
    below: str
    misses: list[str]
    share: Annotated[int, msgspec.Meta(ge=1)]
    reason: str


class _Form(msgspec.Struct, forbid_unknown_fields=True):
    equivalent: list[_Equivalent] = []
    cascade: list[_Cascade] = []
    light: _Light | None = None


def read_known(checks: Path) -> Known:
    """Read ``audit.toml`` in the folder of an exercise's checks; the file may be missing.

    Raises
    ------
    CourseError
        If it has another form; every entry needs a reason.
    """
    path = checks / FILE
    if not path.is_file():
        return Known()
    try:
        form = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _Form)
        light = _light(checks, form.light) if form.light else None
    except (
        OSError,
        SyntaxError,
        tomllib.TOMLDecodeError,
        UnicodeDecodeError,
        msgspec.ValidationError,
    ) as error:
        raise CourseError(f"solutions/checks/{checks.name}/{FILE}: {error}") from error
    return Known(
        frozenset((e.file, e.before, e.after) for e in form.equivalent),
        frozenset((m, c) for entry in form.cascade for m in entry.mistakes for c in entry.checks),
        light,
    )


def _light(checks: Path, form: _Light) -> FastReference:
    source = (checks / form.below).read_text(encoding="utf-8")
    light = FastReference(form.file, source, frozenset(form.misses), form.share)
    ast.parse(source)
    return light
