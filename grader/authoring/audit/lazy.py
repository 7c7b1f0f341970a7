"""Submissions without any idea: what they earn, a guess would earn."""

from __future__ import annotations

__all__ = ["LazyAudit", "audit_lazy", "unwritten"]

import ast
import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.authoring.audit.in_process import Subject, run_exercise
from grader.course import is_data
from grader.results import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.course import Course, Exercise, Part

# The share of an exercise's points that a submission without any idea may earn.
FOR_NOTHING = 0.06


@dataclass(frozen=True, slots=True, kw_only=True)
class LazyAudit:
    """A submission whose functions all do the same simple thing.

    Attributes
    ----------
    name : str
        What the functions do, such as ``0`` for functions that return 0.
    points : float
        The points that it earns.
    allowed : float
        The points that it may earn.
    passed : tuple of str
        The checks that it passes.
    errors : tuple of str
        The checks that ended in a grader error.
    """

    name: str
    points: float
    allowed: float
    passed: tuple[str, ...]
    errors: tuple[str, ...]

    @property
    def is_paid(self) -> bool:
        """True if it earns more than allowed."""
        return self.points > self.allowed


def audit_lazy(course: Course, exercise: Exercise, stubs: Mapping[str, bytes]) -> list[LazyAudit]:
    """Test lazy versions of all functions that students write, one kind after the other."""
    audits = []
    for name, lazy in KINDS.items():
        patches = {
            part.file: {wanted: lazy(part, wanted) for wanted in unwritten(stubs[part.file])}
            for part in exercise.parts
            if not is_data(part.file)
        }
        ran = run_exercise(course, exercise, Subject(files=stubs, patches=patches), seed=0)
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


def _last(_part: Part, _name: str) -> Callable[..., Any]:
    return lambda *arguments: arguments[-1]


def _all(_part: Part, _name: str) -> Callable[..., Any]:
    return lambda *arguments: arguments


def _formed(
    number: Callable[[tuple[Any, ...]], float],
    like: Callable[[Any, float], Any],
    part: Part,
    name: str,
) -> Callable[..., Any]:
    """Return a function whose results have the right form but arbitrary numbers."""

    def lazy(*arguments: Any) -> Any:
        chosen = number(arguments)
        try:
            right = getattr(part.reference, name)(*arguments)
        except Exception:  # noqa: BLE001  (a reference refuses what is outside of its domain)
            return chosen
        return like(right, chosen)

    return lazy


def _filled(number: float) -> Callable[[Part, str], Callable[..., Any]]:
    return functools.partial(_formed, lambda _: number, _like)


def _made_of(arguments: tuple[Any, ...]) -> float:
    """Return a number that depends on the arguments."""
    total = 0.0
    for argument in arguments:
        try:
            numbers = np.asarray(argument, dtype=float).ravel()
        except (ValueError, TypeError):
            continue
        total += float(np.nansum(numbers * np.sqrt(np.arange(2.0, 2.0 + numbers.size))))
    return total


def _invented(right: Any, number: float) -> Any:
    """Return arbitrary numbers in the right form; they depend only on `number`."""
    if isinstance(right, tuple | list):
        return type(right)(_invented(part, number + place) for place, part in enumerate(right))
    if isinstance(right, np.ndarray) and right.dtype.kind in "iuf":
        return np.sin(number + np.arange(right.size)).reshape(right.shape).astype(right.dtype)
    return _like(right, math.sin(number))


def _like(right: Any, number: float) -> Any:
    if isinstance(right, tuple | list):
        return type(right)(_like(item, number) for item in right)
    if isinstance(right, np.ndarray | np.number):
        whole = right.dtype.kind in "iub" and math.isnan(number)
        return np.full(right.shape, 0 if whole else number, dtype=right.dtype)[()]
    if isinstance(right, bool | int):
        return type(right)(0 if math.isnan(number) else number)
    return float(number) if isinstance(right, float) else None


KINDS: dict[str, Callable[[Part, str], Callable[..., Any]]] = {
    "None": _always(None),
    "0": _always(0),
    "1": _always(1),
    "True": _always(True),
    "False": _always(False),
    "the first argument": _first,
    "the last argument": _last,
    "all arguments": _all,
    "zeros of the right form": _filled(0.0),
    "ones of the right form": _filled(1.0),
    "nan of the right form": _filled(math.nan),
    "the same invented numbers": functools.partial(_formed, lambda _: 0.5, _invented),
    "numbers invented from the arguments": functools.partial(_formed, _made_of, _invented),
}
