"""Submissions without an idea in them: what they earn, a guess would earn."""

from __future__ import annotations

__all__ = ["LazyAudit", "audit_lazy", "unwritten"]

import ast
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.audit.run import Subject, run_exercise
from grader.course import is_data
from grader.results import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.course import Course, Exercise, Part

# The part of an exercise's points that a submission may earn without an idea in it.
FOR_NOTHING = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class LazyAudit:
    """A submission whose functions all do the same simple thing.

    Attributes
    ----------
    name : str
        What they do, such as ``0`` for functions that return 0.
    points : float
        What it earns.
    allowed : float
        What it may earn.
    passed : tuple of str
        The checks that it passes.
    errors : tuple of str
        The checks that failed by an error of ours on it.
    """

    name: str
    points: float
    allowed: float
    passed: tuple[str, ...]
    errors: tuple[str, ...]

    @property
    def is_paid(self) -> bool:
        """True where it earns more than it may."""
        return self.points > self.allowed


def audit_lazy(
    course: Course, exercise: Exercise, stubs: Mapping[str, bytes], seed: int = 0
) -> list[LazyAudit]:
    """Hand in lazy versions of everything that is to be written, one kind after the other."""
    audits = []
    for name, lazy in KINDS.items():
        patches = {
            part.file: {wanted: lazy(part, wanted) for wanted in unwritten(stubs[part.file])}
            for part in exercise.parts
            if not is_data(part.file)
        }
        ran = run_exercise(course, exercise, Subject(files=stubs, patches=patches), seed)
        audits.append(
            LazyAudit(
                name=name,
                points=round(sum(r.result.points for r in ran), 6),
                allowed=FOR_NOTHING * exercise.points,
                passed=tuple(r.result.id for r in ran if r.result.points),
                errors=tuple(r.result.id for r in ran if r.result.outcome is Outcome.GRADER_ERROR),
            )
        )
    return audits


def unwritten(stub: bytes) -> list[str]:
    """Return the names of the functions that a stub leaves to the student."""
    functions = [f for f in ast.parse(stub).body if isinstance(f, ast.FunctionDef)]
    return [
        function.name
        for function in functions
        if any(isinstance(node, ast.Raise) and _is_blank(node) for node in ast.walk(function))
    ]


def _is_blank(node: ast.Raise) -> bool:
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


# ---------------------------------------------------------------------------- kinds of laziness


def _always(value: Any) -> Callable[[Part, str], Callable[..., Any]]:
    return lambda _part, _name: lambda *_: value


def _first(_part: Part, _name: str) -> Callable[..., Any]:
    return lambda *arguments: arguments[0]


def _filled(number: float, part: Part, name: str) -> Callable[..., Any]:
    """Return a function whose values have the right form, and are all the same number."""

    def lazy(*arguments: Any) -> Any:
        try:
            right = getattr(part.reference, name)(*arguments)
        except Exception:  # noqa: BLE001  (a reference refuses what is outside of its domain)
            return number
        return _like(right, number)

    return lazy


def _like(right: Any, number: float) -> Any:
    if isinstance(right, tuple | list):
        return type(right)(_like(item, number) for item in right)
    if isinstance(right, bool):
        return bool(number)
    if isinstance(right, np.ndarray):
        return np.full(right.shape, number, dtype=right.dtype)
    if isinstance(right, np.number):
        return np.full((), number, dtype=right.dtype)[()]
    if isinstance(right, int):
        return int(number)
    return float(number) if isinstance(right, float) else None


KINDS: dict[str, Callable[[Part, str], Callable[..., Any]]] = {
    "None": _always(None),
    "0": _always(0),
    "1": _always(1),
    "True": _always(True),
    "False": _always(False),
    "the first argument": _first,
    "zeros of the right form": functools.partial(_filled, 0.0),
    "ones of the right form": functools.partial(_filled, 1.0),
}
