"""What the author of checks has looked at and found right: ``audit.toml`` beside the checks."""

from __future__ import annotations

__all__ = ["Known", "read_known"]

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from grader.errors import CourseError

if TYPE_CHECKING:
    from pathlib import Path

FILE = "audit.toml"


@dataclass(frozen=True, slots=True)
class Known:
    """What an audit is not to complain of.

    Attributes
    ----------
    equivalent : frozenset of (str, str, str)
        Mutants that are as right as the reference: file, line before, line after.
    cascades : frozenset of (str, str)
        Known mistakes, and checks that fail with them although they ask for something else.
    """

    equivalent: frozenset[tuple[str, str, str]] = frozenset()
    cascades: frozenset[tuple[str, str]] = frozenset()


class _Equivalent(msgspec.Struct, forbid_unknown_fields=True):
    file: str
    before: str
    after: str
    reason: str


class _Cascade(msgspec.Struct, forbid_unknown_fields=True):
    mistakes: list[str]
    checks: list[str]
    reason: str


class _Form(msgspec.Struct, forbid_unknown_fields=True):
    equivalent: list[_Equivalent] = []
    cascade: list[_Cascade] = []


def read_known(checks: Path) -> Known:
    """Read ``audit.toml`` in the folder of an exercise's checks; there may be none.

    Raises
    ------
    CourseError
        Where it has another form: every entry has a reason.
    """
    path = checks / FILE
    if not path.is_file():
        return Known()
    try:
        form = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _Form)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise CourseError(f"solutions/checks/{checks.name}/{FILE}: {error}") from error
    return Known(
        frozenset((e.file, e.before, e.after) for e in form.equivalent),
        frozenset((m, c) for entry in form.cascade for m in entry.mistakes for c in entry.checks),
    )
